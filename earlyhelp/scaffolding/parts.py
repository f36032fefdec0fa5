"""The parts of a new connector's file, by what was answered: its words, its sign-in, its feed."""

import json
import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from earlyhelp.scaffolding.answers import Answers, Kind
from earlyhelp.scaffolding.declaring import feed_of, sign_in_of
from earlyhelp.scaffolding.health import resource_of
from earlyhelp.scaffolding.packing import KIT, Needs, imported, packed
from earlyhelp.scaffolding.samples import Told, fields_of, made_up, spoilable
from earlyhelp.scaffolding.words import FROM_FILE, laid_out, words_of

READ_IN: Mapping[Kind, Mapping[str, str]] = {
    Kind.CSV: {"date": "either_day", "date-time": "either_time"},
    Kind.FIXED: {"date": "either_day", "date-time": "either_time"},
    Kind.XLSX: {"date": "excel_day", "date-time": "excel_time"},
}
"""How dates are read in files of text and in spreadsheets."""


@dataclass(frozen=True)
class Parts:
    """Pieces of text for the templates and the names they need; a template may have the sample (None)."""

    spoil: str
    sample: Mapping[str, Any] | None
    constants: str
    spelt: str
    sign_in: str
    feed: str
    needs: Needs = field(default_factory=lambda: defaultdict(set))

    def names(self) -> set[str]:
        """All names that the file imports or makes."""
        return {"WORDS", *(name for names in self.needs.values() for name in names)}

    def imports(self) -> str:
        """The import lines, in the order of the house: Python's, others', ours."""
        blocks: list[list[str]] = [[], [], []]
        for module in sorted(self.needs):
            ours = module.partition(".")[0] in ("earlyhelp", "schemas")
            names = sorted(self.needs[module], key=_by_make)
            blocks[2 if ours else int(module == "pydantic")].append(imported(module, names))
        return "\n\n".join("\n".join(block) for block in blocks if block)


def parts_of(answers: Answers) -> Parts:
    """The parts for these answers. Raises `SetUpWrong` for a kind of which no row can be made up."""
    needs: Needs = defaultdict(set)
    needs["datetime"].add("timedelta")
    needs[f"{KIT}.agency"].add("Agency")
    needs["earlyhelp.law.policy"].add("Sector")
    needs[answers.rows.__module__].add(answers.rows.__name__)
    sign_in, feed = sign_in_of(answers, needs), feed_of(answers, needs)
    if answers.kind is Kind.FHIR:
        return Parts(resource_of(answers.rows).spoil, None, "", "", sign_in, feed, needs)
    ours = made_up(answers.rows)
    words = words_of(answers, ours)
    sample = laid_out(answers, words, ours)
    constants = [_codes(answers), _words(answers, words, needs)]
    if answers.kind is Kind.FIXED:
        constants.append(_widths(sample))
    return Parts(
        words[spoilable(answers.rows)],
        sample,
        "\n".join(filter(None, constants)),
        _spelt(answers, words, needs),
        sign_in,
        feed,
        needs,
    )


def _codes(answers: Answers) -> str:
    """A table for each field that is a code: theirs on the left, ours on the right."""
    coded = [one for one in fields_of(answers.rows) if one.words and one.needed]
    tables = []
    for one in coded:
        pairs = [f'"{word}": "{word}"' for word in one.words]
        tables.append(packed(f"{one.name.upper()} = {{", pairs, "}"))
    return "\n".join(tables)


def _words(answers: Answers, words: Mapping[str, str], needs: Needs) -> str:
    """What they call our fields."""
    needs[f"{KIT}.dialects"].add("named")
    items = []
    for ours, theirs in words.items():
        if theirs in FROM_FILE:
            needs[f"{KIT}.dropping"].add(theirs)
            items.append(f"{ours}={theirs}")
        elif "." in theirs and not answers.kind.files:
            needs["pydantic"].add("AliasPath")
            items.append(f"{ours}=AliasPath({', '.join(json.dumps(step) for step in theirs.split('.'))})")
        else:
            items.append(f"{ours}={json.dumps(theirs, ensure_ascii=False)}")
    return packed("WORDS = named(", items, ")")


def _widths(sample: Mapping[str, Any]) -> str:
    """How wide each column is, in the order of the line."""
    items = [f'("{heading}", {max(len(str(value)), len(heading)) + 2})' for heading, value in sample.items()]
    return packed("WIDTHS = (", items, ")")


def _spelt(answers: Answers, words: Mapping[str, str], needs: Needs) -> str:
    """The fields that agencies write in a way of their own: UPRNs, codes and, in files, dates and blanks."""
    how = {one.name: call for one in fields_of(answers.rows) if (call := _spelling(answers.kind, one))}
    how = {name: call for name, call in how.items() if name in words and words[name] not in FROM_FILE}
    if not how:
        return ""
    used = {name for call in how.values() for name in re.findall(r"[a-z_]+", call)}
    needs[f"{KIT}.dialects"] |= {"spelt", *used}
    lines = [f'    _{name} = spelt("{name}", {call})\n' for name, call in how.items()]
    return f"\n{''.join(lines)}"


def _spelling(kind: Kind, one: Told) -> str:
    """How a field's spelling is read; empty where it is plain."""
    if one.name.endswith("uprn"):
        return "padded_uprn"
    if kind is Kind.XLSX and one.format == "text" and not one.words:
        return "reference"
    if one.words:
        return f"coded({one.name.upper()})" if one.needed else ("or_none" if kind.files else "")
    if kind not in READ_IN:
        return ""
    if call := READ_IN[kind].get(one.format, ""):
        return call if one.needed else f"unless_blank({call})"
    return "" if one.needed or one.format != "text" else "or_none"


def _by_make(name: str) -> tuple[int, str]:
    """Constants, then classes, then the rest: as isort has it."""
    return (0 if name.isupper() else 1 if name[0].isupper() else 2), name
