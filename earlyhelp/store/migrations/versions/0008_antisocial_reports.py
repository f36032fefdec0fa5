"""Reports of anti-social behaviour land; council tax says whether one adult lives there."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True).with_variant(sa.String(30), "sqlite")


def upgrade() -> None:
    op.create_table(
        "antisocial_report",
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
        sa.Column("role", sa.String(40), nullable=False),
        sa.Column("nuisance", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_antisocial_report")),
        sa.UniqueConstraint(
            "agency", "record_id", "recorded_at", "digest", name="uq_antisocial_report_version"
        ),
    )
    with op.batch_alter_table("antisocial_report", schema=None) as batch_op:
        batch_op.create_index("ix_antisocial_report_subject", ["uprn"], unique=False)
    with op.batch_alter_table("council_tax_account", schema=None) as batch_op:
        batch_op.add_column(sa.Column("discount", sa.String(40)))


def downgrade() -> None:
    with op.batch_alter_table("council_tax_account", schema=None) as batch_op:
        batch_op.drop_column("discount")
    op.drop_table("antisocial_report")
