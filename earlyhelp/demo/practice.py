"""Riverside Council Tax, an invented agency to practise on: a small web service on this machine, with words
of its own and three statements that are not as was agreed.

    python -m earlyhelp.demo.practice --port 8799
"""

import argparse
import json
import secrets
import sys
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

KEY = "practice-key"
LARGEST_PAGE = 25
ACCOUNTS, WEEKS = 10, 6
STAGES = ("NIL", "REM", "REM", "FIN", "FIN", "SUM")

Statement = dict[str, Any]


def statements(now: datetime) -> list[Statement]:
    """Six weeks of statements of ten accounts, oldest first.

    Nobody was told of the stage BLF, and of one account the amount is not known.
    """
    monday = now.replace(hour=6, minute=30, second=0, microsecond=0) - timedelta(days=now.weekday())
    made = [
        _statement(week * ACCOUNTS + account, monday - timedelta(weeks=WEEKS - week), week, account)
        for week in range(WEEKS)
        for account in range(ACCOUNTS)
    ]
    made[4]["overdue"] = "not known"
    made[13]["recovery"] = made[47]["recovery"] = "BLF"
    return made


def _statement(number: int, written: datetime, week: int, account: int) -> Statement:
    return {
        "stmt": f"S{number:06d}",
        "changed": written.isoformat(),
        "asAt": f"{written.date()}",
        "acctRef": f"70{account:05d}",
        "propRef": 99_900_000_001 + account,
        "overdue": f"{(week + 1) * (52 + account)}.50",
        "recovery": STAGES[week],
        "band": "C",
    }


def page(rows: list[Statement], query: Mapping[str, str]) -> dict[str, Any]:
    """So many statements changed since a moment, from a mark on; with the mark of those after them."""
    since = datetime.fromisoformat(query.get("changed_from", "2000-01-01T00:00:00Z"))
    wanted = [row for row in rows if datetime.fromisoformat(row["changed"]) >= since]
    start, most = int(query.get("after", 0)), min(int(query.get("limit", LARGEST_PAGE)), LARGEST_PAGE)
    rest = start + most if start + most < len(wanted) else None
    return {"statements": wanted[start : start + most], "next": rest}


class Riverside(BaseHTTPRequestHandler):
    """Answers those who show the key."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """One page of statements."""
        asked = urlsplit(self.path)
        if not secrets.compare_digest(self.headers.get("X-Riverside-Key", ""), KEY):
            self._say(401, {"error": "key"})
        elif asked.path != "/api/statements":
            self._say(404, {"error": "path"})
        else:
            self._answer(dict(parse_qsl(asked.query)))

    def _answer(self, query: Mapping[str, str]) -> None:
        try:
            self._say(200, page(statements(datetime.now(UTC)), query))
        except ValueError:
            self._say(400, {"error": "query"})

    def _say(self, status: int, body: Mapping[str, Any]) -> None:
        text = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", f"{len(text)}")
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


def main() -> None:
    """Serve until Ctrl-C."""
    told = argparse.ArgumentParser(prog="python -m earlyhelp.demo.practice", description=__doc__)
    told.add_argument("--port", type=int, default=8799)
    with ThreadingHTTPServer(("127.0.0.1", told.parse_args().port), Riverside) as server:
        address = f"http://127.0.0.1:{server.server_port}/api"
        sys.stdout.write(f"Riverside Council Tax answers at {address}; Ctrl-C ends.\n")
        sys.stdout.flush()
        with suppress(KeyboardInterrupt):
            server.serve_forever()


if __name__ == "__main__":
    main()
