"""What an agency's worker sees of a case they were pulled into: what was shared, and nothing else."""

from fastapi.responses import RedirectResponse, Response

from earlyhelp.keywork.pull_ins import Standing, may_follow
from earlyhelp.store.casework import own_words, pull_ins
from earlyhelp.web.desk import Desk, Visit
from earlyhelp.web.pages.pulling_in import ANSWERS, state

NEEDS_WORDS = {Standing.ANSWERED: "Write your answer", Standing.DECLINED: "Write why your agency cannot join"}


def pull_in(desk: Desk, visit: Visit, problem: str | None = None) -> Response:
    """The question, the facts that were shared, on what ground, and what has been said so far."""
    asked = visit.pull_in
    shared = own_words.newest(visit.conn, asked.household_id) if asked.with_words else None
    return desk.page(
        "pulled_in.html",
        visit,
        status=422 if problem else 200,
        asked=asked,
        state=state(asked, visit.today),
        story=shared if shared and shared.shared else None,
        may=[one for one in ANSWERS if may_follow(asked.standing, one)],
        given=visit.form,
        problem=problem,
    )


def answer(desk: Desk, visit: Visit) -> Response:
    """Join, answer or decline; an answer and a refusal say something."""
    asked, what, words = visit.pull_in, visit.form.get("what", ""), visit.form.get("words", "").strip()
    if what not in [one.value for one in ANSWERS]:
        return pull_in(desk, visit, "Choose what your agency will do")
    said = Standing(what)
    if said in NEEDS_WORDS and not words:
        return pull_in(desk, visit, NEEDS_WORDS[said])
    if pull_ins.reply(visit.conn, asked, said, words, visit.signed_in.id, visit.today):
        pull_ins.back_to_key_worker(visit.conn, asked.case_id, visit.today)
    return RedirectResponse(f"/pull-ins/{asked.reference}", 303)
