"""Telling and signing in: messages and what became of them; whose account a worker's is."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True).with_variant(sa.String(30), "sqlite")
UNENDED = sa.text("state IN ('waiting', 'sending', 'sent', 'unsure')")
UNSENT = sa.text("sent_at IS NULL AND lapsed_on IS NULL")


def upgrade() -> None:
    op.create_table(
        "message",
        sa.Column("id", ID, nullable=False),
        sa.Column("reference", sa.String(20), nullable=False, comment="opaque; the provider's key too"),
        sa.Column("recipient", sa.String(30), nullable=False, comment="worker-7, or team"),
        sa.Column("worker_id", ID, comment="null: a whole team"),
        sa.Column("kind", sa.String(10), nullable=False, comment="digest or immediate"),
        sa.Column("day", sa.Date(), nullable=False, comment="on which it may go out, and on no other"),
        sa.Column("number", sa.Integer(), nullable=False, comment="of its kind, recipient and day"),
        sa.Column("address", sa.String(200), nullable=False),
        sa.Column("cases", sa.Integer(), nullable=False, comment="how many to look at"),
        sa.Column("overdue", sa.Integer(), nullable=False, comment="first looks that are overdue: managers"),
        sa.Column("look_by", sa.Date(), comment="the first day of those to look at"),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column(
            "state",
            sa.String(10),
            nullable=False,
            comment="waiting, sending, sent, delivered, failed, unsure or lapsed",
        ),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("try_after", MOMENT, comment="the provider asked for peace until then"),
        sa.Column("claimed_at", MOMENT, comment="when somebody last began to send it"),
        sa.Column("ended_at", MOMENT, comment="when its state was last learnt"),
        sa.Column("why", sa.String(60), comment="the provider's code where it failed"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
        sa.UniqueConstraint("reference", name=op.f("uq_message_reference")),
        sa.UniqueConstraint("recipient", "kind", "day", "number", name=op.f("uq_message_recipient")),
        sa.ForeignKeyConstraint(["worker_id"], ["worker.id"], name=op.f("fk_message_worker_id_worker")),
    )
    op.create_index("ix_message_unended", "message", ["day"], sqlite_where=UNENDED, postgresql_where=UNENDED)

    op.drop_index("ix_alert_unsent", "alert")
    with op.batch_alter_table("alert", schema=None) as batch_op:
        batch_op.alter_column(
            "cause",
            existing_type=sa.String(30),
            existing_nullable=False,
            existing_comment="opened or added",
            comment="opened, added, handed over, due or overdue",
        )
        batch_op.add_column(sa.Column("message_id", ID, comment="the message that tells of it"))
        batch_op.add_column(
            sa.Column("lapsed_on", sa.Date(), comment="it was no longer true before anybody was told")
        )
        batch_op.create_foreign_key(op.f("fk_alert_message_id_message"), "message", ["message_id"], ["id"])
        batch_op.create_index("ix_alert_message", ["message_id"])
    op.create_index("ix_alert_unsent", "alert", ["day"], sqlite_where=UNSENT, postgresql_where=UNSENT)

    with op.batch_alter_table("worker", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("subject", sa.String(80), comment="tenant and object id at the council's sign-in")
        )
        batch_op.create_unique_constraint(op.f("uq_worker_subject"), ["subject"])

    op.create_table(
        "sign_in_start",
        sa.Column(
            "state_hash", sa.String(64), nullable=False, comment="what the council's sign-in gives back"
        ),
        sa.Column(
            "browser_hash", sa.String(64), nullable=False, comment="of the cookie of the browser that began"
        ),
        sa.Column("nonce", sa.String(64), nullable=False),
        sa.Column("verifier", sa.String(128), nullable=False, comment="PKCE: proves that we are who began"),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("state_hash", name=op.f("pk_sign_in_start")),
    )
    with op.batch_alter_table("session", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "role",
                sa.String(20),
                comment="at sign-in; another since then ends the session. Null: the demo",
            )
        )
