"""Tells workers what waits in the outbox: plan, claim, send, write down. Killed anywhere, it is run again.

A message is written before it is tried and claimed in a transaction of its own, so that of a message that
was begun and not ended one of two things is done: its provider is asked what became of it, or, where that
cannot be, it is marked unsure, is never sent again, and what it told of stands in the next day's digest.
"""

from collections import Counter
from datetime import datetime, timedelta

from sqlalchemy import Engine

from earlyhelp.alerts import rules
from earlyhelp.alerts.channel import Channel, Receipt, Ways
from earlyhelp.alerts.rules import DIGEST, Manners
from earlyhelp.errors import EarlyHelpError, PerhapsSent, SetUpWrong, SignInRefused, TryAgainLater
from earlyhelp.law.working_days import working_days_after
from earlyhelp.store.casework import messages, outbox
from earlyhelp.store.casework.messages import FAILED, LAPSED, UNSURE, WAITING, Kept
from earlyhelp.store.unit_of_work import reading

ABANDONED = timedelta(minutes=10)
"""After how long a claimed message is nobody's: far more than any channel waits for an answer."""
FOLLOWED = timedelta(days=4)
"""How long a provider is asked what became of a message: Notify itself tries for three days."""


def tell(engine: Engine, ways: Ways, now: datetime, manners: Manners, link: str) -> dict[str, int]:
    """Send what may be said now, each message once, and follow what was sent.

    Counts the messages that went out, the cases they tell of, what failed or is unsure, and the alerts that
    still wait. Raises `SetUpWrong` or `SignInRefused`, after all else is done, where a channel takes nothing
    before a person has helped; what it did not take waits.
    """
    counts: Counter[str] = Counter(messages=0, cases=0, failed=0, unsure=0, later=0)
    channels = [channel for channel in (ways.personal, ways.team) if channel]
    for channel in channels:
        _look_after(engine, channel, now, link)
    plan(engine, ways, now, manners)
    stopped = [] if rules.is_quiet(now, manners) else _send(engine, channels, now, link, counts)
    with reading(engine) as conn:
        counts["waiting"] = outbox.count_waiting(conn)
    if stopped:
        raise stopped[0]
    return dict(counts)


def plan(engine: Engine, ways: Ways, now: datetime, manners: Manners) -> None:
    """Take out of the outbox what is no longer true, and make messages of what may be said now."""
    day = rules.local_day(now)
    with engine.begin() as conn:
        outbox.hold(conn)
        messages.lapse_unsent(conn, day, now)
        outbox.give_back(conn, day)
        outbox.lapse(conn, day)
        if rules.digest_is_due(now, manners):
            outbox.remind(conn, day, working_days_after(day, 1, manners.division))
            outbox.rise(conn, day)
        lines = outbox.waiting(conn, day, manners.immediate)
        drafts = rules.plan(now, lines, messages.told(conn, day), manners)
        for draft in drafts:
            messages.write(conn, draft, day, ways.personal.name)
        if ways.team and any(draft.kind == DIGEST for draft in drafts):
            messages.write_for_team(conn, day, ways.team.name)


def _send(
    engine: Engine, channels: list[Channel], now: datetime, link: str, counts: Counter[str]
) -> list[EarlyHelpError]:
    """Try every message of today; a channel that needs a person's help is not tried further."""
    named = {channel.name: channel for channel in channels}
    stopped: dict[str, EarlyHelpError] = {}
    with reading(engine) as conn:
        ready = messages.to_send(conn, rules.local_day(now), now, link)
    for one in ready:
        if one.channel not in named or one.channel in stopped:
            continue
        try:
            _try(engine, named[one.channel], one, now, counts)
        except (SetUpWrong, SignInRefused) as needs_help:
            stopped[one.channel] = needs_help
    return list(stopped.values())


def _try(engine: Engine, channel: Channel, one: Kept, now: datetime, counts: Counter[str]) -> None:
    """Claim a message, send it, and write what became of it."""
    with engine.begin() as conn:
        if not messages.claim(conn, one, now):
            return
    try:
        receipt = channel.send(one.message)
    except TryAgainLater as busy:
        after = rules.try_again_after(now, one.attempts + 1)
        _settle(engine, one, WAITING, now, why=busy.code, try_after=after)
        counts["later"] += 1
    except PerhapsSent as broke:
        _settle(engine, one, UNSURE, now, why=broke.code)
        counts["unsure"] += 1
    except (SetUpWrong, SignInRefused) as needs_help:
        _settle(engine, one, WAITING, now, why=needs_help.code)
        raise
    else:
        _settle(engine, one, receipt.standing.value, now, why=receipt.why)
        if receipt.standing.value == FAILED:
            counts["failed"] += 1
        else:
            counts["messages"] += 1
            counts["cases"] += 0 if one.team else one.message.cases


def _look_after(engine: Engine, channel: Channel, now: datetime, link: str) -> None:
    """Find out what became of messages whose sender was killed, and of those under way."""
    asked = channel.knows_after is not None
    before = now - (ABANDONED if channel.knows_after is None else channel.knows_after)
    since = rules.local_day(now - FOLLOWED)
    with reading(engine) as conn:
        begun = messages.interrupted(conn, channel.name, before, link, unsure=asked)
        sent = messages.under_way(conn, channel.name, since, link) if asked else []
    if not asked:
        for one in begun:
            _settle(engine, one, UNSURE, now, why=PerhapsSent.code)
        return
    for one in [*begun, *sent]:
        try:
            found = channel.ask(one.message.reference)
        except TryAgainLater:
            return  # the next round asks again
        _as_found(engine, one, found, now)


def _as_found(engine: Engine, one: Kept, found: Receipt | None, now: datetime) -> None:
    """What the provider says; one that it never took goes back to be sent, if its day is not over."""
    if found:
        if found.standing.value != one.state:
            _settle(engine, one, found.standing.value, now, why=found.why)
    elif one.state in (messages.SENDING, UNSURE):
        over = one.message.day < rules.local_day(now)
        _settle(engine, one, LAPSED if over else WAITING, now)


def _settle(
    engine: Engine, one: Kept, state: str, now: datetime, *, why: str | None = None,
    try_after: datetime | None = None,
) -> None:  # fmt: skip
    """Write what became of a message, in a transaction of its own."""
    with engine.begin() as conn:
        messages.settle(conn, one, state, now, why=why, try_after=try_after)
