"""A store with the invented city in it, packed: links and packed rows as a first night leaves them.

The rows themselves are left out: a million households have a hundred and fifty million, and no check reads
them once they are packed. `tests/store/test_stored_city.py` holds that blocks read from here are the city's own.
"""

import zlib
from itertools import pairwise

import numpy as np
from sqlalchemy import Connection, Engine, insert

from benchmarks.blocks import blocks_of
from earlyhelp.chronology import Block, Ids
from earlyhelp.demo.city.making import neighbourhoods
from earlyhelp.demo.city.records import CityPlan
from earlyhelp.store.events import packs
from earlyhelp.store.events.numbers import packed_shape
from earlyhelp.store.tables import EVENT_KINDS, NATIONAL, packed_to
from earlyhelp.store.unit_of_work import Work
from schemas.feed import EventRow

OWNER = "an-agency"
COLUMNS = {
    "household": ("id", "reference", "formed_on", "ward", "uprn"),
    "link": ("scheme", "agency", "value", "household_id", "from_on", "to_on", "rule", "made_on"),
    "packed": ("kind", "agency", "value", "rows", "crc", "body"),
}


def plan_of(households: int, weeks: int = 104) -> CityPlan:
    return CityPlan(households=households, history_weeks=weeks)


def fill(engine: Engine, plan: CityPlan) -> int:
    """Write the city, a neighbourhood at a time; returns how many events there are."""
    events = 0
    with Work(engine) as work:
        for here in neighbourhoods(plan):
            for kind, block in blocks_of(here).items():
                if kind == "rent_transaction":
                    _households(work.conn, block.households)
                events += len(block.record)
                _write(work.conn, EVENT_KINDS[kind], block)
        work.conn.execute(insert(packed_to), [
            {"kind": kind, "layout": packs.layout(EVENT_KINDS[kind]), "newest": 0}
            for kind in ("rent_transaction", "police_callout", "appointment")
        ])  # fmt: skip
        work.commit()
    return events


def _households(conn: Connection, numbers: Ids) -> None:
    _insert(conn, "household", [(n, f"h{n}", "2020-01-01", "North", f"{n:012d}") for n in numbers.tolist()])


def _write(conn: Connection, schema: type[EventRow], block: Block) -> None:
    """A packed row and a link for each household, or for each person of one where rows name people."""
    shape = packed_shape(schema)
    rows = np.zeros(len(block.record), shape)
    rows["#occurred"], rows["#known"] = block.occurred_on, block.known_on
    rows["#ended"], rows["#record"] = block.superseded_on, block.record
    for name, column in block.columns.items():
        rows[name] = column
    home = block.households[block.row_household]
    whose = block.columns.get("nhs_number", home)
    order = np.lexsort((rows["#record"], rows["#occurred"], whose, home))
    rows, whose, home = rows[order], whose[order], home[order]
    fresh = (
        np.flatnonzero(np.concatenate(([True], (whose[1:] != whose[:-1]) | (home[1:] != home[:-1]))))
        if len(rows)
        else []
    )
    said = rows.tobytes()
    agency = "" if schema.subject[0] in NATIONAL else OWNER
    bounds = [*(int(x) for x in fresh), len(rows)]
    packed, links = [], []
    for start, stop in pairwise(bounds):
        body = said[start * shape.itemsize : stop * shape.itemsize]
        value = f"{home[start]}-{whose[start]}"
        packed.append((schema.kind, OWNER, value, stop - start, zlib.crc32(body), body))
        links.append(
            (
                schema.subject[0],
                agency,
                value,
                int(home[start]),
                "0001-01-01",
                "9999-12-31",
                "b",
                "2026-01-01",
            )
        )
    silent = np.setdiff1d(block.households, home)  # whom an identifier leads to, and of whom nothing was said
    links += [
        (schema.subject[0], agency, f"{n}-", n, "0001-01-01", "9999-12-31", "b", "2026-01-01")
        for n in silent.tolist()
    ]
    _insert(conn, "packed", packed)
    _insert(conn, "link", links)


def _insert(conn: Connection, table: str, rows: list[tuple[object, ...]]) -> None:
    sign = "?" if conn.dialect.name == "sqlite" else "%s"
    columns = COLUMNS[table]
    if rows:
        conn.exec_driver_sql(
            f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join([sign] * len(columns))})", rows
        )
