"""Whose it is: households, their members, what leads a row to them, and what reviewers said."""

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from earlyhelp.sharing.kinds import EVENT_KINDS as EVENT_KINDS
from earlyhelp.sharing.kinds import KINDS as KINDS
from earlyhelp.store.columns import Document, Id, Moment, metadata

household = Table(
    "household",
    metadata,
    Column("id", Id, primary_key=True),
    Column("reference", String(20), nullable=False, unique=True, comment="opaque, for addresses of pages"),
    Column("formed_on", Date, nullable=False),
    Column("ward", String(80), nullable=False),
    Column("uprn", String(12), nullable=False, comment="where they live now"),
    Column("restricted_from", Date, comment="a domestic-abuse marker is known since"),
)

NATIONAL = ("uprn", "nhs_number")
"""Schemes whose identifiers mean the same to every agency; any other is its owner's alone."""

link = Table(
    "link",
    metadata,
    Column("id", Id, primary_key=True),
    Column("scheme", String(20), nullable=False, comment="uprn, account, nhs_number, person"),
    Column("agency", String(60), nullable=False, comment="whose identifier; empty: national"),
    Column("value", String(200), nullable=False, comment="of scheme uprn a written address too"),
    Column("household_id", ForeignKey("household.id"), nullable=False),
    Column("from_on", Date, nullable=False),
    Column("to_on", Date, nullable=False, comment="exclusive"),
    Column("rule", String(40), nullable=False, comment="tenancy, address, written address, likeness, review"),
    Column("sure", Float, comment="how likely the match is right, where that is reckoned"),
    Column("model", String(40), comment="the model of likeness by which it was reckoned"),
    Column("made_on", Date, nullable=False),
    UniqueConstraint("scheme", "agency", "value", "from_on"),
    Index("ix_link_household", "household_id"),
)

register_read = Table(
    "register_read",
    metadata,
    Column("kind", String(40), primary_key=True, comment="residence, tenancy or person"),
    Column("newest", Id, nullable=False, comment="id of the newest landed row that matching has read"),
)

unmatched = Table(
    "unmatched",
    metadata,
    Column("scheme", String(20), primary_key=True),
    Column("agency", String(60), primary_key=True),
    Column("value", String(200), primary_key=True, comment="empty: the row named nothing"),
    Column("reason", String(60), nullable=False),
    Column("rows", Integer, nullable=False),
    Column("seen_on", Date, nullable=False),
)

member = Table(
    "member",
    metadata,
    Column("id", Id, primary_key=True),
    Column("household_id", ForeignKey("household.id"), nullable=False),
    Column("agency", String(60), nullable=False),
    Column("record_id", String(80), nullable=False, comment="of the person row that agency sent"),
    Column("from_on", Date, nullable=False),
    Column("to_on", Date, nullable=False),
    UniqueConstraint("agency", "record_id", "from_on"),
    Index("ix_member_household", "household_id"),
)

written_address = Table(
    "written_address",
    metadata,
    Column("id", Id, primary_key=True),
    Column("address", String(200), nullable=False, unique=True, comment="as an agency wrote it"),
    Column("uprn", String(12), comment="the residence it means, as matching has it now; null: none"),
    Column("asked", String(12), comment="the likeliest residence, of which a reviewer is or was asked"),
    Column("sure", Float, nullable=False, comment="of the one or the other"),
    Column("decision", String(10), nullable=False, comment="match, review or apart"),
    Column("why", String(80), nullable=False, comment="the rule, or why none is said; no value"),
    Column("made_on", Date, nullable=False),
)
"""Addresses that stand in rows without UPRN, each once however often it is written."""

likeness = Table(
    "likeness",
    metadata,
    Column("id", Id, primary_key=True),
    Column("model", String(40), nullable=False, comment="version of model.toml, and which learning of it"),
    Column("made_on", Date, nullable=False),
    Column("records", Integer, nullable=False, comment="from how many it was learnt"),
    Column("learnt", Document, nullable=False, comment="what likeness weighs; of values only common ones"),
    Column("newest", Id, nullable=False, comment="id of the newest person row that was compared by it"),
)

compared = Table(
    "compared",
    metadata,
    Column("agency", String(60), primary_key=True),
    Column(
        "record_id", String(80), primary_key=True, comment="who has no home of their own, and was compared"
    ),
)

same_person = Table(
    "same_person",
    metadata,
    Column("id", Id, primary_key=True),
    Column("left_agency", String(60), nullable=False),
    Column("left_record", String(80), nullable=False, comment="of the two ends the lesser comes first"),
    Column("right_agency", String(60), nullable=False),
    Column("right_record", String(80), nullable=False),
    Column("probability", Float, nullable=False, comment="that both are one person's, by the model"),
    Column("weight", Float, nullable=False, comment="of all that agrees and differs, in bits"),
    Column("why", Text, nullable=False, comment="what agrees and what differs, never a value"),
    Column("model", String(40), nullable=False),
    Column("made_on", Date, nullable=False),
    Column("decision", String(10), nullable=False, comment="match, review or apart, answers weighed in"),
    Column("because", String(120), nullable=False, comment="why it is not what likeness alone would say"),
    UniqueConstraint(
        "left_agency", "left_record", "right_agency", "right_record", name="uq_same_person_pair"
    ),
    Index("ix_same_person_right", "right_agency", "right_record"),
)

reviewed = Table(
    "reviewed",
    metadata,
    Column("id", Id, primary_key=True),
    Column("kind", String(10), nullable=False, comment="person or address"),
    Column("left_agency", String(60), nullable=False, comment="empty: an address"),
    Column("left_record", String(200), nullable=False, comment="a record's number, or the written address"),
    Column("right_agency", String(60), nullable=False),
    Column("right_record", String(80), nullable=False, comment="a record's number, or a UPRN"),
    Column("answer", String(10), nullable=False, comment="same, different or unsure"),
    Column("worker_id", ForeignKey("worker.id"), nullable=False),
    Column("answered_at", Moment(), nullable=False),
    Column("note", Text),
    Index("ix_reviewed_pair", "left_agency", "left_record"),
)
"""What reviewers answered; never changed. Of one pair the last answer holds, and wins over the model."""

packed = Table(
    "packed",
    metadata,
    Column("id", Id, primary_key=True),
    Column("kind", String(40), nullable=False),
    Column("agency", String(60), nullable=False, comment="that said it"),
    Column("value", String(200), nullable=False, comment="an account, an address, a person"),
    Column("rows", Integer, nullable=False),
    Column("crc", BigInteger, nullable=False, comment="CRC-32 of the body"),
    Column("body", LargeBinary, nullable=False, comment="its events with all their versions, as numbers"),
    UniqueConstraint("kind", "value", "agency"),
)
"""Derived from the landed rows alone, and so never wrong about who lives where: links are not in it."""

packed_to = Table(
    "packed_to",
    metadata,
    Column("kind", String(40), primary_key=True),
    Column("layout", BigInteger, nullable=False, comment="64 bits over how a packed event is laid out"),
    Column("newest", Id, nullable=False, comment="id of the newest landed row that is packed"),
)

unpacked = Table(
    "unpacked",
    metadata,
    Column("kind", String(40), primary_key=True),
    Column("agency", String(60), primary_key=True),
    Column("value", String(200), primary_key=True, comment="rows of it were deleted or changed"),
)


marker = Table(
    "marker",
    metadata,
    Column("id", Id, primary_key=True),
    Column("agency", String(60), nullable=False),
    Column("record_id", String(80), nullable=False, comment="of the person row that agency sent"),
    Column("kind", String(20), nullable=False, comment="domestic abuse"),
    Column("from_on", Date, nullable=False, comment="known since; software never takes it back"),
    Column("source", String(40), nullable=False, comment="a call, or by hand"),
    UniqueConstraint("agency", "record_id", "kind"),
)
