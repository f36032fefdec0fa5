"""The books of the invented agencies: every statement ready to be handed out, in the order it was made.

A book is a SQLite file with a table for each feed. Its rows are numbered without a gap in order of
``recorded_at`` (minutes), so that a page is a stretch of numbers and no page costs more than another.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from functools import lru_cache
from pathlib import Path

Statement = tuple[int, str]
"""The minute a statement was written down, and its text as the agency hands it out."""


class Scribe:
    """Takes statements down in whatever order they come; ``close`` puts them in order of time."""

    def __init__(self, path: Path, feeds: Iterable[str]) -> None:
        self._path, self._feeds = path, tuple(feeds)
        self._draft = path.with_suffix(".draft")
        self._file = _opened(self._draft)
        for feed in self._feeds:
            self._file.execute(f"create table {feed} (recorded_at integer, body text)")

    def write(self, feed: str, statements: Iterable[Statement]) -> None:
        """Add statements to a feed."""
        self._file.executemany(f"insert into {feed} values (?, ?)", statements)

    def close(self) -> None:
        """Sort by time, number, and throw the draft away. Sorting is SQLite's, so memory stays small."""
        self._file.commit()
        self._file.close()
        with closing(_opened(self._path)) as book:
            book.execute("attach ? as draft", (str(self._draft),))
            for feed in self._feeds:
                book.execute(
                    f"create table {feed} (n integer primary key, recorded_at integer not null, body text)"
                )
                book.execute(
                    f"insert into {feed} (recorded_at, body) "
                    f"select recorded_at, body from draft.{feed} order by recorded_at, rowid"
                )
            book.commit()
        self._draft.unlink()


def _opened(path: Path) -> sqlite3.Connection:
    """A file that is written once and thrown away if that fails: no journal."""
    file = sqlite3.connect(path)
    file.executescript("pragma journal_mode=off; pragma synchronous=off; pragma cache_size=-65536")
    return file


class Book:
    """One agency's book, open for reading."""

    def __init__(self, path: Path) -> None:
        self._file = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, check_same_thread=False)
        self.place = lru_cache(4096)(self._place)

    def close(self) -> None:
        """Put it back."""
        self._file.close()

    def _place(self, feed: str, minute: int) -> int:
        """The number of the first statement made at this minute or later."""
        low, high = 1, self.count(feed) + 1
        while low < high:
            middle = (low + high) // 2
            if self._minute(feed, middle) < minute:
                low = middle + 1
            else:
                high = middle
        return low

    def count(self, feed: str) -> int:
        """How many statements a feed holds in all."""
        return int(self._file.execute(f"select coalesce(max(n), 0) from {feed}").fetchone()[0])

    def _minute(self, feed: str, number: int) -> int:
        return int(self._file.execute(f"select recorded_at from {feed} where n = ?", (number,)).fetchone()[0])

    def stretch(self, feed: str, first: int, end: int) -> list[str]:
        """The texts numbered from ``first`` up to and not including ``end``."""
        found = self._file.execute(f"select body from {feed} where n >= ? and n < ? order by n", (first, end))
        return [body for (body,) in found]

    def in_order(self, feed: str) -> Iterator[Statement]:
        """Every statement of a feed, one after another."""
        yield from self._file.execute(f"select recorded_at, body from {feed} order by n")
