from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter
from sqlalchemy import select

from earlyhelp.store import tables
from earlyhelp.store.incoming import pages
from earlyhelp.store.incoming.pages import Landed, insert_page, sift, sift_one_by_one
from earlyhelp.store.incoming.shredding import columns_of, postgres_known
from earlyhelp.store.unit_of_work import Work
from schemas.appointment import Appointment
from schemas.rent_account import RentTransaction
from tests.store.rows import AGENCY, CLOCK, DAY, bad, page, rent

drawn = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
ZONES = st.sampled_from([UTC, timezone(timedelta(hours=1)), timezone(timedelta(hours=-5, minutes=-30))])
MOMENTS = st.builds(
    datetime.fromtimestamp, st.integers(0, 1_749_513_600_000_000).map(lambda n: n / 1e6), ZONES
)
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=12).filter(
    str.strip
)
NASTY = st.sampled_from(["NULL", "null", "{a,b}", '"', "a\\b", "two\nlines", "Zoë £", ",", "\\N"])
rows = st.builds(
    rent, st.sampled_from("abcdefgh"), at=MOMENTS, account=TEXTS | NASTY,
    amount=st.integers(1, 10_000_000), cycle=st.sampled_from([None, "weekly"]), void=st.booleans(),
)  # fmt: skip
odd = st.one_of(
    rows,
    st.builds(rent, st.sampled_from("abc"), account=st.sampled_from(["a\0b", "\\u0000"])),
    st.builds(rent, st.sampled_from("abc"), on=st.dates(DAY - timedelta(days=2), DAY + timedelta(days=20))),
    st.builds(rent, st.sampled_from("abc"), on=st.just(DAY),
              at=st.integers(-9, 9).map(lambda minutes: CLOCK + timedelta(minutes=minutes))),
)  # fmt: skip


def put(conn, *the_rows, first_load=True, schema=RentTransaction, day=DAY) -> Landed:
    """Insert rows as one page, nothing else."""
    columns = columns_of(schema, the_rows)
    return insert_page(conn, schema, AGENCY, "1.0", columns, day, first_load=first_load)


def kept(conn, schema=RentTransaction):
    return conn.execute(select(tables.landing[schema.kind])).all()


@drawn
@given(st.lists(odd, max_size=6))
def test_both_roads_tell_the_same(the_rows):
    given_page = page(*the_rows, refused=[bad()])
    assert sift(RentTransaction, given_page, DAY) == sift_one_by_one(RentTransaction, given_page, DAY)


@given(st.lists(rows, max_size=6))
def test_a_page_with_nothing_amiss_takes_the_fast_road(the_rows):
    with pytest.MonkeyPatch.context() as patched:
        patched.delattr(pages, "sift_one_by_one")
        sifted = sift(RentTransaction, page(*the_rows), DAY)
    assert sifted.columns == columns_of(RentTransaction, the_rows)
    assert sifted.refused == []


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (rent(at=CLOCK + pages.SKEW + timedelta(microseconds=1), on=DAY), pages.FROM_TOMORROW),
        (rent(on=DAY + timedelta(days=1)), pages.NOT_YET),
        (rent(account="a\0"), pages.NUL),
    ],
)
def test_what_is_refused_can_be_read_again(row, reason):
    sifted = sift(RentTransaction, page(rent("good"), row), DAY)
    assert [(one.reason, one.place, one.ours) for one in sifted.refused] == [(reason, "row 1", True)]
    assert TypeAdapter(RentTransaction).validate_json(sifted.refused[0].row) == row
    assert sifted.columns["record_id"] == ["good"]


@drawn
@given(st.lists(rows, min_size=1, max_size=6, unique_by=lambda row: (row.record_id, row.recorded_at)))
def test_what_is_landed_is_what_was_said(engine, the_rows):
    with Work(engine) as work:
        assert put(work.conn, *the_rows).rows == len(the_rows)
        found = kept(work.conn)
    fields = RentTransaction.model_fields
    told = {tuple(getattr(row, name) for name in fields) for row in found}
    assert told == {tuple(getattr(row, name) for name in fields) for row in the_rows}


@drawn
@given(a=rows, b=rows)
def test_the_digest_tells_contents_apart_and_not_moments(engine, a, b):
    with Work(engine) as work:
        put(work.conn, a, b)
        digests = {row.digest for row in kept(work.conn)}
    assert (len(digests) == 1) == (a.model_copy(update={"recorded_at": b.recorded_at}) == b)


@pytest.mark.parametrize(
    ("at", "known_on"),
    [
        (datetime(2025, 3, 29, 23, 30, tzinfo=UTC), date(2025, 3, 29)),
        (datetime(2025, 3, 30, 23, 30, tzinfo=UTC), date(2025, 3, 31)),
        (datetime(2025, 6, 9, 23, 30, tzinfo=timezone(timedelta(hours=2))), date(2025, 6, 9)),
        (datetime(2025, 6, 10, 23, 30, tzinfo=UTC), DAY),
    ],
)
def test_on_a_first_load_a_row_was_known_on_its_day_in_london(conn, at, known_on):
    put(conn, rent(at=at, on=DAY))
    put(conn, rent("later", at=at, on=DAY), first_load=False, day=DAY + timedelta(days=1))
    assert {row.record_id: row.known_on for row in kept(conn)} == {
        "r1": known_on, "later": DAY + timedelta(days=1),
    }  # fmt: skip


def test_other_moments_land_as_they_are_and_a_date_may_be_missing(conn):
    told = {"recorded_at": CLOCK, "occurred_on": DAY, "nhs_number": "9990000018", "status": "booked"}
    booked = [Appointment(record_id=f"p{n}", starts_at=CLOCK + timedelta(days=n), **told) for n in range(2)]
    put(conn, *booked, schema=Appointment)
    found = sorted((row.starts_at, row.booked_on) for row in kept(conn, Appointment))
    assert found == [(row.starts_at, None) for row in booked]


def test_a_page_says_whether_its_records_may_stand_beside_others(conn):
    assert put(conn, rent("m"), rent("n")) == Landed(2, others=False)
    perhaps = conn.dialect.name == "sqlite"  # there nobody looks for a record that sorts among the known
    assert put(conn, rent("z"), rent("a")) == Landed(2, others=perhaps)
    assert put(conn, rent("zz")) == Landed(1, others=False)
    assert put(conn, rent("b"), rent("m", hours=1)) == Landed(2, others=True)
    assert put(conn, rent("c"), rent("c", hours=1)) == Landed(2, others=True)
    assert put(conn, rent("z")) == Landed(0, others=True)


def test_another_agencys_records_are_not_those(conn):
    if conn.dialect.name == "postgresql":
        put(conn, rent("a"))
        asked = {"agency": "harbour-homes", "its_record_id": ["a"]}
        assert conn.exec_driver_sql(postgres_known(RentTransaction), asked).scalar() == 0


def test_an_empty_page_lands_nothing(conn):
    assert put(conn) == Landed(0, others=False)
    assert sift(RentTransaction, page(refused=[bad()]), DAY).refused == [bad()]
