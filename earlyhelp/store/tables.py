"""Every table, in the order of one datum's path: landed, matched, judged, raised, told, looked at.

Rows of a feed land in a table made from their schema, so that a schema and its table cannot differ.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Computed,
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

from earlyhelp.sharing.kinds import EVENT_KINDS as EVENT_KINDS
from earlyhelp.sharing.kinds import KINDS as KINDS
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

dropped_field = Table(
    "dropped_field",
    metadata,
    Column("feed", String(80), primary_key=True),
    Column("field", String(60), primary_key=True, comment="of our rows, that no agreement lists"),
    Column("rows", BigInteger, nullable=False, comment="rows that came with something in it"),
    Column("first_on", Date, nullable=False),
    Column("last_on", Date, nullable=False),
)

suppressed = Table(
    "suppressed",
    metadata,
    Column("agency", String(60), primary_key=True),
    Column("kind", String(40), primary_key=True),
    Column("token", String(64), primary_key=True, comment="SHA-256 of a record's number or a subject's"),
    Column("since_on", Date, nullable=False, comment="erased on that day: it must not come back"),
)


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

check_state = Table(
    "check_state",
    metadata,
    Column("id", Id, primary_key=True),
    Column("check", String(60), nullable=False, comment="its newest row is the state it is in"),
    Column("state", String(10), nullable=False, comment="shadow, live, paused or retired"),
    Column("version", String(20), nullable=False, comment="of the check when this was said"),
    Column("day", Date, nullable=False, comment="from when"),
    Column("at", Moment(), nullable=False),
    Column("who", String(80), nullable=False, comment="login name; earlyhelp where the house did it itself"),
    Column("why", String(400), nullable=False),
    Column("backtest_id", ForeignKey("backtest.id"), comment="on which a promotion rests"),
    Index("ix_check_state_check", "check"),
)

backtest = Table(
    "backtest",
    metadata,
    Column("id", Id, primary_key=True),
    Column("check", String(60), nullable=False),
    Column("version", String(20), nullable=False),
    Column("first_on", Date, nullable=False),
    Column("last_on", Date, nullable=False),
    Column("labels", Text, nullable=False, comment="which escalations it was judged by"),
    Column("made_at", Moment(), nullable=False),
    Column("who", String(80), nullable=False),
    Column("summary", Document, nullable=False, comment="its figures, small numbers suppressed"),
    Index("ix_backtest_check", "check"),
)

shadow_night = Table(
    "shadow_night",
    metadata,
    Column("check", String(60), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("version", String(20), nullable=False),
    Column("notable", Integer, nullable=False, comment="households of which it would have said something"),
    Column("beside", Integer, nullable=False, comment="those of them of which a live check did so too"),
)

verdict = Table(
    "verdict",
    metadata,
    Column("id", Id, primary_key=True),
    Column("check", String(60), nullable=False),
    Column("case_id", ForeignKey("case.id"), nullable=False),
    Column("decided_at", Moment(), nullable=False),
    Column(
        "was_right", Boolean, nullable=False, comment="false: a worker said that the signal was not right"
    ),
    Column(
        "of_need",
        Boolean,
        nullable=False,
        server_default=text("false"),
        comment="true: it says whether help was needed, and nothing of whether the check was right",
    ),
    UniqueConstraint("check", "case_id", "decided_at"),
)

weighed = Table(
    "weighed",
    metadata,
    Column("day", Date, primary_key=True),
    Column("household_id", ForeignKey("household.id"), primary_key=True, autoincrement=False),
    Column("place", Integer, nullable=False, comment="in the night's order, the heaviest first"),
    Column("of", Integer, nullable=False, comment="how many were weighed that night"),
    Column("total", Float, nullable=False),
    Column("decision", String(20), nullable=False, comment="opened, added, held back and so on"),
    Column("why", Text, nullable=False),
    Column("by_lot", Boolean, nullable=False, comment="the place was given by lot"),
    Column("weights", String(20), nullable=False, comment="version of the weights"),
    Index("ix_weighed_household", "household_id"),
)

weights = Table(
    "weights",
    metadata,
    Column("version", String(20), primary_key=True),
    Column("state", String(10), nullable=False, comment="running, replaced or refused"),
    Column("made_at", Moment(), nullable=False),
    Column("who", String(80), nullable=False),
    Column("inputs", String(64), nullable=False, comment="hash of everything it was fitted to"),
    Column("times", Document, nullable=False, comment="by how much each check's weight is multiplied"),
    Column("held_out", Document, nullable=False, comment="how it did against the running one"),
)


# --- who does what about it -----------------------------------------------------------------------------

worker = Table(
    "worker",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", String(120), nullable=False),
    Column("role", String(20), nullable=False, comment="key_worker, agency_worker, manager or reviewer"),
    Column("sector", String(20), comment="an agency's own worker sees that sector's data alone"),
    Column("ward", String(80), comment="null: the whole city"),
    Column("caseload", Integer, nullable=False),
    Column("new_cases_a_week", Integer, nullable=False),
    Column("domestic_abuse_trained", Boolean, nullable=False, default=False),
    Column("email", String(200), nullable=False),
    Column("agency", String(60), comment="whose own worker: what that agency is asked, they may answer"),
    Column("left_on", Date, comment="from this day on they neither sign in nor are given cases"),
    Column("subject", String(80), unique=True, comment="tenant and object id at the council's sign-in"),
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
    Column("state", String(20), nullable=False, comment="as earlyhelp.keywork.states has them"),
    Column("worker_id", ForeignKey("worker.id")),
    Column("due_on", Date, comment="the worker's next move, once they have answered"),
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

undone = Table(
    "undone",
    metadata,
    Column("id", Id, primary_key=True),
    Column("case_id", ForeignKey("case.id"), nullable=False),
    Column("day", Date, nullable=False, comment="on which it came out"),
    Column("checks", Document, nullable=False, comment="whose signals rested on another household's rows"),
    Column("rows", Integer, nullable=False, comment="of those that they rested on, so many were not theirs"),
    Column("alerts", Document, nullable=False, comment="ids of the alerts raised on it until then"),
    Column("sent", Integer, nullable=False, comment="so many of them had been sent"),
    UniqueConstraint("case_id", "day"),
)
"""Which cases rested on a match that did not hold; what became of them stands in their own history."""

decision = Table(
    "decision",
    metadata,
    Column("id", Id, primary_key=True),
    Column("case_id", ForeignKey("case.id"), nullable=False),
    Column("worker_id", ForeignKey("worker.id"), nullable=False),
    Column("at", Moment(), nullable=False),
    Column("day", Date, nullable=False),
    Column("answer", String(20), nullable=False, comment="as earlyhelp.keywork.answers has them"),
    Column("not_right", String(20), comment="what was not right, where the answer says so"),
    Column("due_on", Date, comment="by when the next step is to be taken, or when to look again"),
    Column("why", Text, nullable=False, comment="in the worker's own words"),
    Column("saw", Document, nullable=False, comment="what the page said that was answered"),
    Column("verdicts", Document, nullable=False, comment="what the answer says of each check seen"),
    Column("policy", String(20), nullable=False),
    Index("ix_decision_case", "case_id"),
)

pull_in = Table(
    "pull_in",
    metadata,
    Column("id", Id, primary_key=True),
    Column("reference", String(20), nullable=False, unique=True, comment="opaque, for addresses of pages"),
    Column("case_id", ForeignKey("case.id"), nullable=False),
    Column("asked_by", ForeignKey("worker.id"), nullable=False),
    Column("asked_on", Date, nullable=False),
    Column("agency", String(60), comment="who is asked to join; null: a local service"),
    Column("sector", String(20), comment="the agency's"),
    Column("service", String(80), comment="record id of the local service; null: an agency"),
    Column("name", String(300), nullable=False, comment="of agency or service, as it was asked"),
    Column("ground", Text, nullable=False, comment="on what power, or whose agreement, facts are shared"),
    Column("question", Text, nullable=False),
    Column("facts", Document, nullable=False, comment="exactly what is shared, as it was previewed"),
    Column("with_words", Boolean, nullable=False, comment="the household's own words too, by its agreement"),
    Column("answer_by", Date, nullable=False),
    Column("state", String(12), nullable=False, comment="as earlyhelp.keywork.pull_ins has them"),
    Column("state_on", Date, nullable=False),
    Column("worker_id", ForeignKey("worker.id"), comment="the agency's worker who joined"),
    Index("ix_pull_in_case", "case_id"),
    Index("ix_pull_in_agency", "agency", "state"),
)

pull_in_reply = Table(
    "pull_in_reply",
    metadata,
    Column("id", Id, primary_key=True),
    Column("pull_in_id", ForeignKey("pull_in.id"), nullable=False),
    Column("day", Date, nullable=False),
    Column("what", String(12), nullable=False, comment="joined, answered, declined or called_off"),
    Column("words", Text, nullable=False),
    Column("worker_id", ForeignKey("worker.id"), nullable=False, comment="who said it, or took it down"),
    Index("ix_pull_in_reply_pull_in", "pull_in_id"),
)

outcome = Table(
    "outcome",
    metadata,
    Column("id", Id, primary_key=True),
    Column("case_id", ForeignKey("case.id"), nullable=False),
    Column("words", Text, nullable=False, comment="as agreed with the household"),
    Column("agreed_on", Date, nullable=False),
    Column("worker_id", ForeignKey("worker.id"), nullable=False),
    Column("state", String(10), nullable=False, comment="open, reached or let_go"),
    Column("state_on", Date, nullable=False),
    Column("check_on", Date, comment="six months after closing: has it held?"),
    Column("held", Boolean),
    Column("held_on", Date, comment="the day on which somebody asked"),
    Column("held_words", Text),
    Index("ix_outcome_case", "case_id"),
)

story = Table(
    "story",
    metadata,
    Column("id", Id, primary_key=True),
    Column("household_id", ForeignKey("household.id"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("words", Text, nullable=False, comment="told once, in the household's own words"),
    Column("told_on", Date, nullable=False),
    Column("worker_id", ForeignKey("worker.id"), nullable=False, comment="who took it down"),
    Column("shared", Boolean, nullable=False, comment="agreed: whoever is pulled in may read it"),
    UniqueConstraint("household_id", "version"),
)

own_word = Table(
    "own_word",
    metadata,
    Column("id", Id, primary_key=True),
    Column("household_id", ForeignKey("household.id"), nullable=False),
    Column("kind", String(10), nullable=False, comment="goal, step, skill or offer"),
    Column("goal_id", ForeignKey("own_word.id"), comment="the goal that a step leads to"),
    Column("words", Text, nullable=False),
    Column("said_on", Date, nullable=False),
    Column("done_on", Date, comment="when a goal was reached or a step taken"),
    Column("worker_id", ForeignKey("worker.id"), nullable=False, comment="who took it down"),
    Index("ix_own_word_household", "household_id"),
)

fact_check = Table(
    "fact_check",
    metadata,
    Column("id", Id, primary_key=True),
    Column("reference", String(20), nullable=False, unique=True, comment="opaque, for addresses of pages"),
    Column("case_id", ForeignKey("case.id"), nullable=False),
    Column("kind", String(40), nullable=False),
    Column("row", Id, nullable=False, comment="id of the landed row"),
    Column("agency", String(60), nullable=False, comment="whose data owner is asked"),
    Column("why", Text, nullable=False),
    Column("marked_by", ForeignKey("worker.id"), nullable=False),
    Column("marked_on", Date, nullable=False),
    Column("state", String(10), nullable=False, comment="open, right or wrong"),
    Column("state_on", Date, nullable=False),
    Column("reply", Text),
    Column("answered_by", ForeignKey("worker.id")),
    Index("ix_fact_check_case", "case_id"),
    Index("ix_fact_check_agency", "agency", "state"),
)


message = Table(
    "message",
    metadata,
    Column("id", Id, primary_key=True),
    Column("reference", String(20), nullable=False, unique=True, comment="opaque; the provider's key too"),
    Column("recipient", String(30), nullable=False, comment="worker-7, or team"),
    Column("worker_id", ForeignKey("worker.id"), comment="null: a whole team"),
    Column("kind", String(10), nullable=False, comment="digest or immediate"),
    Column("day", Date, nullable=False, comment="on which it may go out, and on no other"),
    Column("number", Integer, nullable=False, comment="of its kind, recipient and day"),
    Column("address", String(200), nullable=False),
    Column("cases", Integer, nullable=False, comment="how many to look at"),
    Column("overdue", Integer, nullable=False, comment="first looks that are overdue: managers"),
    Column("look_by", Date, comment="the first day of those to look at"),
    Column("channel", String(20), nullable=False),
    Column(
        "state", String(10), nullable=False,
        comment="waiting, sending, sent, delivered, failed, unsure or lapsed",
    ),
    Column("attempts", Integer, nullable=False, default=0),
    Column("try_after", Moment(), comment="the provider asked for peace until then"),
    Column("claimed_at", Moment(), comment="when somebody last began to send it"),
    Column("ended_at", Moment(), comment="when its state was last learnt"),
    Column("why", String(60), comment="the provider's code where it failed"),
    UniqueConstraint("recipient", "kind", "day", "number"),
    Index(
        "ix_message_unended",
        "day",
        sqlite_where=text("state IN ('waiting', 'sending', 'sent', 'unsure')"),
        postgresql_where=text("state IN ('waiting', 'sending', 'sent', 'unsure')"),
    ),
)  # fmt: skip

alert = Table(
    "alert",
    metadata,
    Column("id", Id, primary_key=True),
    Column("worker_id", ForeignKey("worker.id"), nullable=False),
    Column("case_id", ForeignKey("case.id"), nullable=False),
    Column("cause", String(30), nullable=False, comment="opened, added, handed over, due or overdue"),
    Column("day", Date, nullable=False),
    Column("message_id", ForeignKey("message.id"), comment="the message that tells of it"),
    Column("sent_at", Moment()),
    Column("channel", String(20)),
    Column("lapsed_on", Date, comment="it was no longer true before anybody was told"),
    UniqueConstraint("worker_id", "case_id", "cause", "day"),
    Index(
        "ix_alert_unsent",
        "day",
        sqlite_where=text("sent_at IS NULL AND lapsed_on IS NULL"),
        postgresql_where=text("sent_at IS NULL AND lapsed_on IS NULL"),
    ),
    Index("ix_alert_message", "message_id"),
)


# --- who looked -----------------------------------------------------------------------------------------

sign_in_link = Table(
    "sign_in_link",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("made_at", Moment(), nullable=False),
    Column("used_at", Moment()),
)

sign_in_start = Table(
    "sign_in_start",
    metadata,
    Column("state_hash", String(64), primary_key=True, comment="what the council's sign-in gives back"),
    Column("browser_hash", String(64), nullable=False, comment="of the cookie of the browser that began"),
    Column("nonce", String(64), nullable=False),
    Column("verifier", String(128), nullable=False, comment="PKCE: proves that we are who began"),
    Column("made_at", Moment(), nullable=False),
    Column("back_to", String(200), comment="of a session's own asking: the page to go back to"),
)

session = Table(
    "session",
    metadata,
    Column("id_hash", String(64), primary_key=True),
    Column("worker_id", ForeignKey("worker.id"), nullable=False),
    Column("role", String(20), comment="at sign-in; another since then ends the session. Null: the demo"),
    Column("made_at", Moment(), nullable=False),
    Column("last_seen_at", Moment(), nullable=False),
    Column("confirmed_at", Moment(), comment="when the council last said who this is. Null: the demo"),
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

audit = Table(
    "audit",
    metadata,
    Column("id", Id, primary_key=True),
    Column("at", Moment(), nullable=False),
    Column("source", String(20), nullable=False, comment="the table of what was done: look or operation"),
    Column("source_id", Id, nullable=False),
    Column("content", String(64), nullable=False, comment="SHA-256 over that row"),
    Column("chain", String(64), nullable=False, comment="SHA-256 over the entry before it and this content"),
    UniqueConstraint("source", "source_id"),
)

break_glass = Table(
    "break_glass",
    metadata,
    Column("id", Id, primary_key=True),
    Column("worker_id", ForeignKey("worker.id"), nullable=False),
    Column("household_id", ForeignKey("household.id"), nullable=False),
    Column("case_id", ForeignKey("case.id"), nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", Moment(), nullable=False),
    Column("until", Moment(), nullable=False),
    Column("seen_at", Moment(), comment="a manager has read of it"),
    Column("seen_by", ForeignKey("worker.id")),
    Index("ix_break_glass_worker", "worker_id", "household_id"),
)


# --- what people may ask of us --------------------------------------------------------------------------

rights_request = Table(
    "rights_request",
    metadata,
    Column("id", Id, primary_key=True),
    Column("kind", String(20), nullable=False, comment="access, erasure or objection"),
    Column("received_on", Date, nullable=False),
    Column("operator", String(80), nullable=False, comment="login name of whoever handled it"),
    Column("subject", String(64), nullable=False, comment="SHA-256 of agency and record number"),
    Column("household_id", Id, comment="of an objection: not assessed while it stands"),
    Column("state", String(20), nullable=False, comment="done, open, upheld or refused"),
    Column("decided_on", Date),
    Column("note", Text, nullable=False, comment="why, in words without anybody's name"),
    Column("counts", Document, nullable=False),
)
