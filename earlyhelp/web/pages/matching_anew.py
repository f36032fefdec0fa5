"""Matching anew after an answer: a reviewer waits for a moment, and in a large register not for its end.

One matching at a time, in a thread of its own. The answer is committed before: should anything be killed, the
next night makes it good.
"""

from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet

from fastapi.responses import Response

from earlyhelp.plugins import checks as every_check
from earlyhelp.store.people import undoing
from earlyhelp.store.people.undoing import Undone
from earlyhelp.web.desk import Desk, Visit

PATIENCE = 4.0
"""Seconds that a page waits: whoever waits longer without a word believes that it is broken (our choice)."""
BECAME = {
    "withdrawn": "Its case was withdrawn: nothing else bore it out.",
    "closed": "Its case had been closed before.",
    "eased": "Its case stays, with less to bear it out.",
    "kept": "Its case stays: what is left bears it out.",
}
_ONE_AT_A_TIME = ThreadPoolExecutor(1, "matching-anew")

Report = list[tuple[Undone, str]]


def followed(desk: Desk, visit: Visit) -> Report | None:
    """Commit what was answered, match and judge anew, and give the cases that rested on what did not hold.

    None where that takes longer than anybody should wait: it goes on, and the report stands at
    ``/review/followed``. Nothing is read or written in the meantime.
    """
    known = {(one.case, one.day, one.rows) for one in undoing.undone(visit.conn)}
    visit.keep()
    from earlyhelp.services.matching import rematch  # slow to import, and seldom needed

    at_work = _ONE_AT_A_TIME.submit(rematch, desk.engine, every_check(), visit.today)
    try:
        at_work.result(PATIENCE)
    except NotYet:
        return None
    return [one for one in _told(visit) if (one[0].case, one[0].day, one[0].rows) not in known]


def today(desk: Desk, visit: Visit) -> Response:
    """What followed from what was taken back today, by whomever."""
    report = [one for one in _told(visit) if one[0].day == visit.today]
    return desk.page("review_followed.html", visit, report=report)


def _told(visit: Visit) -> Report:
    """The newest cases that rested on a match that did not hold; of guarded ones for the trained alone."""
    trained = visit.signed_in.domestic_abuse_trained
    found = undoing.undone(visit.conn)
    return [(one, BECAME[one.became]) for one in found if trained or not one.restricted]
