"""A first load does without indexes until it ends, however it ends; what had rows before keeps its own."""

import threading
from collections import Counter

import pytest
from sqlalchemy import inspect, select

from earlyhelp.errors import TryAgainLater
from earlyhelp.law.policy import Sector
from earlyhelp.services import fetching
from earlyhelp.store.tables import landing
from schemas.rent_account import RentTransaction
from tests.twins import NIGHT, Twin, TwinFeed, rent

RENT = landing[RentTransaction.kind]
WANTED = {index.name for index in RENT.indexes}


def landlord(name="northside-homes"):
    return Twin(
        name, Sector.HOUSING, [TwinFeed("rent", RentTransaction, rent("A1", 90, paid_until=1))], page=20
    )


def indexes(engine):
    return {one["name"] for one in inspect(engine).get_indexes(RENT.name)} & WANTED


def watched(twin, engine, seen):
    """Note before each page which indexes there are."""
    pages = twin.pages

    def watching(feed, window):
        for page in pages(feed, window):
            seen.append(indexes(engine))
            yield page

    twin.pages = watching
    return twin


def test_an_index_is_made_once_at_the_end_of_a_first_load(engine):
    seen = []
    fetching.fetch_agency(engine, watched(landlord(), engine, seen), NIGHT)
    assert len(seen) > 3, "pages"
    assert seen[0] == WANTED == indexes(engine)
    assert not set().union(*seen[1:])


def test_a_first_load_that_fails_leaves_its_index_behind(engine):
    twin = landlord()
    twin.fails, twin.fails_after_pages = TryAgainLater("no answer"), 2
    with pytest.raises(TryAgainLater):
        fetching.fetch_agency(engine, twin, NIGHT)
    assert indexes(engine) == WANTED


def test_after_a_kill_rows_are_found_and_the_next_run_makes_the_index(engine):
    class Killed(BaseException):
        pass

    def killed(_rows):
        raise Killed

    twin = landlord()
    with pytest.raises(Killed):
        fetching.fetch_feed(engine, twin, twin.feeds[0], NIGHT, killed)
    with engine.connect() as conn:
        assert len(conn.execute(select(RENT.c.id).where(RENT.c.account == "A1")).all()) == 20
    fetching.fetch_agency(engine, landlord(), NIGHT)
    assert indexes(engine) == WANTED
    with engine.connect() as conn:
        assert len(conn.execute(select(RENT.c.id)).all()) == len(landlord().feeds[0].rows)


def test_a_backfill_makes_them_too(engine):
    twin = landlord()
    days = [row.recorded_at.date() for row in twin.feeds[0].rows]
    fetching.backfill(engine, twin, "rent", min(days), max(days), NIGHT)
    assert indexes(engine) == WANTED


def test_where_there_are_rows_nothing_is_put_off(engine):
    fetching.fetch_agency(engine, landlord(), NIGHT)
    seen = []
    fetching.fetch_agency(engine, watched(landlord("homes"), engine, seen), NIGHT)
    assert len(seen) > 3
    assert all(one == WANTED for one in seen)


def test_a_connection_is_handed_back_as_it_was(engine):
    if engine.dialect.name != "sqlite":
        return
    with engine.connect() as conn:
        before = [conn.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("temp_store", "cache_size")]
    fetching.fetch_agency(engine, landlord(), NIGHT)
    with engine.connect() as conn:
        after = [conn.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("temp_store", "cache_size")]
    assert after == before


def test_a_table_that_somebody_reads_keeps_its_indexes_and_nobody_waits(engine):
    if engine.dialect.name == "sqlite":
        return
    seen = []
    with engine.connect() as reader:
        reader.execute(select(RENT.c.id)).all()
        fetching.fetch_agency(engine, watched(landlord(), engine, seen), NIGHT)
    assert len(seen) > 3
    assert all(one == WANTED for one in seen)


def test_two_agencies_whose_first_loads_run_at_once_land_everything(engine):
    """One ends while the other is in the midst of its own: the indexes it makes are made once, and kept."""
    one, other = landlord(), landlord("homes")
    done = threading.Event()
    pages = one.pages

    def waiting(feed, window):
        for number, page in enumerate(pages(feed, window)):
            if number == 2:
                second.start()
                assert done.wait(60)
            yield page

    def load_other():
        fetching.fetch_agency(engine, other, NIGHT)
        done.set()

    second, one.pages = threading.Thread(target=load_other), waiting
    fetching.fetch_agency(engine, one, NIGHT)
    second.join()
    assert indexes(engine) == WANTED
    with engine.connect() as conn:
        landed = Counter(conn.execute(select(RENT.c.agency)).scalars())
    assert landed == {name: len(landlord().feeds[0].rows) for name in ("northside-homes", "homes")}
