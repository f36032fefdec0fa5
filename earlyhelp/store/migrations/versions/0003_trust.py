"""What lets checks be trusted: their states, backtests, shadow nights, verdicts, and what was weighed."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True).with_variant(sa.String(30), "sqlite")


def upgrade() -> None:
    op.create_table(
        "backtest",
        sa.Column("id", ID, nullable=False),
        sa.Column("check", sa.String(60), nullable=False),
        sa.Column("version", sa.String(20), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("labels", sa.Text(), nullable=False, comment="which escalations it was judged by"),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("who", sa.String(80), nullable=False),
        sa.Column("summary", sa.JSON(), nullable=False, comment="its figures, small numbers suppressed"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_backtest")),
    )
    with op.batch_alter_table("backtest", schema=None) as batch_op:
        batch_op.create_index("ix_backtest_check", ["check"], unique=False)

    op.create_table(
        "shadow_night",
        sa.Column("check", sa.String(60), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("version", sa.String(20), nullable=False),
        sa.Column(
            "notable",
            sa.Integer(),
            nullable=False,
            comment="households of which it would have said something",
        ),
        sa.Column(
            "beside", sa.Integer(), nullable=False, comment="those of them of which a live check did so too"
        ),
        sa.PrimaryKeyConstraint("check", "day", name=op.f("pk_shadow_night")),
    )
    op.create_table(
        "weights",
        sa.Column("version", sa.String(20), nullable=False),
        sa.Column("state", sa.String(10), nullable=False, comment="running, replaced or refused"),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("who", sa.String(80), nullable=False),
        sa.Column("inputs", sa.String(64), nullable=False, comment="hash of everything it was fitted to"),
        sa.Column(
            "times", sa.JSON(), nullable=False, comment="by how much each check's weight is multiplied"
        ),
        sa.Column("held_out", sa.JSON(), nullable=False, comment="how it did against the running one"),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_weights")),
    )
    op.create_table(
        "check_state",
        sa.Column("id", ID, nullable=False),
        sa.Column("check", sa.String(60), nullable=False, comment="its newest row is the state it is in"),
        sa.Column("state", sa.String(10), nullable=False, comment="shadow, live, paused or retired"),
        sa.Column("version", sa.String(20), nullable=False, comment="of the check when this was said"),
        sa.Column("day", sa.Date(), nullable=False, comment="from when"),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column(
            "who",
            sa.String(80),
            nullable=False,
            comment="login name; earlyhelp where the house did it itself",
        ),
        sa.Column("why", sa.String(400), nullable=False),
        sa.Column("backtest_id", ID, comment="on which a promotion rests"),
        sa.ForeignKeyConstraint(
            ["backtest_id"], ["backtest.id"], name=op.f("fk_check_state_backtest_id_backtest")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_check_state")),
    )
    with op.batch_alter_table("check_state", schema=None) as batch_op:
        batch_op.create_index("ix_check_state_check", ["check"], unique=False)

    op.create_table(
        "weighed",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("household_id", ID, autoincrement=False, nullable=False),
        sa.Column("place", sa.Integer(), nullable=False, comment="in the night's order, the heaviest first"),
        sa.Column("of", sa.Integer(), nullable=False, comment="how many were weighed that night"),
        sa.Column("total", sa.Float(), nullable=False),
        sa.Column("decision", sa.String(20), nullable=False, comment="opened, added, held back and so on"),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("by_lot", sa.Boolean(), nullable=False, comment="the place was given by lot"),
        sa.Column("weights", sa.String(20), nullable=False, comment="version of the weights"),
        sa.ForeignKeyConstraint(
            ["household_id"], ["household.id"], name=op.f("fk_weighed_household_id_household")
        ),
        sa.PrimaryKeyConstraint("day", "household_id", name=op.f("pk_weighed")),
    )
    with op.batch_alter_table("weighed", schema=None) as batch_op:
        batch_op.create_index("ix_weighed_household", ["household_id"], unique=False)

    op.create_table(
        "verdict",
        sa.Column("id", ID, nullable=False),
        sa.Column("check", sa.String(60), nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("decided_at", MOMENT, nullable=False),
        sa.Column(
            "was_right",
            sa.Boolean(),
            nullable=False,
            comment="false: a worker said that the signal was not right",
        ),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_verdict_case_id_case")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verdict")),
        sa.UniqueConstraint("check", "case_id", "decided_at", name=op.f("uq_verdict_check")),
    )
