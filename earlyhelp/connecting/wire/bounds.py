"""What an agency may cost us at most, however it misbehaves: time, memory and pages."""

import socket
import threading
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from earlyhelp.connecting.wire.manners import Fault

MEBIBYTE = 2**20


@dataclass(frozen=True, slots=True)
class Bounds:
    """The most that a feed's agency may take; ours are far above what any agreed feed needs.

    ``seconds`` are for one answer, from asking to its last byte: four times the longest silence we sit out.
    ``size`` are the bytes of one answer once unpacked (5,000 rows take about two million). ``pages`` are
    those of one run: with a million rows in pages of a hundred there are ten thousand. ``faults`` are those
    of one run that are ridden out, over all its requests: an agency that falls over every few pages had
    better be left alone till the next run, which goes on from the last page. ``rewinds`` are how often one
    run starts its window again because the list changed under it.
    """

    seconds: float = 120.0
    size: int = 64 * MEBIBYTE
    pages: int = 100_000
    faults: int = 50
    rewinds: int = 3


class TooLarge(Exception):
    """An answer of more bytes than anybody agreed to."""


class Deadline:
    """Cuts the line under an answer that takes too long.

    A byte every few seconds satisfies every other time limit, in a header or in the middle of signing in
    too: so the end is put to it from outside, by shutting the connection.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._timer: threading.Timer | None = None
        self._line: socket.socket | None = None
        self._passed = False

    def start(self) -> None:
        """Begin to count, for one answer."""
        self._passed = False
        self._timer = threading.Timer(self._seconds, self._cut)
        self._timer.daemon = True
        self._timer.start()

    def stop(self) -> None:
        """The answer is there, or has failed."""
        if self._timer:
            self._timer.cancel()
        self._timer = None

    def look(self) -> None:
        """Raises `Fault` once the time is over."""
        if self._passed:
            raise Fault("an answer that took too long") from None

    def close(self) -> None:
        """Nothing more will be asked."""
        self.stop()
        if self._line:
            self._line.close()
        self._line = None

    def heed(self, event: str, told: Mapping[str, Any]) -> None:
        """Hear from httpx which connection it has opened; what we keep is a second handle to it."""
        if event.endswith("connect_tcp.complete"):
            if self._line:
                self._line.close()
            self._line = told["return_value"].get_extra_info("socket").dup()

    def _cut(self) -> None:
        self._passed = True
        if self._line:
            with suppress(OSError):
                self._line.shutdown(socket.SHUT_RDWR)


def unpacked(chunks: Iterable[bytes], packing: str, largest: int, deadline: Deadline) -> Iterator[bytes]:
    """The bytes of a body, unpacked as they come, so that a small bomb cannot become a large one.

    Raises `TooLarge`, and `Fault` for a body that came too late, or packed in a way we cannot undo.
    """
    if packing not in ("", "identity", "gzip", "x-gzip"):
        raise Fault("a body packed in a way we did not ask for")
    inflate = zlib.decompressobj(wbits=31) if packing.endswith("gzip") else None
    size, began = 0, False
    for chunk in chunks:
        deadline.look()
        part = _inflated(inflate, chunk, largest - size + 1) if inflate else chunk
        size, began = size + len(part), began or bool(chunk)
        if size > largest:
            raise TooLarge
        yield part
    deadline.look()  # a line that was cut can look like one that has ended
    if inflate and began and not inflate.eof:
        raise Fault("a packed body that was cut short")


def _inflated(inflate: Any, chunk: bytes, most: int) -> bytes:
    try:
        part: bytes = inflate.decompress(chunk, most)
    except zlib.error:
        raise Fault("a packed body that cannot be unpacked") from None
    if inflate.unused_data:
        raise Fault("a packed body with something after its end")
    return part
