"""Pulling an expert in: choose whom, which facts and by when; see it as they will; then ask."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from fastapi.responses import RedirectResponse, Response

from earlyhelp.keywork.answers import Answer, Given
from earlyhelp.keywork.pull_ins import Ask, Fact, Standing, ground, is_late, minimal, problems
from earlyhelp.law.policy import POLICY, Sector
from earlyhelp.store.casework import decisions, own_words, pull_ins
from earlyhelp.store.casework.pull_ins import PullIn
from earlyhelp.web.desk import Desk, Visit
from earlyhelp.web.pages import deciding
from earlyhelp.web.shown import reading
from earlyhelp.web.shown.sources import freshness
from earlyhelp.web.shown.story import Line
from earlyhelp.web.words import agency_name, long_day, short_day

SAID = {
    Standing.ASKED: "Asked",
    Standing.JOINED: "Joined",
    Standing.ANSWERED: "Answered",
    Standing.DECLINED: "Declined",
    Standing.CALLED_OFF: "Cancelled",
}
ANSWERS = (Standing.JOINED, Standing.ANSWERED, Standing.DECLINED)


def form(
    desk: Desk,
    visit: Visit,
    *,
    given: Mapping[str, str] | None = None,
    wrong: Mapping[str, str] | None = None,
) -> Response:
    """Whom to ask, which facts, on what ground, by when; nothing is sent from here."""
    return desk.page(
        "pull_in_form.html",
        visit,
        status=422 if wrong else 200,
        about=visit.household,
        agencies=agencies(desk, visit),
        services=pull_ins.services(visit.conn, visit.household.ward),
        facts=facts(desk, visit),
        story=own_words.newest(visit.conn, visit.household.household_id),
        days=deciding.days(visit.today)[Answer.ASK.value],
        given=given or {},
        problems=wrong or {},
    )


def ask(desk: Desk, visit: Visit) -> Response:
    """Show what would be sent, or what is missing; ask when it is sent from the preview."""
    made, agency, service = _read(desk, visit)
    about, who = visit.household, visit.signed_in
    if "change" in visit.form:
        return form(desk, visit, given=visit.form)
    found = problems(made, about.scope, visit.today, POLICY)
    if found:
        return form(desk, visit, given=visit.form, wrong=found)
    power = ground(made, about.scope, POLICY)
    assert power is not None
    assert made.answer_by is not None
    if "send" not in visit.form:
        return desk.page(
            "pull_in_preview.html", visit, about=about, ask=made, ground=power, given=visit.form, who=who
        )
    pull_ins.ask(
        visit.conn, about.case_id, who.id, made, power, agency=agency, service=service, day=visit.today
    )
    fresh = freshness(visit.conn, desk.sources, visit.today, who.sectors(about.scope))
    saw = deciding.saw(visit, reading.relied_on(visit.conn, about, who), fresh)
    why = f"{made.name}: {made.question.strip()}"
    decisions.record(
        visit.conn, about.case_id, who.id, Given(Answer.ASK, why, made.answer_by), saw,
        day=visit.today, at=visit.now, policy=POLICY,
    )  # fmt: skip
    return RedirectResponse(f"/households/{about.reference}?recorded=asked", 303)


def take_down(desk: Desk, visit: Visit) -> Response:
    """What a local service said, taken down by the key worker; or a pull-in called off."""
    about, what = visit.household, visit.form.get("what", "")
    found = [
        one
        for one in pull_ins.of_case(visit.conn, about.case_id)
        if one.reference == visit.form.get("pull_in")
    ]
    allowed = (*ANSWERS, Standing.CALLED_OFF) if found and found[0].agency is None else (Standing.CALLED_OFF,)
    if not found or what not in [one.value for one in allowed]:
        return desk.not_found()
    words = visit.form.get("words", "")
    if pull_ins.reply(visit.conn, found[0], Standing(what), words, visit.signed_in.id, visit.today):
        pull_ins.back_to_key_worker(visit.conn, about.case_id, visit.today)
    return RedirectResponse(f"/households/{about.reference}#pulled-in", 303)


def agencies(desk: Desk, visit: Visit) -> list[tuple[str, str, Sector]]:
    """Every agency that may be asked: its name, how it reads, and its sector."""
    found = {source.agency: source.sector for source in desk.sources.all if source.events}
    return [(name, agency_name(name), sector) for name, sector in sorted(found.items())]


def facts(desk: Desk, visit: Visit) -> list[Fact]:
    """What could be shared: who lives there, where (never of a restricted household), and each reason."""
    about, who, conn = visit.household, visit.signed_in, visit.conn
    own = Sector.COUNCIL
    told = desk.sources.agencies(who.sectors(about.scope), "person")
    people = reading.people(conn, [about.household_id], told, visit.today).get(about.household_id, [])
    found = []
    if people:
        names = "; ".join(
            f"{one.name}, born {long_day(one.born_on)}" if one.born_on else one.name for one in people
        )
        found.append(Fact("people", f"Who lives there: {names}", own, "agencies’ registers"))
    address = reading.addresses(conn, [about.uprn]).get(about.uprn)
    if address and not about.restricted_from:
        found.append(Fact("address", f"Where: {address}", own, "the council’s gazetteer"))
    for one in reading.relied_on(conn, about, who):
        source = agency_name(one.records[0].agency) if one.records else one.check
        found.append(Fact(f"signal-{one.number}", one.sentence, one.sector, source))
    return found


def told(some: Sequence[PullIn]) -> list[Line]:
    """The pull-ins of a case as lines of its chronology."""
    found = []
    for one in some:
        asked = f"Asked {one.name} to join: {one.question}"
        found.append(Line(one.asked_on, asked, one.asked_by, None, one.asked_on))
        for reply in one.replies:
            words = f": {reply.words}" if reply.words else "."
            said = f"{one.name} {SAID[reply.what].lower()}{words}"
            if reply.what is Standing.CALLED_OFF:
                said = f"{one.name} is no longer being asked{words}"
            found.append(Line(reply.day, said, reply.by, None, reply.day))
    return found


def state(one: PullIn, today: date) -> str:
    """How far a pull-in has come, in words: 'asked, answer by Mon 9 November', 'late since …'."""
    if is_late(one.standing, one.answer_by, today):
        return f"{SAID[one.standing]}, and late: the answer was due {short_day(one.answer_by)}"
    if one.standing in (Standing.ASKED, Standing.JOINED):
        return f"{SAID[one.standing]}, answer by {short_day(one.answer_by)}"
    return SAID[one.standing]


def _read(desk: Desk, visit: Visit) -> tuple[Ask, str | None, str | None]:
    """What the form says, with the agency or the service that is meant."""
    sent = visit.form
    kind, _, key = sent.get("whom", "").partition(":")
    agency = next((one for one in agencies(desk, visit) if kind == "agency" and one[0] == key), None)
    service = next(
        (
            one
            for one in pull_ins.services(visit.conn, visit.household.ward)
            if kind == "service" and one["record_id"] == key
        ),
        None,
    )
    made = Ask(
        name=agency[1] if agency else f"{service['name']} ({service['organisation']})" if service else "",
        sector=agency[2] if agency else None,
        question=sent.get("question", ""),
        facts=minimal(
            facts(desk, visit), {name.removeprefix("fact_") for name in sent if name[:5] == "fact_"}
        ),
        answer_by=deciding.day_of(sent.get("answer_by", "")),
        agreed="agreed" in sent,
        with_words="with_words" in sent,
    )
    return made, agency[0] if agency else None, service["record_id"] if service else None


def content(some: Sequence[PullIn], today: date) -> list[dict[str, Any]]:
    """The pull-ins of a case with their states in words, for the household's page."""
    return [{"asked": one, "state": state(one, today)} for one in some]
