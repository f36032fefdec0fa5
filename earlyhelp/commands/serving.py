"""`earlyhelp serve`: a council's pages behind its own sign-in, or the invented city's behind a link."""

import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import date
from typing import Annotated, Any

import typer
from sqlalchemy import Engine

from earlyhelp.commands.common import Json, closing, opened, out, say_json, store
from earlyhelp.connecting.credentials import Credentials
from earlyhelp.errors import SetUpWrong
from earlyhelp.settings import settings

LOOPBACK = "127.0.0.1"
SIGN_IN = "sign-in"
"""EARLYHELP_SIGN_IN_ISSUER, _CLIENT_ID and _SECRET: each also as _FILE."""


def serve(
    port: Annotated[int, typer.Option(help="Where the pages are served.")] = 8765,
    host: Annotated[
        str, typer.Option(help="A council's pages alone: where its proxy, which speaks TLS, reaches them.")
    ] = LOOPBACK,
    as_json: Json = False,
) -> None:
    """Serve a council's pages, or those of the invented city that was shown last, until Ctrl-C."""
    if Credentials(SIGN_IN).any():
        _serve_council(port, host, as_json=as_json)
        return
    engine, today, demo = opened()
    with closing(engine):
        if not demo:
            raise SetUpWrong(
                "a council's pages need its sign-in: set EARLYHELP_SIGN_IN_ISSUER, "
                "EARLYHELP_SIGN_IN_CLIENT_ID, EARLYHELP_SIGN_IN_SECRET and EARLYHELP_PAGES; "
                "for the invented city run: earlyhelp demo"
            )
        with door(port) as place:
            serve_city(engine, place, today=today, as_json=as_json)


def _serve_council(port: int, host: str, *, as_json: bool) -> None:
    """Serve the pages of the database that is set; whoever comes signs in with the council's account."""
    from earlyhelp.web.app import create_app
    from earlyhelp.web.entry.council import Council

    council = Council.set_up(settings().pages, Credentials(SIGN_IN))
    if settings().clock:
        raise SetUpWrong("EARLYHELP_CLOCK is for the invented city: unset it, or unset EARLYHELP_SIGN_IN_…")
    with closing(store()) as engine, door(port, host) as place:
        web = create_app(engine, demo=False, host=host, port=port, today=settings().day, council=council)
        place.listen()  # before it is said: whoever comes at once waits, and is not turned away
        if as_json:
            say_json({"schema": "earlyhelp/serve/1", "pages": council.pages})
        else:
            at = f"{host}:{place.getsockname()[1]}"
            out.print(f"Serving {council.pages} at {at}. Ctrl-C ends.", highlight=False)
        _run(web, place)


def serve_city(engine: Engine, place: socket.socket, *, today: Callable[[], date], as_json: bool) -> None:
    """Serve the invented city's pages at that door, with a one-time link to sign in. Raises `SetUpWrong`."""
    from earlyhelp.web.app import create_app, make_link

    if Credentials(SIGN_IN).any():
        raise SetUpWrong(
            "where a council signs people in, no link does: unset EARLYHELP_SIGN_IN_… for the city"
        )
    port = place.getsockname()[1]
    web = create_app(engine, demo=True, host=LOOPBACK, port=port, today=today)
    link = make_link(engine, f"http://{LOOPBACK}:{port}")
    place.listen()
    if as_json:
        say_json({"schema": "earlyhelp/serve/1", "sign_in": link})
    else:
        out.print(f"\nSign in, once, within ten minutes: {link}", soft_wrap=True, highlight=False)
        out.print("Ctrl-C ends. `earlyhelp serve` shows the same pages again, with a new link.")
    _run(web, place)


def _run(web: Any, place: socket.socket) -> None:
    """Answer at that door until somebody ends it."""
    import uvicorn

    sys.stdout.flush()
    server = uvicorn.Server(uvicorn.Config(web, log_level="warning", access_log=False))
    with suppress(KeyboardInterrupt):  # the way it is meant to end
        server.run(sockets=[place])


@contextmanager
def door(port: int, host: str = LOOPBACK) -> Iterator[socket.socket]:
    """A place on this machine to serve at, taken before any work is done. Raises `SetUpWrong`."""
    with socket.socket() as place:
        place.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            place.bind((host, port))
        except OSError:
            raise SetUpWrong(
                f"port {port} of {host} is taken or not ours; name another with --port"
            ) from None
        yield place
