"""Reviewers: one more role that a worker may have."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

BEFORE = "key_worker, agency_worker or manager"


def upgrade() -> None:
    _comment("key_worker, agency_worker, manager or reviewer", BEFORE)


def downgrade() -> None:
    _comment(BEFORE, "key_worker, agency_worker, manager or reviewer")


def _comment(now: str, before: str) -> None:
    """Only PostgreSQL keeps comments."""
    if op.get_context().dialect.name == "postgresql":
        op.alter_column(
            "worker",
            "role",
            comment=now,
            existing_comment=before,
            existing_type=sa.String(20),
            existing_nullable=False,
        )
