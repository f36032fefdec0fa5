"""Letting somebody in to a page: who is it, may they, write it down, and only then read."""

from collections.abc import Callable
from dataclasses import replace
from typing import Annotated

from fastapi import Depends, Request
from fastapi.responses import RedirectResponse, Response

from earlyhelp.in_force import agreements
from earlyhelp.store.casework import fact_checks, pull_ins
from earlyhelp.store.people import reviews
from earlyhelp.store.shared import barred
from earlyhelp.store.unit_of_work import Work
from earlyhelp.web import confirming
from earlyhelp.web.desk import Desk, Visit
from earlyhelp.web.entry import access, sessions
from earlyhelp.web.entry.cookies import COOKIE, LOCAL_COOKIE
from earlyhelp.web.entry.doors import Door, Rule
from earlyhelp.web.entry.locks import form_sent, from_our_page, named
from earlyhelp.web.shown.review_words import QUESTION

View = Callable[[Desk, Visit], Response]
FORGED = ("Nothing was changed.", "Go back to the page, load it again and try once more.")
TOO_OFTEN = ("Nobody was signed in.", "Wait a minute and try once more.")


def behind(desk: Desk, rule: Rule, view: View) -> Callable[..., Response]:
    """A view behind its door: who is it, may they, write it down, and only then read."""

    def answer(request: Request, form: Annotated[dict[str, str], Depends(form_sent)]) -> Response:
        named(request)
        key = request.cookies.get(COOKIE) or (request.cookies.get(LOCAL_COOKIE) if desk.demo else None)
        now = desk.now()
        with Work(desk.engine) as work:
            reader = sessions.reader(work.conn, key, now)
            visit = Visit(request, work.conn, form, desk.today(), now, key if reader else None, reader)
            unused = {one.feed for one in barred(work.conn, agreements(), visit.today)}
            today = replace(desk, sources=desk.sources.without(unused)) if unused else desk
            reply = _not_so_often(today, rule, visit) or _at_the_door(today, rule, view, visit)
            visit.keep()
        return reply

    return answer


def _not_so_often(desk: Desk, rule: Rule, visit: Visit) -> Response | None:
    """The answer to whoever tries to sign in too often; None where nothing is amiss."""
    address = visit.request.client.host if visit.request.client else ""
    if not rule.limited or visit.reader or desk.rates.allows(address, visit.now):
        return None
    answer = desk.page("problem.html", status=429, title="Too many tries", lines=TOO_OFTEN)
    answer.headers["Retry-After"] = "60"
    return answer


def _at_the_door(desk: Desk, rule: Rule, view: View, visit: Visit) -> Response:
    """What needs no household to be decided: forged forms, open pages, and nobody signed in."""
    if visit.request.method == "POST" and not from_our_page(visit.request, visit.form, visit.key):
        return desk.page("problem.html", status=403, title="That did not come from our page", lines=FORGED)
    if rule.door in (Door.OPEN, Door.LINK):
        return view(desk, visit)
    if visit.reader is None:
        return RedirectResponse("/sign-in", 303)
    if desk.council and (answer := confirming.asked_first(desk, visit, visit.reader)):
        return answer
    return _let_in(desk, rule, view, visit)


def _let_in(desk: Desk, rule: Rule, view: View, visit: Visit) -> Response:
    """Decide, record, and serve or refuse; the record commits with what was read, before it is sent."""
    who, about = visit.signed_in, None
    found = access.Relation(True, "their own list")
    if rule.door in (Door.CASE, Door.HOLDER):
        about = access.subject(visit.conn, visit.request.path_params["reference"])
        found = access.relation(rule.door, who, about)
        if rule.door is Door.CASE and not found.whole:
            found = access.through_glass(visit.conn, who, about, visit.now) or found
    elif rule.door is Door.MANAGER:
        found = access.managing(who)
    elif rule.door is Door.EMERGENCY:
        found = access.in_an_emergency(who)
    elif rule.door is Door.REVIEWER:
        found = access.reviewing(who)
    elif rule.door is Door.QUESTION:
        return _let_review(desk, rule, view, visit)
    elif rule.door is Door.CASEWORKER:
        found = access.asking(who, agreements().gateways(visit.today))
    elif rule.door is Door.CLOSED:
        about = access.closed_subject(visit.conn, visit.request.path_params["reference"])
        found = access.relation(rule.door, who, about)
    elif rule.door is Door.PULLED_IN:
        visit, about, found = _asked(visit)
    elif rule.door is Door.DATA_OWNER:
        visit, about, found = _marked(visit)
    if rule.page:
        visit.look(rule.page, about, found)
    if not found.allowed:
        return desk.not_found()
    return view(desk, replace(visit, about=about, whole=found.whole))


def _let_review(desk: Desk, rule: Rule, view: View, visit: Visit) -> Response:
    """The same for a question about two records: a look at each household to which one of them leads."""
    who, name = visit.signed_in, visit.request.path_params["question"]
    found = access.reviewing(who)
    shaped, both = QUESTION.fullmatch(name), None
    if found.allowed and shaped:
        both = reviews.both_sides(visit.conn, name, trained=who.domestic_abuse_trained)
    if found.allowed:
        found = replace(
            found, allowed=both is not None, because=f"reviewer, {name if shaped else 'no question'}"
        )
    homes = {side.household for side in (both.left, both.right)} if both else set()
    for home in sorted(homes - {None}, key=str) or [None]:
        visit.look_at(rule.page or "", home, found)
    return view(desk, replace(visit, two=both)) if both else desk.not_found()


def _asked(visit: Visit) -> tuple[Visit, access.Subject | None, access.Relation]:
    """The pull-in that a page is about, with its household, and whether the reader was pulled in."""
    asked = pull_ins.by_reference(visit.conn, visit.request.path_params["reference"])
    about = access.subject_of(visit.conn, asked.case_id) if asked else None
    if asked is None or about is None:
        return visit, None, access.Relation(False, "no open pull-in of that reference")
    return replace(visit, asked=asked), about, access.pulled_in(visit.signed_in, asked, about)


def _marked(visit: Visit) -> tuple[Visit, access.Subject | None, access.Relation]:
    """The marked fact that a page is about, and whether it is of the reader's agency."""
    asked = fact_checks.by_reference(visit.conn, visit.request.path_params["reference"])
    if asked is None:
        return visit, None, access.Relation(False, "no marked fact of that reference")
    about = access.subject_of(visit.conn, asked.case_id)
    return replace(visit, marked=asked), about, access.owns(visit.signed_in, asked)
