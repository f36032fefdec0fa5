"""The night's matching over an invented register: the first night, a quiet night, and one with newcomers.

CPU seconds of this process and its threads, in SQLite; ratios to the first night are what travels.
"""

import random
import resource
import tempfile
import time
from collections.abc import Iterable
from datetime import date, timedelta

from sqlalchemy import Connection, Engine, func, insert, select

from earlyhelp.law.policy import Sector
from earlyhelp.linking.cleaning import name_lists
from earlyhelp.services.linking import match_all
from earlyhelp.store.tables import feed, landing, link, same_person
from earlyhelp.store.unit_of_work import migrate, open_store
from schemas.feed import london_midnight

SIZES = (10_000, 100_000)
DAY = date(2026, 3, 2)
AT_A_HOME = 3
LOST = 20
"""One of so many people is known to another agency too, which does not tell where they live."""
AT_ONCE = 10_000
STREETS = [f"{one}{other} {kind}" for one in ("Quill", "Ald", "Bram", "Corm", "Dun", "Elder", "Fern", "Gorse", "Hazel", "Ivy")
           for other in ("ton", "ley", "wick", "ford", "mere", "stead") for kind in ("Road", "Street", "Lane")]  # fmt: skip


def main(sizes: Iterable[int] = SIZES) -> None:
    """Print what each night took, for registers of so many people."""
    print("people      night           CPU s   times the first night   joined   peak MB")
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            engine = open_store(f"sqlite:///{folder}/store.db")
            migrate(engine)
            fill(engine, 0, size)
            first = _night(engine, size, "first", DAY, None)
            _night(engine, size, "nothing new", DAY + timedelta(1), first)
            fill(engine, size, size + 100)
            _night(engine, size, "100 newcomers", DAY + timedelta(2), first)
            engine.dispose()


def _night(engine: Engine, size: int, name: str, day: date, first: float | None) -> float:
    began = time.process_time()
    with engine.begin() as conn:
        match_all(conn, day)
    took = time.process_time() - began
    with engine.connect() as conn:
        joined = conn.execute(select(func.count()).where(link.c.rule == "likeness")).scalar_one()
        right = conn.execute(
            select(func.count()).where(
                same_person.c.decision == "match", same_person.c.left_record == same_person.c.right_record
            )
        ).scalar_one()
        made = conn.execute(select(func.count()).where(same_person.c.decision == "match")).scalar_one()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    times = "" if first is None else f"{took / first:.3f}"
    print(
        f"{size:>9,}  {name:<14} {took:>7.1f}   {times:>21}  {joined:>7,}   {peak:>7,}   ({right:,} of {made:,} right)"
    )
    return took


def fill(engine: Engine, start: int, stop: int) -> None:
    """People numbered so, at homes of three; some of them known to probation as well, misspelt."""
    drawn, names = random.Random(start), [name for name, _ in name_lists()]
    stamp = london_midnight(DAY)
    with engine.begin() as conn:
        if not start:
            about = {
                "sector": Sector.COUNCIL.value,
                "kind": "supervision",
                "stale_after_days": 9,
                "steady": False,
            }
            conn.execute(
                insert(feed).values(
                    name="moorland-probation/supervision", agency="moorland-probation", **about
                )
            )
        for at in range(start, stop, AT_ONCE):
            homes, people = [], []
            for n in range(at, min(at + AT_ONCE, stop)):
                home = n // AT_A_HOME
                house, street = home % 97 + 1, STREETS[home // 97 % len(STREETS)]
                code = f"ZZ{home // 97 // len(STREETS) % 90 + 1} {home // 97 % 9 + 1}{chr(65 + home % 20)}{chr(65 + home % 7)}"
                if n % AT_A_HOME == 0:
                    homes.append(
                        {"record_id": f"{home:012d}", "uprn": f"{home:012d}", "usage": "dwelling", "ward": "Aldren",
                         "address": f"{house} {street}", "postcode": code}
                    )  # fmt: skip
                who = {
                    "forename": drawn.choice(names),
                    "surname": drawn.choice(names) + drawn.choice(("son", "man", "ley", "ton", "")),
                }
                born = date(1940, 1, 1) + timedelta(drawn.randrange(29_000))
                people.append(
                    {"agency": "health", "record_id": str(n), **who, "date_of_birth": born, "uprn": f"{home:012d}",
                     "nhs_number": f"{n:010d}", "address": None}
                )  # fmt: skip
                if n % LOST == 0:
                    cut = drawn.randrange(len(who["surname"]))
                    slip = {"surname": who["surname"][:cut] + who["surname"][cut + 1 :] or "x"}
                    people.append(
                        {"agency": "moorland-probation", "record_id": str(n), **who, **slip, "date_of_birth": born, "uprn": None,
                         "nhs_number": f"8{n:09d}" if n % 40 else None, "address": f"{house} {street[:4]}"}
                    )  # fmt: skip
            _land(conn, "residence", [{"agency": "gazetteer", **one} for one in homes], stamp)
            _land(conn, "person", people, stamp)


def _land(conn: Connection, kind: str, rows: list[dict[str, object]], stamp: object) -> None:
    own = {"page": "1.1", "known_on": DAY, "recorded_at": stamp, "void": False}
    if rows:
        conn.execute(insert(landing[kind]), [own | {"digest": at} | row for at, row in enumerate(rows)])
