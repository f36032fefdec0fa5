"""Manners towards an agency: how often it is asked again, how soon, and how fast at all."""

import threading
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache

import tenacity

ATTEMPTS = 5
"""How often one request is sent before we give up."""
LONGEST_WAIT = 120.0
"""Seconds: a longer Retry-After than this is cut to it."""
_A_DATE = 1e9
"""A greater number in a reset header counts seconds since 1970, a smaller one seconds from now."""

_backing_off = tenacity.wait_random_exponential(multiplier=0.5, max=30)


class Fault(Exception):
    """The agency did not answer as it should this time; asking again may help."""

    def __init__(self, words: str, retry_after: float | None = None) -> None:
        super().__init__(words)
        self.retry_after = retry_after


def clock_in(headers: Mapping[str, str]) -> datetime:
    """The agency's own clock, by its Date header; ours where it has none."""
    return _moment(headers.get("date")) or datetime.now(UTC)


def told_to_wait(headers: Mapping[str, str]) -> float | None:
    """Seconds that Retry-After tells us to wait, whether as such or as a date by the agency's clock."""
    told = headers.get("retry-after", "").strip()
    if told.isdecimal() and told.isascii():
        return float(told)
    until = _moment(told)
    return max((until - clock_in(headers)).total_seconds(), 0.0) if until else None


def used_up(headers: Mapping[str, str]) -> float | None:
    """Seconds until the agency will hear us again, where it says that this was the last request until then.

    Read from ``RateLimit-Remaining: 0`` with ``RateLimit-Reset``, or the same after ``X-``.
    """
    for name in ("ratelimit", "x-ratelimit"):
        reset = headers.get(f"{name}-reset", "").strip()
        if headers.get(f"{name}-remaining", "").strip() == "0" and reset.isdecimal() and reset.isascii():
            seconds = float(reset)
            return max(seconds - clock_in(headers).timestamp(), 0.0) if seconds > _A_DATE else seconds
    return None


def waiting(state: tenacity.RetryCallState) -> float:
    """How long to wait before the next attempt: as told, else longer each time, by chance."""
    fault = state.outcome.exception() if state.outcome else None
    told = fault.retry_after if isinstance(fault, Fault) else None
    return min(told, LONGEST_WAIT) if told is not None else _backing_off(state)


def _moment(text: str | None) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text or "")
    except ValueError:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


class Pacer:
    """Lets one request pass every so often, whoever asks: no burst, since none was agreed."""

    def __init__(self, rate: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._gap, self._clock = 1 / rate, clock
        self._next = clock()
        self._lock = threading.Lock()

    def turn(self) -> float:
        """Take the next turn, and say in how many seconds it comes."""
        with self._lock:
            now = self._clock()
            turn = max(self._next, now)
            self._next = turn + self._gap
            return turn - now


@cache
def pacer(agency: str, rate: float) -> Pacer:
    """The one pacer of an agency in this process, for all its feeds."""
    return Pacer(rate)
