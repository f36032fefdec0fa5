"""The rows of a small invented city: five households, four workers."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert

from earlyhelp.store import tables as t

TODAY = date(2026, 11, 2)
NEVER = date(9999, 12, 31)
START = datetime(2026, 11, 2, 9, 12, tzinfo=UTC)
PRIYA, DAN, TOM, RUTH, NIA, REVA, MINA = 1, 2, 3, 4, 5, 6, 7


ROW: dict[str, Any] = {"page": "1/1", "digest": "0", "void": False}


def put(conn: Connection, table: Any, **values: Any) -> Any:
    """One row; its key is returned."""
    return conn.execute(insert(table).values(**values)).inserted_primary_key[0]


def landed(
    conn: Connection, kind: str, name: str, day: date, known: date | None = None, **values: Any
) -> int:
    """One row of a feed, known the day after it happened unless said otherwise."""
    table = t.landing[kind]
    number = conn.exec_driver_sql(f"SELECT count(*) FROM {kind}").scalar()
    own = {"occurred_on": day} if "occurred_on" in table.c else {}
    at = (
        {"occurred_at": datetime(day.year, day.month, day.day, 21, tzinfo=UTC)}
        if "occurred_at" in table.c
        else {}
    )
    record = values.pop("record_id", f"{kind}-{number}")
    return put(
        conn, table, agency=name, known_on=known or day + timedelta(days=1), record_id=record,
        recorded_at=START, **{**ROW, **own, **at, **values},
    )  # fmt: skip


def person(conn: Connection, hid: int, name: str, forename: str, surname: str, born: date) -> None:
    number = conn.exec_driver_sql("SELECT count(*) FROM person").scalar()
    landed(
        conn,
        "person",
        name,
        TODAY,
        record_id=f"p{number}",
        forename=forename,
        surname=surname,
        date_of_birth=born,
    )
    put(
        conn,
        t.member,
        household_id=hid,
        agency=name,
        record_id=f"p{number}",
        from_on=date(2024, 1, 1),
        to_on=NEVER,
    )


def household(
    conn: Connection, reference: str, ward: str, worker: int | None, reason: str, **more: Any
) -> int:
    """A household with its address, its links and an open case."""
    number = int(conn.exec_driver_sql("SELECT count(*) FROM household").scalar() or 0) + 1
    uprn, restricted = f"{number:012}", more.pop("restricted_from", None)
    hid = put(
        conn, t.household, reference=reference, formed_on=date(2024, 1, 1), ward=ward, uprn=uprn,
        restricted_from=restricted,
    )  # fmt: skip
    landed(
        conn, "residence", "northmoor-gazetteer", TODAY, uprn=uprn, usage="dwelling",
        address=f"{number + 11} Canal Street", postcode="NM1 4QT", ward=ward,
    )  # fmt: skip
    for scheme, owner, value in (
        ("uprn", "", uprn), ("account", "northside-homes", f"a{number}"), ("nhs_number", "", f"n{number}"),
    ):  # fmt: skip
        put(
            conn, t.link, scheme=scheme, agency=owner, value=value, household_id=hid,
            from_on=date(2024, 1, 1), to_on=NEVER, rule="exact", made_on=TODAY,
        )  # fmt: skip
    put(
        conn, t.case, **{
            "reference": f"C{number}", "household_id": hid, "scope": "joint", "opened_on": TODAY,
            "gateway": "Digital Economy Act 2017 s.35 (anti-social behaviour, financial exclusion)",
            "look_by": date(2026, 11, 4), "weight": 2.0, "reason": reason, "state": "new",
            "worker_id": worker, **more,
        },
    )  # fmt: skip
    return hid


def rent(conn: Connection, number: int, unpaid_from: date) -> list[int]:
    """A year of weekly charges, paid on the Friday until ``unpaid_from``, then one week in three."""
    ids, monday = [], date(2025, 11, 3)
    while monday <= TODAY:
        put_one = lambda day, entry, amount: landed(  # noqa: E731 - three lines of the same row
            conn, "rent_transaction", "northside-homes", day, account=f"a{number}", entry=entry, amount=amount
        )
        ids.append(put_one(monday, "charge", 11_250))
        friday = monday + timedelta(days=4)
        if friday <= TODAY and (monday < unpaid_from or monday.toordinal() // 7 % 3 == 0):
            ids.append(put_one(friday, "payment", -11_250 if monday < unpaid_from else -6_000))
        monday += timedelta(weeks=1)
    return ids


def call(conn: Connection, uprn: int, day: date, category: str, **more: Any) -> int:
    values = {
        "incident": f"i{uprn}-{day}",
        "harm": 5.0,
        "police_initiated": False,
        "domestic_abuse": False,
        **more,
    }
    return landed(
        conn, "police_callout", "eastborough-police", day, uprn=f"{uprn:012}", category=category, **values
    )


def found(conn: Connection, hid: int, check: str, kind: str, evidence: list[int], **more: Any) -> None:
    """A current signal of the household's case."""
    sector = {"rent_transaction": "housing", "police_callout": "police", "appointment": "health"}[kind]
    put(
        conn, t.signal, case_id=hid, household_id=hid, check=check, version="1", sector=sector, factor="x",
        as_of=TODAY, weight=1.5, facts={}, evidence_kind=kind, evidence=evidence, current=True, **more,
    )  # fmt: skip


def seed(conn: Connection) -> None:
    """Everything, household by household."""
    workers: tuple[tuple[Any, ...], ...] = (
        (PRIYA, "Priya Shah", "key_worker", None, "Harbourside", True),
        (DAN, "Dan Holt", "key_worker", None, "Harbourside", False),
        (TOM, "Tom Reeve", "agency_worker", "housing", None, False, "northside-homes"),
        (RUTH, "Ruth Ellery", "manager", None, "Harbourside", True),
        (NIA, "Nia Powell", "agency_worker", "health", None, True, "riverside-health"),
        (REVA, "Reva Holm", "reviewer", None, None, False),
        (MINA, "Mina Okoro", "reviewer", None, None, True),
    )
    for number, name, role, sector, ward, trained, *agency in workers:
        put(
            conn, t.worker, id=number, name=name, role=role, sector=sector, ward=ward, caseload=15,
            new_cases_a_week=5, domestic_abuse_trained=trained, email=f"worker{number}@northmoor.example",
            agency=agency[0] if agency else None,
        )  # fmt: skip
    put(conn, t.night, day=TODAY, state="partial", counts={}, started_at=START, ended_at=START)
    for feed in ("northside-homes/tenants", "northside-homes/rent", "eastborough-police/callouts",
                 "riverside-health/patients", "northmoor-fire/visits"):  # fmt: skip
        put(conn, t.bookmark, feed=feed, loaded=True, last_good_on=TODAY, newest_on=TODAY)
    put(
        conn, t.bookmark, feed="riverside-health/appointments", loaded=True, last_good_on=date(2026, 10, 28),
        newest_on=date(2026, 10, 27),
    )  # fmt: skip
    ashdown(conn)
    kestrel(conn)
    others(conn)
    for record, name, serves in (("s1", "Debt advice", "Harbourside, Quayside"), ("s2", "Walks", "Moor")):
        put(
            conn, t.landing["local_service"], agency="northmoor-voices", known_on=TODAY, record_id=record,
            recorded_at=START, name=name, serves=serves, organisation="Northmoor Voices", status="active",
            telephone="01632 960001", **ROW,
        )  # fmt: skip


RENT = "Rent: 1 week of rent was owed on 31 August 2026, and 8.4 weeks are owed now; no payment for 2 weeks."
POLICE = "Police: called on 3 days since 15 August 2026; no calls known before that."


def ashdown(conn: Connection) -> None:
    hid = household(
        conn, "H7Q2M9KX", "Harbourside", PRIYA,
        f"{RENT} {POLICE}",
    )  # fmt: skip
    for name in ("northside-homes", "riverside-health"):
        surname = "Ashdown" if name == "northside-homes" else "Ashdowne"
        person(conn, hid, name, "Marlon", surname, date(1987, 3, 9))
    person(conn, hid, "northside-homes", "Lena", "Ashdown", date(1990, 12, 1))
    person(conn, hid, "riverside-health", "Isla", "Ashdown", date(2019, 6, 20))
    postings = rent(conn, 1, date(2026, 8, 31))
    days = (date(2026, 8, 15), date(2026, 9, 26), date(2026, 10, 17))
    calls = [
        call(conn, 1, d, c) for d, c in zip(days, ("antisocial_behaviour", "concern", "damage"), strict=True)
    ]
    call(conn, 1, days[2], "damage", incident=f"i1-{days[2]}")
    missed = [
        landed(conn, "appointment", "riverside-health", d, known, nhs_number="n1", starts_at=START, status=s)
        for d, known, s in (
            (date(2026, 9, 9), None, "noshow"), (date(2026, 10, 1), date(2026, 10, 20), "noshow"),
            (date(2026, 11, 12), TODAY, "booked"), (date(2026, 3, 3), None, "fulfilled"),
        )
    ]  # fmt: skip
    found(
        conn, hid, "rent_arrears_trend", "rent_transaction", postings[-14:], since=date(2026, 8, 31),
        sentence=RENT,
        would_lower="A payment of at least one week’s rent, then the next ones on their usual day.",
    )  # fmt: skip
    found(
        conn, hid, "repeat_police_callouts", "police_callout", calls, since=days[0],
        sentence=POLICE,
        would_lower="Twelve weeks without a call. That lowers this by about two thirds.",
    )  # fmt: skip
    found(
        conn, hid, "missed_appointments", "appointment", missed[:2], since=date(2026, 9, 9),
        sentence="Health: 2 of 3 appointments since 9 September 2026 were not kept.",
        would_lower="Keeping the next appointments, or cancelling them in good time.",
    )  # fmt: skip


def kestrel(conn: Connection) -> None:
    hid = household(
        conn, "H3V8T4WD", "Harbourside", PRIYA, "Two police calls, one with a domestic-abuse marker.",
        restricted_from=date(2026, 10, 5),
    )  # fmt: skip
    person(conn, hid, "northside-homes", "Una", "Kestrel", date(1994, 2, 2))
    calls = [call(conn, 2, date(2026, 10, 4), "domestic", domestic_abuse=True)]
    found(
        conn, hid, "repeat_police_callouts", "police_callout", calls, since=date(2026, 10, 4),
        sentence="Two police calls in four weeks.", would_lower="eight weeks without a call.",
    )  # fmt: skip


def others(conn: Connection) -> None:
    hid = household(
        conn, "H5N1C6RB", "Quayside", TOM, "Rent arrears have grown for six weeks.", scope="housing"
    )
    person(conn, hid, "northside-homes", "Bea", "Thornbury", date(1979, 5, 5))
    person(conn, hid, "riverside-health", "Otto", "Vandermeer", date(1975, 5, 5))
    postings = rent(conn, 3, date(2026, 9, 21))
    police = [call(conn, 3, date(2026, 10, 9), "violence")]
    words = {"since": date(2026, 9, 21), "would_lower": "two full payments."}
    found(
        conn,
        hid,
        "rent_arrears_trend",
        "rent_transaction",
        postings[-6:],
        sentence="Arrears have grown.",
        **words,
    )
    found(conn, hid, "repeat_police_callouts", "police_callout", police, sentence="A violent call.", **words)
    hid = household(
        conn, "H9D4L2PF", "Harbourside", PRIYA, "Fire: a small fire in July, and rent missed since then.",
        state="seen", opened_on=date(2026, 10, 26), look_by=date(2026, 10, 28),
    )  # fmt: skip
    person(conn, hid, "northside-homes", "Chidi", "Okafor", date(1982, 8, 1))
    landed(conn, "fire_visit", "northmoor-fire", date(2026, 7, 3), uprn="000000000004", outcome="small_fire")
    household(
        conn, "H2B6Y8SG", "Harbourside", DAN, "Rent arrears have come back after a year without any.",
        opened_on=date(2026, 11, 1), look_by=date(2026, 11, 3),
    )  # fmt: skip
