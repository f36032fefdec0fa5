"""Their words and what was agreed: the story, goals, steps, skills and offers; outcomes; and closing."""

from typing import Any

from fastapi.responses import RedirectResponse, Response

from earlyhelp.keywork.ending import ENDINGS, Ending, problems
from earlyhelp.law.policy import POLICY
from earlyhelp.store.casework import outcomes, own_words
from earlyhelp.web.desk import Desk, Visit
from earlyhelp.web.entry.locks import number
from earlyhelp.web.shown import reading
from earlyhelp.web.shown.case_list import RESTRICTED_TITLE

LONGEST = 4_000
EMPTY = "Write it down first, in their own words"
TOO_LONG = f"Shorten it to {LONGEST:,} letters"


def plan(desk: Desk, visit: Visit, wrong: dict[str, str] | None = None) -> Response:
    """The page; nothing of it comes from an agency."""
    return desk.page(
        "plan.html",
        visit,
        status=422 if wrong else 200,
        about=visit.household,
        problems=wrong or {},
        given=visit.form if wrong else {},
        endings=ENDINGS,
        **summary(visit),
    )


def summary(visit: Visit) -> dict[str, Any]:
    """What was told and agreed so far, for this page and the household's."""
    about = visit.household
    words = own_words.all_of(visit.conn, about.household_id)
    return {
        "stories": own_words.versions(visit.conn, about.household_id),
        "goals": [one for one in words if one.kind == "goal"],
        "steps": [one for one in words if one.kind == "step"],
        "skills": [one for one in words if one.kind == "skill"],
        "offers": [one for one in words if one.kind == "offer"],
        "outcomes": outcomes.of_case(visit.conn, about.case_id),
        "eased": outcomes.eased(visit.conn, about.case_id, visit.today, POLICY),
    }


def take_down(desk: Desk, visit: Visit) -> Response:
    """Keep what the household said: a new version of its story, or one more thing in its words."""
    about, who, form = visit.household, visit.signed_in.id, visit.form
    what, words = form.get("what", ""), form.get("words", "").strip()
    row = number(form.get("number", ""))
    if what == "done" and row:
        own_words.done(visit.conn, about.household_id, row, visit.today)
    elif not words or len(words) > LONGEST:
        return plan(desk, visit, {what: TOO_LONG if words else EMPTY})
    elif what == "story":
        shared = "shared" in form
        own_words.tell(visit.conn, about.household_id, words, who, visit.today, shared=shared)
    elif what in own_words.KINDS:
        goals = {one.id for one in own_words.all_of(visit.conn, about.household_id) if one.kind == "goal"}
        goal = row if what == "step" and row in goals else None
        own_words.note(visit.conn, about.household_id, what, words, who, visit.today, goal)
    else:
        return desk.not_found()
    return _back(visit)


def agree(desk: Desk, visit: Visit) -> Response:
    """An outcome is agreed with the household, reached or let go."""
    about, form = visit.household, visit.form
    what, words = form.get("what", ""), form.get("words", "").strip()
    row = number(form.get("number", ""))
    if what in (outcomes.REACHED, outcomes.LET_GO) and row:
        outcomes.settle(visit.conn, about.case_id, row, what, visit.today)
    elif what == "agree" and words and len(words) <= LONGEST:
        outcomes.agree(visit.conn, about.case_id, words, visit.signed_in.id, visit.today)
    elif what == "agree":
        return plan(desk, visit, {"agree": TOO_LONG if words else EMPTY})
    else:
        return desk.not_found()
    return _back(visit)


def close(desk: Desk, visit: Visit) -> Response:
    """Close the case after help, with a reason; it may come back, and what was done stands first then."""
    about, said = visit.household, visit.form.get("ending", "")
    ending = Ending(said) if said in list(Ending) else None
    reached = [one for one in outcomes.of_case(visit.conn, about.case_id) if one.state == outcomes.REACHED]
    why = visit.form.get("why", "")
    wrong = problems(ending, why, len(reached))
    if wrong or ending is None:
        return plan(desk, visit, wrong)
    outcomes.close(
        visit.conn, about.case_id, ending, why, visit.signed_in.id,
        day=visit.today, at=visit.now, policy=POLICY,
    )  # fmt: skip
    return RedirectResponse("/?recorded=ended", 303)


def six_months(desk: Desk, visit: Visit) -> Response:
    """What was reached half a year ago: has it held?"""
    about = visit.household
    found = [one for one in outcomes.of_case(visit.conn, about.case_id) if one.check_on]
    row = {"household_id": about.household_id, "uprn": about.uprn, "scope": about.scope}
    named = [] if about.restricted_from else [row]
    titles = reading.titles(visit.conn, named, visit.signed_in, desk.sources, visit.today)
    return desk.page(
        "six_months.html", visit, about=about, outcomes=found,
        title=titles.get(about.household_id, RESTRICTED_TITLE),
        case_reference=visit.request.path_params["reference"],
    )  # fmt: skip


def held(desk: Desk, visit: Visit) -> Response:
    """Keep whether an outcome has held, and what was said."""
    form, about = visit.form, visit.household
    row = number(form.get("number", ""))
    if not row or form.get("held") not in ("yes", "no"):
        return desk.not_found()
    outcomes.hold(
        visit.conn,
        about.case_id,
        row,
        held=form["held"] == "yes",
        words=form.get("words", "")[:LONGEST],
        day=visit.today,
    )
    return RedirectResponse(f"/six-months/{visit.request.path_params['reference']}", 303)


def _back(visit: Visit) -> Response:
    return RedirectResponse(f"/households/{visit.household.reference}/plan", 303)
