"""A run may die before any statement, or be killed outright: the next puts the tables right."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import event

from earlyhelp.store.tables import bookmark, fetch_run, landing, quarantine
from earlyhelp.store.unit_of_work import open_store
from tests.store.rows import CLOCK, DAY, bad, everything, fetch, page, rent

ROOT = Path(__file__).parents[2]
FIRST = {
    None: page(rent("a", hours=1), rent("b", hours=2), refused=[bad("x")], position={"page": 1}),
    1: page(rent("a", hours=5, amount=7), rent("c", hours=3), position={"page": 2}),
    2: page(rent("a", hours=4, amount=6), rent("early", at=CLOCK, on=DAY + timedelta(days=1))),
}
SECOND = {None: page(rent("b", hours=30, amount=9), rent("c", hours=3), refused=[bad("x"), bad("y")])}


class Died(Exception):
    pass


class Deaths:
    """Counts the statements of an engine, and dies before or after the one it is told to.

    After the last statement of a transaction is before its commit.
    """

    def __init__(self, engine):
        self.at, self.seen = None, 0
        event.listen(engine, "before_cursor_execute", self.step)
        event.listen(engine, "after_cursor_execute", self.step)

    def step(self, _conn, _cursor, statement, *_):
        self.seen += not statement.startswith("BEGIN")
        if self.seen == self.at:
            raise Died


def two_nights(engine):
    fetch(engine, FIRST)
    fetch(engine, SECOND, day=DAY + timedelta(days=1))


def test_dying_before_any_statement_changes_nothing_in_the_end(engine, another_engine):
    two_nights(engine)
    undisturbed = everything(engine)
    deaths = Deaths(another_engine)
    two_nights(another_engine)
    steps, dead = deaths.seen, 0
    assert everything(another_engine) == undisturbed
    for at in range(1, steps + 1):
        empty(another_engine)
        deaths.at, deaths.seen = at, 0
        for night, day in ((FIRST, DAY), (SECOND, DAY + timedelta(days=1))):
            try:
                fetch(another_engine, night, day=day)
            except Died:
                dead += 1
                deaths.at = None
                fetch(another_engine, night, day=day)
        deaths.at = None
        assert everything(another_engine) == undisturbed, f"died at step {at} of {steps}"
    assert dead == steps


def empty(engine):
    with engine.begin() as conn:
        for table in (bookmark, fetch_run, quarantine, landing["rent_transaction"]):
            conn.execute(table.delete())


CHILD = """
import sys, time
from sqlalchemy import event
from earlyhelp.store.unit_of_work import open_store
from tests.store.rows import fetch
from tests.store.test_kills import MANY

engine = open_store(sys.argv[1])

def tell(*_):
    print("statement", flush=True)
    time.sleep(0.01)

event.listen(engine, "after_cursor_execute", tell)
event.listen(engine, "commit", tell)
fetch(engine, MANY)
"""
START = datetime(2025, 1, 1, tzinfo=UTC)
MANY = {
    number or None: page(
        *(
            rent(f"r{number}-{n % 180}", at=START + timedelta(minutes=300 * number + n), amount=n + 1)
            for n in range(200)
        ),
        position={"page": number + 1} if number < 9 else None,
    )
    for number in range(10)
}


@pytest.mark.parametrize("statements", [6, 14, 21, 29, 38, 47])
def test_killed_outright_in_mid_landing(engine, another_engine, store_url, statements):
    fetch(another_engine, MANY)
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, store_url], stdout=subprocess.PIPE, cwd=ROOT, text=True
    )
    with child:
        for _ in range(statements):
            assert child.stdout.readline()
        child.kill()
    assert child.returncode == -9
    before = everything(engine)
    pages_in = (before["bookmark"][0].position or {"page": 0})["page"] if before["bookmark"] else 0
    assert len(before["rows"]) == 200 * pages_in, "rows and position are kept together"
    fetch(engine, MANY)
    assert everything(engine) == everything(another_engine)


def test_one_run_at_a_time_waits_for_the_other(store_url):
    engines = [open_store(store_url) for _ in range(2)]
    children = [
        subprocess.Popen([sys.executable, "-c", CHILD, store_url], stdout=subprocess.PIPE, cwd=ROOT)
        for _ in range(2)
    ]
    for child in children:
        child.communicate(timeout=60)
    assert [child.returncode for child in children] == [0, 0]
    assert len(everything(engines[0])["rows"]) == 2000
    for engine in engines:
        engine.dispose()
