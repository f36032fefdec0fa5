"""The polite caller: asks an agency for one page, waits when told to, and gives up in plain words.

What comes back broken (a cut body, a page of HTML with status 200) is no answer, and asked for again: taken
as an empty page it would be lost for good. No message holds a query, a body or a secret.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import Any, Self

import httpx
import orjson
import tenacity

from earlyhelp.connecting.paging import Ask
from earlyhelp.connecting.reading import Line
from earlyhelp.errors import AgencyAnsweredOddly, SignInRefused, TryAgainLater

ATTEMPTS = 5
LONGEST_WAIT = 120.0
"""Seconds: a longer Retry-After than this is cut to it."""
TIMEOUT = httpx.Timeout(30.0, connect=5.0)

log = logging.getLogger(__name__)
logging.getLogger("httpx").setLevel(logging.WARNING)  # it logs whole addresses, queries and all

_backing_off = tenacity.wait_random_exponential(multiplier=0.5, max=30)


class Fault(Exception):
    """The agency did not answer as it should this time; asking again may help."""

    def __init__(self, words: str, retry_after: float | None = None) -> None:
        super().__init__(words)
        self.retry_after = retry_after


class PositionGone(Exception):
    """The agency no longer knows the page we asked for."""


class LeadsElsewhere(PositionGone):
    """The page we are to ask for is not at the agency's address."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A parsed answer with its rows, and the agency's clock when it gave it."""

    body: Any
    rows: list[Any]
    clock: datetime


def fault_in(response: httpx.Response) -> Fault | None:
    """What is wrong with an answer that is worth asking for again: too many requests, or trouble there."""
    if response.status_code == 429 or response.status_code >= 500:
        return Fault(f"status {response.status_code}", _retry_after(response))
    return None


def clock_of(response: httpx.Response) -> datetime:
    """The agency's own clock, by its Date header; ours where it has none."""
    return _moment(response.headers.get("Date")) or datetime.now(UTC)


def _moment(text: str | None) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text or "")
    except ValueError:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _retry_after(response: httpx.Response) -> float | None:
    """Seconds to wait, whether they were given as such or as a date by the agency's clock."""
    told = response.headers.get("Retry-After", "").strip()
    if told.isdecimal():
        return float(told)
    until = _moment(told)
    return max((until - clock_of(response)).total_seconds(), 0.0) if until else None


def _wait(state: tenacity.RetryCallState) -> float:
    fault = state.outcome.exception() if state.outcome else None
    told = fault.retry_after if isinstance(fault, Fault) else None
    return min(told, LONGEST_WAIT) if told is not None else _backing_off(state)


class Caller:
    """One conversation with one agency about one feed; close it when done."""

    def __init__(self, line: Line, feed: str) -> None:
        self.label = f"{line.agency}/{feed}"
        self._base = httpx.URL(line.credentials.need("URL").rstrip("/"))
        self._until = time.monotonic() + line.budget.total_seconds()
        self._hung_up = line.hung_up
        self._sleep = line.sleep or line.doze
        self._client = httpx.Client(
            auth=line.sign_in.auth(line.credentials, self._base) if line.sign_in else None,
            timeout=TIMEOUT,
            transport=line.transport,
            trust_env=self._base.host not in ("127.0.0.1", "localhost"),  # no proxy to ourselves
            headers={"Accept": "application/json", "User-Agent": "earlyhelp"},
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    def ask(self, ask: Ask, rows: Callable[[Any], list[Any] | None]) -> Answer:
        """The answer to one request, asked for up to five times."""
        address = self.address(ask)
        retrying = tenacity.Retrying(
            stop=tenacity.stop_after_attempt(ATTEMPTS),
            wait=_wait,
            sleep=self._sleep,
            retry=tenacity.retry_if_exception_type(Fault),
            reraise=True,
        )
        try:
            return retrying(self._once, address, ask.get("query"), rows)
        except Fault as fault:
            tried = retrying.statistics.get("attempt_number", 1)
            raise TryAgainLater(
                f"{self.label}: {fault} after {tried} attempts; run again later to go on from the last page"
            ) from None

    def _once(
        self, address: httpx.URL, query: dict[str, Any] | None, rows: Callable[[Any], list[Any] | None]
    ) -> Answer:
        if self._hung_up.is_set() or time.monotonic() > self._until:
            raise TryAgainLater(f"{self.label}: out of time; run again later to go on from the last page")
        try:
            response = self._client.get(address, params=query)
        except httpx.RequestError as lost:
            raise Fault(f"no answer ({type(lost).__name__})") from None
        self._look_at(response)
        try:
            body = orjson.loads(response.content)
        except orjson.JSONDecodeError:
            raise Fault(f"status {response.status_code} with a body that is not JSON") from None
        found = rows(body)
        if found is None:
            raise Fault(f"status {response.status_code} with a body that holds no list of rows")
        return Answer(body, found, clock_of(response))

    def _look_at(self, response: httpx.Response) -> None:
        """Raise what the status means, unless it is a plain success."""
        if fault := fault_in(response):
            log.info("%s: %s", self.label, fault)
            raise fault
        status = response.status_code
        if status in (401, 403):
            raise SignInRefused(f"{self.label}: status {status}, our key or secret was refused; renew it")
        if status in (400, 404, 410):
            raise PositionGone(f"status {status}")
        if status != 200:
            raise AgencyAnsweredOddly(f"{self.label}: status {status}, which was not agreed; ask the agency")

    def address(self, ask: Ask) -> httpx.URL:
        """Where a request goes. Raises `LeadsElsewhere` for a link that does not go to the agency."""
        if "link" not in ask:
            return httpx.URL(f"{self._base}{ask['path']}")
        try:
            link = self._base.join(ask["link"])
        except httpx.InvalidURL:
            raise LeadsElsewhere from None
        if (link.scheme, link.netloc) != (self._base.scheme, self._base.netloc):
            raise LeadsElsewhere
        return link
