"""The polite caller: asks an agency for one page, waits when told to, and gives up in plain words.

What comes back broken (a cut body, a page of HTML with status 200) is no answer, and asked for again: taken
as an empty page it would be lost for good. No message holds a query, a body or a secret.
"""

import logging
import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from types import TracebackType
from typing import Any, Self
from urllib.request import getproxies, proxy_bypass

import httpx
import tenacity

from earlyhelp.connecting.credentials import Credentials
from earlyhelp.connecting.paging import Answer, Ask
from earlyhelp.connecting.reading import Line
from earlyhelp.connecting.wire.bodies import Parser, parsed, unless
from earlyhelp.connecting.wire.bounds import MEBIBYTE, Bounds, Deadline, TooLarge, unpacked
from earlyhelp.connecting.wire.manners import (
    ATTEMPTS,
    LONGEST_WAIT,
    Fault,
    clock_in,
    told_to_wait,
    used_up,
    waiting,
)
from earlyhelp.connecting.wire.securing import certificate_trouble, secured
from earlyhelp.errors import AgencyAnsweredOddly, SetUpWrong, SignInRefused, TryAgainLater

TIMEOUT = httpx.Timeout(30.0, connect=5.0)
"""Seconds to connect, and of silence in the middle; for a whole answer see `Bounds`."""
OURSELVES = ("127.0.0.1", "localhost", "::1")

Rows = Callable[[Any], list[Any] | None]

log = logging.getLogger(__name__)
for talkative in ("httpx", "httpcore"):  # they log whole addresses and headers, queries and all
    logging.getLogger(talkative).setLevel(logging.WARNING)


class PositionGone(Exception):
    """The agency no longer knows the page we asked for."""


class LeadsElsewhere(PositionGone):
    """The page we are to ask for is not at the agency's address."""


def fault_in(response: httpx.Response) -> Fault | None:
    """What is wrong with an answer that is worth asking for again: too many requests, or trouble there."""
    if response.status_code == 429 or response.status_code >= 500:
        told = told_to_wait(response.headers)
        return Fault(f"status {response.status_code}", used_up(response.headers) if told is None else told)
    return None


class _Guarded(httpx.BaseTransport):
    """The wire, on which every request keeps the pace, and every answer our bounds: one for a token too."""

    def __init__(self, wire: httpx.BaseTransport, bounds: Bounds, pace: Callable[[], None]) -> None:
        self._wire, self._bounds, self._pace = wire, bounds, pace
        self._deadline = Deadline(bounds.seconds)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self._pace()
        request.extensions = {
            "timeout": TIMEOUT.as_dict(),  # a request for a token brings none of its own
            **request.extensions,
            "trace": self._deadline.heed,
        }
        self._deadline.start()
        try:
            response = self._wire.handle_request(request)
        except BaseException:
            self._deadline.stop()
            self._deadline.look()
            raise
        return httpx.Response(
            response.status_code,
            headers=[
                (name, value) for name, value in response.headers.raw if name.lower() not in _OF_THE_WIRE
            ],
            stream=_Bounded(response, self._bounds, self._deadline),
        )

    def close(self) -> None:
        self._deadline.close()
        self._wire.close()


_OF_THE_WIRE = (b"content-encoding", b"content-length", b"transfer-encoding")
"""What is true of a body only until it is unpacked."""


class _Bounded(httpx.SyncByteStream):
    def __init__(self, response: httpx.Response, bounds: Bounds, deadline: Deadline) -> None:
        self._response, self._bounds, self._deadline = response, bounds, deadline

    def __iter__(self) -> Iterator[bytes]:
        packing = self._response.headers.get("content-encoding", "").strip().lower()
        assert isinstance(self._response.stream, httpx.SyncByteStream)
        try:
            yield from unpacked(self._response.stream, packing, self._bounds.size, self._deadline)
        except httpx.TransportError:
            self._deadline.look()
            raise

    def close(self) -> None:
        self._deadline.stop()
        self._response.close()


class Caller:
    """One conversation with one agency about one feed; close it when done.

    ``parsers`` are for media types that are not JSON, and are asked for after it.
    """

    def __init__(
        self, line: Line, feed: str, bounds: Bounds | None = None, parsers: Mapping[str, Parser] | None = None
    ) -> None:
        self.label = f"{line.agency}/{feed}"
        self._base = _address(line.credentials)
        self._credentials = line.credentials
        self._until = time.monotonic() + line.budget.total_seconds()
        self._hung_up = line.hung_up
        self._sleep = line.sleep or line.doze
        self._bounds, self._parsers = bounds or Bounds(), parsers or {}
        self._faults, self._rest = 0, 0.0
        auth = line.sign_in.auth(line.credentials, self._base) if line.sign_in else None
        wire = line.transport or self._wire(secured(line.credentials, httpx.create_ssl_context))
        self._client = httpx.Client(
            auth=auth,
            timeout=TIMEOUT,
            transport=_Guarded(wire, self._bounds, line.pace),
            headers={
                "Accept": ", ".join(("application/json", *self._parsers)),
                "Accept-Encoding": "gzip",  # the only packing that `unpacked` undoes
                "User-Agent": "earlyhelp",
            },
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    def _wire(self, context: ssl.SSLContext) -> httpx.BaseTransport:
        """Real connections, through the council's proxy where the environment names one."""
        straight = self._base.host in OURSELVES or bool(proxy_bypass(self._base.host))
        proxies = {} if straight else getproxies()
        return httpx.HTTPTransport(verify=context, proxy=proxies.get(self._base.scheme) or proxies.get("all"))

    def ask(self, ask: Ask, rows: Rows, validator: str | None = None) -> Answer:
        """The answer to one request, asked for up to five times.

        With a ``validator`` the agency may answer that nothing has changed. Raises `PositionGone`,
        `TryAgainLater`, `SignInRefused` and `AgencyAnsweredOddly`.
        """
        if self._rest:
            self._sleep(self._rest)
        retrying = tenacity.Retrying(
            stop=lambda state: state.attempt_number >= ATTEMPTS or self._faults >= self._bounds.faults,
            wait=waiting,
            sleep=self._sleep,
            retry=tenacity.retry_if_exception_type(Fault),
            reraise=True,
        )
        try:
            return retrying(self._once, ask, rows, validator)
        except Fault as fault:
            tried = retrying.statistics.get("attempt_number", 1)
            often = f"after {tried} attempts" if tried >= ATTEMPTS else f"as fault {self._faults} of this run"
            raise TryAgainLater(
                f"{self.label}: {fault} {often}; run again later to go on from the last page"
            ) from None

    def _once(self, ask: Ask, rows: Rows, validator: str | None) -> Answer:
        if self._hung_up.is_set() or time.monotonic() > self._until:
            raise TryAgainLater(f"{self.label}: out of time; run again later to go on from the last page")
        try:
            return self._read(self._sent(ask, validator), rows, validator)
        except Fault as fault:
            self._faults += 1
            log.info("%s: %s", self.label, fault)
            raise

    def _sent(self, ask: Ask, validator: str | None) -> httpx.Response:
        """The whole response, whatever it says."""
        try:
            response = self._client.request(
                "POST" if "form" in ask else "GET",
                self.address(ask),
                params=ask.get("query"),
                data=ask.get("form"),
                headers=unless(validator),
            )
        except httpx.RequestError as lost:
            wrong = certificate_trouble(self.label, self._credentials, lost)
            raise wrong or Fault(f"no answer ({type(lost).__name__})") from None
        except TooLarge:
            raise AgencyAnsweredOddly(
                f"{self.label}: an answer of more than {self._bounds.size // MEBIBYTE} MiB, which was not "
                "agreed; ask the agency, or for fewer rows at once"
            ) from None
        response.stream = httpx.ByteStream(b"")  # httpx ties it to the response in a ring that holds the body
        return response

    def _read(self, response: httpx.Response, rows: Rows, validator: str | None) -> Answer:
        """What a response means. Raises it, unless it is a plain success."""
        if fault := fault_in(response):
            raise fault
        status, clock = response.status_code, clock_in(response.headers)
        if status in (401, 403):
            raise SignInRefused(f"{self.label}: status {status}, our key or secret was refused; renew it")
        if status in (400, 404, 410):
            raise PositionGone(f"status {status}")
        self._rest = min(used_up(response.headers) or 0.0, LONGEST_WAIT)
        if status == 304 and validator:
            return Answer(None, [], clock, unchanged=True)
        if status != 200:
            raise AgencyAnsweredOddly(f"{self.label}: status {status}, which was not agreed; ask the agency")
        body = parsed(response.content, response.headers.get("content-type", ""), self._parsers)
        if (held := rows(body)) is None:
            raise Fault("status 200 with a body that holds no list of rows")
        return Answer(body, held, clock, str(response.url), dict(response.headers), response.content)

    def address(self, ask: Ask) -> httpx.URL:
        """Where a request goes. Raises `LeadsElsewhere` for a link that does not go to the agency."""
        if "link" not in ask:
            return httpx.URL(f"{self._base}{ask['path']}")
        try:
            link = self._base.join(ask["link"])
        except (httpx.InvalidURL, ValueError):
            raise LeadsElsewhere("its link leads to another host") from None
        if (link.scheme, link.netloc, link.userinfo) != (self._base.scheme, self._base.netloc, b""):
            raise LeadsElsewhere("its link leads to another host")
        return link


def _address(credentials: Credentials) -> httpx.URL:
    """Where the agency is. A name and a password in it would be saved with each link: they are refused."""
    text = credentials.need("URL").rstrip("/")
    try:
        address = httpx.URL(text)
        if address.scheme in ("http", "https") and address.host and not address.userinfo:
            return address
    except httpx.InvalidURL:
        pass
    raise SetUpWrong(
        f"{credentials.agency}: {credentials.variable('URL')} must be an address such as "
        "https://agency.example/api, with no name or password in it"
    )
