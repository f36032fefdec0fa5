"""Breaking the glass: opening a household that is not yours, in an emergency, with a reason, never unseen.

Pure. The reason is kept, the household's manager is told, and it ends by itself.
"""

from datetime import timedelta

LASTS = timedelta(hours=4)
"""How long the household stays open to whoever broke the glass: one shift's work on it (our choice)."""
AN_HOUR = timedelta(hours=1)
MOST_AN_HOUR = 10
"""Tries by one worker in an hour, opened or not: enough for any emergency, too few to fish (ours)."""
FEWEST_WORDS = 5
MOST_LETTERS = 500

NOT_THEIRS = "an agency's own worker sees that agency's data alone, in an emergency too"
NOT_TRAINED = "a marker is known, and the reader is not trained for domestic abuse"
NO_REASON = f"write at least {FEWEST_WORDS} words to say why it cannot wait"
TOO_LONG = f"shorten it to {MOST_LETTERS} letters"
TOO_MANY = "tried too often within the hour"


def why_not(role: str, reason: str, *, restricted: bool, trained: bool) -> str | None:
    """Why the glass holds; None where it may be broken.

    A domestic-abuse marker comes before any emergency: whoever is not trained for it asks somebody who is.
    """
    if not may_break(role):
        return NOT_THEIRS
    # Before the marker: what is wrong with a reason is told, and must not tell whether there is a marker.
    if len({word for word in reason.lower().split() if any(map(str.isalpha, word))}) < FEWEST_WORDS:
        return NO_REASON
    if len(reason) > MOST_LETTERS:
        return TOO_LONG
    return NOT_TRAINED if restricted and not trained else None


def may_break(role: str) -> bool:
    """Whether anybody of that role may open a household that is not theirs."""
    return role in ("key_worker", "manager")
