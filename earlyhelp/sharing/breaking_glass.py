"""Breaking the glass: opening a household that is not yours, in an emergency, with a reason, never unseen.

Pure. The reason is kept, the household's manager is told, and it ends by itself.
"""

from datetime import timedelta

LASTS = timedelta(hours=4)
"""How long the household stays open to whoever broke the glass: one shift's work on it (our choice)."""
FEWEST_WORDS = 5
MOST_LETTERS = 500

NOT_THEIRS = "an agency's own worker sees that agency's data alone, in an emergency too"
NOT_TRAINED = "a marker is known, and the reader is not trained for domestic abuse"
NO_REASON = f"say in {FEWEST_WORDS} words or more why it cannot wait"
TOO_LONG = f"say it in {MOST_LETTERS} letters or fewer"


def why_not(role: str, reason: str, *, restricted: bool, trained: bool) -> str | None:
    """Why the glass holds; None where it may be broken.

    A domestic-abuse marker comes before any emergency: whoever is not trained for it asks somebody who is.
    """
    if role not in ("key_worker", "manager"):
        return NOT_THEIRS
    if restricted and not trained:
        return NOT_TRAINED
    if len({word for word in reason.lower().split() if any(map(str.isalpha, word))}) < FEWEST_WORDS:
        return NO_REASON
    return TOO_LONG if len(reason) > MOST_LETTERS else None
