"""What the house does, stage by stage: fetch, match, check, decide, alert.

Every stage may be killed and run again: each opens its own transactions, and running it twice is the same
as running it once. What a stage returns are counts, never data.
"""

import logging
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime

from sqlalchemy import Engine

from earlyhelp.alerts.channel import Ways
from earlyhelp.alerts.ways import open_ways
from earlyhelp.casework import deciding
from earlyhelp.casework.decisions import (
    AddToCase,
    Ease,
    HandOver,
    OpenCase,
    Withdraw,
)
from earlyhelp.casework.lines import lines
from earlyhelp.checking.check import Check
from earlyhelp.in_force import agreements, lawful
from earlyhelp.keywork import worsening
from earlyhelp.law.policy import POLICY, Policy
from earlyhelp.law.working_days import working_days_after
from earlyhelp.progress import report
from earlyhelp.services import judging, linking
from earlyhelp.services.audible import audible, standing_in
from earlyhelp.services.listening import Question, Spread, listen
from earlyhelp.services.recording import counted, weighed_of
from earlyhelp.services.sparing import spare
from earlyhelp.services.telling import tell
from earlyhelp.settings import settings
from earlyhelp.store import nights, shared
from earlyhelp.store.casework import cases, put_off
from earlyhelp.store.events import packing
from earlyhelp.store.incoming import answers, refused
from earlyhelp.store.incoming.feed_health import FeedHealth, feed_health
from earlyhelp.store.judged import check_states, readings, verdicts, weighed, weights
from earlyhelp.trust.states import State, named_in
from schemas.feed import EventRow

log = logging.getLogger(__name__)


def begin_night(engine: Engine, day: date) -> bool:
    """Write that the night of that day has begun; False when it is complete already.

    What may no longer be used, because its sharing agreement has ended, leaves the open cases first.
    """
    with engine.begin() as conn:
        out = shared.kept_out(conn, shared.barred(conn, agreements(), day))
        shared.retire(conn, out, day, POLICY)
        return nights.begin(conn, day)


def match(engine: Engine, day: date) -> dict[str, int]:
    """Say who lives where, and count the rows that lead to no household."""
    with engine.begin() as conn:
        counts = linking.match_all(conn, day)
    report("match", counts["rows_matched"], counts["rows_matched"])
    return counts


def run_checks(
    engine: Engine,
    checks: Mapping[str, Check],
    day: date,
    policy: Policy = POLICY,
    spread: Spread | None = None,
) -> dict[str, int]:
    """Ask every check about every household, and keep what was heard until the next night.

    A check in shadow is asked and counted, no more; one that is paused or retired is not asked. They are
    asked here, or wherever ``spread`` has it done: the answers are the same.
    """
    packing.pack(engine, _read_by(checks))
    with engine.begin() as conn:
        states, paused = check_states.settle(conn, checks, day)
        checks, shadow = (standing_in(checks, states, state) for state in (State.LIVE, State.SHADOW))
        _, deaf, out = audible(conn, day, day)
        heard = listen(conn, Question(checks, day, deaf, policy, out, shadow), spread)
        counts = {"households": heard.households}
        for name, (notable, beside) in heard.shadow.items():
            check_states.keep_shadow(conn, day, shadow[name].version, name, notable, beside)
            counts[f"shadow: {name}"] = notable
        counts |= {f"paused itself: {name}": 1 for name in paused}
        counts |= {f"silent: {kind}": 1 for kind in deaf & {check.reads.kind for check in checks.values()}}
        for name, check in checks.items():
            written = readings.write_readings(conn, day, name, check.version, heard.rows.get(name, []))
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
        states = check_states.told(conn, checks, day)
        unasked = frozenset({*checks, *states} - {*named_in(states, checks, State.LIVE)})
        checks = standing_in(checks, states, State.LIVE)
        asked = {check.reads.kind for check in checks.values()}
        policy = lawful(policy, day)
        everywhere, deaf, out = audible(conn, day, day)
        silent = [s for s in everywhere if s.kind in asked]
        spared = spare(conn, cases.read_standing(conn))
        heard = [one for one in readings.read_readings(conn, day) if one.household not in spared.left_alone]
        candidates = judging.candidates(heard, checks, day, policy, weights.running(conn))
        agreed = judging.agreed(heard, checks, readings.count_households(conn), policy)
        decisions = deciding.decide(
            candidates,
            spared.standing,
            cases.read_cooling(conn, day, policy),
            cases.read_rooms(conn, day),
            frozenset(s.sector for s in silent),
            policy,
            unasked,
            lots=weighed.lots(conn, day),
            lines=lines(verdicts.answered(conn, day), policy, agreed),
        )
        decisions += spared.withdrawn
        weighed.keep(conn, day, weighed_of(candidates, decisions))
        made = [d for d in decisions if isinstance(d, OpenCase | AddToCase)]
        said = judging.explain(conn, checks, made, day, out, deaf)
        look_by = working_days_after(day, policy.first_look_days, settings().bank_holidays)
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
            elif isinstance(decision, Ease):
                cases.ease(conn, decision, day, policy)
        sectors = {name: check.sector for name, check in checks.items()}
        worse = worsening.wake(put_off.read_put_off(conn, sectors), policy)
        woken = put_off.wake(conn, worse, day, look_by, policy)
        waiting = weighed.backlog(conn, day)
    counts = {**counted(decisions), **agreed.counts(), "woken": woken}
    if waiting.held:
        counts |= {"held_back": waiting.held}
        counts |= {} if waiting.nights is None else {"nights_to_work": waiting.nights}
    return counts


def alert(engine: Engine, ways: Ways | None = None, now: datetime | None = None) -> dict[str, int]:
    """Tell workers what they may be told now, through the council's channels (`services.telling`)."""
    ours = settings()
    through = ways or open_ways(ours.alerts, ours.alerts_team, ours.outbox)
    return tell(engine, through, now or ours.now(), ours.manners, ours.pages)


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
