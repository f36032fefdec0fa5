"""One household on one night, the whole sum: what each check said, each sector's clip, place and decision.

Everything is read as it was known on that day, so the page of a past night is the page of that night.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import numpy as np
from sqlalchemy import Connection, select

from earlyhelp.casework.agreeing import Agreement
from earlyhelp.casework.lines import lines as lines_of
from earlyhelp.casework.weighing import Weights, by_sector
from earlyhelp.checking.check import Check, Reading
from earlyhelp.chronology import day_number, day_of
from earlyhelp.errors import SetUpWrong
from earlyhelp.in_force import agreements
from earlyhelp.law.policy import POLICY, Policy, Sector
from earlyhelp.services.loading import load_once
from earlyhelp.settings import settings
from earlyhelp.store import nights, shared
from earlyhelp.store.events.blocks import load_block
from earlyhelp.store.judged import check_states, telling, verdicts, weighed, weights
from earlyhelp.store.tables import household, night
from earlyhelp.trust.states import State, named_in


@dataclass(slots=True)
class Sum:
    """The parts of one household's sum: sentences are there for what was notable."""

    weights: Weights
    readings: dict[str, Reading] = field(default_factory=dict)
    said: dict[str, str] = field(default_factory=dict)
    not_asked: dict[str, str] = field(default_factory=dict)


def explain(
    conn: Connection, checks: Mapping[str, Check], reference: str, day: date, policy: Policy = POLICY
) -> str:
    """The page about a household on a day. Raises `SetUpWrong` where it may not be shown here."""
    number = _household(conn, reference)
    moment = _ended(conn, day)
    said_of = check_states.standings(conn, moment)
    if moment is not None and said_of:  # a night knows of no check that came after it
        checks = {name: check for name, check in checks.items() if name in said_of}
    parts = _asked(conn, checks, number, day, moment, policy)
    lines = [f"Household {reference} as of {_day(day)}, from what was known on that day", ""]
    lines += ["What each check said (log-odds)", *_checks(parts, checks), ""]
    lines += [f"What each sector adds, between {policy.floor:+g} and {policy.ceiling:+g}"]
    total, sectors = _sectors(parts, checks, policy)
    lines += [*sectors, "", f"Weights, version {parts.weights.version}: {_times(parts.weights)}"]
    lines += [
        f"Total: {total:+.6f}",
        f"A check is notable from {policy.notable:g}, {_needed(conn, day, policy)}",
    ]
    return "\n".join([*lines, "", *_decided(conn, number, day, total), f"Policy {policy.version}", ""])


def _needed(conn: Connection, day: date, policy: Policy) -> str:
    """What a case needed that night, by scope where answers had raised it, and how agencies agreed."""
    kept = nights.of(conn, day)
    counts = kept[1].get("decide") if kept else None
    agreed = Agreement.told(counts if isinstance(counts, Mapping) else {})
    drawn = lines_of(verdicts.answered(conn, day), policy, agreed)
    raised = [
        f"{scope} {least:.2f}"
        for scope, least in sorted(drawn.items())
        if scope and least > policy.worth_raising
    ]
    told = f"; by workers' answers of half a year: {', '.join(raised)}" if raised else ""
    if agreed.of_need:
        told += (
            f". Two checks agreed on a household {agreed.seen:,} times, by chance {agreed.by_chance:,};"
            f" {agreed.of_need:,} more were expected"
        )
    return f"a case needs {drawn['']:.3g}{told}"


def _household(conn: Connection, reference: str) -> int:
    """Its number. A household marked for domestic abuse is read by a trained worker on its own page alone."""
    query = select(household.c.id, household.c.restricted_from).where(household.c.reference == reference)
    row = conn.execute(query).first()
    if row is None:
        raise SetUpWrong("there is no household of that reference; it stands in the address of its page")
    if row.restricted_from is not None:
        raise SetUpWrong("that household is not shown here: a trained worker sees it on its own page")
    return int(row.id)


def _ended(conn: Connection, day: date) -> datetime | None:
    """When the night of that day ended: what was promoted or fitted afterwards had no part in it."""
    ended: datetime | None = conn.execute(
        select(night.c.ended_at).where(night.c.day == day)
    ).scalar_one_or_none()
    return ended


def _asked(
    conn: Connection,
    checks: Mapping[str, Check],
    number: int,
    day: date,
    moment: datetime | None,
    policy: Policy,
) -> Sum:
    """Ask every check that was live that night, but for those whose feed was silent."""
    states = check_states.told(conn, checks, day, moment)
    live = {name: checks[name] for name in named_in(states, checks, State.LIVE)}
    silent = _silent(conn, {check.reads.kind for check in live.values()}, day)
    out = _kept_out(conn, day)
    weeks: dict[str, int] = {}
    for check in live.values():
        weeks[check.reads.kind] = max(check.weeks, weeks.get(check.reads.kind, 0))
    numbers = np.array([number])
    asked = [check for check in live.values() if check.reads.kind not in silent]
    once = load_once(conn, asked, numbers, day, out)
    parts = Sum(weights.running(conn, moment))
    for name, check in sorted(checks.items()):
        kind = check.reads.kind
        if name not in live:
            parts.not_asked[name] = f"{states[name].state}, so it adds nothing"
        elif kind in silent:
            parts.not_asked[name] = f"not asked: the feed of {kind.replace('_', ' ')} rows was silent"
        else:
            since = day - timedelta(weeks=weeks[kind])
            block = once.get(kind) or load_block(conn, check.reads, numbers, since, day, out.get(kind, set()))
            reading = parts.readings[name] = check.ask(block, day_number(day))
            if reading.weight[0] >= policy.notable:
                found = check.find(block, 0, reading, day_number(day))
                rows = ", ".join(str(row) for row in found.evidence)
                parts.said[name] = f"{found.sentence}\n    Rows of {kind}: {rows}"
    return parts


def _silent(conn: Connection, kinds: set[str], day: date) -> set[str]:
    """Kinds that were not asked that night, as it wrote down; where no night ran, by their newest row."""
    kept = nights.of(conn, day)
    if kept is not None and isinstance(counts := kept[1].get("checks"), Mapping):
        return {kind for kind in kinds if f"silent: {kind}" in counts}
    return {kind for kind in kinds if telling.silent_on(conn, kind)(day_number(day))}


def _kept_out(conn: Connection, day: date) -> dict[str, set[str]]:
    """Agencies whose rows of a kind no agreement let be used that night, or lets be used today."""
    found: dict[str, set[str]] = {}
    for when in (day, settings().day()):
        for kind, agencies in shared.kept_out(conn, shared.barred(conn, agreements(), when)).items():
            found.setdefault(kind, set()).update(agencies)
    return found


def _checks(parts: Sum, checks: Mapping[str, Check]) -> Iterator[str]:
    for name, check in sorted(checks.items()):
        head = f"  {name}, version {check.version} ({check.sector.value}, {check.factor.value}): "
        if name in parts.not_asked:
            yield head + parts.not_asked[name]
            continue
        reading = parts.readings[name]
        yield head + f"{reading.weight[0]:+.6f}"
        if reading.weight[0] != 0:
            facts = "; ".join(
                f"{fact} {float(column[0]):.3f}" for fact, column in sorted(reading.facts.items())
            )
            yield f"    {facts}; since {_day(day_of(reading.since[0]))}"
        if name in parts.said:
            yield f"    {parts.said[name]}"


def _sectors(parts: Sum, checks: Mapping[str, Check], policy: Policy) -> tuple[float, list[str]]:
    """The total, and a line for each sector: the plain sum and the clipped one."""
    sector_of = {name: checks[name].sector for name in parts.readings}
    clipped = by_sector(parts.readings, sector_of, policy, parts.weights)
    lines = []
    for sector, weight in clipped.items():
        plain = sum(_weighed(parts, name) for name, whose in sector_of.items() if whose == sector)
        lines.append(f"  {Sector(sector).value}: {plain:+.6f}, so {float(weight[0]):+.6f}")
    return float(sum(weight[0] for weight in clipped.values())), lines


def _weighed(parts: Sum, name: str) -> float:
    return float(parts.readings[name].weight[0]) * parts.weights.times.get(name, 1.0)


def _times(by: Weights) -> str:
    """By how much each check's own log-odds are multiplied."""
    return "; ".join(f"{name} times {times:g}" for name, times in sorted(by.times.items())) or "each as it is"


def _decided(conn: Connection, number: int, day: date, total: float) -> Iterator[str]:
    """Place and decision, as that night kept them."""
    kept = weighed.of(conn, number, day)
    if kept is None:
        yield "Place and decision: none is on record; it was not weighed that night, or left alone long ago"
        return
    yield f"Place: {kept.place:,} of {kept.of:,} weighed that night" + (
        ", drawn by lot" if kept.by_lot else ""
    )
    yield f"Decision: {kept.decision}: {kept.why}"
    if abs(kept.total - total) > 1e-9:
        yield f"That night's total was {kept.total:+.6f}: what it was known by has since been matched anew"


def _day(day: date) -> str:
    """4 March 2026."""
    return f"{day.day} {day:%B %Y}"
