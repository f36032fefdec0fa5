"""Council tax reduction and housing benefit: who is awarded what a week, since when, and how it ends.

Awards follow from how the rent is paid: who pays by housing benefit has it as long as the tenancy, who
moves to Universal Credit loses it a fortnight into the claim. Other awards begin with hardship, change
with circumstances and each April, and are stopped more often under stress.
"""

from dataclasses import dataclass

import numpy as np

from earlyhelp.demo.city.awards import Claims, stopped, stretches
from earlyhelp.demo.city.people import YEAR
from earlyhelp.demo.city.records import BENEFITS, BenefitAwards, Bools, Days, Ints
from earlyhelp.demo.city.stress import NEED
from earlyhelp.demo.city.tenancies import HOUSING_BENEFIT, MANAGED, RHYTHMS, Accounts, stays, tenants
from earlyhelp.demo.city.world import World

REDUCED_SHARES = (0.55, 0.58, 0.90, 0.25, 0.25, 0.06, 0.10)
"""Share with council tax reduction by rhythm of rent, the last of those without a rent account.

Together about a third of households, as in a poor English city (our assumption).
"""
OTHER_RENTS_HELPED = 0.12
"""Share with housing benefit of those who do not rent from the social landlord (our assumption)."""
HELPED_BEFORE_CLAIM = 0.6
"""Share of weekly payers with housing benefit of their own until they claim Universal Credit (assumed)."""
RUN_ON_DAYS = 14
"""Housing benefit runs on for two weeks after a Universal Credit claim (domain.md 3.6)."""
NEWLY_SHARE = 0.12
"""Share of those awards that begin within the plan (our assumption)."""
HARDSHIP_CLAIMS = 0.35
"""Share of households that claim a reduction when stress first becomes need (our assumption)."""
DECIDED_AFTER = (14, 36)
"""Days from which an award is backdated until it is decided, and so listed (our assumption)."""
REDUCTION, REBATE = (700, 2_600), (6_000, 11_000)
"""Pence a week between which reductions and other tenants' housing benefit lie (our assumption)."""

_REBATE, _REDUCTION = (BENEFITS.index(name) for name in ("housing_benefit", "council_tax_reduction"))
_NO_ACCOUNT = len(RHYTHMS)


@dataclass(frozen=True, slots=True)
class _Stays:
    """Every stay of a household in a dwelling, and how its rent is paid."""

    household: Ints
    dwelling: Ints
    began: Days
    until: Days
    rhythm: Ints  # _NO_ACCOUNT: it rents from others, or owns
    claimed_on: Days  # far in the past where nobody claims Universal Credit
    rent: Ints


def benefit_awards(here: World, held: Accounts, first_claim: int, rng: np.random.Generator) -> BenefitAwards:
    """A row for each stretch of days on which one claim was listed with one amount."""
    stay = _stays(here, held)
    claims = _joined(_reductions(here, stay, rng), _rebates(here, stay, rng))
    listed = claims.start + rng.integers(*DECIDED_AFTER, len(claims.stay)).astype(np.int32)
    end, gap = stopped(here, claims, listed, rng)
    row, since, until, amount = stretches(here, claims, listed, end, gap, rng)
    order = np.lexsort((row, since))
    row, where = row[order], claims.stay[row[order]]
    return BenefitAwards(
        claim=first_claim + row,
        person=here.person[tenants(here.people, here.lives)[0][stay.household[where]]],
        uprn=here.uprn[stay.dwelling[where]],
        benefit=claims.benefit[row],
        started_on=claims.start[row],
        weekly_amount=amount[order],
        from_on=since[order],
        to_on=until[order],
    )


def _stays(here: World, held: Accounts) -> _Stays:
    household, dwelling, began, until = stays(here.lives)
    social = here.places.social[dwelling]
    rhythm, rent = np.full(len(household), _NO_ACCOUNT), np.zeros(len(household), dtype=np.int64)
    claimed = np.full(len(household), -100_000, dtype=np.int32)
    rhythm[social], rent[social], claimed[social] = held.rhythm, held.weekly_rent, held.claimed_on
    return _Stays(household, dwelling, began, until, rhythm, claimed, rent)


def _reductions(here: World, stay: _Stays, rng: np.random.Generator) -> Claims:
    """Council tax reduction: of those on a low income, and of some whom hardship meets."""
    days, homes = here.days, here.lives.households
    low = (rng.random(homes)[stay.household] < np.array(REDUCED_SHARES)[stay.rhythm]) & (
        stay.until > days.start
    )
    start = _usual_starts(here, stay, rng)
    claiming = stay.claimed_on > days.start
    start = np.where(claiming, stay.claimed_on + RUN_ON_DAYS, start)
    needy = here.hard.stress > NEED
    met = (days.start + 7 * needy.argmax(axis=1)).astype(np.int32)
    hit = needy.any(axis=1) & (rng.random(homes) < HARDSHIP_CLAIMS)
    start = np.where(low, start, met[stay.household])
    row = np.flatnonzero(low | hit[stay.household])
    amount = rng.integers(*REDUCTION, homes)[stay.household]
    return _claims(row, _REDUCTION, stay, start, stay.until, np.ones(len(stay.rhythm), dtype=bool), amount)


def _rebates(here: World, stay: _Stays, rng: np.random.Generator) -> Claims:
    """Housing benefit: what pays the rent, or goes to the tenant, until Universal Credit takes its place."""
    homes = here.lives.households
    pays = stay.rhythm == HOUSING_BENEFIT
    moving = (stay.rhythm <= MANAGED) & (stay.claimed_on > stay.began) & (stay.claimed_on > here.days.start)
    moving &= rng.random(homes)[stay.household] < HELPED_BEFORE_CLAIM
    others = (stay.rhythm == _NO_ACCOUNT) & (rng.random(homes)[stay.household] < OTHER_RENTS_HELPED)
    own = rng.integers(*REBATE, homes)[stay.household]
    start = np.where(pays | moving, _before(here, stay, rng), _usual_starts(here, stay, rng))
    end = np.where(moving, np.minimum(stay.claimed_on + RUN_ON_DAYS, stay.until), stay.until)
    return _claims(
        np.flatnonzero(pays | moving | others),
        _REBATE,
        stay,
        start,
        end,
        others,
        np.where(pays, stay.rent, own),
    )


def _claims(
    row: Ints, benefit: int, stay: _Stays, start: Days, end: Days, stoppable: Bools, amount: Ints
) -> Claims:
    """Claims of those rows of the stays, none before the stay or after it."""
    start = np.maximum(start, stay.began).astype(np.int32)
    row = row[start[row] < end[row]]
    kind = np.full(len(row), benefit)
    return Claims(
        row, stay.household[row], kind, start[row], end[row].astype(np.int32), stoppable[row], amount[row]
    )


def _joined(one: Claims, other: Claims) -> Claims:
    columns = Claims.__slots__
    return Claims(*(np.concatenate([getattr(one, name), getattr(other, name)]) for name in columns))


def _before(here: World, stay: _Stays, rng: np.random.Generator) -> Days:
    """Days on which awards began that were there before the plan."""
    return (here.days.start - 60 - rng.exponential(3 * YEAR, len(stay.household))).astype(np.int32)


def _usual_starts(here: World, stay: _Stays, rng: np.random.Generator) -> Days:
    """Days on which awards begin: most before the plan, some within it."""
    new = rng.random(len(stay.household)) < NEWLY_SHARE
    within = rng.integers(here.days.start, here.days.end, len(stay.household))
    return np.where(new, within, _before(here, stay, rng)).astype(np.int32)
