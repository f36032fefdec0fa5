"""Everything that the first release keeps."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True).with_variant(sa.String(30), "sqlite")


def upgrade() -> None:
    op.create_table(
        "appointment",
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
        sa.Column("nhs_number", sa.Text(), nullable=False),
        sa.Column("booked_on", sa.Date()),
        sa.Column("starts_at", MOMENT, nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointment")),
        sa.UniqueConstraint("agency", "record_id", "recorded_at", "digest", name="uq_appointment_version"),
    )
    op.create_index("ix_appointment_subject", "appointment", ["nhs_number"], unique=False)

    op.create_table(
        "bookmark",
        sa.Column("feed", sa.String(80), nullable=False, comment="agency/feed"),
        sa.Column("watermark", MOMENT, nullable=True, comment="newest recorded_at of the last closed window"),
        sa.Column("window_since", MOMENT, nullable=True, comment="since when the open window asks"),
        sa.Column(
            "window_newest", MOMENT, nullable=True, comment="newest recorded_at seen in the open window"
        ),
        sa.Column(
            "window_clock",
            MOMENT,
            nullable=True,
            comment="the agency's clock at the open window's first page",
        ),
        sa.Column(
            "window_hold",
            MOMENT,
            nullable=True,
            comment="oldest recorded_at of a row refused only because its day is to come",
        ),
        sa.Column(
            "position",
            sa.JSON(none_as_null=True),
            nullable=True,
            comment="the next request, saved verbatim; null: no window is open",
        ),
        sa.Column("loaded", sa.Boolean(), nullable=False, comment="a first window has closed"),
        sa.Column(
            "last_good_on", sa.Date(), nullable=True, comment="the day of the last run that closed a window"
        ),
        sa.Column(
            "newest_on",
            sa.Date(),
            nullable=True,
            comment="day of the newest row ever landed: how far the agency has told us",
        ),
        sa.PrimaryKeyConstraint("feed", name=op.f("pk_bookmark")),
    )
    op.create_table(
        "feed",
        sa.Column("name", sa.String(80), nullable=False, comment="agency/feed"),
        sa.Column("agency", sa.String(60), nullable=False),
        sa.Column("sector", sa.String(20), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column(
            "stale_after_days", sa.Integer(), nullable=False, comment="without a new row for so long: stale"
        ),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_feed")),
    )
    op.create_table(
        "fetch_run",
        sa.Column("id", ID, nullable=False),
        sa.Column("feed", sa.String(80), nullable=False),
        sa.Column("day", sa.Date(), nullable=False, comment="the day of the run"),
        sa.Column("state", sa.String(20), nullable=False, comment="running, complete or failed"),
        sa.Column("fetched", sa.Integer(), nullable=False, comment="= landed + known + refused"),
        sa.Column("landed", sa.Integer(), nullable=False, comment="new rows and new versions of rows"),
        sa.Column("known", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(200), nullable=True, comment="code and safe words; never data"),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fetch_run")),
    )
    op.create_index("ix_fetch_run_feed_day", "fetch_run", ["feed", "day"], unique=False)

    op.create_table(
        "fire_visit",
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
        sa.Column("outcome", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fire_visit")),
        sa.UniqueConstraint("agency", "record_id", "recorded_at", "digest", name="uq_fire_visit_version"),
    )
    op.create_index("ix_fire_visit_subject", "fire_visit", ["uprn"], unique=False)

    op.create_table(
        "household",
        sa.Column("id", ID, nullable=False),
        sa.Column("reference", sa.String(20), nullable=False, comment="opaque, for addresses of pages"),
        sa.Column("formed_on", sa.Date(), nullable=False),
        sa.Column("ward", sa.String(80), nullable=False),
        sa.Column("uprn", sa.String(12), nullable=False, comment="where they live now"),
        sa.Column(
            "restricted_from", sa.Date(), nullable=True, comment="a domestic-abuse marker is known since"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_household")),
        sa.UniqueConstraint("reference", name=op.f("uq_household_reference")),
    )
    op.create_table(
        "night",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("state", sa.String(20), nullable=False, comment="running, complete, partial or failed"),
        sa.Column("counts", sa.JSON(none_as_null=True), nullable=False, comment="what each stage counted"),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_night")),
    )
    op.create_table(
        "person",
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
        sa.Column("forename", sa.Text(), nullable=False),
        sa.Column("surname", sa.Text(), nullable=False),
        sa.Column("date_of_birth", sa.Date()),
        sa.Column("sex", sa.String(40)),
        sa.Column("nhs_number", sa.Text()),
        sa.Column("uprn", sa.Text()),
        sa.Column("address", sa.Text()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("agency", "record_id", "recorded_at", "digest", name="uq_person_version"),
    )
    op.create_table(
        "police_callout",
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
        sa.Column("incident", sa.Text(), nullable=False),
        sa.Column("occurred_at", MOMENT, nullable=False),
        sa.Column("category", sa.String(40), nullable=False),
        sa.Column("harm", sa.Float(), nullable=False),
        sa.Column("police_initiated", sa.Boolean(), nullable=False),
        sa.Column("domestic_abuse", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_police_callout")),
        sa.UniqueConstraint("agency", "record_id", "recorded_at", "digest", name="uq_police_callout_version"),
    )
    op.create_index("ix_police_callout_subject", "police_callout", ["uprn"], unique=False)

    op.create_table(
        "quarantine",
        sa.Column("id", ID, nullable=False),
        sa.Column("feed", sa.String(80), nullable=False),
        sa.Column("digest", sa.BigInteger(), nullable=False, comment="64 bits over the row as it came"),
        sa.Column("record_id", sa.String(80), nullable=True, comment="where the row had a readable one"),
        sa.Column("reason", sa.String(400), nullable=False, comment="field and fault, never the value"),
        sa.Column("place", sa.String(80), nullable=False, comment="page and index, or line"),
        sa.Column("row", sa.Text(), nullable=True, comment="the row itself; emptied after its days"),
        sa.Column("first_seen_on", sa.Date(), nullable=False),
        sa.Column("last_seen_on", sa.Date(), nullable=False),
        sa.Column("keep_until", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quarantine")),
        sa.UniqueConstraint("feed", "digest", name=op.f("uq_quarantine_feed")),
    )
    op.create_table(
        "register_read",
        sa.Column("kind", sa.String(40), nullable=False, comment="residence, tenancy or person"),
        sa.Column("newest", ID, nullable=False, comment="id of the newest landed row that matching has read"),
        sa.PrimaryKeyConstraint("kind", name=op.f("pk_register_read")),
    )
    op.create_table(
        "rent_transaction",
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
        sa.Column("entry", sa.String(40), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("payment_cycle", sa.String(40)),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rent_transaction")),
        sa.UniqueConstraint(
            "agency", "record_id", "recorded_at", "digest", name="uq_rent_transaction_version"
        ),
    )
    op.create_index("ix_rent_transaction_subject", "rent_transaction", ["account"], unique=False)

    op.create_table(
        "residence",
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
        sa.Column("uprn", sa.Text(), nullable=False),
        sa.Column("parent_uprn", sa.Text()),
        sa.Column("usage", sa.String(40), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("postcode", sa.Text(), nullable=False),
        sa.Column("ward", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_residence")),
        sa.UniqueConstraint("agency", "record_id", "recorded_at", "digest", name="uq_residence_version"),
    )
    op.create_index("ix_residence_uprn", "residence", ["uprn"], unique=False)

    op.create_table(
        "sign_in_link",
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_sign_in_link")),
    )
    op.create_table(
        "tenancy",
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
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("uprn", sa.Text()),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date()),
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("joint_tenant", sa.Text()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tenancy")),
        sa.UniqueConstraint("agency", "record_id", "recorded_at", "digest", name="uq_tenancy_version"),
    )
    op.create_table(
        "unmatched",
        sa.Column("scheme", sa.String(20), nullable=False),
        sa.Column("agency", sa.String(60), nullable=False),
        sa.Column("value", sa.String(80), nullable=False, comment="empty: the row named nothing"),
        sa.Column("reason", sa.String(60), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("seen_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("scheme", "agency", "value", name=op.f("pk_unmatched")),
    )
    op.create_table(
        "worker",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("role", sa.String(20), nullable=False, comment="key_worker, agency_worker or manager"),
        sa.Column(
            "sector",
            sa.String(20),
            nullable=True,
            comment="an agency's own worker sees that sector's data alone",
        ),
        sa.Column("ward", sa.String(80), nullable=True, comment="null: the whole city"),
        sa.Column("caseload", sa.Integer(), nullable=False),
        sa.Column("new_cases_a_week", sa.Integer(), nullable=False),
        sa.Column("domestic_abuse_trained", sa.Boolean(), nullable=False),
        sa.Column("email", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_worker")),
    )
    op.create_table(
        "case",
        sa.Column("id", ID, nullable=False),
        sa.Column("reference", sa.String(20), nullable=False),
        sa.Column("household_id", ID, nullable=False),
        sa.Column(
            "scope", sa.String(20), nullable=False, comment="joint, or the one sector whose data it rests on"
        ),
        sa.Column(
            "gateway",
            sa.String(200),
            nullable=False,
            comment="the power under which data are brought together",
        ),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("look_by", sa.Date(), nullable=False),
        sa.Column("weight", sa.Float(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False, comment="one plain sentence for the list"),
        sa.Column("state", sa.String(20), nullable=False, comment="new, seen or closed"),
        sa.Column("worker_id", ID),
        sa.Column("closed_on", sa.Date()),
        sa.Column("closing", sa.String(200), nullable=True, comment="why it was closed or withdrawn"),
        sa.ForeignKeyConstraint(
            ["household_id"], ["household.id"], name=op.f("fk_case_household_id_household")
        ),
        sa.ForeignKeyConstraint(["worker_id"], ["worker.id"], name=op.f("fk_case_worker_id_worker")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case")),
        sa.UniqueConstraint("reference", name=op.f("uq_case_reference")),
    )
    op.create_index("ix_case_worker", "case", ["worker_id"], unique=False)
    op.create_index(
        "uq_case_open",
        "case",
        ["household_id"],
        unique=True,
        sqlite_where=sa.text("closed_on IS NULL"),
        postgresql_where=sa.text("closed_on IS NULL"),
    )

    op.create_table(
        "link",
        sa.Column("id", ID, nullable=False),
        sa.Column("scheme", sa.String(20), nullable=False, comment="uprn, account, nhs_number"),
        sa.Column("agency", sa.String(60), nullable=False, comment="whose identifier; empty: national"),
        sa.Column("value", sa.String(80), nullable=False),
        sa.Column("household_id", ID, nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=False, comment="exclusive"),
        sa.Column("rule", sa.String(40), nullable=False, comment="how the match was made"),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["household_id"], ["household.id"], name=op.f("fk_link_household_id_household")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link")),
        sa.UniqueConstraint("scheme", "agency", "value", "from_on", name=op.f("uq_link_scheme")),
    )
    op.create_index("ix_link_household", "link", ["household_id"], unique=False)

    op.create_table(
        "look",
        sa.Column("id", ID, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("worker_id", ID, nullable=False),
        sa.Column(
            "household_id",
            ID,
            nullable=True,
            comment="null: a page about no household, or one that does not exist",
        ),
        sa.Column("page", sa.String(40), nullable=False),
        sa.Column("allowed", sa.Boolean(), nullable=False),
        sa.Column(
            "because", sa.String(80), nullable=False, comment="the relation that let them in, or why not"
        ),
        sa.ForeignKeyConstraint(["worker_id"], ["worker.id"], name=op.f("fk_look_worker_id_worker")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_look")),
    )
    op.create_index("ix_look_household", "look", ["household_id"], unique=False)

    op.create_table(
        "member",
        sa.Column("id", ID, nullable=False),
        sa.Column("household_id", ID, nullable=False),
        sa.Column("agency", sa.String(60), nullable=False),
        sa.Column("record_id", sa.String(80), nullable=False, comment="of the person row that agency sent"),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["household_id"], ["household.id"], name=op.f("fk_member_household_id_household")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_member")),
        sa.UniqueConstraint("agency", "record_id", "from_on", name=op.f("uq_member_agency")),
    )
    op.create_index("ix_member_household", "member", ["household_id"], unique=False)

    op.create_table(
        "reading",
        sa.Column("check", sa.String(60), nullable=False),
        sa.Column("household_id", ID, autoincrement=False, nullable=False),
        sa.Column("version", sa.String(20), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("weight", sa.Float(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("facts", sa.JSON(none_as_null=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["household_id"], ["household.id"], name=op.f("fk_reading_household_id_household")
        ),
        sa.PrimaryKeyConstraint("check", "household_id", name=op.f("pk_reading")),
    )
    op.create_table(
        "session",
        sa.Column("id_hash", sa.String(64), nullable=False),
        sa.Column("worker_id", ID, nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("last_seen_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["worker_id"], ["worker.id"], name=op.f("fk_session_worker_id_worker")),
        sa.PrimaryKeyConstraint("id_hash", name=op.f("pk_session")),
    )
    op.create_table(
        "alert",
        sa.Column("id", ID, nullable=False),
        sa.Column("worker_id", ID, nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("cause", sa.String(30), nullable=False, comment="opened or added"),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("sent_at", MOMENT),
        sa.Column("channel", sa.String(20)),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_alert_case_id_case")),
        sa.ForeignKeyConstraint(["worker_id"], ["worker.id"], name=op.f("fk_alert_worker_id_worker")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert")),
        sa.UniqueConstraint("worker_id", "case_id", "cause", "day", name=op.f("uq_alert_worker_id")),
    )
    op.create_index(
        "ix_alert_unsent",
        "alert",
        ["day"],
        unique=False,
        sqlite_where=sa.text("sent_at IS NULL"),
        postgresql_where=sa.text("sent_at IS NULL"),
    )

    op.create_table(
        "case_event",
        sa.Column("id", ID, nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column(
            "what",
            sa.String(30),
            nullable=False,
            comment="opened, added, widened, withdrawn, allocated, seen",
        ),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("policy", sa.String(20), nullable=False),
        sa.Column("worker_id", ID),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_case_event_case_id_case")),
        sa.ForeignKeyConstraint(["worker_id"], ["worker.id"], name=op.f("fk_case_event_worker_id_worker")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_event")),
        sa.UniqueConstraint("case_id", "day", "what", "why", name=op.f("uq_case_event_case_id")),
    )
    op.create_table(
        "signal",
        sa.Column("id", ID, nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("household_id", ID, nullable=False),
        sa.Column("check", sa.String(60), nullable=False),
        sa.Column("version", sa.String(20), nullable=False),
        sa.Column("sector", sa.String(20), nullable=False),
        sa.Column("factor", sa.String(40), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("weight", sa.Float(), nullable=False),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.Column("would_lower", sa.Text(), nullable=False),
        sa.Column("facts", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("evidence_kind", sa.String(40), nullable=False),
        sa.Column("evidence", sa.JSON(none_as_null=True), nullable=False, comment="ids of landed rows"),
        sa.Column(
            "current", sa.Boolean(), nullable=False, comment="false: replaced by a later signal of that check"
        ),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_signal_case_id_case")),
        sa.ForeignKeyConstraint(
            ["household_id"], ["household.id"], name=op.f("fk_signal_household_id_household")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signal")),
        sa.UniqueConstraint("case_id", "check", "as_of", name=op.f("uq_signal_case_id")),
    )
