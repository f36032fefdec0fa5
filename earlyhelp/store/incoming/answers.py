"""What an agency handed us, before it was read: the hash of each answer, and a receipt for each file.

The hash is kept for good, so that anybody can prove what was received; the answer itself only where, and
for as long as, the feed's terms allow.
"""

import zlib
from datetime import date, timedelta
from hashlib import sha256

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from earlyhelp.feeds import Feed, Page
from earlyhelp.sharing.agreements import Share
from earlyhelp.store.tables import answer, receipt

_KEEP = insert(answer)


def keep_answer(
    conn: Connection, key: str, feed: Feed, page: Page, run: int, number: int, day: date,
    share: Share | None = None,
) -> None:  # fmt: skip
    """Keep the hash of an answer, and the answer itself for as long as terms and agreement both say."""
    if page.raw is None:
        return
    days = feed.terms.keep_pages
    if share is not None:
        days = min(days, timedelta(days=share.keep_answers_days))
    conn.execute(
        _KEEP,
        {
            "feed": key,
            "run": run,
            "number": number,
            "sha256": sha256(page.raw).hexdigest(),
            "size": len(page.raw),
            "body": zlib.compress(page.raw, 1) if days else None,
            "keep_until": day + days if days else None,
        },
    )


def give_receipts(conn: Connection, key: str, page: Page, run: int, day: date) -> None:
    """Write down each file that was taken whole, once."""
    if page.files:
        made = (sqlite if conn.dialect.name == "sqlite" else postgresql).insert(receipt)
        rows = [
            {
                "feed": key, "name": file.name[:200], "sha256": file.sha256, "size": file.size,
                "dropped_at": file.dropped_at, "rows": file.rows, "refused": file.refused,
                "again": file.again, "superseded": file.superseded, "run": run, "taken_on": day,
            }
            for file in page.files
        ]  # fmt: skip
        conn.execute(made.on_conflict_do_nothing(), rows)


def files_taken(conn: Connection, key: str) -> frozenset[str]:
    """The digests of all files of a feed that were taken whole.

    Files without a row are left out: those of quiet days are all alike, and no repetition of each other.
    """
    held = (receipt.c.feed == key, receipt.c.rows + receipt.c.refused > 0)
    return frozenset(conn.execute(select(receipt.c.sha256).where(*held)).scalars())


def purge_answers(conn: Connection, day: date) -> int:
    """Let go of answers kept past their days; their hashes stay. Returns how many."""
    due = (answer.c.keep_until < day, answer.c.body.is_not(None))
    return conn.execute(update(answer).where(*due).values(body=None)).rowcount
