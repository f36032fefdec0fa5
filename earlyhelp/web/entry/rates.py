"""How often somebody may try to sign in: so many times a minute from one address."""

from collections import deque
from datetime import datetime, timedelta
from threading import Lock

WINDOW = timedelta(minutes=1)
TRIES = 30
"""A team that comes in at nine behind one address of the council's gets through; guessing does not."""
ADDRESSES = 10_000
"""Whose tries are remembered at most: nobody can fill our memory from many addresses."""


class Rates:
    """Remembers the last minute's tries of each address, in this process."""

    def __init__(self, tries: int = TRIES) -> None:
        self.tries = tries
        self._made: dict[str, deque[datetime]] = {}
        self._lock = Lock()

    def allows(self, address: str, now: datetime) -> bool:
        """Whether this try may go on; it counts either way only if it may."""
        with self._lock:
            made = self._made.pop(address, None) or deque(maxlen=self.tries)
            while made and made[0] <= now - WINDOW:
                made.popleft()
            allowed = len(made) < self.tries
            if allowed:
                made.append(now)
            self._made[address] = made  # the latest stands last
            if len(self._made) > ADDRESSES:
                del self._made[next(iter(self._made))]
            return allowed
