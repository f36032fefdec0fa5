"""Who looked, how they came in, and what people may ask of us about themselves."""

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from earlyhelp.sharing.kinds import EVENT_KINDS as EVENT_KINDS
from earlyhelp.sharing.kinds import KINDS as KINDS
from earlyhelp.store.columns import Document, Id, Moment, metadata

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
