"""The connector kit: what was handed over, what drifted, what was taken away, and who is left alone."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True).with_variant(sa.String(30), "sqlite")


def upgrade() -> None:
    op.create_table(
        "answer",
        sa.Column("id", ID, nullable=False),
        sa.Column("feed", sa.String(80), nullable=False),
        sa.Column("run", ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, comment="of the page within its run"),
        sa.Column("sha256", sa.String(64), nullable=False, comment="of the answer word for word"),
        sa.Column("size", sa.Integer(), nullable=False, comment="bytes"),
        sa.Column(
            "body", sa.LargeBinary(), comment="the answer, compressed by zlib, where the terms allow it"
        ),
        sa.Column("keep_until", sa.Date(), comment="the day after which the body goes"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer")),
        sa.UniqueConstraint("run", "number", name=op.f("uq_answer_run")),
    )
    with op.batch_alter_table("answer", schema=None) as batch_op:
        batch_op.create_index("ix_answer_keep", ["keep_until"], unique=False)

    op.create_table(
        "area_crime",
        sa.Column("id", ID, nullable=False),
        sa.Column("agency", sa.String(60), nullable=False),
        sa.Column("page", sa.String(60), nullable=False, comment="fetch run and page number: lineage"),
        sa.Column(
            "digest", sa.BigInteger(), nullable=False, comment="64 bits over the row but for recorded_at"
        ),
        sa.Column("known_on", sa.Date(), nullable=False),
        sa.Column("superseded_on", sa.Date()),
        sa.Column("record_id", sa.Text(), nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.Column("void", sa.Boolean(), nullable=False),
        sa.Column("ward", sa.Text(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("category", sa.String(40), nullable=False),
        sa.Column("crimes", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_area_crime")),
        sa.UniqueConstraint("agency", "record_id", "recorded_at", "digest", name="uq_area_crime_version"),
    )
    op.create_table(
        "backfill",
        sa.Column("feed", sa.String(80), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column(
            "next_on", sa.Date(), nullable=False, comment="the first day of the slice that is open, or next"
        ),
        sa.Column("slice_last_on", sa.Date(), nullable=False, comment="the last day of that slice"),
        sa.Column("position", sa.JSON(), comment="the next request of the open slice, saved verbatim"),
        sa.PrimaryKeyConstraint("feed", name=op.f("pk_backfill")),
    )
    op.create_table(
        "benefit_award",
        sa.Column("id", ID, nullable=False),
        sa.Column("agency", sa.String(60), nullable=False),
        sa.Column("page", sa.String(60), nullable=False, comment="fetch run and page number: lineage"),
        sa.Column(
            "digest", sa.BigInteger(), nullable=False, comment="64 bits over the row but for recorded_at"
        ),
        sa.Column("known_on", sa.Date(), nullable=False),
        sa.Column("superseded_on", sa.Date()),
        sa.Column("record_id", sa.Text(), nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.Column("void", sa.Boolean(), nullable=False),
        sa.Column("occurred_on", sa.Date(), nullable=False),
        sa.Column("uprn", sa.Text()),
        sa.Column("benefit", sa.String(40), nullable=False),
        sa.Column("weekly_amount", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_benefit_award")),
        sa.UniqueConstraint("agency", "record_id", "recorded_at", "digest", name="uq_benefit_award_version"),
    )
    with op.batch_alter_table("benefit_award", schema=None) as batch_op:
        batch_op.create_index("ix_benefit_award_subject", ["uprn"], unique=False)

    op.create_table(
        "circuit",
        sa.Column("agency", sa.String(60), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False, comment="in a row"),
        sa.Column("open_until", MOMENT, comment="the agency is left alone until then"),
        sa.PrimaryKeyConstraint("agency", name=op.f("pk_circuit")),
    )
    op.create_table(
        "council_tax_account",
        sa.Column("id", ID, nullable=False),
        sa.Column("agency", sa.String(60), nullable=False),
        sa.Column("page", sa.String(60), nullable=False, comment="fetch run and page number: lineage"),
        sa.Column(
            "digest", sa.BigInteger(), nullable=False, comment="64 bits over the row but for recorded_at"
        ),
        sa.Column("known_on", sa.Date(), nullable=False),
        sa.Column("superseded_on", sa.Date()),
        sa.Column("record_id", sa.Text(), nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.Column("void", sa.Boolean(), nullable=False),
        sa.Column("occurred_on", sa.Date(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("uprn", sa.Text()),
        sa.Column("arrears", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_council_tax_account")),
        sa.UniqueConstraint(
            "agency", "record_id", "recorded_at", "digest", name="uq_council_tax_account_version"
        ),
    )
    with op.batch_alter_table("council_tax_account", schema=None) as batch_op:
        batch_op.create_index("ix_council_tax_account_subject", ["uprn"], unique=False)

    op.create_table(
        "drift",
        sa.Column("feed", sa.String(80), nullable=False),
        sa.Column("field", sa.String(120), nullable=False, comment="in the agency's words"),
        sa.Column("what", sa.String(10), nullable=False, comment="new, missing or retyped"),
        sa.Column("detail", sa.String(120), nullable=False, comment="kinds before and now, never a value"),
        sa.Column("first_seen_on", sa.Date(), nullable=False),
        sa.Column("accepted_on", sa.Date(), comment="somebody has looked at it and found it in order"),
        sa.PrimaryKeyConstraint("feed", "field", "what", name=op.f("pk_drift")),
    )
    op.create_table(
        "feed_day",
        sa.Column("feed", sa.String(80), nullable=False),
        sa.Column("day", sa.Date(), nullable=False, comment="on which the agency recorded them"),
        sa.Column("rows", sa.Integer(), nullable=False, comment="new rows and new versions of rows"),
        sa.PrimaryKeyConstraint("feed", "day", name=op.f("pk_feed_day")),
    )
    op.create_table(
        "local_service",
        sa.Column("id", ID, nullable=False),
        sa.Column("agency", sa.String(60), nullable=False),
        sa.Column("page", sa.String(60), nullable=False, comment="fetch run and page number: lineage"),
        sa.Column(
            "digest", sa.BigInteger(), nullable=False, comment="64 bits over the row but for recorded_at"
        ),
        sa.Column("known_on", sa.Date(), nullable=False),
        sa.Column("superseded_on", sa.Date()),
        sa.Column("record_id", sa.Text(), nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.Column("void", sa.Boolean(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text()),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("status", sa.String(40)),
        sa.Column("alert", sa.Text()),
        sa.Column("minimum_age", sa.Integer()),
        sa.Column("maximum_age", sa.Integer()),
        sa.Column("url", sa.Text()),
        sa.Column("email", sa.Text()),
        sa.Column("telephone", sa.Text()),
        sa.Column("postcode", sa.Text()),
        sa.Column("uprn", sa.Text()),
        sa.Column("serves", sa.Text()),
        sa.Column("assured_on", sa.Date()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_local_service")),
        sa.UniqueConstraint("agency", "record_id", "recorded_at", "digest", name="uq_local_service_version"),
    )
    op.create_table(
        "operation",
        sa.Column("id", ID, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("operator", sa.String(80), nullable=False, comment="login name on the machine"),
        sa.Column("what", sa.String(40), nullable=False, comment="such as: quarantine show"),
        sa.Column("about", sa.String(200), nullable=False, comment="ids and feeds, never a value"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_operation")),
    )
    op.create_table(
        "receipt",
        sa.Column("id", ID, nullable=False),
        sa.Column("feed", sa.String(80), nullable=False),
        sa.Column("name", sa.String(200), nullable=False, comment="the file's name at the agency"),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False, comment="bytes"),
        sa.Column("dropped_at", MOMENT, nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column(
            "again",
            sa.Boolean(),
            nullable=False,
            comment="the same bytes had been taken before: nothing was read",
        ),
        sa.Column(
            "superseded", sa.Boolean(), nullable=False, comment="a newer snapshot was read in its place"
        ),
        sa.Column("run", ID, nullable=False),
        sa.Column("taken_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receipt")),
        sa.UniqueConstraint("feed", "name", "sha256", name=op.f("uq_receipt_feed")),
    )
    op.create_table(
        "school_attendance",
        sa.Column("id", ID, nullable=False),
        sa.Column("agency", sa.String(60), nullable=False),
        sa.Column("page", sa.String(60), nullable=False, comment="fetch run and page number: lineage"),
        sa.Column(
            "digest", sa.BigInteger(), nullable=False, comment="64 bits over the row but for recorded_at"
        ),
        sa.Column("known_on", sa.Date(), nullable=False),
        sa.Column("superseded_on", sa.Date()),
        sa.Column("record_id", sa.Text(), nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.Column("void", sa.Boolean(), nullable=False),
        sa.Column("occurred_on", sa.Date(), nullable=False),
        sa.Column("uprn", sa.Text()),
        sa.Column("pupil", sa.Text(), nullable=False),
        sa.Column("possible_sessions", sa.Integer(), nullable=False),
        sa.Column("missed_sessions", sa.Integer(), nullable=False),
        sa.Column("unauthorised_sessions", sa.Integer(), nullable=False),
        sa.Column("enrolled_on", sa.Date()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_school_attendance")),
        sa.UniqueConstraint(
            "agency", "record_id", "recorded_at", "digest", name="uq_school_attendance_version"
        ),
    )
    with op.batch_alter_table("school_attendance", schema=None) as batch_op:
        batch_op.create_index("ix_school_attendance_subject", ["uprn"], unique=False)

    op.create_table(
        "snapshot_seen",
        sa.Column("feed", sa.String(80), nullable=False),
        sa.Column(
            "record_id", sa.String(80), nullable=False, comment="empty: a refused row that could not be told"
        ),
        sa.PrimaryKeyConstraint("feed", "record_id", name=op.f("pk_snapshot_seen")),
    )
    op.create_table(
        "supervision",
        sa.Column("id", ID, nullable=False),
        sa.Column("agency", sa.String(60), nullable=False),
        sa.Column("page", sa.String(60), nullable=False, comment="fetch run and page number: lineage"),
        sa.Column(
            "digest", sa.BigInteger(), nullable=False, comment="64 bits over the row but for recorded_at"
        ),
        sa.Column("known_on", sa.Date(), nullable=False),
        sa.Column("superseded_on", sa.Date()),
        sa.Column("record_id", sa.Text(), nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.Column("void", sa.Boolean(), nullable=False),
        sa.Column("occurred_on", sa.Date(), nullable=False),
        sa.Column("uprn", sa.Text()),
        sa.Column("event", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supervision")),
        sa.UniqueConstraint("agency", "record_id", "recorded_at", "digest", name="uq_supervision_version"),
    )
    with op.batch_alter_table("supervision", schema=None) as batch_op:
        batch_op.create_index("ix_supervision_subject", ["uprn"], unique=False)

    with op.batch_alter_table("bookmark", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "window_sweeps",
                sa.Boolean(),
                nullable=False,
                server_default=sa.false(),
                comment="the open window goes far back",
            )
        )
        batch_op.add_column(
            sa.Column(
                "window_full",
                sa.Boolean(),
                nullable=False,
                server_default=sa.false(),
                comment="somebody asked for all of it again",
            )
        )
        batch_op.add_column(
            sa.Column(
                "validator", sa.String(200), comment="what to ask 'has anything changed?' with: an ETag"
            )
        )
        batch_op.add_column(
            sa.Column("shape", sa.JSON(), comment="the agency's fields so far, with the kinds seen in each")
        )
        batch_op.add_column(
            sa.Column(
                "swept_on", sa.Date(), comment="the day on which a window that goes far back closed last"
            )
        )

    with op.batch_alter_table("case", schema=None) as batch_op:
        batch_op.alter_column(
            "gateway", existing_type=sa.VARCHAR(length=200), type_=sa.Text(), existing_nullable=False
        )

    with op.batch_alter_table("feed", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "steady",
                sa.Boolean(),
                nullable=False,
                server_default=sa.true(),
                comment="its daily volume is worth watching",
            )
        )

    with op.batch_alter_table("quarantine", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "ours",
                sa.Boolean(),
                nullable=False,
                server_default=sa.false(),
                comment="the row is in our words, not the agency's",
            )
        )
        batch_op.add_column(
            sa.Column(
                "state",
                sa.String(10),
                nullable=False,
                server_default="open",
                comment="open, replayed or discarded",
            )
        )
        batch_op.add_column(
            sa.Column("ended_on", sa.Date(), comment="the day on which it was replayed or discarded")
        )
