"""Sharing agreements: what was dropped at the door, markers, the audit's chain, and what people may ask."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0004"
branch_labels = None
depends_on = None


ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True).with_variant(sa.String(30), "sqlite")
APPEND_ONLY = ("look", "operation", "audit")
REFUSED = "the audit is append-only"


def upgrade() -> None:
    op.create_table(
        "dropped_field",
        sa.Column("feed", sa.String(80), nullable=False),
        sa.Column("field", sa.String(60), nullable=False, comment="of our rows, that no agreement lists"),
        sa.Column("rows", sa.BigInteger(), nullable=False, comment="rows that came with something in it"),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("feed", "field", name=op.f("pk_dropped_field")),
    )
    op.create_table(
        "suppressed",
        sa.Column("agency", sa.String(60), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column(
            "token", sa.String(64), nullable=False, comment="SHA-256 of a record's number or a subject's"
        ),
        sa.Column("since_on", sa.Date(), nullable=False, comment="erased on that day: it must not come back"),
        sa.PrimaryKeyConstraint("agency", "kind", "token", name=op.f("pk_suppressed")),
    )
    op.create_table(
        "marker",
        sa.Column("id", ID, nullable=False),
        sa.Column("agency", sa.String(60), nullable=False),
        sa.Column("record_id", sa.String(80), nullable=False, comment="of the person row that agency sent"),
        sa.Column("kind", sa.String(20), nullable=False, comment="domestic abuse"),
        sa.Column("from_on", sa.Date(), nullable=False, comment="known since; software never takes it back"),
        sa.Column("source", sa.String(40), nullable=False, comment="a call, or by hand"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_marker")),
        sa.UniqueConstraint("agency", "record_id", "kind", name=op.f("uq_marker_agency")),
    )
    op.create_table(
        "audit",
        sa.Column("id", ID, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column(
            "source", sa.String(20), nullable=False, comment="the table of what was done: look or operation"
        ),
        sa.Column("source_id", ID, nullable=False),
        sa.Column("content", sa.String(64), nullable=False, comment="SHA-256 over that row"),
        sa.Column(
            "chain",
            sa.String(64),
            nullable=False,
            comment="SHA-256 over the entry before it and this content",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
        sa.UniqueConstraint("source", "source_id", name=op.f("uq_audit_source")),
    )
    op.create_table(
        "break_glass",
        sa.Column("id", ID, nullable=False),
        sa.Column("worker_id", ID, nullable=False),
        sa.Column("household_id", ID, nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("until", MOMENT, nullable=False),
        sa.Column("seen_at", MOMENT, comment="a manager has read of it"),
        sa.Column("seen_by", ID),
        sa.ForeignKeyConstraint(["worker_id"], ["worker.id"], name=op.f("fk_break_glass_worker_id_worker")),
        sa.ForeignKeyConstraint(
            ["household_id"], ["household.id"], name=op.f("fk_break_glass_household_id_household")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_break_glass_case_id_case")),
        sa.ForeignKeyConstraint(["seen_by"], ["worker.id"], name=op.f("fk_break_glass_seen_by_worker")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_break_glass")),
    )
    with op.batch_alter_table("break_glass", schema=None) as batch_op:
        batch_op.create_index("ix_break_glass_worker", ["worker_id", "household_id"], unique=False)
    op.create_table(
        "rights_request",
        sa.Column("id", ID, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False, comment="access, erasure or objection"),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("operator", sa.String(80), nullable=False, comment="login name of whoever handled it"),
        sa.Column("subject", sa.String(64), nullable=False, comment="SHA-256 of agency and record number"),
        sa.Column("household_id", ID, comment="of an objection: not assessed while it stands"),
        sa.Column("state", sa.String(20), nullable=False, comment="done, open, upheld or refused"),
        sa.Column("decided_on", sa.Date()),
        sa.Column("note", sa.Text(), nullable=False, comment="why, in words without anybody's name"),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rights_request")),
    )
    _append_only()


def _append_only() -> None:
    """What was written into the audit can be neither changed nor deleted, whoever asks the database."""
    if op.get_bind().dialect.name == "sqlite":
        for table in APPEND_ONLY:
            for act in ("UPDATE", "DELETE"):
                op.execute(
                    f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
                )
        return
    op.execute(
        "CREATE FUNCTION earlyhelp_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{REFUSED}'; END $$"
    )
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION earlyhelp_append_only()"
        )
