"""The pretend agency on a real socket, for faults that only real bytes can show.

It listens on loopback and speaks plain HTTP/1.1, one answer a connection, so that whatever it does to the
bytes of one answer does nothing to the next.
"""

import gzip
import socket
import struct
import threading
import zlib
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx

from earlyhelp.promises.pretending import PretendAgency

RESET = struct.pack("ii", 1, 0)
"""To linger for no time at all: closing then sends a reset and not an end."""
ZEROS = 16 * 2**20
BLOCKS = 4
"""A bomb is sixty-four mebibytes of nothing in as many kilobytes."""
DRIPS = 150
"""Whoever waits for so many would wait for ever."""

Fuse = Callable[["Line", bytes], None]
"""What is done with the bytes of one answer instead of sending them."""


class Line:
    """One connection from a caller, and when the test is over."""

    def __init__(self, handler: BaseHTTPRequestHandler, wire: "Wire") -> None:
        self._socket, self.over, self.outwaited = handler.connection, wire.over, wire.outwaited

    def send(self, content: bytes) -> bool:
        """Send bytes; whether anybody still takes them."""
        with suppress(OSError):
            self._socket.sendall(content)
            return True
        return False

    def drips(self) -> None:
        """Send a byte now and then, until nobody takes them any more."""
        for _ in range(DRIPS):
            if self.over.wait(0.02) or not self.send(b" "):
                return
        self.outwaited.set()

    def reset(self) -> None:
        """Break the connection off."""
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        self._socket.close()


def reset_at_once(line: Line, _: bytes) -> None:
    """Break off before the first byte."""
    line.reset()


def reset_in_the_body(line: Line, content: bytes) -> None:
    """Break off in the middle."""
    line.send(content[: -len(content) // 4])
    line.reset()


def hang_up_in_the_body(line: Line, content: bytes) -> None:
    """End in the middle, as if that were all."""
    line.send(content[: -len(content) // 4])


def silent(line: Line, _: bytes) -> None:
    """Not a byte."""
    line.over.wait()


def silent_in_the_body(line: Line, content: bytes) -> None:
    """The head and half the body, and then not a byte more."""
    line.send(content[: -len(content) // 4])
    line.over.wait()


def drip(line: Line, content: bytes) -> None:
    """The head, and then a byte now and then: each comes well within the time for one."""
    head, _, _ = content.partition(b"\r\n\r\n")
    lines = [one for one in head.split(b"\r\n") if not one.lower().startswith(b"content-length")]
    line.send(b"\r\n".join([*lines, b"Content-Length: 1000000", b"", b""]))
    line.drips()


def drip_head(line: Line, content: bytes) -> None:
    """Headers without an end, a byte now and then."""
    line.send(content[:17])
    line.drips()


def bomb(line: Line, _: bytes) -> None:
    """A small answer that unpacks to a large one."""
    block = _nothing()
    head = gzip.compress(b"")[:10]
    size = len(head) + BLOCKS * len(block)
    line.send(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Type: application/json\r\n"
              b"Connection: close\r\nContent-Length: %d\r\n\r\n" % size + head)  # fmt: skip
    for _block in range(BLOCKS):
        if not line.send(block):
            return


@cache
def _nothing() -> bytes:
    """Zeros, packed so that what follows them may be any other packed block."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(bytes(ZEROS)) + packer.flush(zlib.Z_FULL_FLUSH)


def flood(line: Line, content: bytes) -> None:
    """Blanks without an end, as fast as they go."""
    line.send(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n")
    blanks = b" " * 65_536
    while line.send(blanks) and not line.over.is_set():
        pass


class Wire:
    """A pretend agency at a real address; ``fuses`` are taken off one by one, None sends as usual."""

    def __init__(self, pretend: PretendAgency, address: str) -> None:
        self.pretend, self.address = pretend, address
        self.fuses: deque[Fuse | None] = deque()
        self.over, self.outwaited = threading.Event(), threading.Event()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    wire: Wire


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        _serve(self, self.server.wire)

    do_POST = do_GET

    def log_message(self, *_: Any) -> None:
        """Nothing: what is asked for may be personal."""


@contextmanager
def on_the_wire(pretend: PretendAgency) -> Iterator[Wire]:
    """Serve a pretend agency on loopback until the test is over."""
    server = _Server(("127.0.0.1", 0), _Handler)
    server.wire = wire = Wire(pretend, f"http://127.0.0.1:{server.server_port}/api")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    pretend.live_at(wire.address)
    try:
        yield wire
    finally:
        wire.over.set()
        server.shutdown()
        server.server_close()
        thread.join()


def _serve(handler: BaseHTTPRequestHandler, wire: Wire) -> None:
    """Answer one request: as the pretend agency would, but for the bytes."""
    body = handler.rfile.read(int(handler.headers.get("Content-Length", 0)))
    address = f"{wire.address.removesuffix('/api')}{handler.path}"
    request = httpx.Request(handler.command, address, headers=dict(handler.headers), content=body)
    handler.close_connection = True
    content = _written(wire.pretend.answer_to(request))
    fuse = wire.fuses.popleft() if wire.fuses and handler.command == "GET" else None
    line = Line(handler, wire)
    if fuse is None:
        line.send(content)
    else:
        fuse(line, content)


def _written(response: httpx.Response) -> bytes:
    """An answer as bytes."""
    content = response.read()
    kept = {"date", "content-type", "etag", "link", "retry-after", "location", "last-modified"}
    headers = [f"{name}: {value}" for name, value in response.headers.items() if name.lower() in kept]
    first = f"HTTP/1.1 {response.status_code} {response.reason_phrase}"
    lines = [first, *headers, f"Content-Length: {len(content)}", "Connection: close", "", ""]
    return "\r\n".join(lines).encode() + content
