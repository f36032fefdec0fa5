"""The bookmark of each feed: how far it has told us, and where an open window goes on."""

from typing import Any

from sqlalchemy import Connection, Row, bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite

from earlyhelp.feeds import Feed
from earlyhelp.store.tables import bookmark

# Made once, for SQLAlchemy is quick only with a statement that it has seen before.
_mine = bookmark.c.feed == bindparam("key")
_READ = select(bookmark).where(_mine).with_for_update()
_WRITE = update(bookmark).where(_mine)


def feed_key(agency: str, feed: Feed) -> str:
    """How a feed is named among all agencies' feeds."""
    return f"{agency}/{feed.name}"


def bookmark_of(conn: Connection, key: str) -> Row[Any]:
    """The bookmark of a feed, made when there is none, and held against others until we commit."""
    found = conn.execute(_READ, {"key": key}).one_or_none()
    if found is None:
        made = (sqlite if conn.dialect.name == "sqlite" else postgresql).insert(bookmark)
        conn.execute(made.values(feed=key, loaded=False).on_conflict_do_nothing())
        found = conn.execute(_READ, {"key": key}).one()
    return found


def set_bookmark(conn: Connection, key: str, **values: object) -> None:
    """Write into a bookmark."""
    conn.execute(_WRITE, {"key": key, **values})
