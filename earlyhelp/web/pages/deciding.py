"""The decision on a household's page: what is asked, what was answered, and what the worker saw."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select

from earlyhelp.keywork.answers import DATED, LONGEST_LATER, Answer, Given, NotRight, problems
from earlyhelp.law.working_days import is_working_day, working_days_after
from earlyhelp.store.casework.decisions import Saw
from earlyhelp.store.tables import look
from earlyhelp.web.desk import Desk, Visit
from earlyhelp.web.entry.locks import number
from earlyhelp.web.shown.answers import ANSWERS, NOT_RIGHT
from earlyhelp.web.shown.reading import Reason
from earlyhelp.web.shown.sources import Freshness
from earlyhelp.web.words import short_day

STEP_IN = (1, 2, 3, 5, 10)
"""Working days within which a next step may be planned."""
ANSWER_IN = (3, 5, 10)
"""Working days within which an agency is asked to answer."""
WEEKS = tuple(range(1, LONGEST_LATER.days // 7 + 1))
NEW_SINCE = "Something new arrived while you were reading. Read “Why you see this” again, then answer."


def asked(desk: Desk, visit: Visit, reasons: Sequence[Reason], wrong: Mapping[str, str]) -> dict[str, Any]:
    """What the decision form needs: the answers, the days to choose from, and what was filled in."""
    return {
        "answers": ANSWERS,
        "not_right": NOT_RIGHT,
        "days": days(visit.today),
        "given": visit.form,
        "problems": wrong,
        "newest_signal": max((one.number for one in reasons), default=0),
        "recorded": visit.request.query_params.get("recorded"),
    }


def days(today: date) -> dict[str, list[tuple[str, str]]]:
    """The days to choose from, for each answer that names one: working days, soonest first."""
    choices = {
        Answer.CONTACT: [working_days_after(today, count) for count in STEP_IN],
        Answer.ASK: [working_days_after(today, count) for count in ANSWER_IN],
        Answer.LATER: [_open_by(today + timedelta(weeks=weeks)) for weeks in WEEKS],
    }
    return {
        answer.value: [(day.isoformat(), short_day(day)) for day in dict.fromkeys(some)]
        for answer, some in choices.items()
    }


def _open_by(day: date) -> date:
    """That day, or the last working day before it."""
    while not is_working_day(day):
        day -= timedelta(days=1)
    return day


def read(
    form: Mapping[str, str], reasons: Sequence[Reason], today: date
) -> tuple[Given | None, dict[str, str]]:
    """What was answered, and what is wrong with it by field; no answer at all is a problem too."""
    try:
        answer = Answer(form.get("answer", ""))
    except ValueError:
        return None, {"answer": "Choose what happens next"}
    given = Given(
        answer=answer,
        why=form.get("why", ""),
        due_on=day_of(form.get(f"due_{answer.value}", "")) if answer in DATED else None,
        not_right=_not_right(form) if answer is Answer.NOT_RIGHT else None,
        wrong=frozenset(one.name for one in reasons if f"wrong_{one.name}" in form),
    )
    found = problems(given, today)
    newest = number(form.get("saw", ""))
    if any(one.number > newest for one in reasons):
        found = {"answer": NEW_SINCE, **found}
    return given, found


def saw(visit: Visit, reasons: Sequence[Reason], fresh: Freshness) -> Saw:
    """What the worker had before them when they answered."""
    opened_at = visit.conn.execute(
        select(func.max(look.c.at)).where(
            look.c.worker_id == visit.signed_in.id,
            look.c.household_id == visit.household.household_id,
            look.c.page == "household",
            look.c.allowed.is_(True),
        )
    ).scalar()
    return Saw({one.name: (one.number, one.version) for one in reasons}, fresh.silent, opened_at)


def _not_right(form: Mapping[str, str]) -> NotRight | None:
    said = form.get("not_right", "")
    return NotRight(said) if said in list(NotRight) else None


def day_of(text: str) -> date | None:
    """The day that a form names; None when it names none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
