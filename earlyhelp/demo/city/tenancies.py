"""Rent accounts of the social landlord: who rents what, for how much, and in which rhythm they pay."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from earlyhelp.demo.city.days import DAY
from earlyhelp.demo.city.households import Lives, People
from earlyhelp.demo.city.records import CYCLES, NEVER, PAYMENT_CODES, Days, Ints, Tenancies
from earlyhelp.demo.city.silences import held_back
from earlyhelp.demo.city.stress import Floats
from earlyhelp.demo.city.world import World

RHYTHMS = ("universal_credit", "managed", "housing_benefit", "weekly", "fortnightly", "direct_debit")
RHYTHM_SHARES = (0.22, 0.20, 0.23, 0.13, 0.07, 0.15)
"""Our split between the rhythms that detection.md 4.1 names; domain.md 3.6 and 4.2 describe each."""
UNIVERSAL_CREDIT, MANAGED, HOUSING_BENEFIT, WEEKLY, FORTNIGHTLY, DIRECT_DEBIT = range(6)
CYCLE_OF = np.array(
    [CYCLES.index(c) for c in ("monthly", "monthly", "four_weekly", "weekly", "fortnightly", "monthly")]
)
CODE_OF = np.array([PAYMENT_CODES.index(code) for code in ("RSO", "RUC", "RHB", "RCH", "RSO", "RDD")])

WEEKLY_RENT = (8_200, 13_500)
"""Pence a week between which rents lie, as council rents in the Midlands do (our assumption)."""
JOINT_SHARE = 0.5
"""Share of households with a second adult whose tenancy is joint (our assumption)."""
CLAIMS_A_YEAR = 0.04
"""Share of accounts a year on which Universal Credit begins, with the five-week wait (domain.md 4.2)."""
CHRONIC_SHARE = 0.10
"""Accounts in high but stable arrears (detection.md 4.1)."""
CHRONIC_WEEKS = (3.0, 9.0)
"""What they owe, in weeks of rent, the whole time (our assumption)."""
CREDIT_SHARE = 0.12
CREDIT_WEEKS = (0.5, 4.0)
CLAIMANT_WEEKS = 2.9
"""Mean weeks of rent owed long before a claim: 2.8 to 3.5 (domain.md 4.2)."""

_NEVER_CLAIMED = -100_000  # a day far in the past


@dataclass(frozen=True, slots=True)
class Accounts:
    """The rent accounts of a neighbourhood, as rows in order of household and move."""

    number: Ints  # city-wide
    household: Ints
    dwelling: Ints
    started_on: Days
    ended_on: Days
    weekly_rent: Ints
    rhythm: Ints
    claimed_on: Days  # day Universal Credit was claimed within the plan; far in the past otherwise
    usual_weeks: Floats  # weeks of rent the account owes apart from its rhythm; below 0 in credit
    tenant: Ints  # rows of the people
    joint_tenant: Ints  # -1: none


def accounts(here: World, first_account: int, rng: np.random.Generator) -> Accounts:
    """One account for each stay of a household in a dwelling of the social landlord."""
    lived, days, places = here.lives, here.days, here.places
    household, dwelling, started, ended = stays(lived)
    social = places.social[dwelling]
    household, dwelling, started, ended = household[social], dwelling[social], started[social], ended[social]
    shares = _rhythm_shares(here.plan.universal_credit)
    rhythm = rng.choice(len(RHYTHMS), lived.households, p=shares)[household]
    years = (days.end - days.start) / 365.25
    # Whoever claims must be paid by Universal Credit afterwards; all shares count accounts, not those on it.
    claims = rng.random(lived.households) < CLAIMS_A_YEAR * years / (RHYTHM_SHARES[0] + RHYTHM_SHARES[1])
    claims = claims[household] & (rhythm <= MANAGED)
    when = rng.integers(days.start - 40, days.end, lived.households)[household]
    tenant, second = tenants(here.people, lived)
    joint = np.where(rng.random(lived.households) < JOINT_SHARE, second, -1)
    return Accounts(
        number=first_account + np.arange(len(household), dtype=np.int64),
        household=household,
        dwelling=dwelling,
        started_on=started,
        ended_on=ended,
        weekly_rent=rng.integers(*WEEKLY_RENT, len(places.dwelling))[dwelling],
        rhythm=rhythm,
        claimed_on=np.where(claims, when, _NEVER_CLAIMED).astype(np.int32),
        usual_weeks=_usual_weeks(lived.households, rng)[household]
        + claims * rng.exponential(CLAIMANT_WEEKS - 1, len(claims)),
        tenant=tenant[household],
        joint_tenant=joint[household],
    )


def _rhythm_shares(moved: float) -> Floats:
    """The rhythms' shares once ``moved`` of all others have gone to Universal Credit, paid to themselves."""
    shares = np.array(RHYTHM_SHARES) * (1.0 - moved)
    shares[UNIVERSAL_CREDIT] += moved
    return shares


def stays(lived: Lives) -> tuple[Ints, Ints, Days, Days]:
    """(household, dwelling, from, until) of every stay, each household's in order."""
    every = np.arange(lived.households, dtype=np.int64)
    moved = np.flatnonzero(lived.moved_on < NEVER)
    household = np.concatenate([every, moved])
    dwelling = np.concatenate([lived.home, lived.next_home[moved]])
    began = np.concatenate([lived.formed_on, lived.moved_on[moved]])
    until = np.concatenate([np.minimum(lived.moved_on, lived.ended_on), lived.ended_on[moved]])
    order = np.lexsort((began, household))
    return household[order], dwelling[order], began[order], until[order]


def tenants(folk: People, lived: Lives) -> tuple[Ints, Ints]:
    """The first adult of each household and the second, -1 where there is none."""
    first, second = (np.full(lived.households, -1, dtype=np.int64) for _ in range(2))
    grown = np.flatnonzero(folk.adult)[::-1]
    first[folk.first_household[grown]] = grown
    follower = grown[grown > first[folk.first_household[grown]]]
    second[folk.first_household[follower]] = follower
    founders = np.flatnonzero((lived.next_household >= first.size - _founded(lived, folk)) & folk.adult)
    first[lived.next_household[founders]] = founders
    return first, second


def _founded(lived: Lives, folk: People) -> int:
    return lived.households - int(folk.first_household[-1]) - 1


def _usual_weeks(count: int, rng: np.random.Generator) -> Floats:
    kind = rng.random(count)
    ordinary = np.clip(rng.normal(0.3, 0.5, count), -0.5, 2)
    chronic = rng.uniform(*CHRONIC_WEEKS, count)
    credit = -rng.uniform(*CREDIT_WEEKS, count)
    return np.select([kind < CHRONIC_SHARE, kind < CHRONIC_SHARE + CREDIT_SHARE], [chronic, credit], ordinary)


def tenancies(here: World, held: Accounts, rng: np.random.Generator) -> Tenancies:
    """What the landlord wrote down: each tenancy's start, a new way of paying, and its end."""
    days = here.days
    every = np.arange(len(held.household))
    claimed = np.flatnonzero(
        (held.claimed_on > np.maximum(held.started_on, days.start)) & (held.claimed_on < held.ended_on)
    )
    over = np.flatnonzero(held.ended_on < NEVER)
    row = np.concatenate([every, claimed, over])
    version = np.repeat([0, 1, 2], [len(every), len(claimed), len(over)])
    when = np.concatenate([held.started_on, held.claimed_on[claimed], held.ended_on[over]])
    known = held_back(here.plan, "housing", days.written_in_office(when, rng), version)
    cycle = CYCLE_OF[held.rhythm]
    before = (version == 0) & np.isin(row, claimed)
    order = np.lexsort((version, known))
    order = order[known[order] < days.end * DAY]
    row, version, known, before = row[order], version[order], known[order], before[order]
    return Tenancies(
        account=held.number[row],
        household=here.household[held.household[row]],
        uprn=here.uprn[held.dwelling[row]],
        weekly_rent=held.weekly_rent[row],
        cycle=np.where(before, CYCLES.index("weekly"), cycle[row]),
        started_on=held.started_on[row],
        ended_on=np.where(version == 2, held.ended_on[row], NEVER).astype(np.int32),
        tenant=here.person[held.tenant[row]],
        joint_tenant=_or_none(here.person, held.joint_tenant[row]),
        recorded_at=known,
    )


def _or_none(person: Ints, row: Ints) -> Ints:
    some: NDArray[np.bool_] = row >= 0
    return np.where(some, person[np.maximum(row, 0)], -1)
