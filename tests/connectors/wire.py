"""A small agency for the tests of the kit: fire visits behind any paging, pretended or on a real wire."""

import threading
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx

from earlyhelp.connecting.agency import Agency, RestFeed
from earlyhelp.feeds import Window
from earlyhelp.law.policy import Sector
from schemas.fire_visit import FireVisit

BASE = "https://agency.test/api"


class Visit(FireVisit, extra="ignore"):
    """A visit as this agency writes it."""


def visit(number, **changes):
    return {
        "record_id": f"V{number}",
        "recorded_at": "2026-10-31T09:00:00Z",
        "occurred_on": "2026-10-30",
        "outcome": "visited",
        **changes,
    }


def visits(count):
    return [visit(number) for number in range(count)]


def feed(paging, **declared):
    declared = {"theirs": Visit, "page_size": 3, "stale_after": timedelta(days=9)} | declared
    return RestFeed("visits", schema=FireVisit, path="/visits", paging=paging, **declared)


def agency_of(one, handler=None, *, url=BASE, settings=(), name="test-agency", **attributes):
    """An agency with one feed, answered by ``handler`` or by whoever is at ``url``; naps are kept."""
    made = type("TestAgency", (Agency,), {"name": name, "sector": Sector.FIRE, "feeds": (one,), **attributes})
    naps = []
    variable = f"EARLYHELP_{name.replace('-', '_').upper()}_"
    environment = {variable + "URL": url} | {variable + key: value for key, value in dict(settings).items()}
    transport = httpx.MockTransport(handler) if handler else None
    agency = made(environment, transport=transport, sleep=naps.append)
    agency.naps = naps
    return agency


def fetched(agency, window=None):
    return list(agency.pages(agency.feeds[0], window or Window()))


def ids(pages):
    return [row.record_id for page in pages for row in page.rows]


@contextmanager
def served(answer, tls=None):
    """A real server on loopback; ``answer(request)`` writes what it likes to ``request.wfile``."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            answer(self)

        def do_POST(self):
            answer(self)

        def log_message(self, *_):
            pass

        def give(self, body, status=200, **headers):
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name.replace("_", "-"), value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_):
            """A client that hangs up is what the tests are about."""

    server = Server(("127.0.0.1", 0), Handler)
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"{'https' if tls else 'http'}://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
