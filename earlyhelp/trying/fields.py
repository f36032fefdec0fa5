"""What an agency calls our fields, and in which kinds they came: names and kinds, never a value."""

import re
from dataclasses import dataclass
from difflib import get_close_matches

from pydantic import AliasChoices, AliasPath
from pydantic.fields import FieldInfo

from earlyhelp.feeds import Shape
from schemas.feed import FeedRow

ALIKE = 0.7
"""How like two names are, of one, to be thought the same: a tenth above the default of difflib, by which
`record_id` would be like `recovery`."""
MADE_LIKE_A_NAME = re.compile(r"[A-Za-z_@$][A-Za-z_@$.:-]*\d?")
MOST = 100
"""Fields of a row: more are no fields."""
LONGEST = 60
"""Letters of a name that are shown: what is longer is no name."""


@dataclass(frozen=True, slots=True)
class FieldSeen:
    """A field in the agency's words and in ours ("": we do not take it), and the JSON kinds in which it came.

    ``came`` says that some row has it, ``needed`` that each must; ``alike`` is a field that came and that we
    do not take, whose name is so like this one's that it may be meant.
    """

    theirs: str
    ours: str
    came: bool
    kinds: tuple[str, ...] = ()
    needed: bool = False
    alike: str = ""


def fields_seen(theirs: type[FeedRow], shape: Shape) -> list[FieldSeen]:
    """Our fields in the agency's words, and after them those of theirs that we do not take."""
    called = {ours: _called(ours, field, shape) for ours, field in theirs.model_fields.items()}
    heads = {path[0] for path in called.values()}
    strange = sorted(name for name in shape if name not in heads)
    if not any(head in shape for head in heads):
        strange = _surely_names(strange)
    ours = [
        _seen(ours, path, shape, strange, needed=theirs.model_fields[ours].is_required())
        for ours, path in called.items()
    ]
    return ours + [FieldSeen(shown(name), "", True, tuple(sorted(shape[name]))) for name in strange]


def _seen(ours: str, path: list[str], shape: Shape, strange: list[str], *, needed: bool) -> FieldSeen:
    """One of our fields."""
    if path[0] in shape:
        return FieldSeen(".".join(path), ours, True, tuple(sorted(shape[path[0]])), needed)
    return FieldSeen(".".join(path), ours, False, (), needed, shown(_alike((path[0], ours), strange)))


def _called(ours: str, field: FieldInfo, shape: Shape) -> list[str]:
    """The steps by which an agency's row leads to our field."""
    paths = _paths(field.validation_alias or field.alias or ours)
    return next((one for one in paths if one[0] in shape), paths[0])


def _paths(alias: str | AliasPath | AliasChoices) -> list[list[str]]:
    """The steps of each way that leads to a field."""
    if isinstance(alias, AliasChoices):
        return [path for choice in alias.choices for path in _paths(choice)]
    return [[str(step) for step in alias.path] if isinstance(alias, AliasPath) else [alias]]


def _surely_names(strange: list[str]) -> list[str]:
    """What is made like a name in a program, and nothing of very many.

    Where none of our fields came, people may stand in the place of names: a file without headings, a list
    by number.
    """
    return [name for name in strange if MADE_LIKE_A_NAME.fullmatch(name)] if len(strange) <= MOST else []


def _alike(names: tuple[str, ...], strange: list[str]) -> str:
    """The field not taken that is written most like one of these names, empty where none is."""
    by_letters = {_letters(name): name for name in strange}
    close = [one for name in names for one in get_close_matches(_letters(name), by_letters, 1, ALIKE)]
    return by_letters[close[0]] if close else ""


def shown(name: str) -> str:
    """A name as it may be shown on a terminal: short, and without signs that steer one."""
    return re.sub(r"[^\w .,:;/@$#()&'+-]", "?", name)[:LONGEST]


def _letters(name: str) -> str:
    """A name without its case and punctuation: `RecordedAt` and `recorded_at` are one."""
    return re.sub(r"[^a-z0-9]", "", name.lower())
