"""On a real socket: broken off, silent, dripping, flooding. Each is cut off by a bound, and asked again."""

import pytest
from sqlalchemy import Engine

from earlyhelp.connecting.wire.bounds import Bounds
from earlyhelp.errors import AgencyAnsweredOddly, TryAgainLater
from earlyhelp.promises import wire
from earlyhelp.promises.asked import Asked
from earlyhelp.promises.oracle import assert_truth, fetch
from earlyhelp.promises.wire import Fuse, on_the_wire

FUSES: dict[str, Fuse] = {
    "reset before the first byte": wire.reset_at_once,
    "reset in the body": wire.reset_in_the_body,
    "hung up in the body": wire.hang_up_in_the_body,
    "silent before the first byte": wire.silent,
    "silent after the first byte": wire.silent_in_the_body,
    "a byte now and then": wire.drip,
    "a head that never ends": wire.drip_head,
}
"""Each is asked for again."""
TOO_MUCH: dict[str, Fuse] = {"a bomb in gzip": wire.bomb, "a body that never ends": wire.flood}
"""Nobody agreed to as much."""

HASTY = Bounds(seconds=0.2)
"""A fifth of a second for an answer that takes a few milliseconds; what takes longer is asked for again."""


class EnduringPromises(Asked):
    """What can only be shown with real bytes."""

    @pytest.mark.parametrize("fuse", FUSES)
    def test_is_not_held_up_by(self, store: Engine, fuse: str) -> None:
        """However little comes, and however slowly: given up in time, asked again, and all of it lands."""
        pretend = self.pretend(bounds=HASTY)
        with on_the_wire(pretend) as line:
            line.fuses.extend([None, FUSES[fuse]])
            try:
                fetch(store, pretend)
            except TryAgainLater:  # on a machine that is busy with other things
                fetch(store, pretend)
            assert_truth(store, pretend)
            assert not line.outwaited.is_set(), "nobody sits through that"

    @pytest.mark.parametrize("fuse", TOO_MUCH)
    def test_is_not_drowned_by(self, store: Engine, fuse: str) -> None:
        """However much comes: cut off, and the rest is as if it had never been."""
        pretend = self.pretend(bounds=Bounds(size=2**20))
        with on_the_wire(pretend) as line:
            line.fuses.extend([None, TOO_MUCH[fuse]])
            self.stops(store, pretend, AgencyAnsweredOddly, "1 MiB")
            self.lands(store, pretend)
