"""Doubts for the small invented city: three pairs of records, and an address that nobody can place."""

from datetime import date
from typing import Any

from sqlalchemy import Connection, insert

from earlyhelp.store import tables as t
from tests.web.seed import START, TODAY, call, landed, put

PAIR, GUARDED, MATCHED, ADDRESS = "person-1", "person-2", "person-3", "address-1"
OCTOBER = date(2026, 10, 3)


def record(conn: Connection, agency: str, number: str, forename: str, surname: str, **more: Any) -> None:
    """A record of a person, who lives nowhere unless somebody says so."""
    landed(
        conn, "person", agency, TODAY, record_id=number, forename=forename, surname=surname, **more,
    )  # fmt: skip


def pair(conn: Connection, left: tuple[str, str], right: tuple[str, str], **more: Any) -> None:
    """Two records that may be one person's."""
    (a, b), (c, d) = sorted((left, right))
    told = {
        "left_agency": a, "left_record": b, "right_agency": c, "right_record": d, "probability": 0.8,
        "weight": 9.0, "model": "drawn", "made_on": OCTOBER, "decision": "review", "because": "",
        "why": "same surname, same sex; but first name differs by one letter, date of birth has day and"
               " month swapped; not known: NHS number",
    }  # fmt: skip
    conn.execute(insert(t.same_person).values(**told | more))


def doubts(conn: Connection) -> None:
    """Everything, in the order of the names at the head of this file."""
    home = {"sex": "male", "address": "12 Canal Street"}
    marlon = {"date_of_birth": date(1987, 9, 3), "nhs_number": "9990000018", **home}
    record(conn, "riverside-health", "g1", "Marlin", "Ashdown", **marlon)
    conn.execute(t.landing["person"].update().where(t.landing["person"].c.record_id == "p0").values(**home))
    held = {"account": "a1", "tenant": "p0", "uprn": "000000000001", "started_on": date(2024, 1, 1)}
    landed(conn, "tenancy", "northside-homes", TODAY, record_id="t1", **held)
    landed(conn, "appointment", "riverside-health", date(2026, 10, 14), nhs_number="9990000018",
           starts_at=START, status="noshow", record_id="late")  # fmt: skip
    pair(conn, ("northside-homes", "p0"), ("riverside-health", "g1"), probability=0.82)

    una = {"sex": "female", "address": "99 Refuge Lane", "date_of_birth": date(1994, 2, 2)}
    record(conn, "riverside-health", "g2", "Una", "Kestrell", **una)
    marked = {"agency": "northside-homes", "record_id": "p4", "kind": "domestic abuse", "from_on": OCTOBER}
    conn.execute(insert(t.marker).values(**marked, source="a call"))
    pair(conn, ("northside-homes", "p4"), ("riverside-health", "g2"), made_on=date(2026, 9, 1))

    record(
        conn, "riverside-health", "g3", "Chidi", "Okafor", date_of_birth=date(1982, 8, 1), nhs_number="n33"
    )
    pair(conn, ("northside-homes", "p7"), ("riverside-health", "g3"), decision="match", probability=0.99)
    number = call(conn, 3, date(2026, 10, 20), "concern", address="15a Canal St, NM1")
    calls = t.landing["police_callout"]
    conn.execute(calls.update().where(calls.c.id == number).values(uprn=None))
    told = {"address": "15a Canal St, NM1", "asked": "000000000004", "sure": 0.7, "decision": "review"}
    put(conn, t.written_address, **told, why="no number matches exactly", made_on=date(2026, 10, 21))
