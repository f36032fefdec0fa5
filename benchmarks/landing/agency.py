"""The loopback agency: so many postings, in pages that were written out before anybody asked.

By hand: ``python -m benchmarks.landing.agency ROWS ROWS_A_PAGE`` says its port; it serves until its input
ends.
"""

import asyncio
import socket
import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

import uvicorn

KEY = "loopback"
"""What stands in ``X-Api-Key``."""
FIRST = datetime(2023, 1, 2, tzinfo=UTC)
STEP = timedelta(seconds=61)
NARRATIVE = "Rent for the week beginning Monday, by standing order"
TYPES = ("charge", "payment", "adjustment")
CYCLES = ('"weekly"', '"fortnightly"', '"four_weekly"', '"monthly"', "null")

Send = Callable[[dict[str, Any]], Awaitable[None]]


def posting(number: int) -> str:
    """One posting as JSON: twelve fields, some 300 bytes, every number its own."""
    changed = FIRST + number * STEP
    account = number * 7_919 % 20_011
    return (
        f'{{"id":"T{number:09d}","changed":"{changed:%Y-%m-%dT%H:%M:%SZ}","reversed":false,'
        f'"posted":"{changed:%Y-%m-%d}","account":"RA{account:07d}","tenancy":{account + 40_000},'
        f'"property":"{account * 104_729 % 999_999_999_989:012d}","type":"{TYPES[number % 3]}",'
        f'"amount":{number * 31 % 40_000 - 20_000},"balance":{number * 37 % 400_000 - 100_000},'
        f'"cycle":{CYCLES[account % 5]},"narrative":"{NARRATIVE} {number % 52}"}}'
    )


def pages(rows: int, size: int) -> list[bytes]:
    """The whole list, cut into pages; each names the number at which the next begins, the last none."""
    made = []
    for start in range(0, rows, size):
        items = ",".join(map(posting, range(start, min(start + size, rows))))
        following = f'"{start + size}"' if start + size < rows else "null"
        made.append(f'{{"items":[{items}],"next":{following}}}'.encode())
    return made


def app(made: list[bytes], size: int) -> Callable[..., Awaitable[None]]:
    """Answers ``/postings?cursor=…`` to whoever has the key."""

    async def answer(scope: dict[str, Any], receive: object, send: Send) -> None:
        if scope["type"] != "http":
            return
        known = (b"x-api-key", KEY.encode()) in scope["headers"] and scope["path"] == "/postings"
        number = int(parse_qs(scope["query_string"].decode()).get("cursor", ["0"])[0]) // size
        body = made[number] if known and number < len(made) else b"{}"
        headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
        status = 200 if known else 401
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    return answer


async def serve(rows: int, size: int) -> None:
    """Open a door on this machine, say which, and close it when our input ends."""
    door = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(app(pages(rows, size), size), lifespan="off", access_log=False, log_level="error")
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve([door]))
    print(door.getsockname()[1], flush=True)
    await asyncio.to_thread(sys.stdin.read)
    server.should_exit = True
    await serving


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), int(sys.argv[2])))
