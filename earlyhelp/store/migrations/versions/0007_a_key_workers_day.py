"""A key worker's day: decisions and their verdicts, pull-ins, outcomes, their words, facts to check."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0002"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True).with_variant(sa.String(30), "sqlite")


def upgrade() -> None:
    op.create_table(
        "decision",
        sa.Column("id", ID, nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("worker_id", ID, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column(
            "answer", sa.String(length=20), nullable=False, comment="as earlyhelp.keywork.answers has them"
        ),
        sa.Column("not_right", sa.String(length=20), comment="what was not right, where the answer says so"),
        sa.Column("due_on", sa.Date(), comment="by when the next step is to be taken, or when to look again"),
        sa.Column("why", sa.Text(), nullable=False, comment="in the worker's own words"),
        sa.Column(
            "saw", sa.JSON(none_as_null=True), nullable=False, comment="what the page said that was answered"
        ),
        sa.Column("policy", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_decision_case_id_case")),
        sa.ForeignKeyConstraint(["worker_id"], ["worker.id"], name=op.f("fk_decision_worker_id_worker")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
    )
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.create_index("ix_decision_case", ["case_id"], unique=False)

    op.create_table(
        "verdict",
        sa.Column("decision_id", ID, nullable=False),
        sa.Column("check", sa.String(length=60), nullable=False),
        sa.Column("version", sa.String(length=20), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column(
            "verdict",
            sa.String(length=10),
            nullable=False,
            comment="right, wrong or open: it says nothing of the check",
        ),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decision.id"], name=op.f("fk_verdict_decision_id_decision")
        ),
        sa.PrimaryKeyConstraint("decision_id", "check", name=op.f("pk_verdict")),
    )
    with op.batch_alter_table("verdict", schema=None) as batch_op:
        batch_op.create_index("ix_verdict_check", ["check", "day"], unique=False)

    with op.batch_alter_table("case", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("due_on", sa.Date(), comment="the worker's next move, once they have answered")
        )

    with op.batch_alter_table("worker", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "agency",
                sa.String(length=60),
                comment="whose own worker: what that agency is asked, they may answer",
            )
        )
        batch_op.add_column(
            sa.Column(
                "left_on", sa.Date(), comment="from this day on they neither sign in nor are given cases"
            )
        )

    if op.get_bind().dialect.name == "postgresql":  # SQLite keeps no comments
        op.alter_column("case", "state", comment="as earlyhelp.keywork.states has them")
