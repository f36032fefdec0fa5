"""When a worker is told, and of what: one digest on a working day, little else, and nothing in quiet time.

Pure: the moment is handed in. What may not be said now waits, and is never dropped (ui.md 3.4: repeats and
irrelevance are what make people stop reading, so there are few messages and none says the same twice).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from earlyhelp.law.working_days import ENGLAND_AND_WALES, is_working_day

LONDON = ZoneInfo("Europe/London")
DIGEST, IMMEDIATE = "digest", "immediate"


@dataclass(frozen=True, slots=True)
class Manners:
    """The council's hours and exceptions; the defaults are those of ui.md 3.4.

    All times are London's. Quiet is from ``quiet_from`` until ``quiet_until`` and on every day that is no
    working day in ``division``. ``immediate`` names the classes that do not wait for the digest: checks, or
    causes of an alert; of such messages one worker gets ``immediate_a_day`` at most.
    """

    digest_at: time = time(8, 30)
    quiet_from: time = time(18)
    quiet_until: time = time(8)
    division: str = ENGLAND_AND_WALES
    immediate: frozenset[str] = frozenset()
    immediate_a_day: int = 2


@dataclass(frozen=True, slots=True)
class Line:
    """One thing in the outbox that is still true and that its worker has not been told.

    ``classes`` are its cause and the checks that spoke.
    """

    id: int
    worker: int
    classes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Told:
    """Which messages a worker has been sent today, or will be once the provider answers."""

    digest: bool = False
    immediate: int = 0


@dataclass(frozen=True, slots=True)
class Draft:
    """A message to be made: ``number`` tells those of one kind, worker and day apart."""

    worker: int
    kind: str
    number: int
    lines: tuple[int, ...]


def local_day(moment: datetime) -> date:
    """The day it is in London."""
    return moment.astimezone(LONDON).date()


def is_quiet(moment: datetime, manners: Manners) -> bool:
    """Whether nobody is to be disturbed: evenings, nights, weekends and bank holidays."""
    local = moment.astimezone(LONDON)
    if not is_working_day(local.date(), manners.division):
        return True
    return not manners.quiet_until <= local.time() < manners.quiet_from


def digest_is_due(moment: datetime, manners: Manners) -> bool:
    """Whether today's digest may go out: from the council's hour until quiet time begins."""
    return not is_quiet(moment, manners) and moment.astimezone(LONDON).time() >= manners.digest_at


def plan(moment: datetime, lines: Iterable[Line], told: Mapping[int, Told], manners: Manners) -> list[Draft]:
    """The messages to make now, at most one for each worker; nobody without a line gets one.

    From the council's hour a digest takes up everything that waits. Before it, and after it has gone, only
    what is of a named class goes out; all else waits for the next working day's digest.
    """
    if is_quiet(moment, manners):
        return []
    waiting: dict[int, list[Line]] = {}
    for line in lines:
        waiting.setdefault(line.worker, []).append(line)
    drafts = (
        _for_one(worker, mine, told.get(worker, Told()), digest_is_due(moment, manners), manners)
        for worker, mine in sorted(waiting.items())
    )
    return [draft for draft in drafts if draft]


def _for_one(worker: int, mine: list[Line], told: Told, due: bool, manners: Manners) -> Draft | None:
    if due and not told.digest:
        return Draft(worker, DIGEST, 0, tuple(line.id for line in mine))
    urgent = tuple(line.id for line in mine if line.classes & manners.immediate)
    if urgent and told.immediate < manners.immediate_a_day:
        return Draft(worker, IMMEDIATE, told.immediate, urgent)
    return None


def try_again_after(moment: datetime, attempts: int) -> datetime:
    """When to try a provider again that did not take a message: 5, 15, then every 45 minutes."""
    return moment + timedelta(minutes=min(5 * 3 ** (attempts - 1), 45))
