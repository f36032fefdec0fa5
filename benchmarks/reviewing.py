"""How long a reviewer waits: a match taken back and matched anew at once, in a register of so many people.

CPU seconds of this process and its threads, in SQLite; the first night is beside it for comparison.
"""

import tempfile
import time
from collections.abc import Iterable
from datetime import UTC, date, datetime

from sqlalchemy import Engine, insert, select

from benchmarks.matching import DAY, SIZES, fill
from earlyhelp.plugins import checks
from earlyhelp.services.linking import match_all
from earlyhelp.services.matching import rematch
from earlyhelp.store.people import answering
from earlyhelp.store.tables import same_person, worker
from earlyhelp.store.unit_of_work import migrate, open_store

ASKED = ("different", "same")


def main(sizes: Iterable[int] = SIZES) -> None:
    """Print what a reviewer waited for each answer about one pair that had been matched."""
    print("people      answer       CPU s   times the first night")
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            engine = open_store(f"sqlite:///{folder}/store.db")
            migrate(engine)
            fill(engine, 0, size)
            began = time.process_time()
            with engine.begin() as conn:
                match_all(conn, DAY)
            first = time.process_time() - began
            print(f"{size:>9,}  {'first night':<11} {first:>6.1f}")
            _answers(engine, size, first, DAY)
            engine.dispose()


def _answers(engine: Engine, size: int, first: float, day: date) -> None:
    more = {"email": "r@x.example", "caseload": 0, "new_cases_a_week": 0, "domestic_abuse_trained": False}
    with engine.begin() as conn:
        conn.execute(insert(worker).values(name="Reva", role="reviewer", **more))
        matched = select(same_person.c.id).where(same_person.c.decision == "match").limit(1)
        number = conn.execute(matched).scalar_one()
    for said in ASKED:
        with engine.begin() as conn:
            answering.answer(conn, 1, f"person-{number}", said, datetime.now(UTC))
        began = time.process_time()
        rematch(engine, checks(), day)
        took = time.process_time() - began
        print(f"{size:>9,}  {said:<11} {took:>6.1f}   {took / first:>21.3f}")
