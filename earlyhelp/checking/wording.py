"""Days, counts and money as the sentences of checks say them."""

from earlyhelp.chronology import day_of

NOT_KNOWN = "Not known: "
"""How a sentence begins that says what is not known: no reason to look, and never left out."""


def on_day(number: int) -> str:
    """4 March 2026, for the day of that number."""
    told = day_of(number)
    return f"{told.day} {told:%B %Y}"


def many(count: float, one: str, more: str = "") -> str:
    """1 visit, 2 visits, 1,204 visits."""
    return f"{count:,.0f} {one if round(count) == 1 else more or one + 's'}"


def pounds(pence: float) -> str:
    """£612.40."""
    return f"£{pence / 100:,.2f}"


def listed(words: list[str]) -> str:
    """a; a and b; a, b and c."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
