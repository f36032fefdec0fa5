"""An agency's words for our fields, as far as they can be known beforehand, and a row laid out in them."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from earlyhelp.errors import SetUpWrong
from earlyhelp.scaffolding.answers import Answers, Holds, Kind
from earlyhelp.scaffolding.samples import fields_of

FROM_FILE = ("FILE_BEGAN", "FILE_DAY", "FILE_DROPPED")
"""What a row has of its file, where it bears no stamp itself (`earlyhelp.connecting.dropping`)."""
USUAL = {"record_id": "id", "recorded_at": "updated"}
USUAL_IN_FILES = {"record_id": "Ref", "recorded_at": "Updated"}
FIRST_SERIAL = datetime(1899, 12, 30, tzinfo=UTC)
"""The day from which a spreadsheet counts."""


def words_of(answers: Answers, ours: Mapping[str, Any]) -> dict[str, str]:
    """What the agency calls each of our fields: as was said, as is usual, else as we do."""
    if strangers := answers.named.keys() - ours.keys():
        raise SetUpWrong(
            f"{answers.rows.kind} has no {', '.join(sorted(strangers))}; it has {', '.join(ours)}"
        )
    words = {name: _heading(name) if answers.kind.files else name for name in ours}
    words |= USUAL_IN_FILES if answers.kind.files else USUAL
    if answers.holds is Holds.EVERYTHING:
        words["recorded_at"] = "FILE_DROPPED"  # whoever sends everything seldom says when it was changed
    return words | {**answers.named}


def _heading(name: str) -> str:
    """Our field's name as a heading: OccurredOn."""
    return "".join(part.capitalize() for part in name.split("_"))


def laid_out(answers: Answers, words: Mapping[str, str], ours: Mapping[str, Any]) -> dict[str, Any]:
    """The made-up row in the agency's words."""
    formats = {one.name: one.format for one in fields_of(answers.rows)}
    row: dict[str, Any] = {}
    for name, value in ours.items():
        if words[name] in FROM_FILE:
            continue
        if answers.kind.files:
            row[words[name]] = _cell(answers.kind, value, formats[name])
        else:
            _put(row, words[name].split("."), value)
    return row


def _put(row: dict[str, Any], path: list[str], value: Any) -> None:
    """Write a value where a path such as ``meta.lastUpdated`` leads."""
    *outer, last = path
    for step in outer:
        row = row.setdefault(step, {})
    row[last] = value


def _cell(kind: Kind, value: Any, form: str) -> Any:
    """A value as a file of that kind holds it: text, British dates, in a spreadsheet counted days."""
    if kind is Kind.JSONL:
        return value
    if form in ("date", "date-time"):
        moment = datetime.fromisoformat(value).replace(tzinfo=UTC)
        if kind is Kind.XLSX:
            return (moment - FIRST_SERIAL) / timedelta(days=1)
        return f"{moment:{'%d/%m/%Y' if form == 'date' else '%d/%m/%Y %H:%M'}}"
    if kind is Kind.XLSX and isinstance(value, int):
        return float(value)
    return str(value)
