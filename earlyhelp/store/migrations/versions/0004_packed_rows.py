"""Packed rows: what was said about one account, address or person as one row of numbers."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "packed",
        sa.Column("id", ID, nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("agency", sa.String(60), nullable=False, comment="that said it"),
        sa.Column("value", sa.String(80), nullable=False, comment="an account, an address, a person"),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("crc", sa.BigInteger(), nullable=False, comment="CRC-32 of the body"),
        sa.Column(
            "body",
            sa.LargeBinary(),
            nullable=False,
            comment="its events with all their versions, as numbers",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_packed")),
        sa.UniqueConstraint("kind", "value", "agency", name=op.f("uq_packed_kind")),
    )
    op.create_table(
        "packed_to",
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column(
            "layout", sa.BigInteger(), nullable=False, comment="64 bits over how a packed event is laid out"
        ),
        sa.Column("newest", ID, nullable=False, comment="id of the newest landed row that is packed"),
        sa.PrimaryKeyConstraint("kind", name=op.f("pk_packed_to")),
    )
    op.create_table(
        "unpacked",
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("agency", sa.String(60), nullable=False),
        sa.Column("value", sa.String(80), nullable=False, comment="rows of it were deleted or changed"),
        sa.PrimaryKeyConstraint("kind", "agency", "value", name=op.f("pk_unpacked")),
    )
    if op.get_bind().dialect.name == "postgresql":
        # Bodies hardly shrink under PostgreSQL's own compression, which would take longer than reading them.
        op.execute("ALTER TABLE packed ALTER COLUMN body SET STORAGE EXTERNAL")
