"""The page about the awkward families: python -m earlyhelp.demo.awkward_page > docs/awkward-families.md."""

import sys
from collections.abc import Iterator

from earlyhelp.demo.city.awkward import FAMILIES, STREET, Family

SENTENCES = {
    "at": "What is said of {0} belongs to the household at {1}.",
    "nowhere": "What is said of {0} is kept and counted, and belongs to no household.",
    "is": "{0} and {1} are one person.",
    "apart": "{0} and {1} are two people, and nobody is asked.",
    "asked": "A reviewer is asked whether {0} and {1} are one person.",
    "quiet": "No case is raised about {0}.",
    "raised": "A case is raised about {0}.",
    "restricted": "The case of {0} may be seen by its holder alone, and only if trained for domestic abuse.",
    "nobody": "No household is known at {0}.",
}

ABOVE = """# Twenty awkward families

Made from `earlyhelp/demo/city/awkward.py` by `python -m earlyhelp.demo.awkward_page`: change that instead.

They live in every demo city, in {street}, and come through the agencies' servers and connectors as everybody
does. `tests/demo/test_awkward_families.py` runs two nights over a small city and holds every sentence below
**Expected** against what the house made of them. Nobody here is real.

| | Family | Handled as written |
| --- | --- | --- |
"""


def page() -> str:
    """The whole page as Markdown."""
    rows = (f"| {n} | {one.name} | {one.handled} |" for n, one in enumerate(FAMILIES, start=1))
    parts = ("\n".join(_family(n, one)) for n, one in enumerate(FAMILIES, start=1))
    return ABOVE.format(street=STREET) + "\n".join(rows) + "\n\n" + "\n\n".join(parts) + "\n"


def _family(number: int, family: Family) -> Iterator[str]:
    yield f"## {number}. {family.name}\n"
    yield f"{family.handled}\n"
    yield "| | Written by | Name | Born | Where |"
    yield "| --- | --- | --- | --- | --- |"
    places = {cells[0]: f"{cells[2]} {STREET}" for cells in family.lines("places")}
    for key, agency, name, born, where in family.lines("people"):
        yield f"| {key} | {agency} | {name} | {born} | {places.get(where, where)} |"
    yield "\n**Expected.**\n"
    for subject, sentence, *words in family.lines("expected"):
        yield f"- {SENTENCES[sentence].format(*(_named(places, word) for word in (subject, *words)))}"


def _named(places: dict[str, str], word: str) -> str:
    """A place by its address, a person's entry by its key in the table, a tenancy as one."""
    return places.get(word, f"tenancy {word}" if word.startswith("A") else f"*{word}*")


if __name__ == "__main__":
    sys.stdout.write(page())
