"""The door through which a page comes in: what was not agreed on stays outside, and is counted.

It stands between reading and landing, so that every connector passes it, whoever wrote it. A page of which
everything was agreed on is not looked at again.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from hashlib import sha256
from typing import Any

import orjson
from pydantic import AliasPath
from sqlalchemy import Connection, bindparam, select
from sqlalchemy.dialects import postgresql, sqlite

from earlyhelp.feeds import Feed, Refused
from earlyhelp.sharing.agreements import Share
from earlyhelp.store.incoming.pages import Sifted
from earlyhelp.store.tables import dropped_field, suppressed
from schemas.feed import EventRow, FeedRow

# Made once: SQLAlchemy is quick only with what it has seen before.
_ERASED = select(suppressed.c.token).where(
    suppressed.c.agency == bindparam("agency"), suppressed.c.kind == bindparam("kind")
)


def let_in(conn: Connection, agency: str, feed: Feed, share: Share, sifted: Sifted, day: date) -> Sifted:
    """The page without fields that no agreement lists, and without what was erased for good.

    A refused row is kept in quarantine without such fields too, as far as it can be told where they stand;
    where it cannot, the row's text is not kept.
    """
    kept = _without_erased(conn, agency, feed.schema, sifted)
    if not (fields := share.dropped()):
        return kept
    columns = dict(kept.columns)
    counts: dict[str, int] = {}
    for name in fields:
        nothing = feed.schema.model_fields[name].get_default()
        counts[name] = len(columns[name]) - columns[name].count(nothing)
        columns[name] = [nothing] * len(columns[name])
    _count(conn, f"{agency}/{feed.name}", counts, day)
    return replace(
        kept, columns=columns, refused=[_narrowed(one, feed.theirs, fields) for one in kept.refused]
    )


def token(value: str) -> str:
    """By what a value that must not come back is known, without keeping it."""
    return sha256(value.encode()).hexdigest()


def _without_erased(conn: Connection, agency: str, schema: type[FeedRow], sifted: Sifted) -> Sifted:
    """The page without records, and without events of subjects, that were erased."""
    gone = set(conn.execute(_ERASED, {"agency": agency, "kind": schema.kind}).scalars())
    if not gone:
        return sifted
    records = sifted.columns["record_id"]
    subjects = sifted.columns[schema.subject[1]] if issubclass(schema, EventRow) else records
    stays = [
        token(record) not in gone and (subject is None or token(subject) not in gone)
        for record, subject in zip(records, subjects, strict=True)
    ]
    columns = {name: [v for v, stay in zip(column, stays, strict=True) if stay]
               for name, column in sifted.columns.items()}  # fmt: skip
    refused = [one for one in sifted.refused if one.record_id is None or token(one.record_id) not in gone]
    return replace(sifted, columns=columns, refused=refused)


def _narrowed(one: Refused, theirs: type[FeedRow], fields: Sequence[str]) -> Refused:
    """A refused row without those fields."""
    places = frozenset(fields) if one.ours else _places(theirs, tuple(fields))
    row = orjson.loads(one.row) if one.row else {}
    if places is None or not isinstance(row, dict):
        return replace(one, row="{}")
    return replace(one, row=orjson.dumps({k: v for k, v in row.items() if k not in places}).decode())


@cache
def _places(theirs: type[FeedRow], fields: tuple[str, ...]) -> frozenset[str] | None:
    """Under which keys an agency writes those fields and no others; None where only its code can tell."""
    if any(one.info.mode == "before" for one in theirs.__pydantic_decorators__.model_validators.values()):
        return None
    key = {name: _key(theirs, name) for name in theirs.model_fields}
    return frozenset(key[name] for name in fields) - {key[name] for name in key if name not in fields}


def _key(theirs: type[FeedRow], name: str) -> str:
    """The outermost key under which a field stands."""
    alias = theirs.model_fields[name].validation_alias or name
    return str(alias.path[0] if isinstance(alias, AliasPath) else alias)


def _count(conn: Connection, key: str, counts: dict[str, int], day: date) -> None:
    """Add to what has been dropped so far."""
    rows: list[dict[str, Any]] = [
        {"feed": key, "field": name, "rows": count, "first_on": day, "last_on": day}
        for name, count in counts.items() if count
    ]  # fmt: skip
    if rows:
        add = (sqlite if conn.dialect.name == "sqlite" else postgresql).insert(dropped_field)
        more = {"rows": dropped_field.c.rows + add.excluded.rows, "last_on": add.excluded.last_on}
        conn.execute(add.on_conflict_do_update(index_elements=["feed", "field"], set_=more), rows)
