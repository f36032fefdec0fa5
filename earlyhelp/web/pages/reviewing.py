"""The reviewer's questions: a queue, two records side by side, and three answers."""

from collections.abc import Collection

from fastapi.responses import RedirectResponse, Response

from earlyhelp.in_force import agreements
from earlyhelp.store.people import reviews
from earlyhelp.store.people.contacts import Seen, Sent
from earlyhelp.store.people.review_log import seen_lately
from earlyhelp.store.people.reviews import ANSWERS as ANSWER_VALUES
from earlyhelp.store.people.reviews import DIFFERENT, Side
from earlyhelp.web.desk import Desk, Visit
from earlyhelp.web.shown.review_words import ANSWERS, QUESTION, hides_addresses, lines
from earlyhelp.web.words import agency_name, many

LONGEST_NOTE = 500
EVERY, SHOWN = 1_000_000, 100
LAST = "Your answer was recorded. That was the last question."


def queue(desk: Desk, visit: Visit) -> Response:
    """How many questions wait, the oldest, and the list; nothing on it leads to anybody."""
    waiting = reviews.waiting(visit.conn, trained=visit.signed_in.domestic_abuse_trained, limit=EVERY)
    return desk.page(
        "review_queue.html",
        visit,
        questions=waiting[:SHOWN],
        count=len(waiting),
        oldest=min((one.since for one in waiting), default=None),
        said=LAST if "said" in visit.request.query_params else "",
    )


def question(desk: Desk, visit: Visit) -> Response:
    """Two records, what agrees and what does not, what has been seen of each, and the one question."""
    both, query = visit.question, visit.request.query_params
    usable = _usable(desk, visit, {both.left.agency, both.right.agency})
    count = reviews.count_waiting(visit.conn, trained=visit.signed_in.domestic_abuse_trained)
    said = f"Your answer was recorded. {many(count, 'question')} left." if "said" in query else ""
    return desk.page(
        "review_question.html",
        visit,
        both=both,
        left=_owner(both.left, "As it was written"),
        right=_owner(both.right, "The council's gazetteer"),
        lines=lines(both),
        seen_left=_seen(visit, both.left, usable),
        seen_right=_seen(visit, both.right, usable),
        guarded=hides_addresses(both.question),
        choices=list(ANSWERS[both.question.kind].items()),
        words_of=ANSWERS[both.question.kind],
        said=said,
        last=query["said"] if QUESTION.fullmatch(query.get("said", "")) else "",
    )


def answer(desk: Desk, visit: Visit) -> Response:
    """Keep the answer, and go on to the next question; taking a match back is shown first."""
    both, who = visit.question, visit.signed_in
    said, note = visit.form.get("answer", ""), visit.form.get("note", "").strip()
    here = f"/review/questions/{both.question.id}"
    if said not in ANSWER_VALUES or len(note) > LONGEST_NOTE:
        return RedirectResponse(here, 303)
    if both.decision == "match" and said == DIFFERENT:
        return RedirectResponse(f"{here}/undo", 303)
    reviews.answer(visit.conn, who.id, both.question.id, said, visit.now, note)
    left = reviews.waiting(visit.conn, trained=who.domestic_abuse_trained, limit=1)
    onwards = f"/review/questions/{left[0].id}" if left else "/review"
    return RedirectResponse(f"{onwards}?said={both.question.id}", 303)


def _owner(side: Side, otherwise: str) -> str:
    return agency_name(side.agency) if side.agency else otherwise


def _seen(visit: Visit, side: Side, usable: Collection[Sent]) -> list[Seen]:
    return seen_lately(visit.conn, side, usable, visit.today)


def _usable(desk: Desk, visit: Visit, own: Collection[str]) -> set[Sent]:
    """Of whom a reviewer may learn that there was contact: the two, and whose agreement allows headlines."""
    told = {one.agency for one in agreements().all if one.headline and one.state(visit.today).holds}
    return {(source.agency, source.kind) for source in desk.sources.all if source.agency in told | {*own}}
