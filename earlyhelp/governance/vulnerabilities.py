"""The risk index in the shape of the Vulnerabilities Data Standard (alpha): Person, Residence, Household, and
Risk Indicator, each indicator a plain yes.

The entities are those that the standard names (domain.md 3.9); its field names were not to be read, so ours
stand here and want comparing before anybody relies on them; `messages` has it as rows whose names were read.
Households with a domestic-abuse marker are left out, and so is every household of which
no case is open: an index for others needs the same ground as a case.
"""

from datetime import date
from typing import Any

from sqlalchemy import Connection, select

from earlyhelp.casework.desks import JOINT
from earlyhelp.store.tables import case, household, landing, member, signal

STANDARD = "Vulnerabilities Data Standard (alpha)"


def risk_index(conn: Connection, day: date) -> dict[str, Any]:
    """Everything that joint open cases rest on, by entity; people as references, without names."""
    homes = conn.execute(
        select(
            household.c.id,
            household.c.reference,
            household.c.uprn,
            household.c.ward,
            case.c.id,
            case.c.gateway,
        )
        .join(case, case.c.household_id == household.c.id)
        .where(case.c.closed_on.is_(None), case.c.scope == JOINT, household.c.restricted_from.is_(None))
        .order_by(household.c.reference)
    ).all()
    ids = {row[0]: row.reference for row in homes}
    lives = select(member.c.household_id, member.c.agency, member.c.record_id, member.c.from_on)
    lives = lives.where(member.c.household_id.in_(ids), member.c.from_on <= day, member.c.to_on > day)
    people = conn.execute(lives.order_by(member.c.agency, member.c.record_id)).all()
    r = landing["residence"].c
    usage = select(r.uprn, r.usage).where(
        r.uprn.in_([h.uprn for h in homes]), r.superseded_on.is_(None), ~r.void
    )
    usages = {uprn: used for uprn, used in conn.execute(usage)}
    cases = {row[4]: row.reference for row in homes}
    said = select(signal.c.case_id, signal.c.factor, signal.c.check, signal.c.version, signal.c.since)
    said = said.where(signal.c.case_id.in_(cases), signal.c.current).order_by(
        signal.c.case_id, signal.c.check
    )
    return {
        "standard": STANDARD,
        "as_of": day,
        "Residence": [
            {"uprn": h.uprn, "usage": usages.get(h.uprn, "dwelling"), "ward": h.ward} for h in homes
        ],
        "Household": [
            {"household": h.reference, "uprn": h.uprn, "lawful_gateway": h.gateway} for h in homes
        ],
        "Person": [
            {"person": f"{p.agency}:{p.record_id}", "household": ids[p.household_id], "from": p.from_on}
            for p in people
        ],
        "RiskIndicator": [
            {"household": cases[s.case_id], "risk_factor": s.factor, "present": True, "since": s.since,
             "source": f"{s.check} {s.version}"}
            for s in conn.execute(said)
        ],
    }  # fmt: skip
