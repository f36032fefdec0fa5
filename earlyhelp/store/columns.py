"""What columns are made of: ids, moments, and the column for each field of a schema."""

from datetime import UTC, date, datetime
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import AwareDatetime
from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Date,
    DateTime,
    Float,
    Integer,
    MetaData,
    String,
    Text,
    TypeDecorator,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeEngine

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite numbers rows by itself only in a column of type INTEGER.
Id = BigInteger().with_variant(Integer, "sqlite")

# Python's None is SQL's null, so that "no position" is one thing and not two.
Document = JSON(none_as_null=True)


def moment_text(moment: datetime) -> str:
    """A moment as SQLite holds it: ISO text in UTC without a zone mark, so that text sorts as time does.

    With the mark it would not: ``…:00.5Z`` sorts before ``…:00Z``.
    """
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat()


def moment_of(text: str) -> datetime:
    """The moment that such a text means."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


class Moment(TypeDecorator[datetime]):
    """A moment in UTC: a timestamp with zone in PostgreSQL, sortable ISO text in SQLite."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Text in SQLite, which has no moments of its own."""
        kind = String(30) if dialect.name == "sqlite" else DateTime(timezone=True)
        return dialect.type_descriptor(kind)

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """To UTC; to text for SQLite."""
        if value is None:
            return None
        return moment_text(value) if dialect.name == "sqlite" else value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Back to a moment that knows its zone."""
        if value is None:
            return None
        return moment_of(value) if isinstance(value, str) else value.astimezone(UTC)


_TYPES: dict[Any, Any] = {
    bool: Boolean,
    int: Integer,
    float: Float,
    datetime: Moment,
    AwareDatetime: Moment,
    date: Date,
    str: Text,
}


def plain_type(annotation: Any) -> Any:
    """What is left of an annotation without `Annotated` and without None: a type, or a `Literal`."""
    origin = get_origin(annotation)
    if origin in (Union, UnionType):
        return plain_type(next(a for a in get_args(annotation) if a is not type(None)))
    if origin is None or origin is Literal or annotation in _TYPES:
        return annotation
    return plain_type(get_args(annotation)[0])


def column_type(annotation: Any) -> TypeEngine[Any]:
    """The column type for a field of a schema: words of a fixed list are short, other text is free.

    Free text has no limit here, for the schema sets limits: one row too long must not stop its page.
    """
    kind = plain_type(annotation)
    if get_origin(kind) is Literal:
        return String(40)
    made: TypeEngine[Any] = _TYPES[kind]()
    return made
