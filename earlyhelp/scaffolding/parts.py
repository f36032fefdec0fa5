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

AS_USUAL: Mapping[Kind, str] = {Kind.CSV: "FromText", Kind.FIXED: "FromText", Kind.XLSX: "FromSheet"}
"""What reads days, moments, UPRNs and blanks of a file; a line of JSON says them as they are."""


@dataclass(frozen=True)
class Parts:
    """Pieces of text for the templates and the names they need; a template may have the sample (None)."""

    spoil: str
    sample: Mapping[str, Any] | None
    constants: str
    usual: str
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
        return Parts(resource_of(answers.rows).spoil, None, "", "", "", sign_in, feed, needs)
    ours = made_up(answers.rows)
    words = words_of(answers, ours)
    sample = laid_out(answers, words, ours)
    constants = [_codes(answers), _words(answers, words, needs)]
    if answers.kind is Kind.FIXED:
        constants.append(_widths(sample))
    usual = AS_USUAL.get(answers.kind, "")
    if usual:
        needs[f"{KIT}.usual"].add(usual)
    return Parts(
        words[spoilable(answers.rows)],
        sample,
        "\n".join(filter(None, constants)),
        usual,
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
    """The fields that agencies write in a way of their own: codes, and what no type tells how to read."""
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
    if kind not in AS_USUAL and one.name.endswith("uprn"):
        return "padded_uprn"
    if one.words and one.needed:
        return f"coded({one.name.upper()})"
    blank = kind is Kind.JSONL and not one.needed and (one.words or one.format == "text")
    return "or_none" if blank else ""


def _by_make(name: str) -> tuple[int, str]:
    """Constants, then classes, then the rest: as isort has it."""
    return (0 if name.isupper() else 1 if name[0].isupper() else 2), name
