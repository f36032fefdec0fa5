"""Check this fact: it is marked as wrong, its agency's data owner answers, and it is set aside meanwhile."""

from fastapi.responses import RedirectResponse, Response

from earlyhelp.store.casework import fact_checks
from earlyhelp.store.casework.fact_checks import FactCheck
from earlyhelp.store.events.blocks import evidence_rows
from earlyhelp.web.desk import Desk, Visit
from earlyhelp.web.entry.locks import number
from earlyhelp.web.shown import reading

LONGEST = 1_000


def form(desk: Desk, visit: Visit, problem: str | None = None) -> Response:
    """The fact as it was recorded, and the question what is wrong with it."""
    path = visit.request.path_params
    found = _of_a_reason(visit, path["kind"], path["row"])
    if found is None:
        return desk.not_found()
    return desk.page(
        "fact.html",
        visit,
        status=422 if problem else 200,
        about=visit.household,
        record=found,
        where=f"/households/{visit.household.reference}/facts/{path['kind']}/{path['row']}",
        problem=problem,
    )


def mark(desk: Desk, visit: Visit) -> Response:
    """Ask the agency, and set aside what rests on the fact."""
    path, why = visit.request.path_params, visit.form.get("why", "").strip()
    if _of_a_reason(visit, path["kind"], path["row"]) is None:
        return desk.not_found()
    if not why or len(why) > LONGEST:
        return form(desk, visit, "Write what is wrong with it" if not why else "Write less")
    about = visit.household
    fact_checks.mark(
        visit.conn, about.case_id, path["kind"], number(path["row"]), why, visit.signed_in.id, visit.today
    )
    return RedirectResponse(f"/households/{about.reference}", 303)


def owners_page(desk: Desk, visit: Visit, problem: str | None = None) -> Response:
    """What an agency's data owner sees: its own record, by its own number, and what is said to be wrong."""
    asked = visit.fact_check
    (row,) = evidence_rows(visit.conn, asked.kind, [asked.row])
    return desk.page(
        "fact_owner.html",
        visit,
        status=422 if problem else 200,
        asked=asked,
        record_id=row["record_id"],
        record=reading.record(asked.kind, row),
        problem=problem,
    )


def answer(desk: Desk, visit: Visit) -> Response:
    """The data owner's word: right, or wrong and to be corrected where it was recorded."""
    said, reply = visit.form.get("state", ""), visit.form.get("reply", "").strip()
    if said not in (fact_checks.RIGHT, fact_checks.WRONG):
        return owners_page(desk, visit, "Choose whether the record is right")
    fact_checks.answer(visit.conn, visit.fact_check, said, reply[:LONGEST], visit.signed_in.id, visit.today)
    return RedirectResponse(f"/fact-checks/{visit.fact_check.reference}", 303)


def asked_of_you(visit: Visit) -> list[FactCheck]:
    """The facts that wait for this reader's agency to check them."""
    who = visit.signed_in
    if who.role != "agency_worker" or who.agency is None:
        return []
    return fact_checks.asked_of(visit.conn, who.agency)


def _of_a_reason(visit: Visit, kind: str, row: str) -> reading.Record | None:
    """The record, if one of the reasons that this reader may see rests on it."""
    for reason in reading.reasons(visit.conn, visit.household, visit.signed_in):
        for record in reason.records:
            if (reason.kind, record.row) == (kind, number(row)):
                return record
    return None
