"""What an engineer is to look at: a night that is not done, feeds that are silent, an outbox that is stuck.

Engineers are told through Prefect (`flows.alarms`), never through the channels of key workers.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import Engine

from earlyhelp.alerts.rules import LONDON, Manners
from earlyhelp.law.working_days import is_working_day, working_days_after
from earlyhelp.store import nights
from earlyhelp.store.casework import messages, outbox
from earlyhelp.store.judged import readings
from earlyhelp.store.unit_of_work import reading

NIGHT_ENDS = time(5)
"""By when a night is to be done: work begins at eight, and a second try takes its time."""


@dataclass(frozen=True, slots=True)
class Amiss:
    """What is amiss, in codes and counts: ``night`` is the state of today's night where it is not done.

    ``untold_days`` says for how many days the oldest alert has waited, where that is longer than a working
    day; ``lapsed`` counts messages of the last two days that no provider took.
    """

    day: date
    night: str | None
    silent: tuple[str, ...]
    untold_days: int
    lapsed: int

    @property
    def stuck(self) -> bool:
        """Whether the outbox does not empty."""
        return bool(self.untold_days or self.lapsed)


def amiss(engine: Engine, now: datetime, manners: Manners) -> Amiss:
    """What is amiss at a moment."""
    local = now.astimezone(LONDON)
    day = local.date()
    with reading(engine) as conn:
        night = nights.of(conn, day)
        silent = tuple(sorted(silence.feed for silence in readings.silent_feeds(conn, day)))
        oldest = outbox.oldest_waiting(conn)
        lapsed = messages.count_states(conn, day - timedelta(days=2)).get(messages.LAPSED, 0)
    state = night[0] if night else "none"
    return Amiss(
        day,
        state if local.time() >= NIGHT_ENDS and state not in ("complete", "partial") else None,
        silent,
        (day - oldest).days if oldest and overdue(oldest, local, manners) else 0,
        lapsed,
    )


def overdue(noted: date, local: datetime, manners: Manners) -> bool:
    """Whether an alert of that day ought to have been told: its digest's hour, and an hour more, are past.

    What was noted on a working day after its digest went out waits for the next working day's.
    """
    due = noted if is_working_day(noted, manners.division) else working_days_after(noted, 1, manners.division)
    latest = working_days_after(due, 1, manners.division)
    return local >= datetime.combine(latest, manners.digest_at, LONDON) + timedelta(hours=1)
