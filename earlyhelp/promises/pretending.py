"""A pretend agency for tests: it lays out its truth as the real one would, and misbehaves when told to.

It is built from the connector's own declaration, so that a test needs one sample row and no server.
"""

from collections import deque
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256

import httpx
import orjson

from earlyhelp.connecting.agency import Agency, RestFeed
from earlyhelp.promises.cutting import Cut
from earlyhelp.promises.laying_out import After, lay_out, one_by_one
from earlyhelp.promises.mischief import NOW, SECRET, Mischief, answer, dated, status
from earlyhelp.promises.papers import BASE, Gate, environment, signing_key
from earlyhelp.promises.truth import Held, Truth
from earlyhelp.promises.writing import moment_asked

__all__ = ["BASE", "NOW", "SECRET", "PretendAgency", "answer", "environment", "signing_key", "status"]

NOBODY_ASKS_SO_OFTEN = 1_000
"""Requests: a truth has a few rows, and so a few pages."""


class PretendAgency:
    """Answers like the agency of ``connector`` out of its ``truth``, a few rows a page.

    Of ``mischief`` each answer to a request for rows takes one off; None is no mischief. ``naps`` are the
    seconds for which the caller would have waited, ``asked`` the requests for rows. ``cut`` and ``after``
    say how rows are cut into pages and which page follows which: a test may have them do so awry.
    """

    def __init__(self, connector: type[Agency], feed: str, truth: Truth, per_page: int = 2) -> None:
        declared = next(one for one in connector.feeds if one.name == feed)
        assert isinstance(declared, RestFeed), f"{feed} is not asked for, but dropped: see DropPromises"
        self.feed, self.truth, self.clock = declared, truth, NOW
        self.mischief: deque[Mischief | None] = deque()
        self.naps: list[float] = []
        self.asked: list[httpx.Request] = []
        self.cut: Cut = lambda rows: (
            [rows[at : at + per_page] for at in range(0, len(rows), per_page)] or [[]]
        )
        self.after: After = one_by_one
        self.link = ""
        self.gate = Gate(connector.sign_in)
        self._agency = type(connector.__name__, (connector,), {"rate": None})
        self.set_up(environment(connector))

    def set_up(self, settings: Mapping[str, str]) -> None:
        """Make the connector anew, with these settings."""
        self.settings = dict(settings)
        self.connector = self._agency(
            self.settings, transport=httpx.MockTransport(self.answer_to), sleep=self.naps.append
        )

    def live_at(self, address: str) -> None:
        """Let the connector ask over a real line, at that address; our certificate is not shown there."""
        variable = next(name for name in self.settings if name.endswith("_URL"))
        settings = {name: value for name, value in self.settings.items() if "_CERT_" not in name}
        plain = type(self._agency.__name__, (self._agency,), {"sign_in": self.gate.besides_a_certificate})
        self.connector = plain({**settings, variable: address}, sleep=self.naps.append)

    def answer_to(self, request: httpx.Request) -> httpx.Response:
        """What the agency says to one request, rows or token."""
        if self.gate.asks_for_token(request):
            return self.gate.give_token(request)
        self.asked.append(request)
        assert len(self.asked) < NOBODY_ASKS_SO_OFTEN, "somebody goes on asking for ever"
        if self.mischief and (play := self.mischief.popleft()):
            return play(request)
        if not self.gate.lets_in(request):
            return answer({}, 401)
        return self.well(request)

    def well(self, request: httpx.Request) -> httpx.Response:
        """The page asked for, as agreed."""
        pages = self.cut([held.theirs for held in self.window(request)])
        laid = lay_out(self.feed.paging, request, pages, self.after, self.link)
        body = orjson.dumps(laid.body)
        tag = f'"{sha256(orjson.dumps([pages, self.after is one_by_one])).hexdigest()}"'
        if self.feed.conditional and request.headers.get("If-None-Match") == tag:
            return httpx.Response(304, headers=dated(self.clock))
        tagged = {"ETag": tag} if self.feed.conditional else {}
        return httpx.Response(200, content=body, headers=dated(self.clock) | laid.headers | tagged)

    def window(self, request: httpx.Request) -> list[Held]:
        """The rows recorded in the range that the request names, if it names one."""
        asked = request.url.params
        feed, named = self.feed, (self.feed.since, self.feed.until)
        moments: list[datetime | None] = []
        for name, written in zip(named, (feed.since_as, feed.until_as), strict=True):
            texts = asked.get_list(name) if name else []
            moments.append(next(filter(None, (moment_asked(written, text) for text in texts)), None))
        since, until = moments
        return [
            held for held in self.truth
            if (since is None or held.recorded_at >= since) and (until is None or held.recorded_at < until)
        ]  # fmt: skip
