"""The first page: who needs this reader today, by whose move it is, in one plain sentence each."""

import re
from datetime import date
from typing import Any

from fastapi.responses import RedirectResponse, Response

from earlyhelp.casework.desks import JOINT
from earlyhelp.checking.wording import NOT_KNOWN
from earlyhelp.keywork.states import Move, State
from earlyhelp.store.casework import outcomes, pull_ins
from earlyhelp.store.casework.pull_ins import PullIn
from earlyhelp.web.desk import Desk, Visit
from earlyhelp.web.pages import facts
from earlyhelp.web.pages.pulling_in import state
from earlyhelp.web.shown.case_list import MOST_ON_A_LIST, RESTRICTED_TITLE, CaseLine, cases
from earlyhelp.web.shown.reading import titles
from earlyhelp.web.shown.sources import freshness
from earlyhelp.web.words import listed, short_day

RECORDED = {
    "closed": "Your decision has been recorded. The case is closed, and comes back if things get worse.",
    "ended": "The case is closed. In six months you will be asked whether what they reached has lasted.",
    "placed": "Your decision has been recorded. The case has gone back to the manager for a new worker.",
}
"""What is said after a decision that took a case off the list."""
SENTENCE = re.compile(r".+?\.(?= \S)")
SPOKEN_OF = re.compile(r"(?<=\. )([A-Z][a-z]+(?:[ -][a-z]+)*): ")
"""What each later sentence of a reason is about: 'Police', 'Anti-social behaviour'."""
RESTRICTED = "Read the safe-contact note before anything else."


def your_cases(desk: Desk, visit: Visit) -> Response:
    """The list, in four groups; what is put off stands folded at the end."""
    who = visit.signed_in
    if who.role == "reviewer":
        return RedirectResponse("/review", 303)
    lines = cases(visit.conn, who, desk.sources, visit.today)
    mine = who.role != "manager"
    groups = [
        (move, [(line, sentence(line, visit.today, mine=mine)) for line in lines if line.move is move])
        for move in Move
    ]
    fresh = freshness(visit.conn, desk.sources, visit.today, who.sectors(who.sector or JOINT))
    return desk.page(
        "cases.html",
        visit,
        groups=groups,
        asked=asked_of_you(visit),
        facts=facts.asked_of_you(visit),
        six_months=six_months_on(desk, visit),
        shown=len(lines) >= MOST_ON_A_LIST and MOST_ON_A_LIST,
        tag=tag,
        recorded=RECORDED.get(visit.request.query_params.get("recorded", "")),
        fresh=fresh,
    )


def six_months_on(desk: Desk, visit: Visit) -> list[dict[str, Any]]:
    """The closed cases to ask about again, as the list calls households: a restricted one has no name."""
    due = outcomes.due(visit.conn, visit.signed_in.id, visit.today)
    named = [
        {"household_id": one.household_id, "uprn": one.uprn, "scope": one.scope}
        for one in due
        if not one.restricted
    ]
    names = titles(visit.conn, named, visit.signed_in, desk.sources, visit.today)
    return [
        {
            "reference": one.reference,
            "title": names.get(one.household_id, RESTRICTED_TITLE),
            "ward": one.ward,
            "since": one.since,
        }
        for one in due
    ]


def asked_of_you(visit: Visit) -> list[tuple[PullIn, str]]:
    """What an agency's worker was asked to join, and how far each has come."""
    who = visit.signed_in
    if who.role != "agency_worker" or who.agency is None:
        return []
    some = pull_ins.asked_of(visit.conn, who.agency, who.id, trained=who.domestic_abuse_trained)
    return [(one, state(one, visit.today)) for one in some]


def shown_sentence(visit: Visit, line: CaseLine) -> str:
    """The sentence as this reader sees it."""
    return sentence(line, visit.today, mine=visit.signed_in.role != "manager")


def sentence(line: CaseLine, today: date, *, mine: bool) -> str:
    """Why a case stands where it stands: the reason it was raised, or what its worker said they would do."""
    if line.move is Move.FIRST_LOOK:
        return RESTRICTED if line.restricted else first_of(line.reason)
    who, day = "You" if mine else "Its worker", line.due_on and short_day(line.due_on)
    if line.woken:
        return f"Things have got worse since {who.lower() if mine else 'its worker'} put it off."
    match line.state, line.move:
        case State.SEEN, _:
            return f"{who} {'have' if mine else 'has'} looked, but not decided yet."
        case State.ACTING, _:
            return f"{who} planned to take the next step with the household by {day}."
        case State.WAITING, _ if line.answered:
            return f"There is an answer to what {who.lower() if mine else 'its worker'} asked."
        case State.WAITING, Move.WAITING:
            return f"{who} asked an agency, and an answer is due by {day}."
        case State.WAITING, _:
            return f"{who} asked an agency, and the answer was due on {day}."
        case State.LATER, Move.LATER:
            return f"To look at again on {day}, or sooner if things get worse."
    return f"{who} wanted to look again {'today' if line.due_on == today else f'on {day}'}."


def first_of(reason: str) -> str:
    """The first, strongest sentence of a case's reason, and what is not known.

    On a phone a list of whole reasons is no list: what else was said is named.
    """
    known, not_known, silent = reason.partition(f" {NOT_KNOWN}")
    first = SENTENCE.match(known)
    if not first:
        return reason
    others = dict.fromkeys(name.lower() for name in SPOKEN_OF.findall(known))
    more = f" Also: {listed(list(others))}." if others else " There is more."
    return first[0] + more + not_known + silent


def tag(line: CaseLine, today: date) -> str | None:
    """When, not what: the group has said what."""
    if line.due_on is None or line.move in (Move.WAITING, Move.LATER):
        return None
    if line.due_on == today:
        return "Due today"
    if line.due_on < today:
        return f"Was due {short_day(line.due_on)}"
    return f"{'Look by' if line.move is Move.FIRST_LOOK else 'By'} {short_day(line.due_on)}"
