"""How rows of files are usually written: what a connector for a file drop need not say field by field.

A row's model that also derives from one of these reads each field by its type. What an agency writes in a way
of its own is said with `spelt` as ever, and is read first.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, ClassVar, Literal, Union, get_args, get_origin

from pydantic import AwareDatetime, BaseModel, ValidationInfo, field_validator

from earlyhelp.connecting.dates import either_day, either_time, excel_day, excel_time
from earlyhelp.connecting.dialects import or_none, padded_uprn, reference, unless_blank

Convert = Callable[[Any], Any]


class FromText(BaseModel):
    """Days as 31/10/2026 or 2026-10-31, moments by London's clock, UPRNs that lost their noughts, blanks."""

    reads: ClassVar[Mapping[type, Convert]] = {date: either_day, datetime: either_time}

    @field_validator("*", mode="before")
    @classmethod
    def _as_usual(cls, written: Any, told: ValidationInfo) -> Any:
        """Read a field by its type; raises what the conversion raises, which refuses the row."""
        convert = _by_field(cls).get(told.field_name or "")
        return convert(written) if convert else written


class FromSheet(FromText):
    """The same of a spreadsheet: days counted from 1900, and identifiers of which it has made numbers."""

    reads: ClassVar[Mapping[type, Convert]] = {date: excel_day, datetime: excel_time, str: reference}


@cache
def _by_field(theirs: type[FromText]) -> dict[str, Convert]:
    """How each field is read; one that is read as it stands is left out."""
    told = {}
    for name, field in theirs.model_fields.items():
        plain = _plain(field.annotation)
        convert = padded_uprn if name.endswith("uprn") else theirs.reads.get(plain)
        if not field.is_required():
            convert = unless_blank(convert) if convert else or_none
        if convert:
            told[name] = convert
    return told


def _plain(annotation: Any) -> Any:
    """A type without what says that it may be missing, and without its limits."""
    if get_origin(annotation) is Annotated:
        return _plain(get_args(annotation)[0])
    if get_origin(annotation) in (Union, UnionType):
        some = [one for one in get_args(annotation) if one is not NoneType]
        return _plain(some[0]) if len(some) == 1 else None
    if annotation is AwareDatetime:
        return datetime
    return None if get_origin(annotation) is Literal else annotation
