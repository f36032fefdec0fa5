"""The bare loop, as the limit: ask, parse, write each page, commit; nothing is kept but the rows.

Into PostgreSQL a page is copied to a temporary table and inserted from there, into SQLite it is one
executemany. ``validated`` puts pydantic between.
"""

from datetime import date, datetime
from operator import itemgetter
from typing import Annotated, Any, Literal

import httpx
import orjson
from pydantic import BaseModel, Field, TypeAdapter


class Posting(BaseModel):
    """A posting to a rent account."""

    id: str = Field(min_length=1, max_length=80)
    changed: datetime
    reversed: bool
    posted: date
    account: str = Field(min_length=1, max_length=80)
    tenancy: int
    property: str = Field(min_length=1, max_length=80)
    type: Literal["charge", "payment", "adjustment"]
    amount: Annotated[int, Field(ge=-10_000_000, le=10_000_000)]
    balance: int
    cycle: Literal["weekly", "fortnightly", "four_weekly", "monthly"] | None = None
    narrative: str


PAGE = TypeAdapter(list[Posting])
FIELDS = tuple(Posting.model_fields)
TAKE = itemgetter(*FIELDS)
COLUMNS = (
    "id text PRIMARY KEY, changed timestamptz, reversed boolean, posted date, account text, tenancy integer, "
    "property text, type text, amount integer, balance integer, cycle text, narrative text"
)
NEWER = (
    f"ON CONFLICT (id) DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in FIELDS[1:])} "
    "WHERE excluded.changed >= posting.changed"
)


def pages(address: str, validated: bool):
    """Each page as tuples."""
    with httpx.Client(headers={"X-Api-Key": "loopback"}, trust_env=False) as client:
        query: dict[str, Any] = {"limit": 1000}
        while True:
            response = client.get(f"{address}/postings", params=query)
            response.raise_for_status()
            body = orjson.loads(response.content)
            rows = body["items"]
            if validated:
                rows = PAGE.dump_python(PAGE.validate_python(rows), mode="json")
            yield map(TAKE, rows)
            if not body["next"]:
                return
            query["cursor"] = body["next"]


def into_postgres(address: str, store: str, validated: bool) -> None:
    """COPY to a temporary table, INSERT … ON CONFLICT from there, one commit a page."""
    import psycopg

    with psycopg.connect(store.replace("+psycopg", "")) as conn:
        conn.execute(f"CREATE TABLE posting ({COLUMNS})")
        conn.execute("CREATE TEMP TABLE page (LIKE posting) ON COMMIT DELETE ROWS")
        conn.commit()
        for rows in pages(address, validated):
            with conn.cursor() as cursor:
                with cursor.copy(f"COPY page ({', '.join(FIELDS)}) FROM STDIN") as copy:
                    for row in rows:
                        copy.write_row(row)
                cursor.execute(
                    "INSERT INTO posting "
                    f"SELECT DISTINCT ON (id) * FROM page ORDER BY id, changed DESC {NEWER}"
                )
            conn.commit()


def into_sqlite(address: str, store: str, validated: bool) -> None:
    """One executemany and one commit a page."""
    import sqlite3

    conn = sqlite3.connect(store.removeprefix("sqlite:///"))
    conn.execute("PRAGMA journal_mode = WAL")
    conn.execute("PRAGMA synchronous = NORMAL")
    conn.execute(f"CREATE TABLE posting ({COLUMNS})")
    signs = ", ".join("?" * len(FIELDS))
    for rows in pages(address, validated):
        conn.executemany(f"INSERT INTO posting VALUES ({signs}) {NEWER}", rows)
        conn.commit()
    conn.close()


# How it is run


if __name__ == "__main__":
    import sys

    where, to, *how = sys.argv[1:]
    (into_sqlite if to.startswith("sqlite") else into_postgres)(where, to, how == ["validated"])
