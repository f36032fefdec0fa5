"""What the house does, stage by stage: fetch, match, check, decide, alert.

Every stage may be killed and run again: each opens its own transactions, and running it twice is the same
as running it once. What a stage returns are counts, never data.
"""

import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from sqlalchemy import Engine

from earlyhelp import casework, judging
from earlyhelp.alerts.folder import Folder
from earlyhelp.alerts.message import Digest
from earlyhelp.casework import AddToCase, Decision, HandOver, LeaveAlone, OpenCase, Withdraw
from earlyhelp.checking import Check
from earlyhelp.fetching import backfill as backfill
from earlyhelp.fetching import fetch_agency as fetch_agency
from earlyhelp.fetching import fetch_feed as fetch_feed
from earlyhelp.fetching import replay_refused as replay_refused
from earlyhelp.matching import match as match_registers
from earlyhelp.policy import POLICY, Policy
from earlyhelp.progress import report
from earlyhelp.settings import settings
from earlyhelp.store import answers, cases, nights, packing, readings, refused, registers
from earlyhelp.store.feed_health import FeedHealth, feed_health
from earlyhelp.store.unit_of_work import reading
from earlyhelp.working_days import working_days_after
from schemas.feed import EventRow

log = logging.getLogger(__name__)


def begin_night(engine: Engine, day: date) -> bool:
    """Write that the night of that day has begun; False when it is complete already."""
    with engine.begin() as conn:
        return nights.begin(conn, day)


def match(engine: Engine, day: date) -> dict[str, int]:
    """Say who lives where, and count the rows that lead to no household."""
    with engine.begin() as conn:
        counts: dict[str, int] = {}
        matched = None
        if registers.registers_changed(conn):
            matched = match_registers(
                registers.read_homes(conn),
                registers.read_tenures(conn),
                registers.read_people(conn),
                registers.read_held(conn),
            )
            counts |= registers.write_matched(conn, matched, day)
        counts["households"] = readings.count_linked(conn)
        registers.mark_restricted(conn)
        counts |= registers.count_unmatched(conn, matched.unmatched if matched else {}, day)
    report("match", counts["rows_matched"], counts["rows_matched"])
    return counts


def run_checks(
    engine: Engine,
    checks: Mapping[str, Check],
    day: date,
    policy: Policy = POLICY,
    spread: judging.Spread | None = None,
) -> dict[str, int]:
    """Ask every check about every household, and keep what was heard until the next night.

    They are asked here, or wherever ``spread`` has it done: the answers are the same.
    """
    packing.pack(engine, _read_by(checks))
    with engine.begin() as conn:
        deaf = {silence.kind for silence in readings.silent_feeds(conn, day)}
        heard = judging.listen(conn, judging.Question(checks, day, deaf, policy, judging.AT_ONCE), spread)
        counts = {"households": heard.households}
        for name, check in checks.items():
            written = readings.write_readings(conn, day, name, check.version, heard.rows[name])
            counts[name] = heard.notable[name]
            log.info("check %s: %d notable, %d kept", name, heard.notable[name], written)
        counts["not_assessed"] = sum(check.reads.kind in deaf for check in checks.values())
    return counts


def rebuild(engine: Engine, checks: Mapping[str, Check]) -> dict[str, int]:
    """Pack every row anew that a check reads; counts by kind of feed. What was packed before is forgotten."""
    return {schema.kind: packing.repack(engine, [schema]) for schema in _read_by(checks)}


def _read_by(checks: Mapping[str, Check]) -> list[type[EventRow]]:
    """The kinds of rows that checks read, each once, in order of their names."""
    return sorted({check.reads for check in checks.values()}, key=lambda schema: schema.kind)


def decide(engine: Engine, checks: Mapping[str, Check], day: date, policy: Policy = POLICY) -> dict[str, int]:
    """Weigh, rank, decide and carry out, cases and alerts together in one transaction."""
    with engine.begin() as conn:
        asked = {check.reads.kind for check in checks.values()}
        silent = [s for s in readings.silent_feeds(conn, day) if s.kind in asked]
        candidates = judging.candidates(readings.read_readings(conn, day), checks, day, policy)
        decisions = casework.decide(
            candidates,
            cases.read_standing(conn),
            cases.read_cooling(conn, day, policy),
            cases.read_rooms(conn, day),
            frozenset(s.sector for s in silent),
            policy,
        )
        made = [d for d in decisions if isinstance(d, OpenCase | AddToCase)]
        said = judging.explain(conn, checks, made, day)
        look_by = working_days_after(day, policy.first_look_days)
        for done, decision in enumerate(decisions):
            report("decide", done + 1, len(decisions))
            if isinstance(decision, OpenCase):
                mine = said[decision.household]
                line = judging.reason(mine, silent, decision.scope)
                cases.open_case(conn, decision, mine, line, day, look_by, policy)
            elif isinstance(decision, AddToCase):
                mine = said[decision.household]
                line = judging.reason(mine, silent, decision.scope)
                cases.add_to_case(conn, decision, mine, line, day, look_by, policy)
            elif isinstance(decision, HandOver):
                cases.hand_over(conn, decision, day, look_by, policy)
            elif isinstance(decision, Withdraw):
                cases.withdraw(conn, decision, day, policy)
    return _counted(decisions)


def replay(engine: Engine, checks: Mapping[str, Check], day: date, policy: Policy = POLICY) -> dict[str, int]:
    """The same round as of any past day, as it was known then, with every desk empty; writes nothing."""
    with reading(engine) as conn:
        silent = readings.silent_feeds(conn, day)
        deaf = {silence.kind for silence in silent}
        heard = judging.listen(conn, judging.Question(checks, day, deaf, policy, judging.AT_ONCE))
        candidates = judging.candidates(judging.as_heard(conn, heard, day), checks, day, policy)
        rooms = cases.read_rooms(conn, day)
        unheard = frozenset(silence.sector for silence in silent)
        decisions = casework.decide(candidates, [], {}, rooms, unheard, policy)
    not_assessed = sum(check.reads.kind in deaf for check in checks.values())
    return {"households": heard.households, "not_assessed": not_assessed, **_counted(decisions)}


def alert(engine: Engine, outbox: Path, day: date) -> dict[str, int]:
    """Send what waits in the outbox: one message a worker, each once, even when killed in between."""
    channel = Folder(outbox)
    with reading(engine) as conn:
        waiting = cases.unsent(conn)
    for worker, address, count, look_by in waiting:
        digest = Digest(f"{day:%Y%m%d}-{worker}", address, count, look_by, settings().pages)
        channel.send(digest)
        with engine.begin() as conn:
            cases.mark_sent(conn, worker, datetime.now(UTC), channel.name)
    return {"messages": len(waiting), "cases": sum(count for _, _, count, _ in waiting)}


def end_night(
    engine: Engine, day: date, failed: Sequence[str], counts: Mapping[str, object]
) -> dict[str, dict[str, int]]:
    """Write how the night ended and what it counted; ``failed`` are agencies and stages that failed.

    Returns what is amiss with the feeds, as counts: rows far fewer (``low``) or more (``high``) than usual,
    with the limits, and changes of layout (``drift``) that nobody has looked at.
    """
    with engine.begin() as conn:
        refused.purge_quarantine(conn, day)
        answers.purge_answers(conn, day)
        amiss = {
            feed.feed: found for feed in feed_health(conn, day, datetime.now(UTC)) if (found := _amiss(feed))
        }
        nights.end(conn, day, failed, {**counts, "amiss": amiss})
    return amiss


def _amiss(feed: FeedHealth) -> dict[str, int]:
    """What is amiss with a feed, as counts; empty when nothing is."""
    found = {"drift": len(feed.drift)} if feed.drift else {}
    if feed.volume is not None and feed.volume.state != "usual":
        limits = {"at_least": round(feed.volume.low), "at_most": round(feed.volume.high)}
        found |= {feed.volume.state: feed.volume.rows, **limits}
    return found


def _counted(decisions: Sequence[Decision]) -> dict[str, int]:
    """How many of each decision, and of each reason for leaving alone."""
    counts = Counter(
        {
            "cases_opened": sum(isinstance(d, OpenCase) for d in decisions),
            "joint": sum(isinstance(d, OpenCase) and d.scope == casework.JOINT for d in decisions),
            "handed_over": sum(isinstance(d, HandOver) for d in decisions),
            "added": sum(isinstance(d, AddToCase) for d in decisions),
            "withdrawn": sum(isinstance(d, Withdraw) for d in decisions),
        }
    )
    counts.update(f"left: {d.reason}" for d in decisions if isinstance(d, LeaveAlone))
    return dict(counts)
