"""Correcting a written address: which home of the gazetteer it means; what follows is told first."""

from fastapi.responses import RedirectResponse, Response

from earlyhelp.linking.addresses import Entry
from earlyhelp.store.people import answering, homes_like
from earlyhelp.store.people.following import follows
from earlyhelp.store.people.reviews import ADDRESS, BothSides
from earlyhelp.web.desk import Desk, Visit
from earlyhelp.web.pages.matching_anew import followed

LONGEST = 200


def form(desk: Desk, visit: Visit) -> Response:
    """The address as it was written, and the homes that are most like it."""
    both = visit.question
    if both.question.kind != ADDRESS:
        return RedirectResponse(f"/review/questions/{both.question.id}", 303)
    return _choose(desk, visit, both, both.left.fields["address"])


def correct(desk: Desk, visit: Visit) -> Response:
    """Look for other homes, show what will follow from one that was chosen, or do it.

    Whether a home is guarded makes no difference to what is answered.
    """
    both, sent = visit.question, visit.form
    if both.question.kind != ADDRESS:
        return RedirectResponse(f"/review/questions/{both.question.id}", 303)
    if "look" in sent:
        return _choose(desk, visit, both, " ".join(sent.get("asked", "").split())[:LONGEST])
    chosen = homes_like.home(visit.conn, sent.get("home", ""))
    if chosen is None:
        return _choose(desk, visit, both, both.left.fields["address"], fault=True)
    if "sure" not in sent:
        left = follows(visit.conn, both) if _leaves(both, chosen) else []
        return desk.page("review_correct_sure.html", visit, both=both, chosen=chosen, follows=left)
    who, name = visit.signed_in, both.question.id
    answering.correct_address(visit.conn, who.id, name, chosen.uprn, visit.now)
    report = followed(desk, visit)
    return desk.page("review_undone.html", visit, both=both, report=report, chosen=chosen)


def _leaves(both: BothSides, chosen: Entry) -> bool:
    """Whether rows that lead to a home now would lead to another."""
    return both.decision == "match" and both.right.record != chosen.uprn


def _choose(desk: Desk, visit: Visit, both: BothSides, asked: str, *, fault: bool = False) -> Response:
    homes = homes_like.homes_like(visit.conn, asked)
    now = both.right.record if both.decision == "match" else ""
    return desk.page(
        "review_correct.html", visit, status=422 if fault else 200, both=both, asked=asked, homes=homes,
        now=now, fault=fault,
    )  # fmt: skip
