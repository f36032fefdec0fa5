"""How an agency's layout drifts: fields that are new, that went missing, or that changed their kind.

A connector takes the fields that were agreed and no others, so a new field lands nowhere and a renamed one
goes missing without a row being refused: whoever looks after the feed must hear of it.
"""

from datetime import date
from typing import Any

from sqlalchemy import Connection, select, update
from sqlalchemy.dialects import postgresql, sqlite

from earlyhelp.feeds import Page
from earlyhelp.store.tables import drift

ENOUGH = 20
"""Of fewer rows than these a field may well be missing by chance."""

Known = dict[str, dict[str, Any]]
"""Each field so far: the ``kinds`` seen in it, and whether it was there ``always``."""


def note_drift(conn: Connection, key: str, page: Page, before: Known | None, day: date) -> Known | None:
    """Write down how a page's fields differ from those before it; returns what is known from now on.

    Fields that are there from a feed's first page on are no news, taken or not. A field counts as missing
    where it was on every page before and is on none of the rows of a page that has enough of them.
    """
    if not page.shape:
        return before
    known = {} if before is None else {name: dict(one) for name, one in before.items()}
    enough = len(page.rows) + len(page.refused) + len(page.gone) >= ENOUGH
    found: list[tuple[str, str, str]] = []
    for name, kinds in page.shape.items():
        told = sorted(kinds)
        if name not in known:
            known[name] = {"kinds": told, "always": before is None}
            found += [(name, "new", " or ".join(told))] if before is not None else []
        elif added := [kind for kind in told if kind not in known[name]["kinds"]]:
            was = [kind for kind in known[name]["kinds"] if kind != "null"]
            now = [kind for kind in added if kind != "null"]
            if was and now:
                found.append((name, "retyped", f"{' or '.join(was)} before, now also {' or '.join(now)}"))
            known[name]["kinds"] = sorted({*known[name]["kinds"], *told})
    for name, one in known.items():
        if enough and one["always"] and name not in page.shape:
            one["always"] = False
            found.append((name, "missing", f"{' or '.join(one['kinds'])} before"))
    _write(conn, key, found, day)
    return known


def _write(conn: Connection, key: str, found: list[tuple[str, str, str]], day: date) -> None:
    """Keep each change once; one that was accepted and comes again is news again."""
    if not found:
        return
    made = (sqlite if conn.dialect.name == "sqlite" else postgresql).insert(drift)
    rows = [
        {"feed": key, "field": field[:120], "what": what, "detail": detail[:120], "first_seen_on": day}
        for field, what, detail in found
    ]
    conn.execute(
        made.on_conflict_do_update(
            index_elements=["feed", "field", "what"],
            set_={"detail": made.excluded.detail, "accepted_on": None},
        ),
        rows,
    )


def drifted(conn: Connection, feed: str | None = None) -> list[dict[str, Any]]:
    """Every change of layout that nobody has accepted, of one feed or of all."""
    wanted = select(drift).where(drift.c.accepted_on.is_(None)).order_by(drift.c.feed, drift.c.field)
    if feed is not None:
        wanted = wanted.where(drift.c.feed == feed)
    return [dict(row) for row in conn.execute(wanted).mappings()]


def accept_drift(conn: Connection, feed: str, day: date) -> int:
    """Somebody has looked at a feed's changes and found them in order; returns how many there were."""
    open_ = (drift.c.feed == feed, drift.c.accepted_on.is_(None))
    return conn.execute(update(drift).where(*open_).values(accepted_on=day)).rowcount
