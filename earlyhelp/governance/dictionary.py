"""The data dictionary: every field of every kind of row, who shares it and which checks read it."""

from collections.abc import Iterator, Mapping
from datetime import date
from inspect import getdoc
from typing import Literal, get_args, get_origin

from earlyhelp.checking.check import Check
from earlyhelp.governance.tables import spaced, table
from earlyhelp.sharing.agreed import Agreements
from earlyhelp.sharing.agreements import ENVELOPE
from earlyhelp.sharing.kinds import KINDS
from earlyhelp.store.columns import metadata, plain_type
from earlyhelp.store.retaining import IDENTIFYING
from schemas.feed import FeedRow


def page(agreements: Agreements, checks: Mapping[str, Check], day: date) -> str:
    """A section for each kind of row, and one for each table of ours."""
    parts = ["# Data dictionary\n", "## Rows that agencies share\n"]
    parts += [_kind(kind, schema, agreements, checks, day) for kind, schema in KINDS.items()]
    return "\n".join([*parts, "## Our own tables\n", *_tables()])


def _kind(
    kind: str, schema: type[FeedRow], agreements: Agreements, checks: Mapping[str, Check], day: date
) -> str:
    rows = [
        (name, _type(field.annotation), "yes" if field.is_required() else "no",
         "yes" if name in IDENTIFYING else "no", ", ".join(_shared(agreements, kind, name, day)) or "nobody",
         ", ".join(_read_by(checks, kind, name)) or "–")
        for name, field in schema.model_fields.items()
    ]  # fmt: skip
    headings = ("field", "type", "required", "identifying", "shared by", "read by")
    return f"### {spaced(kind)}\n\n{getdoc(schema)}\n\n{table(headings, rows)}"


def _type(annotation: object) -> str:
    kind = plain_type(annotation)
    if get_origin(kind) is Literal:
        return "one of: " + ", ".join(map(str, get_args(kind)))
    return {"str": "text", "int": "whole number", "float": "number", "bool": "yes or no", "date": "day"}.get(
        getattr(kind, "__name__", ""), "moment"
    )


def _shared(agreements: Agreements, kind: str, name: str, day: date) -> Iterator[str]:
    for one in agreements.all:
        for feed, share in one.feeds.items():
            if share.rows == kind and name in {*share.fields, *ENVELOPE} and one.state(day).holds:
                yield f"{one.agency}/{feed}"


def _read_by(checks: Mapping[str, Check], kind: str, name: str) -> Iterator[str]:
    for check in checks.values():
        if check.reads.kind == kind and name in check.reads.columns:
            yield spaced(check.name)


def _tables() -> Iterator[str]:
    for made in metadata.sorted_tables:
        if made.name not in KINDS:
            rows = [
                (c.name, str(c.type).split("(")[0].lower(), "no" if c.nullable else "yes", c.comment or "")
                for c in made.c
            ]
            headings = ("column", "type", "required", "meaning")
            yield f"### {spaced(made.name)}\n\n{table(headings, rows)}"
