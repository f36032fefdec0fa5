"""The pages themselves. Each is handed a visit that was already let in (`earlyhelp.web.letting_in`)."""

from fastapi.responses import RedirectResponse, Response
from sqlalchemy import select

from earlyhelp.store.tables import worker
from earlyhelp.web import (
    break_glass,
    described,
    facts,
    household,
    in_contact,
    lists,
    managing,
    other_forms,
    personas,
    plan,
    pulled_in,
    pulling_in,
    reviewing,
    searching,
    sessions,
    signing_in,
    taking_back,
)
from earlyhelp.web.cookies import COOKIE as COOKIE
from earlyhelp.web.cookies import LOCAL_COOKIE as LOCAL_COOKIE
from earlyhelp.web.desk import Desk, Visit
from earlyhelp.web.letting_in import View
from earlyhelp.web.locks import number
from earlyhelp.web.your_cases import your_cases


def how_to_sign_in(desk: Desk, visit: Visit) -> Response:
    """Where somebody who is not signed in is sent."""
    return desk.page("sign_in.html", visit)


def continue_in(desk: Desk, visit: Visit) -> Response:
    """What a one-time link opens: a choice of worker. The link is not used up: programs open links too."""
    token = visit.request.path_params["token"]
    if not desk.demo or not sessions.link_is_fresh(visit.conn, token, visit.now):
        return _stale_link(desk)
    return desk.page("continue.html", personas=personas.personas(visit.conn), token=token)


def sign_in(desk: Desk, visit: Visit) -> Response:
    """Use the link up and open a session."""
    chosen = number(visit.form.get("worker", ""))
    known = visit.conn.scalar(select(worker.c.id).where(worker.c.id == chosen))
    if (
        not known
        or not desk.demo
        or not sessions.use_link(visit.conn, visit.request.path_params["token"], visit.now)
    ):
        return _stale_link(desk)
    if visit.key:
        sessions.close_session(visit.conn, visit.key)
    key = sessions.open_session(visit.conn, chosen, visit.now)
    answer = RedirectResponse("/", 303)
    answer.set_cookie(COOKIE, key, path="/", secure=True, httponly=True, samesite="lax")
    if visit.request.url.scheme == "http":
        answer.set_cookie(LOCAL_COOKIE, key, path="/", httponly=True, samesite="lax")
    return answer


def sign_out(desk: Desk, visit: Visit) -> Response:
    """End the session."""
    if visit.key:
        sessions.close_session(visit.conn, visit.key)
    answer = RedirectResponse("/sign-in", 303)
    answer.delete_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="lax")
    answer.delete_cookie(LOCAL_COOKIE, path="/", httponly=True, samesite="lax")
    return answer


def _stale_link(desk: Desk) -> Response:
    return desk.page(
        "problem.html",
        status=404,
        title="This link can no longer be used",
        lines=(
            "A sign-in link works once, within ten minutes of being made.",
            "Make another on the terminal: `earlyhelp serve` prints one when it starts.",
        ),
    )


VIEWS: dict[str, View] = {
    "GET /": your_cases,
    "GET /cases.json": other_forms.cases_json,
    "GET /openapi.json": described.described,
    "GET /search": searching.form,
    "POST /search": searching.search,
    "GET /in-contact": in_contact.form,
    "POST /in-contact": in_contact.ask,
    "GET /households/{reference}.json": other_forms.household_json,
    "GET /pull-ins/{reference}.json": other_forms.pull_in_json,
    "GET /manage.json": other_forms.manage_json,
    "GET /households/{reference}": household.household,
    "POST /households/{reference}/seen": household.looked_at,
    "POST /households/{reference}/decision": household.decide,
    "GET /households/{reference}/pull-in": pulling_in.form,
    "POST /households/{reference}/pull-in": pulling_in.ask,
    "POST /households/{reference}/pull-in/reply": pulling_in.take_down,
    "GET /households/{reference}/plan": plan.plan,
    "POST /households/{reference}/words": plan.take_down,
    "POST /households/{reference}/outcomes": plan.agree,
    "POST /households/{reference}/closing": plan.close,
    "GET /six-months/{reference}": plan.six_months,
    "POST /six-months/{reference}": plan.held,
    "GET /pull-ins/{reference}": pulled_in.pull_in,
    "POST /pull-ins/{reference}": pulled_in.answer,
    "GET /households/{reference}/facts/{kind}/{row}": facts.form,
    "POST /households/{reference}/facts/{kind}/{row}": facts.mark,
    "GET /fact-checks/{reference}": facts.owners_page,
    "POST /fact-checks/{reference}": facts.answer,
    "GET /manage": managing.manage,
    "POST /manage/place": managing.place,
    "POST /manage/cover": managing.cover,
    "GET /review": reviewing.queue,
    "GET /review/answers": taking_back.answers,
    "POST /review/household": taking_back.of_household,
    "GET /review/questions/{question}": reviewing.question,
    "POST /review/questions/{question}": reviewing.answer,
    "GET /review/questions/{question}/undo": taking_back.before,
    "POST /review/questions/{question}/undo": taking_back.take_back,
    "GET /break-glass": break_glass.form,
    "POST /break-glass": break_glass.broken,
    "POST /break-glass/read": break_glass.read,
    "GET /sign-in": how_to_sign_in,
    "GET /sign-in/{token}": continue_in,
    "POST /sign-in/{token}": sign_in,
    "POST /sign-out": sign_out,
    **lists.VIEWS,
    **signing_in.VIEWS,
}
"""What answers each route of the policy table."""
