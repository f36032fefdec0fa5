"""Who was told: the alerts there is reason for, and the messages that carry them."""

from sqlalchemy import (
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
    text,
)

from earlyhelp.sharing.kinds import EVENT_KINDS as EVENT_KINDS
from earlyhelp.sharing.kinds import KINDS as KINDS
from earlyhelp.store.columns import Id, Moment, metadata

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
