"""What landed: one table for each kind of feed, made from its schema, so that the two cannot differ."""

from sqlalchemy import (
    BigInteger,
    Column,
    Computed,
    Date,
    Index,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from earlyhelp.sharing.kinds import EVENT_KINDS as EVENT_KINDS
from earlyhelp.sharing.kinds import KINDS as KINDS
from earlyhelp.store.columns import Id, column_type, metadata
from schemas.feed import EventRow, FeedRow
from schemas.residence import Residence

PLACE = "coalesce(uprn, address)"


def by_address(schema: type[EventRow]) -> bool:
    """Whether a row of that kind may name its residence by a written address in place of a UPRN."""
    return schema.subject[0] == "uprn" and "address" in schema.model_fields


def subject_of(schema: type[EventRow]) -> tuple[str, str]:
    """The scheme of the identifier by which a row finds its household, and the column that holds it.

    Where an address may stand in for the UPRN that is a column of its own, which the database computes: so
    what landed is never changed, and a link whose value is the address leads to the household like any other.
    """
    return ("uprn", "place") if by_address(schema) else schema.subject


def _landing(schema: type[FeedRow]) -> Table:
    """The table in which rows of one kind of feed land: its fields, and ours in front.

    A version of a row is told apart by ``recorded_at`` and ``digest``. It is never changed but for
    ``superseded_on``: the day from which a later version of the same row was known.
    """
    fields = [
        Column(
            name, column_type(field.annotation), nullable=not field.is_required() and field.default is None
        )
        for name, field in schema.model_fields.items()
    ]
    placed, subject = list[Column[str]](), list[Index]()
    if issubclass(schema, EventRow):
        placed = [Column("place", Text, Computed(PLACE))] if by_address(schema) else []
        subject = [Index(f"ix_{schema.kind}_subject", subject_of(schema)[1])]
    if schema is Residence:  # a page looks an address up by it
        subject = [Index("ix_residence_uprn", "uprn")]
    return Table(
        schema.kind,
        metadata,
        Column("id", Id, primary_key=True),
        Column("agency", String(60), nullable=False),
        Column("page", String(60), nullable=False, comment="fetch run and page number: lineage"),
        Column("digest", BigInteger, nullable=False, comment="64 bits over the row but for recorded_at"),
        Column("known_on", Date, nullable=False),
        Column("superseded_on", Date),
        *fields,
        *placed,
        UniqueConstraint("agency", "record_id", "recorded_at", "digest", name=f"uq_{schema.kind}_version"),
        *subject,
    )


landing: dict[str, Table] = {kind: _landing(schema) for kind, schema in KINDS.items()}
