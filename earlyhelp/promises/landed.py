"""What every promise stands on: an empty store, somebody to fetch from, and the truth to compare with."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from earlyhelp.errors import EarlyHelpError
from earlyhelp.feeds import Counts
from earlyhelp.promises.mischief import SECRET
from earlyhelp.promises.oracle import BAD_VALUE, Partner, assert_truth, fetch, runs
from earlyhelp.promises.stores import sqlite_store

NEVER_SAID = (SECRET, BAD_VALUE, "token-", "<html>", "?", "2026-10-30")
"""Secrets, values, bodies and queries: in no message."""


class Landed:
    """A connector under test, whatever it fetches from."""

    @pytest.fixture
    def store(self) -> Iterator[Engine]:
        """An empty store; override it to keep the promises to another database."""
        with sqlite_store() as engine:
            yield engine

    def partner(self) -> Partner:
        """Somebody with rows on three pages or more, one of them not as agreed."""
        raise NotImplementedError

    def lands(self, store: Engine, partner: Partner) -> Counts:
        """Fetch the whole way, and see that the store holds the truth."""
        counts = fetch(store, partner)
        assert_truth(store, partner)
        return counts

    def stops(self, store: Engine, partner: Partner, error: type[EarlyHelpError], match: str = ".") -> str:
        """Fetch, and be stopped by that error in words that show nothing; returns them."""
        with pytest.raises(error, match=match) as stopped:
            fetch(store, partner)
        said = str(stopped.value)
        for shown in NEVER_SAID:
            assert shown not in said, f"the message shows {shown!r}"
        kept = runs(store, partner)[-1]
        assert (kept["state"], kept["error"]) == ("failed", f"{stopped.value.code}: {said}"[:200])
        return said
