"""Backfills: a past range of days fetched slice by slice, each going on where it was cut short.

A backfill has a position of its own, so that the nightly window is neither moved nor waited for.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from earlyhelp.feeds import Page, Position, Window
from earlyhelp.store.incoming.pages import Sifted
from earlyhelp.store.tables import backfill
from schemas.feed import london_midnight


@dataclass(frozen=True, slots=True)
class Slice:
    """The days from ``first`` up to and including ``last``, and where to go on within them."""

    first: date
    last: date
    position: Position | None

    @property
    def window(self) -> Window:
        """What to ask the agency for: the days by London's clock."""
        return Window(
            london_midnight(self.first),
            until=london_midnight(self.last + timedelta(days=1)),
            position=self.position,
        )


def next_slice(conn: Connection, key: str, first: date, last: date, length: timedelta) -> Slice | None:
    """The slice to fetch now, None when the range is done; another range than before begins anew."""
    wanted = select(backfill).where(backfill.c.feed == key)
    found = conn.execute(wanted).one_or_none()
    if found is None or (found.first_on, found.last_on) != (first, last):
        made = (sqlite if conn.dialect.name == "sqlite" else postgresql).insert(backfill)
        fresh = {
            "first_on": first, "last_on": last, "next_on": first, "slice_last_on": first, "position": None
        }  # fmt: skip
        conn.execute(
            made.values(feed=key, **fresh).on_conflict_do_update(index_elements=["feed"], set_=fresh)
        )
        found = conn.execute(wanted).one()
    if found.next_on > last:
        return None
    if found.position is not None:
        return Slice(found.next_on, found.slice_last_on, found.position)
    return Slice(found.next_on, min(found.next_on + length - timedelta(days=1), last), None)


def move_slice(conn: Connection, key: str, now: Slice) -> Callable[[Row[Any], Page, Sifted], None]:
    """What `land` calls after each page: the position within the slice, or the next slice after the last."""

    def move(_mark: Row[Any], page: Page, _sifted: Sifted) -> None:
        done = page.position is None
        position = None if page.position is None else dict(page.position)
        following = now.last + timedelta(days=1) if done else now.first
        conn.execute(
            update(backfill)
            .where(backfill.c.feed == key)
            .values(next_on=following, slice_last_on=now.last, position=position)
        )

    return move


def end_backfill(conn: Connection, key: str) -> None:
    """The whole range is in."""
    conn.execute(delete(backfill).where(backfill.c.feed == key))
