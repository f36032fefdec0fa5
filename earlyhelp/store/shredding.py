"""How a page of rows is handed to a database: all of it at once, with no line of Python run for each row.

PostgreSQL is given one JSON document, written by pydantic, and takes it apart itself; SQLite is given tuples,
made column by column by what is written in C.
"""

import struct
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from functools import cache, lru_cache, partial
from hashlib import blake2b
from itertools import repeat
from operator import attrgetter, itemgetter, methodcaller
from typing import Any

import orjson
from pydantic import AwareDatetime, TypeAdapter
from sqlalchemy import BigInteger, Boolean, Date, Float, Integer, Table

from earlyhelp.store.columns import Moment, moment_of, moment_text, plain_type
from earlyhelp.store.tables import landing
from schemas.feed import FeedRow, london_day

MARK = partial(blake2b, digest_size=8)
"""Sixty-four bits that tell one content from any other."""

_OURS = ("agency", "page", "digest", "known_on")
_HOUR = slice(13)
_moments = TypeAdapter(list[datetime | None])
_ended = methodcaller("removesuffix", "Z")


@cache
def of_type(schema: type[FeedRow], *kinds: Any) -> tuple[str, ...]:
    """The fields of a schema that are of one of these types."""
    plain = {name: plain_type(field.annotation) for name, field in schema.model_fields.items()}
    return tuple(name for name, kind in plain.items() if kind in kinds)


# --- PostgreSQL ----------------------------------------------------------------------------------------


def document(schema: type[FeedRow], rows: Sequence[FeedRow]) -> str:
    """A page as one JSON document: the fields of the schema, and none that only the agency's model has."""
    return _page(schema).dump_json(list(rows), warnings="none").decode()


@cache
def _page(schema: type[FeedRow]) -> TypeAdapter[list[FeedRow]]:
    return TypeAdapter(list[schema])  # type: ignore[valid-type]


@cache
def postgres_insert(schema: type[FeedRow], *, first_load: bool, none_known: bool) -> str:
    """One statement for a whole page; where none of its records is known, nothing can be there already.

    The digest is what PostgreSQL itself tells rows apart by when it spreads them over partitions, so that
    it may not change from one release to the next.
    """
    table, fields = landing[schema.kind], tuple(schema.model_fields)
    told = {name: f'd."{name}"' for name in fields}
    content = ", ".join(word for name, word in told.items() if name != "recorded_at")
    day = "LEAST((d.recorded_at AT TIME ZONE 'Europe/London')::date, %(day)s)" if first_load else "%(day)s"
    typed = ", ".join(f'"{name}" {_postgres_type(table.c[name].type)}' for name in fields)
    return (
        f'INSERT INTO "{table.name}" ({_listed((*_OURS, *fields))}) '
        f"SELECT %(agency)s::text, %(page)s::text, hash_record_extended(ROW({content}), 0), {day}::date, "
        f"{', '.join(told.values())} FROM json_to_recordset(%(rows)s::json) AS d({typed})"
        f"{'' if none_known else ' ON CONFLICT DO NOTHING'}"
    )


@cache
def postgres_known(table: Table) -> str:
    """How many versions are there of the records that a document names.

    ``OFFSET 0`` has each record looked up by itself: of a table whose sizes PostgreSQL does not know yet it
    would walk all rows of the agency.
    """
    held = f'SELECT FROM "{table.name}" WHERE agency = %(agency)s AND record_id = named.record OFFSET 0'
    named = "json_array_elements_text(%(records)s::json) AS named(record)"
    return f"SELECT count(*) FROM {named} CROSS JOIN LATERAL ({held}) AS held"


def _postgres_type(kind: object) -> str:
    """The type by which PostgreSQL reads a field of that document."""
    named = {
        BigInteger: "bigint",
        Integer: "integer",
        Float: "double precision",
        Boolean: "boolean",
        Date: "date",
        Moment: "timestamptz",
    }
    return next((word for cls, word in named.items() if isinstance(kind, cls)), "text")


# --- SQLite --------------------------------------------------------------------------------------------


@cache
def sqlite_insert(schema: type[FeedRow]) -> str:
    """One statement, run by the driver for each row of `tuples`."""
    columns = (*_OURS, *schema.model_fields)
    signs = ", ".join("?" * len(columns))
    name = landing[schema.kind].name
    return f'INSERT INTO "{name}" ({_listed(columns)}) VALUES ({signs}) ON CONFLICT DO NOTHING'


def tuples(
    schema: type[FeedRow], rows: Sequence[FeedRow], agency: str, mark: str, day: date, *, first_load: bool
) -> Iterator[tuple[Any, ...]]:
    """The rows as SQLite takes them: dates and moments are text, as `columns` describes it."""
    columns = {name: list(map(attrgetter(name), rows)) for name in schema.model_fields}
    for name in of_type(schema, date):
        columns[name] = list(map(_day_text, columns[name]))
    for name in of_type(schema, datetime, AwareDatetime):
        columns[name] = _moment_texts(columns[name])
    content = zip(*(column for name, column in columns.items() if name != "recorded_at"), strict=True)
    known = _known_on(columns["recorded_at"], day.isoformat()) if first_load else repeat(day.isoformat())
    return zip(repeat(agency), repeat(mark), _digests(content), known, *columns.values(), strict=False)


def _digests(content: Iterator[tuple[Any, ...]]) -> tuple[int, ...]:
    """A number for each row's content."""
    marks = b"".join(map(methodcaller("digest"), map(MARK, map(orjson.dumps, content))))
    return struct.unpack(f">{len(marks) // 8}q", marks)


_day_text = lru_cache(100_000)(lambda day: day and day.isoformat())


def _moment_texts(moments: list[datetime | None]) -> list[Any]:
    """The moments as `moment_text` writes them; pydantic does it faster, for those that are in UTC."""
    texts = _moments.dump_python(moments, mode="json")
    try:
        if "".join(texts).count("Z") == len(texts):
            return list(map(_ended, texts))
    except TypeError:  # there is a None
        pass
    return [moment and moment_text(moment) for moment in moments]


def _known_on(recorded: list[str], today: str) -> Iterator[str]:
    """The days in London on which rows were recorded, none later than today."""
    days = map(_london_day, map(itemgetter(_HOUR), recorded))
    return map(min, days, repeat(today))


@lru_cache(maxsize=100_000)
def _london_day(hour: str) -> str:
    """The day in London of an hour in UTC such as ``2025-03-30T23``; its minutes do not matter."""
    return london_day(moment_of(f"{hour}:00")).isoformat()


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)
