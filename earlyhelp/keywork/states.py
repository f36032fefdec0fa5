"""Where a case stands, and whose move it is.

The list of cases is grouped by whose move it is, not by state: a case that waits for an agency becomes the
worker's own move on the day the answer is overdue, and one that was put off on the day it falls due.
"""

from datetime import date
from enum import StrEnum


class State(StrEnum):
    """Where a case stands."""

    NEW = "new"
    SEEN = "seen"
    ACTING = "acting"
    WAITING = "waiting"
    LATER = "later"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


OPEN = frozenset({State.NEW, State.SEEN, State.ACTING, State.WAITING, State.LATER})


class Move(StrEnum):
    """Whose move it is; the value is the heading that a worker reads."""

    FIRST_LOOK = "Needs a first look"
    ACTION_DUE = "Action due"
    WAITING = "Waiting for someone else"
    LATER = "Looking again later"


def whose_move(state: State, due_on: date | None, today: date) -> Move:
    """Whose move an open case is: what waits or was put off comes back on its day, and never gets lost."""
    if state is State.NEW:
        return Move.FIRST_LOOK
    due = due_on is None or due_on <= today
    if state is State.WAITING and not due:
        return Move.WAITING
    if state is State.LATER and not due:
        return Move.LATER
    return Move.ACTION_DUE
