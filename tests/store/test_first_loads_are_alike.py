"""Whatever pages a first load brings, the tables are row for row those of any other load."""

from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import inspect, select

from earlyhelp.feeds import Gone
from earlyhelp.store import tables as t
from earlyhelp.store.incoming import landing as incoming
from tests.store.rows import AGENCY, bad, land, page, rent

RENT = t.landing["rent_transaction"]
WANTED = {index.name for index in RENT.indexes}
JUNE = datetime(2025, 6, 1, tzinfo=UTC)

records = st.sampled_from(["r1", "r2", "r3", "r4"])
hours = st.integers(0, 60)
rows = st.builds(
    rent, records, hours=hours, amount=st.sampled_from([100, -100, 250]), void=st.booleans(),
    account=st.sampled_from(["A1", "A2"]),
)  # fmt: skip
tombstones = st.builds(lambda record, hour: Gone(record, JUNE + timedelta(hours=hour)), records, hours)
pages = st.lists(
    st.tuples(
        st.lists(rows, max_size=6),
        st.lists(st.builds(lambda n: bad(place=f"row {n}", record=f"r{n}"), st.integers(1, 4)), max_size=2),
        st.lists(tombstones, max_size=2),
    ),
    min_size=2,
    max_size=5,
)


def landed(conn, brought):
    """What a load of these pages leaves: the rows but for their numbers, the refused, and the counts."""
    run, counts = None, []
    for number, (good, refused, gone) in enumerate(brought):
        last = number == len(brought) - 1
        told = page(*good, refused=refused, position=None if last else {"at": number + 1})
        told = type(told)(told.rows, told.refused, told.position, told.clock, gone)
        run = run or incoming.start_run(conn, f"{AGENCY}/rent", JUNE.date())
        counts.append(land(conn, told, run=run))
    own = [column for column in RENT.c if column.name not in ("id", "page")]
    rows = conn.execute(select(*own).where(RENT.c.agency == AGENCY)).all()
    refused = conn.execute(select(t.quarantine.c.reason, t.quarantine.c.place)).all()
    return sorted(map(repr, rows)), sorted(map(repr, refused)), counts


def indexes(conn):
    return {one["name"] for one in inspect(conn).get_indexes(RENT.name)} & WANTED


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pages)
def test_a_first_load_leaves_what_any_other_load_would(conn, brought):
    with conn.begin_nested() as first:
        fresh = landed(conn, brought)
        assert not indexes(conn), "they were put off"
        first.rollback()
    with conn.begin_nested() as other:
        land(conn, page(rent("x")), agency="elsewhere-homes")
        assert indexes(conn) == WANTED
        usual = landed(conn, brought)
        assert indexes(conn) == WANTED
        other.rollback()
    assert fresh == usual


def holding(conn, brought):
    """What holds once every page has landed: the last version of each record that nobody took away."""
    landed(conn, brought)
    own = [RENT.c.record_id, RENT.c.recorded_at, RENT.c.amount, RENT.c.account]
    standing = select(*own).where(RENT.c.agency == AGENCY, RENT.c.superseded_on.is_(None), ~RENT.c.void)
    return sorted(map(repr, conn.execute(standing)))


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pages, st.data())
def test_in_whatever_order_pages_come_and_come_again_the_same_holds(conn, brought, data):
    """A tombstone may come before its row, and pages again after a kill, within one window."""
    order = data.draw(st.permutations(brought))
    again = data.draw(st.lists(st.sampled_from(brought), max_size=3))
    with conn.begin_nested() as first:
        once = holding(conn, brought)
        first.rollback()
    with conn.begin_nested() as other:
        twice = holding(conn, [*again, *order])
        assert not conn.execute(select(t.early_tombstone)).all(), "the window has closed"
        other.rollback()
    assert once == twice
