"""Lines of code, packed as the house packs them, and the names of the kit that they need."""

from collections import defaultdict
from collections.abc import Sequence

WIDTH = 106
"""Letters in a line of what is written."""
LONGEST = 110
"""Letters in a line of the house."""
KIT = "earlyhelp.connecting"
Needs = defaultdict[str, set[str]]
"""The names that are needed of each module."""


def packed(head: str, items: Sequence[str], tail: str, indent: int = 4) -> str:
    """A head, its items and a tail: on one line if they fit, else on as few lines as they need."""
    one = f"{head}{', '.join(items)}{tail}"
    if len(one) <= WIDTH and not head.startswith(" "):
        return one
    lines = [head] if head.startswith(" ") else [head, " " * indent]
    for item in items:
        room = LONGEST - len(tail) if head.startswith(" ") and item is items[-1] else WIDTH - 2
        if len(lines[-1]) + len(item) > min(room, WIDTH - 2):
            lines.append(" " * indent)
        lines[-1] += f"{item}, "
    text = "\n".join(line.rstrip() for line in lines)
    return f"{text[:-1]}{tail}" if head.startswith(" ") else f"{text}\n{tail}  # fmt: skip"


def imported(module: str, names: Sequence[str]) -> str:
    """An import: on one line if it fits, else a line for each name, as the formatter has it."""
    line = f"from {module} import {', '.join(names)}"
    if len(line) <= LONGEST:
        return line
    listed = "".join(f"    {name},\n" for name in names)
    return f"from {module} import (\n{listed})"
