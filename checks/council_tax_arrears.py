"""Council tax arrears: instalments missed by this account's own plan, and how far recovery has gone."""

from collections.abc import Mapping
from datetime import date
from typing import ClassVar, NamedTuple

import numpy as np

from earlyhelp.checking.check import Check, Finding, Reading
from earlyhelp.checking.drawn import DrawnStory
from earlyhelp.checking.measures import Bools, Floats, Ids, Whole, apart, as_seed, earliest, latest, middle
from earlyhelp.checking.wording import many, on_day, pounds
from earlyhelp.chronology import Block
from earlyhelp.law.policy import Factor, Sector
from schemas.council_tax_account import CouncilTaxAccount

WINDOW_DAYS = 182
"""What is owed is set against the least that was owed in this time: half a year, as far as a raise looks."""
SILENT_DAYS = 62
"""A statement comes each month while anything is owed: one older than two months says no more."""
MOST_INSTALMENTS = 10.0
"""A year has ten (the statutory scheme: SI 1992/613, schedule 1); whoever lost the right to pay by them owes
the whole year at once (regulation 23), which is one thing that happened and not ten."""
INSTALMENT_POINTS = 0.65
"""Expert points for each unit of log(1 + instalments): half of what rent has, as a seed (detection.md 9)."""
STAGE_POINTS = (0.0, 0.1, 0.2, 0.4, 0.5)
"""Expert points where recovery stands, from nothing to a liability order; only what it has grown by counts.
Arrears that have stood for years are no change, and one account in ten has them (detection.md 4.1)."""
DISCOUNT_POINTS = 0.3
"""Expert points where the discount for one adult began or ended while something is owed: somebody has left or
come. Most such changes are ordinary, so that alone it says little (our assumption)."""
BROKEN_POINTS = 0.3
"""Expert points where a plan to pay arrears off is not kept: half of what rent has (our choice)."""
EVIDENCE = 12
"""Most rows that are named as evidence."""

STAGES = ("no notice", "a reminder", "a final notice", "a summons", "a liability order")
NONE, REMINDER, SUMMONS = 0, 1, 3
PLAN, SPACE = (
    CouncilTaxAccount.codes["arrangement"].index(word) for word in ("payment_plan", "breathing_space")
)


class CouncilTaxArrears(Check):
    """Council tax is falling behind by this account's own instalments, or recovery has gone a step further.

    Council tax is often the first bill that is left, months before the rent, and court costs come on top
    from the summons on. Arrears of old, paid off slowly or not at all, say little of what is ahead: so what
    is owed is set against the least that this account owed in the last half year, in its own instalments.
    While a plan to pay it off is kept, by what the statements say, and in Breathing Space, nothing is said.
    """

    name: ClassVar[str] = "council_tax_arrears"
    version: ClassVar[str] = "3"
    sector: ClassVar[Sector] = Sector.COUNCIL
    factor: ClassVar[Factor] = Factor.FINANCIAL_EXCLUSION
    reads: ClassVar[type[CouncilTaxAccount]] = CouncilTaxAccount
    drawn: ClassVar[tuple[DrawnStory, ...]] = (
        DrawnStory(
            "Nothing was owed until summer; then three instalments were missed in a row",
            date(2026, 11, 2),
            """
            2026-08-01 | 132.00 | reminder
            2026-09-01 | 264.00 | reminder
            2026-10-01 | 396.00 | final_notice
            """,
            fires=True,
        ),
        DrawnStory(
            "One instalment was missed, a reminder came, and no more",
            date(2026, 11, 2),
            """
            2026-09-01 | 132.00 | reminder
            2026-10-01 | 132.00 | reminder
            """,
            fires=False,
        ),
        DrawnStory(
            "Much is owed, under an order, and has been for a year",
            date(2026, 11, 2),
            """
            2026-03-01 | 840.00 | liability_order
            2026-05-01 | 840.00 | liability_order
            2026-07-01 | 820.00 | liability_order
            2026-10-01 | 800.00 | liability_order
            """,
            fires=False,
        ),
        DrawnStory(
            "Three instalments were missed; then a plan was agreed, and less is owed than then",
            date(2026, 11, 2),
            """
            2026-07-01 | 132.00 | reminder     | | none | none
            2026-08-01 | 264.00 | reminder     | | none | none
            2026-09-01 | 396.00 | final_notice | | none | payment_plan
            2026-10-01 | 363.00 | final_notice | | none | payment_plan
            """,
            fires=False,
        ),
    )

    def measure(self, block: Block, as_of: int) -> Reading:
        """Weigh the rise in instalments and the steps of recovery over half a year, by the worst account."""
        book = _read(block.up_to(as_of), as_of)
        behind = np.divide(
            book.now - book.low, book.instalment, out=np.zeros_like(book.now), where=book.instalment > 0
        )
        behind = np.clip(behind, 0.0, MOST_INSTALMENTS)
        step = np.array(STAGE_POINTS)
        steps = np.maximum(step[book.stage] - step[book.stage_before], 0.0)
        changed = DISCOUNT_POINTS * (book.discount_changed >= 0) + BROKEN_POINTS * (book.plan == BROKEN)
        speaks = book.speaks & (book.plan != KEPT) & (book.plan != RESTS)
        points = np.where(speaks, INSTALMENT_POINTS * np.log1p(behind) + steps + changed, 0.0)

        worst = np.lexsort((points, book.home))
        worst = worst[np.append(book.home[worst][1:] != book.home[worst][:-1], True)[: len(worst)]]
        place = book.home[worst]

        def by_household(values: Floats | Whole, without: float = 0.0) -> Floats:
            column = np.full(len(block), without)
            column[place] = values[worst]
            return column

        since = by_household(np.where(points > 0, book.since, as_of), as_of)
        return Reading(
            weight=as_seed(by_household(points)),
            since=since.astype(np.int32),
            facts={
                "owed_then": by_household(book.low),
                "owed_now": by_household(book.now),
                "instalments": by_household(behind),
                "stage": by_household(book.stage),
                "discount_changed": by_household(book.discount_changed, -1),
                "plan": by_household(book.plan),
                "since": since,
            },
        )

    def explain(self, block: Block, facts: Mapping[str, float], as_of: int) -> Finding:
        """Say what was overdue then and is now, in instalments, and how far recovery has gone."""
        block = block.up_to(as_of)
        if int(facts["plan"]) == RESTS:
            return Finding(
                sentence="Council tax: in Breathing Space, so this leaves out what was overdue by then.",
                would_lower="Waiting until Breathing Space ends. A debt adviser can help meanwhile.",
                evidence=(int(block.record[-1]),),
            )
        then, now, number = facts["owed_then"], facts["owed_now"], facts["instalments"]
        was = pounds(then) if then else "nothing"
        sentence = f"Council tax: {pounds(now)} is overdue"
        if now > then:
            before = on_day(int(facts["since"]))
            sentence = f"Council tax: {was} was overdue before {before}, and {pounds(now)} is now"
        if number >= 0.5:
            sentence += f", about {many(number, 'monthly instalment')} more"
        stage = int(facts["stage"])
        if stage > NONE:
            sentence += (
                f"; {STAGES[stage]} has been sent" if stage < SUMMONS else f"; there is {STAGES[stage]}"
            )
        if facts["discount_changed"] >= 0:
            sentence += (
                f"; by {on_day(int(facts['discount_changed']))} the discount for one adult had changed"
            )
        sentence += PLANS[int(facts["plan"])]
        rows = block.record[block.occurred_on >= min(int(facts["since"]), as_of - WINDOW_DAYS)]
        return Finding(
            sentence=sentence + ".",
            would_lower="Paying the next instalments, or agreeing with the council to pay more slowly.",
            evidence=tuple(sorted((rows if len(rows) else block.record)[-EVIDENCE:].tolist())),
        )


NO_PLAN, KEPT, BROKEN, RESTS = range(4)
PLANS = ("", "; it is being paid off as agreed", "; it is not being paid off as agreed")


class _Book(NamedTuple):
    """What each account says: whose it is, and what it owes against the least of the last half year."""

    home: Whole
    speaks: Bools
    now: Floats
    low: Floats
    instalment: Floats
    """The account's own: the usual rise from one statement to the next."""
    stage: Whole
    stage_before: Whole
    since: Whole
    """The day of the rise from that least; where nothing rose, of the first step of recovery or change."""
    discount_changed: Whole
    """The day of the statement on which the discount was another, within the half year; -1: none."""
    plan: Whole
    """Whether a plan is kept or broken, or recovery rests, by the last statement."""


def _read(block: Block, as_of: int) -> _Book:
    """Read each account's statements in the order of their days.

    Before its first statement an account owed nothing, for one that owes nothing is silent; unless recovery
    had gone beyond a reminder by then, for then it is older than what we were told.
    """
    account, accounts, home = apart(block.row_household, block.columns["account"])
    order = np.lexsort((block.occurred_on, account))
    account, day = account[order], block.occurred_on[order].astype(np.int64)
    owed = np.maximum(block.columns["arrears"][order].astype(np.float64), 0.0)
    stage = np.maximum(block.columns["stage"][order].astype(np.int64), NONE)

    first = np.ones(len(order), np.bool_)
    first[1:] = account[1:] != account[:-1]
    fresh = stage <= REMINDER
    before = np.where(first, np.where(fresh, 0.0, owed), np.roll(owed, 1))
    stood = np.where(first, np.where(fresh, NONE, stage), np.roll(stage, 1))
    discount = block.columns["discount"][order].astype(np.int64)
    said_both = (discount >= 0) & (np.roll(discount, 1) >= 0)
    changed = ~first & said_both & (discount != np.roll(discount, 1))
    rise = owed - before
    lately, up = day > as_of - WINDOW_DAYS, rise > 0
    last = latest(account, np.arange(len(order)), accounts, without=0)
    untold = np.full(len(order), -1)
    arranged = block.columns.get("arrangement", untold)[order].astype(np.int64)
    agreed = np.flatnonzero(arranged == PLAN)
    began = earliest(account[agreed], agreed, accounts, without=0)
    plan = np.where(owed[last] <= owed[began], KEPT, BROKEN)

    low = _least(account[lately], np.minimum(owed, before)[lately], accounts, owed[last])
    rose = up & lately & (before == low[account]) & (owed[last] > low)[account]
    stepped = lately & (changed | (stage > stood))
    step_on = earliest(account[stepped], day[stepped], accounts, without=as_of)
    rose_on = latest(account[rose], day[rose], accounts, without=-1)
    return _Book(
        home=home,
        speaks=(as_of - day[last] <= SILENT_DAYS) & (owed[last] > 0),
        now=owed[last],
        low=low,
        instalment=middle(account[up], rise[up], accounts, without=0.0),
        stage=stage[last],
        stage_before=_least(account[lately], stood[lately], accounts, stage[last]).astype(np.int64),
        since=np.where(rose_on >= 0, rose_on, step_on),
        plan=np.select([arranged[last] == PLAN, arranged[last] == SPACE], [plan, RESTS], NO_PLAN),
        discount_changed=latest(account[changed & lately], day[changed & lately], accounts, without=-1),
    )


def _least(place: Ids, values: Floats | Whole, number: int, without: Floats | Whole) -> Floats:
    """The least of the values for each account, and ``without`` where it has none."""
    found = np.full(number, np.inf)
    np.minimum.at(found, place, values)
    return np.where(np.isinf(found), without, found)
