"""One household: safe contact, why you see it, what is not known, the decision, the chronology."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from fastapi.responses import RedirectResponse, Response
from sqlalchemy import update

from earlyhelp.keywork.answers import Answer
from earlyhelp.keywork.states import State
from earlyhelp.law.policy import POLICY, Sector
from earlyhelp.store.casework import decisions, fact_checks, pull_ins
from earlyhelp.store.tables import case
from earlyhelp.web.desk import Desk, Visit
from earlyhelp.web.pages import deciding, plan, pulling_in
from earlyhelp.web.shown import charts, evidence, reading, since, story
from earlyhelp.web.shown.sources import Freshness, Sources, freshness

Problems = Mapping[str, str]


def household(desk: Desk, visit: Visit) -> Response:
    """The page as its reader may see it: whole, or in outline."""
    return shown(desk, visit, {})


def shown(desk: Desk, visit: Visit, problems: Problems) -> Response:
    """The page, with what was answered on it and what is wrong with that, if anything is."""
    told = content(desk, visit)
    if not visit.whole:
        return desk.page("outline.html", visit, **told)
    told |= deciding.asked(desk, visit, told["reasons"], problems)
    return desk.page("household.html", visit, status=422 if problems else 200, **told)


def content(desk: Desk, visit: Visit) -> dict[str, Any]:
    """What the page tells this reader, for its other forms too."""
    conn, about, who = visit.conn, visit.household, visit.signed_in
    held = reading.case_of(conn, about)
    row = {"household_id": about.household_id, "uprn": about.uprn, "scope": about.scope}
    told: dict[str, Any] = {
        "about": about,
        "case": held,
        "title": reading.titles(conn, [row], who, desk.sources, visit.today)[about.household_id],
        "reason": reading.reason_for(who, held["scope"], held["reason"]),
        "fresh": freshness(conn, desk.sources, visit.today, who.sectors(about.scope)),
        "looks": reading.who_looked(conn, about),
        "holds": about.worker_id == who.id,
    }
    return told | whole(desk, visit, told["fresh"]) if visit.whole else told


def whole(desk: Desk, visit: Visit, fresh: Freshness) -> dict[str, Any]:
    """What only the worker who holds the case may see."""
    conn, about, who, today = visit.conn, visit.household, visit.signed_in, visit.today
    sectors = who.sectors(about.scope)
    events = story.events(conn, about, who, desk.sources)
    pulled = pull_ins.of_case(conn, about.case_id)
    behind, ahead = story.lines(events, today, pulling_in.told(pulled))
    half_year = charts.week_ends(today)[0]
    every = reading.reasons(conn, about, who)
    reasons = [one for one in every if not one.aside]
    people = reading.people(conn, [about.household_id], desk.sources.agencies(sectors, "person"), today)
    return {
        "reasons": reasons,
        "aside": [one for one in every if one.aside],
        "fact_checks": {(one.kind, one.row): one for one in fact_checks.of_case(conn, about.case_id)},
        "pictures": evidence.pictures(events, reasons, told_until(desk.sources, fresh), today),
        "news": since.news(conn, about, who, visit.now, reasons, [*behind, *ahead]),
        "last_time": since.last_time(conn, about, who),
        "pull_ins": pulling_in.content(pulled, today),
        "decided": decisions.history(conn, about.case_id),
        "breathing_since": story.breathing_since(events, today),
        "nothing_from": story.told_of_nothing(events, desk.sources, sectors),
        "health_heard": any(
            desk.sources.sector_of(r["agency"]) is Sector.HEALTH for r in events["appointment"]
        ),
        "ahead": ahead,
        "recent": [line for line in behind if line.day > half_year],
        "older": [line for line in behind if line.day <= half_year],
        **plan.summary(visit),
        "people": people.get(about.household_id, []),
        "address": reading.addresses(conn, [about.uprn]).get(about.uprn),
    }


def told_until(sources: Sources, fresh: Freshness) -> dict[str, date]:
    """How far we were told of each kind of record whose source has fallen silent."""
    return {
        source.kind: fresh.told_until[source.sector]
        for source in sources.all
        if source.events and source.sector in fresh.told_until
    }


def looked_at(desk: Desk, visit: Visit) -> Response:
    """The worker says that they have looked: a new case becomes a seen one, once."""
    about = visit.household
    changed = visit.conn.execute(
        update(case)
        .where(case.c.id == about.case_id, case.c.state == State.NEW.value)
        .values(state=State.SEEN.value, due_on=None)
    ).rowcount
    if changed:
        why, who = "its worker has looked at it", visit.signed_in.id
        decisions.note(visit.conn, about.case_id, visit.today, "seen", why, POLICY, who)
    return RedirectResponse(f"/households/{about.reference}", 303)


def decide(desk: Desk, visit: Visit) -> Response:
    """Record the worker's answer, or show the page again with what is missing."""
    about = visit.household
    reasons = reading.relied_on(visit.conn, about, visit.signed_in)
    given, problems = deciding.read(visit.form, reasons, visit.today)
    if given is not None and given.answer is Answer.ASK:
        return pulling_in.form(desk, visit, given={"question": given.why})
    if given is None or problems:
        return shown(desk, visit, problems)
    fresh = freshness(visit.conn, desk.sources, visit.today, visit.signed_in.sectors(about.scope))
    saw = deciding.saw(visit, reasons, fresh)
    settled = decisions.record(
        visit.conn, about.case_id, visit.signed_in.id, given, saw,
        day=visit.today, at=visit.now, policy=POLICY,
    )  # fmt: skip
    if not settled.kept:
        return RedirectResponse("/?recorded=placed", 303)
    if settled.state is State.CLOSED:
        return RedirectResponse("/?recorded=closed", 303)
    return RedirectResponse(f"/households/{about.reference}?recorded=decision", 303)
