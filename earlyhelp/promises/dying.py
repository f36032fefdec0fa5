"""Killed anywhere and run again, a fetch lands the same; and after every death what is on disk agrees.

Two ways to die. Inside this process before every single statement in turn, for what the author of the code
did not think of; and killed for good (SIGKILL) around every commit, for what only a real death shows.
"""

import os
import signal
import sys
import threading
import warnings
from dataclasses import dataclass
from typing import Any, Literal

import pytest
from sqlalchemy import Engine, event

from earlyhelp.feeds import Page, Window
from earlyhelp.promises.landed import Landed
from earlyhelp.promises.oracle import (
    Partner,
    assert_truth,
    fetch,
    in_force,
    mark,
    refusals,
    runs,
)
from earlyhelp.promises.stores import empty

When = Literal["before", "in", "after"]
PATIENCE = 60
"""Seconds after which a child that neither ends nor dies is killed, and the test with it."""


class Death(BaseException):
    """What a kill looks like from inside: nothing catches it, and nothing is put in order."""


@dataclass(frozen=True)
class Steps:
    """The pages of an undisturbed window, to be compared with what is on disk after a death."""

    pages: list[Page]

    @classmethod
    def of(cls, partner: Partner) -> "Steps":
        """What the partner hands over when nothing happens."""
        return cls(list(partner.connector.pages(partner.feed, Window())))

    def assert_agree(self, store: Engine, partner: Partner) -> None:
        """Assert that rows, quarantine, counts and bookmark on disk tell of the same pages."""
        done = self._pages_done(store, partner)
        there = self.pages[:done]
        landed = {row.record_id for page in there for row in page.rows}
        assert set(in_force(store, partner)) == landed, "rows and position are kept together"
        refused = {one.row for page in there for one in page.refused}
        assert {one["row"] for one in refusals(store, partner)} == refused, "and so are refused rows"
        assert sum(run["pages"] for run in runs(store, partner)) == done, "and so are the counts"
        closed = mark(store, partner).get("watermark") is not None
        assert closed == (done == len(self.pages)), "the watermark moves with the last page and no sooner"

    def _pages_done(self, store: Engine, partner: Partner) -> int:
        """How many pages are in, by what the bookmark says."""
        found = mark(store, partner)
        if found.get("position") is None:
            return len(self.pages) if found.get("last_good_on") else 0
        positions = [None if page.position is None else dict(page.position) for page in self.pages]
        assert found["position"] in positions, "a position is the request for the next page, word for word"
        return positions.index(found["position"]) + 1


class DyingPromises(Landed):
    """Whatever is killed, whenever: nothing is lost, nothing is doubled."""

    def test_dies_before_every_single_statement(self, store: Engine) -> None:
        """And at each death pages, rows and bookmark agree; the next run comes to the truth."""
        partner = self.partner()
        steps, number = Steps.of(partner), 0
        while died_at(store, partner, number):
            steps.assert_agree(store, partner)
            fetch(store, partner)
            assert_truth(store, partner)
            empty(store)
            number += 1
        assert number > len(steps.pages), "it died at every page, and between"

    @pytest.mark.skipif(not hasattr(os, "fork"), reason="a child to be killed is forked")
    @pytest.mark.parametrize("when", ["before", "in", "after"])
    def test_killed_around_every_commit(self, store: Engine, when: When) -> None:
        """Of the first page, of those in the middle and of the last; and of whatever else is committed."""
        partner = self.partner()
        steps, number = Steps.of(partner), 0
        while killed_at(store, partner, number, when):
            steps.assert_agree(store, partner)
            fetch(store, partner)
            assert_truth(store, partner)
            empty(store)
            number += 1
        assert number > len(steps.pages), "it was killed at every page, and between"


def died_at(store: Engine, partner: Partner, number: int) -> bool:
    """Fetch, and die before the statement of that number; False when there are fewer."""
    left = number

    def count(*_: Any) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            raise Death

    event.listen(store, "before_cursor_execute", count)
    try:
        fetch(store, partner)
    except Death:
        return True
    finally:
        event.remove(store, "before_cursor_execute", count)
    return False


def killed_at(store: Engine, partner: Partner, number: int, when: When) -> bool:
    """Fetch in a child process that is killed around the commit of that number; False when it has fewer.

    Of a kill ``in`` a commit nobody knows whether it came in time: either way the disk must agree.
    """
    store.dispose()  # no connection is shared with the child
    told, tell = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of threads that others left behind
        child = os.fork()
    if child == 0:
        _live(store, partner, number, when, tell)
    os.close(tell)
    ended = _awaited(child, told)
    assert os.WIFSIGNALED(ended) or os.waitstatus_to_exitcode(ended) == 0, "the child fetched, or was killed"
    return os.WIFSIGNALED(ended)


def _awaited(child: int, told: int) -> int:
    """How a child ended, which is killed as soon as it says that it is about to commit."""
    hung = threading.Event()

    def lose_patience() -> None:
        hung.set()
        os.kill(child, signal.SIGKILL)

    timer = threading.Timer(PATIENCE, lose_patience)
    timer.start()
    with os.fdopen(told, "rb") as line:
        if line.read(1):
            os.kill(child, signal.SIGKILL)
    _, ended = os.waitpid(child, 0)
    timer.cancel()
    assert not hung.is_set(), "a child that was to be killed hung instead"
    return ended


def _live(store: Engine, partner: Partner, number: int, when: When, tell: int) -> None:
    """What the child does until it is killed."""
    try:
        _die_around(store, number, when, tell)
        fetch(store, partner)
        os._exit(0)
    finally:
        sys.excepthook(*sys.exc_info())  # whoever reads the test's output learns of it
        os._exit(1)


def _die_around(store: Engine, number: int, when: When, tell: int) -> None:
    """Have the commit of that number be the last thing that this process does."""
    commit, left = store.dialect.do_commit, number + 1

    def do_commit(connection: Any) -> None:
        nonlocal left
        left -= 1
        if left == 0 and when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        if left == 0 and when == "in":
            os.write(tell, b"!")  # and our parent kills us, perhaps in the middle of this:
        commit(connection)
        if left == 0 and when == "in":
            signal.pause()
        if left == 0 and when == "after":
            os.kill(os.getpid(), signal.SIGKILL)

    vars(store.dialect)["do_commit"] = do_commit
