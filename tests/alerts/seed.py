"""Workers, households and cases for the tests of telling, without a night."""

from datetime import date, timedelta

from sqlalchemy import insert, select

from earlyhelp.law.working_days import working_days_after
from earlyhelp.store.casework import outbox
from earlyhelp.store.tables import alert, case, household, message, worker

MONDAY = date(2026, 11, 2)
LINK = "https://early-help.northmoor.example/"


def hire(engine, *, count=2, managers=1, ward="Aldren"):
    """So many key workers, numbered from 1, and managers after them."""
    with engine.begin() as conn:
        for number in range(count + managers):
            role = "key_worker" if number < count else "manager"
            conn.execute(
                insert(worker).values(
                    id=number + 1, name=f"Worker {number + 1}", role=role, ward=ward, caseload=99,
                    new_cases_a_week=99, email=f"w{number + 1}@northmoor.example",
                )
            )  # fmt: skip


def raise_case(conn, day, whose, cause="opened", ward="Aldren"):
    """A new household with an open case in somebody's hands, and the alert of it: one transaction."""
    number = conn.exec_driver_sql("select count(*) from household").scalar() + 1
    conn.execute(
        insert(household).values(
            id=number, reference=f"H{number}", formed_on=date(2020, 1, 1), ward=ward, uprn=f"{number:012}"
        )
    )
    conn.execute(
        insert(case).values(
            id=number, reference=f"C{number}", household_id=number, scope="joint", gateway="x", opened_on=day,
            look_by=working_days_after(day, 2), weight=2.0, reason="x", state="new", worker_id=whose,
        )
    )  # fmt: skip
    outbox.note(conn, whose, number, cause, day)
    return number


def alerts(engine):
    with engine.connect() as conn:
        return conn.execute(select(alert).order_by(alert.c.id)).all()


def messages(engine):
    with engine.connect() as conn:
        return conn.execute(select(message).order_by(message.c.id)).all()


def days(first, count):
    return [first + timedelta(days=n) for n in range(count)]
