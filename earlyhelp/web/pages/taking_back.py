"""Taking a match back: past answers, what would follow, doing it, and what followed."""

from fastapi.responses import RedirectResponse, Response

from earlyhelp.plugins import checks as every_check
from earlyhelp.store.people import contacts, reviews, undoing
from earlyhelp.store.people.following import follows
from earlyhelp.store.people.review_log import past
from earlyhelp.store.people.reviews import DIFFERENT, Question
from earlyhelp.web.desk import Desk, Visit
from earlyhelp.web.shown.review_words import ANSWERS, sentence
from earlyhelp.web.words import clock

BECAME = {
    "withdrawn": "Its case was withdrawn: nothing else bore it out.",
    "closed": "Its case had been closed before.",
    "eased": "Its case stays, with less to bear it out.",
    "kept": "Its case stays: what is left bears it out.",
}
NO_ANSWERS = "Nobody has answered a question yet."
NO_MATCHES = "Nothing here rests on likeness or on a written address that you may see."


def answers(desk: Desk, visit: Visit) -> Response:
    """The last answer to each question, the newest first; whatever was taken for one can be taken back."""
    entries = []
    for one in past(visit.conn, trained=visit.signed_in.domestic_abuse_trained):
        said = ANSWERS[one.both.question.kind][one.answer]
        line = f"{said}: {one.worker}, {clock(one.answered_at, visit.today)}."
        entries.append((one.both.question, line, one.both.decision == "match"))
    return desk.page("review_list.html", visit, heading="Answers so far", entries=entries, empty=NO_ANSWERS)


def of_household(desk: Desk, visit: Visit) -> Response:
    """What was matched to a household that looks like two; nothing, where there is none or one is guarded."""
    number = contacts.household_called(visit.conn, visit.form.get("reference", "").strip())
    trained = visit.signed_in.domestic_abuse_trained
    found: list[Question] = reviews.matches_of(visit.conn, number, trained=trained) if number else []
    entries = [(one, sentence(one.why), True) for one in found]
    return desk.page("review_list.html", visit, heading="What was matched", entries=entries, empty=NO_MATCHES)


def before(desk: Desk, visit: Visit) -> Response:
    """What will follow, said before anything is done."""
    both = visit.question
    if both.decision != "match":
        return RedirectResponse(f"/review/questions/{both.question.id}", 303)
    return desk.page("review_undo.html", visit, both=both, follows=follows(visit.conn, both))


def take_back(desk: Desk, visit: Visit) -> Response:
    """Record that they are two, match anew, judge anew what rested on it, and say what came of it.

    The answer is committed first: should matching be killed, the next night makes it good.
    """
    both, conn = visit.question, visit.conn
    if both.decision != "match":
        return RedirectResponse(f"/review/questions/{both.question.id}", 303)
    known = {(one.case, one.day, one.rows) for one in undoing.undone(conn)}
    reviews.answer(conn, visit.signed_in.id, both.question.id, DIFFERENT, visit.now)
    visit.keep()
    from earlyhelp.services.matching import rematch  # slow to import, and seldom needed

    rematch(desk.engine, every_check(), visit.today)
    report = [one for one in undoing.undone(conn) if (one.case, one.day, one.rows) not in known]
    return desk.page("review_undone.html", visit, both=both, report=report, became=BECAME)
