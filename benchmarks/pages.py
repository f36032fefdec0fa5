"""Server time of each page with ten thousand open cases and a million events, and fifty people at once.

A real PostgreSQL and a real server in a process of its own; the people are threads of this one. *Alone*: one
request after the other, CPU milliseconds of the server's own process (PostgreSQL's are beside it). *Fifty at once*:
what passes in the server between a request's coming and the end of its answer, waiting included.
"""

import json
import os
import resource
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import httpx
from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table

from benchmarks.page_store import CASELOAD, START, TODAY, WARDS, fill, workers
from earlyhelp.store.unit_of_work import Work, migrate, open_store
from earlyhelp.web.app import create_app
from earlyhelp.web.entry.cookies import COOKIE
from earlyhelp.web.entry.sessions import form_token, open_session
from tests.postgres import fresh_database, serving
from tests.web.conftest import AGENCIES

CASES, EVENTS_EACH, PEOPLE = 10_000, 100, 50
ALONE, ROUNDS = 30, 3
READS = 2.0
"""Seconds for which somebody reads a page before asking for the next: short, for a person."""
SAME_SITE = {"sec-fetch-site": "same-origin"}


def main(cases: int = CASES) -> None:
    """Print a table."""
    console = Console()
    with serving("shared_buffers=256MB") as server, fresh_database(server) as url:
        engine = open_store(url)
        migrate(engine)
        with console.status("filling the store"):
            events = fill(engine, cases)
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
            conn.exec_driver_sql("ANALYZE")
        measured = _measured(url, engine, cases)
        engine.dispose()
    table = Table(title=f"{cases:,} open cases, {events:,} events, PostgreSQL", box=SIMPLE)
    for name in ("page", "kB", "statements", "alone: CPU ms", "median ms", f"{PEOPLE} at once: median ms",
                 "95th ms"):  # fmt: skip
        table.add_column(name, justify="left" if name == "page" else "right")
    for name, one in measured["pages"].items():
        table.add_row(
            name, *(f"{one[what]:,.1f}" for what in ("kb", "statements", "cpu", "alone", "median", "p95"))
        )
    console.print(table)
    first = measured["first_visit"]
    console.print(f"A first visit to a household, page and style sheet: {first:,.1f} kB.")
    console.print(
        f"{PEOPLE} people at once, each reading {READS:.0f} seconds: {measured['asked']:,} pages, "
        f"{measured['a_second']:,.0f} a second, {measured['failed']} failed."
    )


PAGES = {
    "your cases": ("own", "GET", "/"),
    "household": ("own", "GET", "/households/{own}"),
    "household as JSON": ("own", "GET", "/households/{own}.json"),
    "their words": ("own", "GET", "/households/{own}/plan"),
    "pulling in": ("own", "GET", "/households/{own}/pull-in"),
    "search": ("own", "POST", "/search"),
    "your cases as ODS": ("own", "GET", "/cases.ods"),
    "a ward's cases": ("ward", "GET", "/"),
    "a ward's manager": ("ward", "GET", "/manage"),
    "the city's manager": ("city", "GET", "/manage"),
    "cases by ward": ("city", "GET", "/manage/wards.csv"),
}
"""Each page: whether a key worker, a ward's manager or the city's asks for it, and how."""


def _keys(engine: Any, cases: int) -> dict[tuple[int, str], str]:
    """Sessions of fifty people, each of them also signed in as a manager of a ward and of the city."""
    last = workers(cases)
    with Work(engine) as work:
        found = {
            (one, kind): open_session(work.conn, number, START)
            for one in range(PEOPLE)
            for kind, number in (
                ("own", one % last + 1),
                ("ward", last + 1 + one % WARDS),
                ("city", last + 1 + WARDS),
            )
        }
        work.commit()
    return found


def _measured(url: str, engine: Any, cases: int) -> dict[str, Any]:
    keys = _keys(engine, cases)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "times.json"
        command = [sys.executable, "-m", "benchmarks.pages", url, str(port), str(out)]
        served = subprocess.Popen(command, stdin=subprocess.PIPE, env=os.environ)
        try:
            base = f"http://127.0.0.1:{port}"
            _wait(base)
            found = _asked(base, cases, keys)
        finally:
            served.communicate(b"\n", timeout=60)
        return _told(json.loads(out.read_text()), found)


def _asked(base: str, cases: int, keys: dict[tuple[int, str], str]) -> dict[str, Any]:
    """First every page alone, then fifty people at once; gives the weights and how fast they were served."""

    browsers = [httpx.Client(timeout=120, trust_env=False) for _ in range(PEOPLE)]

    def ask(one: int, name: str, how: str) -> float:
        """Ask once; gives the answer's weight on the wire in kB, 0 where it failed."""
        kind, method, path = PAGES[name]
        key, own = keys[one, kind], f"H{one % workers(cases) * CASELOAD:07}"
        form = {"form_token": form_token(key), "asked": "canal ashdown"} if method == "POST" else None
        headers = {
            "cookie": f"{COOKIE}={key}",
            "x-page": f"{how} {name}",
            "accept-encoding": "gzip",
            **SAME_SITE,
        }
        where = base + path.replace("{own}", own)
        with browsers[one].stream(method, where, headers=headers, data=form) as answer:
            weight = sum(len(part) for part in answer.iter_raw()) / 1000
            return weight if answer.status_code == 200 else 0

    kb = {name: ask(0, name, "first") for name in PAGES}
    for name in PAGES:
        for _ in range(ALONE):
            ask(0, name, "alone")
    failed: list[int] = []

    def person(one: int) -> None:
        turn = [*PAGES][one % len(PAGES) :] + [*PAGES][: one % len(PAGES)]
        for name in turn * ROUNDS:
            time.sleep(READS)
            if ask(one, name, "many") == 0:
                failed.append(one)

    people = [threading.Thread(target=person, args=(one,)) for one in range(PEOPLE)]
    began = time.monotonic()
    for each in people:
        each.start()
    for each in people:
        each.join()
    took = time.monotonic() - began
    css = httpx.get(f"{base}/static/early-help.css", headers={"accept-encoding": "gzip"}, trust_env=False)
    asked = PEOPLE * ROUNDS * len(PAGES)
    weight = int(css.headers["content-length"]) / 1000
    return {"kb": kb, "css": weight, "failed": len(failed), "asked": asked, "a_second": asked / took}


def _told(times: dict[str, list[list[float]]], found: dict[str, Any]) -> dict[str, Any]:
    told = {}
    for name in PAGES:
        alone, many = times[f"alone {name}"], times[f"many {name}"]
        told[name] = {
            "kb": found["kb"][name], "statements": median(one[2] for one in alone),
            "cpu": sum(one[1] for one in alone) / len(alone), "alone": median(one[0] for one in alone),
            "median": median(one[0] for one in many), "p95": quantiles([one[0] for one in many], n=20)[-1],
        }  # fmt: skip
    return found | {"pages": told, "first_visit": found["kb"]["household"] + found["css"]}


def _wait(base: str) -> None:
    until = time.monotonic() + 60
    while True:
        try:
            httpx.get(f"{base}/sign-in", trust_env=False)
            return
        except httpx.TransportError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)


def serve(url: str, port: int, out: Path) -> None:
    """The server: times every request by the name that its asker gives it, until its input ends."""
    import uvicorn
    from sqlalchemy import event

    engine = open_store(url)
    app = create_app(
        engine, demo=True, host="127.0.0.1", port=port, today=lambda: TODAY, now=lambda: START,
        connectors=AGENCIES,
    )  # fmt: skip
    times: dict[str, list[tuple[float, float, int]]] = defaultdict(list)
    counted = [0]
    event.listen(engine, "before_cursor_execute", lambda *_: counted.__setitem__(0, counted[0] + 1))

    async def timed(scope: Any, receive: Any, send: Any) -> None:
        name = dict(scope.get("headers", [])).get(b"x-page", b"").decode()
        wall, cpu, before = time.monotonic(), time.process_time(), counted[0]
        await app(scope, receive, send)
        spent = (time.monotonic() - wall) * 1000, (time.process_time() - cpu) * 1000
        times[name].append((*spent, counted[0] - before))

    server = uvicorn.Server(
        uvicorn.Config(timed, host="127.0.0.1", port=port, log_level="warning", lifespan="off")
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    sys.stdin.read()
    server.should_exit = True
    thread.join(20)
    out.write_text(json.dumps(times))
    print(f"server: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000:,.0f} MB", file=sys.stderr)


if __name__ == "__main__":
    serve(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]))
