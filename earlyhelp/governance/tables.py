"""Tables and lists as Markdown has them."""

from collections.abc import Iterable, Sequence


def table(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table; what would break a cell is taken out of it."""
    lines = [headings, ["---"] * len(headings), *rows]
    return "\n".join(f"| {' | '.join(_cell(cell) for cell in line)} |" for line in lines) + "\n"


def bullets(items: Iterable[object]) -> str:
    """A list, or a dash where there is nothing."""
    return "\n".join(f"- {item}" for item in items) + "\n"


def spaced(name: str) -> str:
    """rent_transaction as rent transaction."""
    return name.replace("_", " ").replace("-", " ")


def _cell(cell: object) -> str:
    return str(cell).replace("|", "/").replace("\n", " ") or "–"
