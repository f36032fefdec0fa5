"""What was fetched: feeds and where they stand, fetch runs, and what did not land with its reason."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
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

early_tombstone = Table(
    "early_tombstone",
    metadata,
    Column("feed", String(80), primary_key=True),
    Column("record_id", String(80), primary_key=True),
    Column(
        "recorded_at", Moment(), nullable=False, comment="until the window closes: its row may come after it"
    ),
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
