"""Who may sign in and be given cases: `earlyhelp workers add`, `list` and `remove`."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import insert, select

from earlyhelp.settings import settings
from earlyhelp.store import tables as t
from earlyhelp.store.casework.cases import read_rooms
from earlyhelp.store.unit_of_work import open_store
from tests.practising import earlyhelp, home, told

__all__ = ["home"]
AMINA = ("workers", "add", "Amina Yusuf", "--email", "amina@northmoor.example")
DAY = date(2026, 11, 2)
MOMENT = datetime(2026, 11, 2, 9, tzinfo=UTC)


def store():
    return open_store(settings().database)


def test_somebody_enrolled_has_room_and_is_listed(home):
    number = told(*AMINA, "--trained", "--caseload", "12")["id"]
    (row,) = told("workers", "list")["workers"]
    assert (row["id"], row["name"], row["role"], row["trained"], row["holds"]) == (
        number, "Amina Yusuf", "key_worker", True, 0,
    )  # fmt: skip
    assert "Amina Yusuf" in earlyhelp("workers", "list")
    with store().begin() as conn:
        (room,) = read_rooms(conn, DAY)
    assert (room.worker, room.places, room.trained) == (number, 5, True)


def test_an_agencys_own_worker_has_its_agency_and_sector(home):
    earlyhelp("workers", "add", "Tom Reeve", "--email", "tom@northside.example", "--role", "agency_worker",
              "--agency", "northside-homes")  # fmt: skip
    with store().begin() as conn:
        row = conn.execute(select(t.worker)).mappings().one()
    assert (row["sector"], row["agency"]) == ("housing", "northside-homes")


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (("--role", "agency_worker"), "needs --agency"),
        (("--agency", "northside-homes"), "needs --agency"),
        (("--role", "agency_worker", "--agency", "nobody"), "there is no connector nobody"),
        (("--email", "amina"), "a work address"),
    ],
)
def test_what_cannot_be_is_refused_with_what_to_do(home, more, words):
    assert words in earlyhelp(*AMINA, *more, code=1)
    assert told("workers", "list")["workers"] == []


def test_the_same_address_twice_is_refused(home):
    earlyhelp(*AMINA)
    assert "enrolled already" in earlyhelp(*AMINA, code=1)


def test_who_leaves_is_signed_out_and_what_they_held_waits_to_be_placed(home):
    number = told(*AMINA)["id"]
    with store().begin() as conn:
        conn.execute(insert(t.household).values(id=1, reference="H", formed_on=DAY, ward="N", uprn="1"))
        conn.execute(
            insert(t.case).values(
                id=1, reference="C", household_id=1, scope="joint", gateway="x", opened_on=DAY, look_by=DAY,
                weight=2.0, reason="x", state="acting", worker_id=number, due_on=DAY,
            )
        )  # fmt: skip
        conn.execute(
            insert(t.session).values(
                id_hash="x", worker_id=number, made_at=MOMENT, last_seen_at=MOMENT
            )
        )  # fmt: skip
    assert told("workers", "remove", str(number))["cases_to_place"] == 1
    with store().begin() as conn:
        row = conn.execute(select(t.case)).mappings().one()
        assert (row["worker_id"], row["state"], row["closed_on"]) == (None, "new", None)
        assert conn.execute(select(t.session)).all() == []
        assert read_rooms(conn, DAY) == []
        assert [op.what for op in conn.execute(select(t.operation))] == ["workers add", "workers remove"]
    assert told("workers", "list")["workers"] == []
    assert [one["id"] for one in told("workers", "list", "--all")["workers"]] == [number]
    assert "nobody numbered" in earlyhelp("workers", "remove", str(number), code=1)
