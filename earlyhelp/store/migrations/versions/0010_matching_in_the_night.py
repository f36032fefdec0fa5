"""Matching in the night: written addresses, likeness, reviewers' answers, and what was undone."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True).with_variant(sa.String(30), "sqlite")
PLACED = ("antisocial_report", "benefit_award", "council_tax_account", "fire_visit", "police_callout")
LONGER = {
    "link": "of scheme uprn a written address too",
    "packed": "an account, an address, a person",
    "unmatched": "empty: the row named nothing",
    "unpacked": "rows of it were deleted or changed",
}
SAID = {
    "scheme": (20, "uprn, account, nhs_number, person"),
    "rule": (40, "tenancy, address, written address, likeness, review"),
}


def upgrade() -> None:
    for kind in PLACED:
        op.add_column(kind, sa.Column("address", sa.Text()))
        op.add_column(kind, sa.Column("place", sa.Text(), sa.Computed("coalesce(uprn, address)")))
        op.drop_index(f"ix_{kind}_subject", kind)
        op.create_index(f"ix_{kind}_subject", kind, ["place"])
    for name, comment in LONGER.items():
        with op.batch_alter_table(name) as table:
            table.alter_column("value", existing_type=sa.String(80), type_=sa.String(200), comment=comment)
    with op.batch_alter_table("link") as table:
        for name, (length, comment) in SAID.items():
            table.alter_column(
                name, existing_type=sa.String(length), existing_nullable=False, comment=comment
            )
    op.add_column(
        "link", sa.Column("sure", sa.Float(), comment="how likely the match is right, where that is reckoned")
    )
    op.add_column(
        "link",
        sa.Column("model", sa.String(40), comment="the model of likeness by which it was reckoned"),
    )
    op.create_table(
        "written_address",
        sa.Column("id", ID, nullable=False),
        sa.Column("address", sa.String(200), nullable=False, comment="as an agency wrote it"),
        sa.Column(
            "uprn", sa.String(12), comment="the residence it means, as matching has it now; null: none"
        ),
        sa.Column(
            "asked", sa.String(12), comment="the likeliest residence, of which a reviewer is or was asked"
        ),
        sa.Column("sure", sa.Float(), nullable=False, comment="of the one or the other"),
        sa.Column("decision", sa.String(10), nullable=False, comment="match, review or apart"),
        sa.Column("why", sa.String(80), nullable=False, comment="the rule, or why none is said; no value"),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_written_address")),
        sa.UniqueConstraint("address", name=op.f("uq_written_address_address")),
    )
    op.create_table(
        "likeness",
        sa.Column("id", ID, nullable=False),
        sa.Column(
            "model", sa.String(40), nullable=False, comment="version of model.toml, and which learning of it"
        ),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("records", sa.Integer(), nullable=False, comment="from how many it was learnt"),
        sa.Column(
            "learnt", sa.JSON(), nullable=False, comment="what likeness weighs; of values only common ones"
        ),
        sa.Column(
            "newest", ID, nullable=False, comment="id of the newest person row that was compared by it"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_likeness")),
    )
    op.create_table(
        "compared",
        sa.Column("agency", sa.String(60), nullable=False),
        sa.Column(
            "record_id",
            sa.String(80),
            nullable=False,
            comment="who has no home of their own, and was compared",
        ),
        sa.PrimaryKeyConstraint("agency", "record_id", name=op.f("pk_compared")),
    )
    op.create_table(
        "same_person",
        sa.Column("id", ID, nullable=False),
        sa.Column("left_agency", sa.String(60), nullable=False),
        sa.Column(
            "left_record", sa.String(80), nullable=False, comment="of the two ends the lesser comes first"
        ),
        sa.Column("right_agency", sa.String(60), nullable=False),
        sa.Column("right_record", sa.String(80), nullable=False),
        sa.Column(
            "probability", sa.Float(), nullable=False, comment="that both are one person's, by the model"
        ),
        sa.Column("weight", sa.Float(), nullable=False, comment="of all that agrees and differs, in bits"),
        sa.Column("why", sa.Text(), nullable=False, comment="what agrees and what differs, never a value"),
        sa.Column("model", sa.String(40), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column(
            "decision", sa.String(10), nullable=False, comment="match, review or apart, answers weighed in"
        ),
        sa.Column(
            "because",
            sa.String(120),
            nullable=False,
            comment="why it is not what likeness alone would say",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_same_person")),
        sa.UniqueConstraint(
            "left_agency", "left_record", "right_agency", "right_record", name="uq_same_person_pair"
        ),
    )
    op.create_index("ix_same_person_right", "same_person", ["right_agency", "right_record"])
    op.create_table(
        "reviewed",
        sa.Column("id", ID, nullable=False),
        sa.Column("kind", sa.String(10), nullable=False, comment="person or address"),
        sa.Column("left_agency", sa.String(60), nullable=False, comment="empty: an address"),
        sa.Column(
            "left_record", sa.String(200), nullable=False, comment="a record's number, or the written address"
        ),
        sa.Column("right_agency", sa.String(60), nullable=False),
        sa.Column("right_record", sa.String(80), nullable=False, comment="a record's number, or a UPRN"),
        sa.Column("answer", sa.String(10), nullable=False, comment="same, different or unsure"),
        sa.Column("worker_id", ID, nullable=False),
        sa.Column("answered_at", MOMENT, nullable=False),
        sa.Column("note", sa.Text()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviewed")),
        sa.ForeignKeyConstraint(["worker_id"], ["worker.id"], name=op.f("fk_reviewed_worker_id_worker")),
    )
    op.create_index("ix_reviewed_pair", "reviewed", ["left_agency", "left_record"])
    op.create_table(
        "undone",
        sa.Column("id", ID, nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("day", sa.Date(), nullable=False, comment="on which it came out"),
        sa.Column(
            "checks",
            sa.JSON(),
            nullable=False,
            comment="whose signals rested on another household's rows",
        ),
        sa.Column(
            "rows",
            sa.Integer(),
            nullable=False,
            comment="of those that they rested on, so many were not theirs",
        ),
        sa.Column("alerts", sa.JSON(), nullable=False, comment="ids of the alerts raised on it until then"),
        sa.Column("sent", sa.Integer(), nullable=False, comment="so many of them had been sent"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_undone")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_undone_case_id_case")),
        sa.UniqueConstraint("case_id", "day", name=op.f("uq_undone_case_id")),
    )
