"""A key worker's day: decisions and their verdicts, pull-ins, outcomes, their words, facts to check."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True).with_variant(sa.String(30), "sqlite")


def upgrade() -> None:
    op.create_table(
        "own_word",
        sa.Column("id", ID, nullable=False),
        sa.Column("household_id", ID, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False, comment="goal, step, skill or offer"),
        sa.Column("goal_id", ID, comment="the goal that a step leads to"),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("said_on", sa.Date(), nullable=False),
        sa.Column("done_on", sa.Date(), comment="when a goal was reached or a step taken"),
        sa.Column("worker_id", ID, nullable=False, comment="who took it down"),
        sa.ForeignKeyConstraint(["goal_id"], ["own_word.id"], name=op.f("fk_own_word_goal_id_own_word")),
        sa.ForeignKeyConstraint(
            ["household_id"], ["household.id"], name=op.f("fk_own_word_household_id_household")
        ),
        sa.ForeignKeyConstraint(["worker_id"], ["worker.id"], name=op.f("fk_own_word_worker_id_worker")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_own_word")),
    )
    with op.batch_alter_table("own_word", schema=None) as batch_op:
        batch_op.create_index("ix_own_word_household", ["household_id"], unique=False)

    op.create_table(
        "story",
        sa.Column("id", ID, nullable=False),
        sa.Column("household_id", ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False, comment="told once, in the household's own words"),
        sa.Column("told_on", sa.Date(), nullable=False),
        sa.Column("worker_id", ID, nullable=False, comment="who took it down"),
        sa.Column("shared", sa.Boolean(), nullable=False, comment="agreed: whoever is pulled in may read it"),
        sa.ForeignKeyConstraint(
            ["household_id"], ["household.id"], name=op.f("fk_story_household_id_household")
        ),
        sa.ForeignKeyConstraint(["worker_id"], ["worker.id"], name=op.f("fk_story_worker_id_worker")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_story")),
        sa.UniqueConstraint("household_id", "version", name=op.f("uq_story_household_id")),
    )
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
        sa.Column(
            "verdicts",
            sa.JSON(none_as_null=True),
            nullable=False,
            comment="what the answer says of each check seen",
        ),
        sa.Column("policy", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_decision_case_id_case")),
        sa.ForeignKeyConstraint(["worker_id"], ["worker.id"], name=op.f("fk_decision_worker_id_worker")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
    )
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.create_index("ix_decision_case", ["case_id"], unique=False)

    op.create_table(
        "fact_check",
        sa.Column("id", ID, nullable=False),
        sa.Column(
            "reference", sa.String(length=20), nullable=False, comment="opaque, for addresses of pages"
        ),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("row", ID, nullable=False, comment="id of the landed row"),
        sa.Column("agency", sa.String(length=60), nullable=False, comment="whose data owner is asked"),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("marked_by", ID, nullable=False),
        sa.Column("marked_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False, comment="open, right or wrong"),
        sa.Column("state_on", sa.Date(), nullable=False),
        sa.Column("reply", sa.Text()),
        sa.Column("answered_by", ID),
        sa.ForeignKeyConstraint(
            ["answered_by"], ["worker.id"], name=op.f("fk_fact_check_answered_by_worker")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_fact_check_case_id_case")),
        sa.ForeignKeyConstraint(["marked_by"], ["worker.id"], name=op.f("fk_fact_check_marked_by_worker")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fact_check")),
        sa.UniqueConstraint("reference", name=op.f("uq_fact_check_reference")),
    )
    with op.batch_alter_table("fact_check", schema=None) as batch_op:
        batch_op.create_index("ix_fact_check_agency", ["agency", "state"], unique=False)
        batch_op.create_index("ix_fact_check_case", ["case_id"], unique=False)

    op.create_table(
        "outcome",
        sa.Column("id", ID, nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("words", sa.Text(), nullable=False, comment="as agreed with the household"),
        sa.Column("agreed_on", sa.Date(), nullable=False),
        sa.Column("worker_id", ID, nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False, comment="open, reached or let_go"),
        sa.Column("state_on", sa.Date(), nullable=False),
        sa.Column("check_on", sa.Date(), comment="six months after closing: has it held?"),
        sa.Column("held", sa.Boolean()),
        sa.Column("held_on", sa.Date(), comment="the day on which somebody asked"),
        sa.Column("held_words", sa.Text()),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_outcome_case_id_case")),
        sa.ForeignKeyConstraint(["worker_id"], ["worker.id"], name=op.f("fk_outcome_worker_id_worker")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outcome")),
    )
    with op.batch_alter_table("outcome", schema=None) as batch_op:
        batch_op.create_index("ix_outcome_case", ["case_id"], unique=False)

    op.create_table(
        "pull_in",
        sa.Column("id", ID, nullable=False),
        sa.Column(
            "reference", sa.String(length=20), nullable=False, comment="opaque, for addresses of pages"
        ),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("asked_by", ID, nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("agency", sa.String(length=60), comment="who is asked to join; null: a local service"),
        sa.Column("sector", sa.String(length=20), comment="the agency's"),
        sa.Column("service", sa.String(length=80), comment="record id of the local service; null: an agency"),
        sa.Column(
            "name", sa.String(length=300), nullable=False, comment="of agency or service, as it was asked"
        ),
        sa.Column(
            "ground", sa.Text(), nullable=False, comment="on what power, or whose agreement, facts are shared"
        ),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column(
            "facts",
            sa.JSON(none_as_null=True),
            nullable=False,
            comment="exactly what is shared, as it was previewed",
        ),
        sa.Column(
            "with_words",
            sa.Boolean(),
            nullable=False,
            comment="the household's own words too, by its agreement",
        ),
        sa.Column("answer_by", sa.Date(), nullable=False),
        sa.Column(
            "state", sa.String(length=12), nullable=False, comment="as earlyhelp.keywork.pull_ins has them"
        ),
        sa.Column("state_on", sa.Date(), nullable=False),
        sa.Column("worker_id", ID, comment="the agency's worker who joined"),
        sa.ForeignKeyConstraint(["asked_by"], ["worker.id"], name=op.f("fk_pull_in_asked_by_worker")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_pull_in_case_id_case")),
        sa.ForeignKeyConstraint(["worker_id"], ["worker.id"], name=op.f("fk_pull_in_worker_id_worker")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pull_in")),
        sa.UniqueConstraint("reference", name=op.f("uq_pull_in_reference")),
    )
    with op.batch_alter_table("pull_in", schema=None) as batch_op:
        batch_op.create_index("ix_pull_in_agency", ["agency", "state"], unique=False)
        batch_op.create_index("ix_pull_in_case", ["case_id"], unique=False)

    op.create_table(
        "pull_in_reply",
        sa.Column("id", ID, nullable=False),
        sa.Column("pull_in_id", ID, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column(
            "what", sa.String(length=12), nullable=False, comment="joined, answered, declined or called_off"
        ),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("worker_id", ID, nullable=False, comment="who said it, or took it down"),
        sa.ForeignKeyConstraint(
            ["pull_in_id"], ["pull_in.id"], name=op.f("fk_pull_in_reply_pull_in_id_pull_in")
        ),
        sa.ForeignKeyConstraint(["worker_id"], ["worker.id"], name=op.f("fk_pull_in_reply_worker_id_worker")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pull_in_reply")),
    )
    with op.batch_alter_table("pull_in_reply", schema=None) as batch_op:
        batch_op.create_index("ix_pull_in_reply_pull_in", ["pull_in_id"], unique=False)

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
