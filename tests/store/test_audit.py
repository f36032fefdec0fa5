"""The audit: append-only, and chained so that tampering shows, and where."""

from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as drawn
from hypothesis import strategies as st
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.exc import DBAPIError

from earlyhelp.store.access.audit import bind, head, verify
from earlyhelp.store.access.operations import note_operation
from earlyhelp.store.tables import audit, look, metadata, operation, worker
from earlyhelp.store.unit_of_work import open_store

NOW = datetime(2026, 11, 2, 9, 12, 0, 7, tzinfo=UTC)


def an_audit(conn, looks=6):
    """A worker who looks so many times, with something done by hand after every second look."""
    who = {"name": "A", "role": "manager", "caseload": 1, "new_cases_a_week": 1, "email": "a@example.org",
           "domestic_abuse_trained": False}  # fmt: skip
    number = conn.execute(insert(worker).values(who)).inserted_primary_key[0]
    for at in range(looks):
        row = {"at": NOW, "worker_id": number, "page": f"page {at}", "allowed": at % 3 > 0, "because": "x"}
        bind(conn, "look", conn.execute(insert(look).values(row)).inserted_primary_key[0], NOW)
        if at % 2:
            note_operation(conn, "export", f"{at}")


def test_an_untouched_audit_is_whole(engine):
    with engine.begin() as conn:
        an_audit(conn)
    with engine.connect() as conn:
        verdict = verify(conn)
        assert (verdict.entries, verdict.broken, verdict.head) == (9, (), head(conn))


@pytest.mark.parametrize("table", [look, operation, audit], ids=lambda t: t.name)
@pytest.mark.parametrize("act", [update, delete], ids=["changed", "deleted"])
def test_the_database_lets_nothing_be_changed_or_deleted(engine, table, act):
    with engine.begin() as conn:
        an_audit(conn)
    statement = act(table)
    with pytest.raises(DBAPIError, match="append-only"), engine.begin() as conn:
        conn.execute(statement.values(id=table.c.id + 100) if act is update else statement)


def without_locks():
    """A store in memory whose database refuses nothing, as for somebody who can get round it."""
    made = open_store("sqlite://")
    metadata.create_all(made)
    return made


TAMPERING = {
    "a row was changed": ("UPDATE look SET allowed = NOT allowed WHERE id = {n}", "look {n}", "was changed"),
    "a row was taken out": ("DELETE FROM look WHERE id = {n}", "look {n}", "is gone"),
    "a row was put in": (
        "INSERT INTO look (at, worker_id, page, allowed, because) "
        "SELECT at, worker_id, page, allowed, 'put in' FROM look WHERE id = {n}", "look 7", "in no entry",
    ),
    "an entry was taken out": ("DELETE FROM audit WHERE source_id = {n} AND source = 'look'", "", ""),
    "an entry was changed": (
        "UPDATE audit SET content = 'x' WHERE source_id = {n} AND source = 'look'", "look {n}", "was changed",
    ),
}  # fmt: skip


@pytest.mark.parametrize("how", TAMPERING)
@drawn(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(number=st.integers(1, 6))
def test_whoever_gets_round_the_database_is_found_out_and_where(how, number):
    statement, row, why = TAMPERING[how]
    engine = without_locks()
    with engine.begin() as conn:
        an_audit(conn)
        conn.execute(text(statement.format(n=number)))
        broken = verify(conn).broken
    engine.dispose()
    assert broken
    assert any(row.format(n=number) == one.row and why in one.why for one in broken) or not row
    changed_entry = "entry" in how
    assert changed_entry or len(broken) == 1, "nothing else is called broken"


def test_what_is_cut_off_at_the_end_shows_against_a_head_noted_elsewhere():
    engine = without_locks()
    with engine.begin() as conn:
        an_audit(conn)
        noted = head(conn)
        an_audit(conn, 1)
        assert verify(conn, noted).broken == ()
        last = conn.execute(select(audit.c.id).order_by(audit.c.id.desc()).limit(3)).scalars().all()
        for number in last:
            conn.execute(delete(audit).where(audit.c.id == number))
        conn.execute(delete(look).where(look.c.id >= 6))
        conn.execute(delete(operation).where(operation.c.id >= 3))
        (cut,) = verify(conn, noted).broken
        assert "it was cut" in cut.why
    engine.dispose()
