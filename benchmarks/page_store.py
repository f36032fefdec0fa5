"""A store for the pages: open cases with people, addresses, signals and a hundred events each, invented by rule.

Rows are written as the landing writes them, but without a connector: what is measured is reading them.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, Table, insert

from earlyhelp.store import tables as t
from earlyhelp.store.unit_of_work import Work

TODAY = date(2026, 11, 2)
NEVER = date(9999, 12, 31)
START = datetime(2026, 11, 2, 9, tzinfo=UTC)
CASELOAD, WARDS = 15, 20
RENT, POLICE, HEALTH = 70, 10, 20
"""Events of each household: a hundred."""
AT_ONCE = 20_000
SURNAMES = ("Ashdown", "Begum", "Carver", "Dhillon", "Ellery", "Farrow", "Gaunt", "Hale", "Iqbal", "Jessop")
ENTRY = {"page": "1/1", "digest": 0, "void": False, "recorded_at": START}
REASON = (
    "Rent: 1 week of rent was owed on 31 August 2026, and 8.4 weeks are owed now; no payment for 2 weeks."
)


def fill(engine: Engine, cases: int) -> int:
    """Write the city; gives how many events there are. The city's manager has the highest number of all."""
    with Work(engine) as work:
        _few(work.conn, cases)
        for table, rows in (
            (t.household, _households(cases)), (t.landing["residence"], _residences(cases)),
            (t.landing["person"], _people(cases)), (t.member, _members(cases)), (t.link, _links(cases)),
            (t.case, _cases(cases)),
        ):  # fmt: skip
            _write(work.conn, table, rows)
        events = sum(
            _write(work.conn, t.landing[kind], rows(cases))
            for kind, rows in (
                ("rent_transaction", _rent), ("police_callout", _police), ("appointment", _health),
            )
        )  # fmt: skip
        _write(work.conn, t.signal, _signals(cases))
        work.commit()
    return events


def workers(cases: int) -> int:
    """How many key workers hold so many cases; a manager of each ward comes after them, and one of the city."""
    return -(-cases // CASELOAD)


def _write(conn: Connection, table: Table, rows: Iterator[dict[str, Any]]) -> int:
    count = 0
    while batch := [row for row, _ in zip(rows, range(AT_ONCE), strict=False)]:
        conn.execute(insert(table), batch)
        count += len(batch)
    return count


def _few(conn: Connection, cases: int) -> None:
    """Workers, the last night, and how fresh each feed is."""
    more = {"sector": None, "new_cases_a_week": 5, "domestic_abuse_trained": True, "caseload": CASELOAD}
    last = workers(cases)
    staff = [(n + 1, "key_worker", _ward(n * CASELOAD)) for n in range(last)]
    staff += [(last + 1 + n, "manager", f"Ward {n}") for n in range(WARDS)]
    staff += [(last + 1 + WARDS, "manager", None)]
    conn.execute(insert(t.worker), [
        {"id": number, "name": f"Worker {number}", "role": role, "ward": ward, "email": f"w{number}@x.example"}
        | more
        for number, role, ward in staff
    ])  # fmt: skip
    night = {"day": TODAY, "state": "complete", "counts": {}, "started_at": START, "ended_at": START}
    conn.execute(insert(t.night).values(**night))
    for feed in ("northside-homes/rent", "eastborough-police/callouts", "riverside-health/appointments"):
        conn.execute(insert(t.bookmark).values(feed=feed, loaded=True, last_good_on=TODAY, newest_on=TODAY))


def _ward(number: int) -> str:
    return f"Ward {number // CASELOAD % WARDS}"


def _households(cases: int) -> Iterator[dict[str, Any]]:
    for n in range(cases):
        yield {"id": n + 1, "reference": f"H{n:07}", "formed_on": START.date(), "ward": _ward(n),
               "uprn": f"{n:012}", "restricted_from": TODAY if n % 50 == 7 else None}  # fmt: skip


def _residences(cases: int) -> Iterator[dict[str, Any]]:
    for n in range(cases):
        yield ENTRY | {"agency": "northmoor-gazetteer", "known_on": TODAY, "record_id": f"r{n}",
                       "uprn": f"{n:012}", "usage": "dwelling", "address": f"{n} Canal Street",
                       "postcode": "NM1 4QT", "ward": _ward(n)}  # fmt: skip


def _people(cases: int) -> Iterator[dict[str, Any]]:
    for n in range(cases):
        for who in range(2):
            yield ENTRY | {"agency": "northside-homes", "known_on": TODAY, "record_id": f"p{n}-{who}",
                           "forename": f"Person{who}", "surname": SURNAMES[n % len(SURNAMES)],
                           "date_of_birth": date(1980 + who, 3, 9)}  # fmt: skip


def _members(cases: int) -> Iterator[dict[str, Any]]:
    for n in range(cases):
        for who in range(2):
            yield {"household_id": n + 1, "agency": "northside-homes", "record_id": f"p{n}-{who}",
                   "from_on": date(2020, 1, 1), "to_on": NEVER}  # fmt: skip


def _links(cases: int) -> Iterator[dict[str, Any]]:
    days = {"from_on": date(2020, 1, 1), "to_on": NEVER, "rule": "exact", "made_on": TODAY}
    for n in range(cases):
        for scheme, owner, value in (
            ("uprn", "", f"{n:012}"), ("account", "northside-homes", f"a{n}"), ("nhs_number", "", f"n{n}"),
        ):  # fmt: skip
            yield days | {"scheme": scheme, "agency": owner, "value": value, "household_id": n + 1}


def _cases(cases: int) -> Iterator[dict[str, Any]]:
    """One in twenty is overdue, one in a hundred is held by nobody."""
    for n in range(cases):
        late = n % 20 == 3
        yield {
            "id": n + 1, "reference": f"C{n:07}", "household_id": n + 1, "scope": "joint", "weight": 2.0,
            "opened_on": TODAY - timedelta(days=7 if late else 1), "reason": REASON,
            "gateway": "Digital Economy Act 2017 s.35", "state": "seen" if n % 3 else "new",
            "look_by": TODAY + timedelta(days=-3 if late else 2), "due_on": None,
            "worker_id": None if n % 100 == 11 else n // CASELOAD + 1,
        }  # fmt: skip


def _rent(cases: int) -> Iterator[dict[str, Any]]:
    for n in range(cases):
        for number in range(RENT):
            day = TODAY - timedelta(days=7 * (number // 2) + number % 2)
            paid = number % 2
            yield ENTRY | {"agency": "northside-homes", "known_on": day, "record_id": f"t{n}-{number}",
                           "occurred_on": day, "account": f"a{n}", "entry": "payment" if paid else "charge",
                           "amount": -9_000 if paid else 11_250}  # fmt: skip


def _police(cases: int) -> Iterator[dict[str, Any]]:
    for n in range(cases):
        for number in range(POLICE):
            day = TODAY - timedelta(days=20 * number + n % 11)
            yield ENTRY | {"agency": "eastborough-police", "known_on": day, "record_id": f"c{n}-{number}",
                           "occurred_on": day, "uprn": f"{n:012}", "incident": f"i{n}-{number}", "harm": 5.0,
                           "occurred_at": datetime(day.year, day.month, day.day, 21, tzinfo=UTC),
                           "category": "concern", "police_initiated": False,
                           "domestic_abuse": False}  # fmt: skip


def _health(cases: int) -> Iterator[dict[str, Any]]:
    for n in range(cases):
        for number in range(HEALTH):
            day = TODAY - timedelta(days=15 * number + n % 7)
            status = "noshow" if number % 3 == 0 else "fulfilled"
            yield ENTRY | {"agency": "riverside-health", "known_on": day, "record_id": f"h{n}-{number}",
                           "occurred_on": day, "nhs_number": f"n{n}", "starts_at": START,
                           "status": status}  # fmt: skip


def _signals(cases: int) -> Iterator[dict[str, Any]]:
    """Two for each case, borne out by the newest rows of its household; landed rows are numbered from one."""
    words = {"version": "1", "factor": "x", "as_of": TODAY, "facts": {}, "current": True, "weight": 1.5,
             "since": date(2026, 8, 31), "sentence": REASON, "would_lower": "A payment."}  # fmt: skip
    for n in range(cases):
        for check, sector, kind, each, some in (
            ("rent_arrears_trend", "housing", "rent_transaction", RENT, 14),
            ("repeat_police_callouts", "police", "police_callout", POLICE, 4),
        ):
            evidence = [n * each + row + 1 for row in range(some)]
            yield words | {"case_id": n + 1, "household_id": n + 1, "check": check, "sector": sector,
                           "evidence_kind": kind, "evidence": evidence}  # fmt: skip
