"""Which files a window need not read, because their bytes have been taken before; and the receipts."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from earlyhelp.connecting.files.walking import Dropped
from earlyhelp.feeds import Page, Position, Receipt, Window


@dataclass
class Ledger:
    """What was taken before a window, and in it.

    Of changes, the same bytes say nothing new, whatever the file is called. Of snapshots only the newest is
    read, and it says nothing new only if it is the very one that was read last (``window.validator``): one
    that is the same as an earlier one says that the world is again as it was.
    """

    snapshot: bool
    window: Window
    taken: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.taken |= self.window.taken

    def unread(self, one: Dropped, newest: bool) -> Receipt | None:
        """The receipt of a file that is not to be read; None: read it."""
        sha256 = one.copy.sha256
        if not self.snapshot:
            return receipt(one, again=True) if sha256 in self.taken else None
        if not newest:
            again = sha256 in self.taken
            return receipt(one, again=again, superseded=not again)
        return receipt(one, again=True) if sha256 == self.window.validator else None

    def took(self, files: Sequence[Receipt]) -> None:
        """Remember files that were read; one without rows is like any other of them, and no repetition."""
        self.taken |= {one.sha256 for one in files if one.rows or one.refused}

    def nothing(
        self, position: Position | None, one: Dropped | None = None, files: Sequence[Receipt] = ()
    ) -> Page:
        """A page that brings nothing: it is as if the agency had said that all is as before."""
        clock = one.at if one else datetime.now(UTC)
        return Page([], [], position, clock, files=files, unchanged=True, validator=self.window.validator)


def receipt(
    one: Dropped, rows: int = 0, refused: int = 0, *, again: bool = False, superseded: bool = False
) -> Receipt:
    """The receipt of a file: the rows that it held, the refused ones apart."""
    return Receipt(one.name, one.copy.sha256, one.copy.size, one.at, rows, refused, again, superseded)
