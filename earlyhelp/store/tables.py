"""Every table, in the order of one datum's path: landed, matched, judged, raised, told, looked at.

Rows of a feed land in a table made from their schema, so that a schema and its table cannot differ.
"""

import pkgutil
from collections.abc import Iterator
from importlib import import_module

from sqlalchemy import (
    BigInteger,
    Boolean,
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
    text,
)

import schemas
from earlyhelp.store.columns import Document, Id, Moment, column_type, metadata
from schemas.feed import EventRow, FeedRow
from schemas.residence import Residence

# --- what was fetched ---------------------------------------------------------------------------------

feed = Table(
    "feed",
    metadata,
    Column("name", String(80), primary_key=True, comment="agency/feed"),
    Column("agency", String(60), nullable=False),
    Column("sector", String(20), nullable=False),
    Column("kind", String(40), nullable=False),
    Column("stale_after_days", Integer, nullable=False, comment="without a new row for so long: stale"),
    Column("steady", Boolean, nullable=False, comment="its daily volume is worth watching"),
)

bookmark = Table(
    "bookmark",
    metadata,
    Column("feed", String(80), primary_key=True, comment="agency/feed"),
    Column("watermark", Moment(), comment="newest recorded_at of the last closed window"),
    Column("window_since", Moment(), comment="since when the open window asks"),
    Column("window_newest", Moment(), comment="newest recorded_at seen in the open window"),
    Column("window_clock", Moment(), comment="the agency's clock at the open window's first page"),
    Column(
        "window_hold", Moment(), comment="oldest recorded_at of a row refused only because its day is to come"
    ),
    Column("position", Document, comment="the next request, saved verbatim; null: no window is open"),
    Column("window_sweeps", Boolean, nullable=False, default=False, comment="the open window goes far back"),
    Column(
        "window_full", Boolean, nullable=False, default=False, comment="somebody asked for all of it again"
    ),
    Column("validator", String(200), comment="what to ask 'has anything changed?' with: an ETag"),
    Column("shape", Document, comment="the agency's fields so far, with the kinds seen in each"),
    Column("swept_on", Date, comment="the day on which a window that goes far back closed last"),
    Column("loaded", Boolean, nullable=False, default=False, comment="a first window has closed"),
    Column("last_good_on", Date, comment="the day of the last run that closed a window"),
    Column("newest_on", Date, comment="day of the newest row ever landed: how far the agency has told us"),
)

fetch_run = Table(
    "fetch_run",
    metadata,
    Column("id", Id, primary_key=True),
    Column("feed", String(80), nullable=False),
    Column("day", Date, nullable=False, comment="the day of the run"),
    Column("state", String(20), nullable=False, comment="running, complete or failed"),
    Column("fetched", Integer, nullable=False, default=0, comment="= landed + known + refused"),
    Column("landed", Integer, nullable=False, default=0, comment="new rows and new versions of rows"),
    Column("known", Integer, nullable=False, default=0),
    Column("refused", Integer, nullable=False, default=0),
    Column("pages", Integer, nullable=False, default=0),
    Column("error", String(200), comment="code and safe words; never data"),
    Column("started_at", Moment(), nullable=False),
    Column("ended_at", Moment()),
    Index("ix_fetch_run_feed_day", "feed", "day"),
)

answer = Table(
    "answer",
    metadata,
    Column("id", Id, primary_key=True),
    Column("feed", String(80), nullable=False),
    Column("run", Id, nullable=False),
    Column("number", Integer, nullable=False, comment="of the page within its run"),
    Column("sha256", String(64), nullable=False, comment="of the answer word for word"),
    Column("size", Integer, nullable=False, comment="bytes"),
    Column("body", LargeBinary, comment="the answer, compressed by zlib, where the terms allow it"),
    Column("keep_until", Date, comment="the day after which the body goes"),
    UniqueConstraint("run", "number"),
    Index("ix_answer_keep", "keep_until"),
)

receipt = Table(
    "receipt",
    metadata,
    Column("id", Id, primary_key=True),
    Column("feed", String(80), nullable=False),
    Column("name", String(200), nullable=False, comment="the file's name at the agency"),
    Column("sha256", String(64), nullable=False),
    Column("size", BigInteger, nullable=False, comment="bytes"),
    Column("dropped_at", Moment(), nullable=False),
    Column("rows", Integer, nullable=False),
    Column("refused", Integer, nullable=False),
    Column(
        "again", Boolean, nullable=False, comment="the same bytes had been taken before: nothing was read"
    ),
    Column("superseded", Boolean, nullable=False, comment="a newer snapshot was read in its place"),
    Column("run", Id, nullable=False),
    Column("taken_on", Date, nullable=False),
    UniqueConstraint("feed", "name", "sha256"),
)

drift = Table(
    "drift",
    metadata,
    Column("feed", String(80), primary_key=True),
    Column("field", String(120), primary_key=True, comment="in the agency's words"),
    Column("what", String(10), primary_key=True, comment="new, missing or retyped"),
    Column("detail", String(120), nullable=False, comment="kinds before and now, never a value"),
    Column("first_seen_on", Date, nullable=False),
    Column("accepted_on", Date, comment="somebody has looked at it and found it in order"),
)

snapshot_seen = Table(
    "snapshot_seen",
    metadata,
    Column("feed", String(80), primary_key=True),
    Column("record_id", String(80), primary_key=True, comment="empty: a refused row that could not be told"),
)

feed_day = Table(
    "feed_day",
    metadata,
    Column("feed", String(80), primary_key=True),
    Column("day", Date, primary_key=True, comment="on which the agency recorded them"),
    Column("rows", Integer, nullable=False, comment="new rows and new versions of rows"),
)

circuit = Table(
    "circuit",
    metadata,
    Column("agency", String(60), primary_key=True),
    Column("failures", Integer, nullable=False, comment="in a row"),
    Column("open_until", Moment(), comment="the agency is left alone until then"),
)

backfill = Table(
    "backfill",
    metadata,
    Column("feed", String(80), primary_key=True),
    Column("first_on", Date, nullable=False),
    Column("last_on", Date, nullable=False),
    Column("next_on", Date, nullable=False, comment="the first day of the slice that is open, or next"),
    Column("slice_last_on", Date, nullable=False, comment="the last day of that slice"),
    Column("position", Document, comment="the next request of the open slice, saved verbatim"),
)

quarantine = Table(
    "quarantine",
    metadata,
    Column("id", Id, primary_key=True),
    Column("feed", String(80), nullable=False),
    Column("digest", BigInteger, nullable=False, comment="64 bits over the row as it came"),
    Column("record_id", String(80), comment="where the row had a readable one"),
    Column("reason", String(400), nullable=False, comment="field and fault, never the value"),
    Column("place", String(80), nullable=False, comment="page and index, or line"),
    Column("row", Text, comment="the row itself; emptied after its days"),
    Column("ours", Boolean, nullable=False, comment="the row is in our words, not the agency's"),
    Column("state", String(10), nullable=False, comment="open, replayed or discarded"),
    Column("ended_on", Date, comment="the day on which it was replayed or discarded"),
    Column("first_seen_on", Date, nullable=False),
    Column("last_seen_on", Date, nullable=False),
    Column("keep_until", Date, nullable=False),
    UniqueConstraint("feed", "digest"),
)


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
    subject = [Index(f"ix_{schema.kind}_subject", schema.subject[1])] if issubclass(schema, EventRow) else []
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
        UniqueConstraint("agency", "record_id", "recorded_at", "digest", name=f"uq_{schema.kind}_version"),
        *subject,
    )


def _kinds() -> Iterator[type[FeedRow]]:
    """Every kind of row that a file of `schemas/` defines, in order of the files' names."""
    for found in sorted(pkgutil.iter_modules(schemas.__path__), key=lambda module: module.name):
        for thing in vars(import_module(f"schemas.{found.name}")).values():
            if isinstance(thing, type) and issubclass(thing, FeedRow) and "kind" in vars(thing):
                yield thing


KINDS: dict[str, type[FeedRow]] = {schema.kind: schema for schema in _kinds()}
EVENT_KINDS: dict[str, type[EventRow]] = {k: s for k, s in KINDS.items() if issubclass(s, EventRow)}
landing: dict[str, Table] = {kind: _landing(schema) for kind, schema in KINDS.items()}


# --- whose it is ---------------------------------------------------------------------------------------

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
    Column("scheme", String(20), nullable=False, comment="uprn, account, nhs_number"),
    Column("agency", String(60), nullable=False, comment="whose identifier; empty: national"),
    Column("value", String(80), nullable=False),
    Column("household_id", ForeignKey("household.id"), nullable=False),
    Column("from_on", Date, nullable=False),
    Column("to_on", Date, nullable=False, comment="exclusive"),
    Column("rule", String(40), nullable=False, comment="how the match was made"),
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
    Column("value", String(80), primary_key=True, comment="empty: the row named nothing"),
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

packed = Table(
    "packed",
    metadata,
    Column("id", Id, primary_key=True),
    Column("kind", String(40), nullable=False),
    Column("agency", String(60), nullable=False, comment="whose identifier; empty: national"),
    Column("value", String(80), nullable=False, comment="an account, an address, a person"),
    Column("rows", Integer, nullable=False),
    Column("crc", BigInteger, nullable=False, comment="CRC-32 of the body"),
    Column("body", LargeBinary, nullable=False, comment="its events with all their versions, as numbers"),
    UniqueConstraint("kind", "agency", "value"),
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
    Column("value", String(80), primary_key=True, comment="rows of it were deleted or changed"),
)


# --- what was judged -----------------------------------------------------------------------------------

reading = Table(
    "reading",
    metadata,
    Column("check", String(60), primary_key=True),
    Column("household_id", ForeignKey("household.id"), primary_key=True, autoincrement=False),
    Column("version", String(20), nullable=False),
    Column("as_of", Date, nullable=False),
    Column("weight", Float, nullable=False),
    Column("since", Date, nullable=False),
    Column("facts", Document, nullable=False),
)

night = Table(
    "night",
    metadata,
    Column("day", Date, primary_key=True),
    Column("state", String(20), nullable=False, comment="running, complete, partial or failed"),
    Column("counts", Document, nullable=False, comment="what each stage counted"),
    Column("started_at", Moment(), nullable=False),
    Column("ended_at", Moment()),
)


# --- who does what about it -----------------------------------------------------------------------------

worker = Table(
    "worker",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", String(120), nullable=False),
    Column("role", String(20), nullable=False, comment="key_worker, agency_worker or manager"),
    Column("sector", String(20), comment="an agency's own worker sees that sector's data alone"),
    Column("ward", String(80), comment="null: the whole city"),
    Column("caseload", Integer, nullable=False),
    Column("new_cases_a_week", Integer, nullable=False),
    Column("domestic_abuse_trained", Boolean, nullable=False, default=False),
    Column("email", String(200), nullable=False),
)

case = Table(
    "case",
    metadata,
    Column("id", Id, primary_key=True),
    Column("reference", String(20), nullable=False, unique=True),
    Column("household_id", ForeignKey("household.id"), nullable=False),
    Column("scope", String(20), nullable=False, comment="joint, or the one sector whose data it rests on"),
    Column("gateway", Text, nullable=False, comment="the power under which data are brought together"),
    Column("opened_on", Date, nullable=False),
    Column("look_by", Date, nullable=False),
    Column("weight", Float, nullable=False),
    Column("reason", Text, nullable=False, comment="one plain sentence for the list"),
    Column("state", String(20), nullable=False, comment="new, seen or closed"),
    Column("worker_id", ForeignKey("worker.id")),
    Column("closed_on", Date),
    Column("closing", String(200), comment="why it was closed or withdrawn"),
    Index(
        "uq_case_open",
        "household_id",
        unique=True,
        sqlite_where=text("closed_on IS NULL"),
        postgresql_where=text("closed_on IS NULL"),
    ),
    Index("ix_case_worker", "worker_id"),
)

signal = Table(
    "signal",
    metadata,
    Column("id", Id, primary_key=True),
    Column("case_id", ForeignKey("case.id"), nullable=False),
    Column("household_id", ForeignKey("household.id"), nullable=False),
    Column("check", String(60), nullable=False),
    Column("version", String(20), nullable=False),
    Column("sector", String(20), nullable=False),
    Column("factor", String(40), nullable=False),
    Column("as_of", Date, nullable=False),
    Column("since", Date, nullable=False),
    Column("weight", Float, nullable=False),
    Column("sentence", Text, nullable=False),
    Column("would_lower", Text, nullable=False),
    Column("facts", Document, nullable=False),
    Column("evidence_kind", String(40), nullable=False),
    Column("evidence", Document, nullable=False, comment="ids of landed rows"),
    Column("current", Boolean, nullable=False, comment="false: replaced by a later signal of that check"),
    UniqueConstraint("case_id", "check", "as_of"),
)

case_event = Table(
    "case_event",
    metadata,
    Column("id", Id, primary_key=True),
    Column("case_id", ForeignKey("case.id"), nullable=False),
    Column("day", Date, nullable=False),
    Column("what", String(30), nullable=False, comment="opened, added, widened, withdrawn, allocated, seen"),
    Column("why", Text, nullable=False),
    Column("policy", String(20), nullable=False),
    Column("worker_id", ForeignKey("worker.id")),
    UniqueConstraint("case_id", "day", "what", "why"),
)

alert = Table(
    "alert",
    metadata,
    Column("id", Id, primary_key=True),
    Column("worker_id", ForeignKey("worker.id"), nullable=False),
    Column("case_id", ForeignKey("case.id"), nullable=False),
    Column("cause", String(30), nullable=False, comment="opened or added"),
    Column("day", Date, nullable=False),
    Column("sent_at", Moment()),
    Column("channel", String(20)),
    UniqueConstraint("worker_id", "case_id", "cause", "day"),
    Index(
        "ix_alert_unsent",
        "day",
        sqlite_where=text("sent_at IS NULL"),
        postgresql_where=text("sent_at IS NULL"),
    ),
)


# --- who looked -----------------------------------------------------------------------------------------

sign_in_link = Table(
    "sign_in_link",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("made_at", Moment(), nullable=False),
    Column("used_at", Moment()),
)

session = Table(
    "session",
    metadata,
    Column("id_hash", String(64), primary_key=True),
    Column("worker_id", ForeignKey("worker.id"), nullable=False),
    Column("made_at", Moment(), nullable=False),
    Column("last_seen_at", Moment(), nullable=False),
)

operation = Table(
    "operation",
    metadata,
    Column("id", Id, primary_key=True),
    Column("at", Moment(), nullable=False),
    Column("operator", String(80), nullable=False, comment="login name on the machine"),
    Column("what", String(40), nullable=False, comment="such as: quarantine show"),
    Column("about", String(200), nullable=False, comment="ids and feeds, never a value"),
)

look = Table(
    "look",
    metadata,
    Column("id", Id, primary_key=True),
    Column("at", Moment(), nullable=False),
    Column("worker_id", ForeignKey("worker.id"), nullable=False),
    Column("household_id", Id, comment="null: a page about no household, or one that does not exist"),
    Column("page", String(40), nullable=False),
    Column("allowed", Boolean, nullable=False),
    Column("because", String(80), nullable=False, comment="the relation that let them in, or why not"),
    Index("ix_look_household", "household_id"),
)
