"""A tombstone that comes before its row waits for it until the window closes."""

import sqlalchemy as sa
from alembic import op

from earlyhelp.store.columns import Moment

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

WAITS = "until the window closes: its row may come after it"


def upgrade() -> None:
    op.create_table(
        "early_tombstone",
        sa.Column("feed", sa.String(length=80), nullable=False),
        sa.Column("record_id", sa.String(length=80), nullable=False),
        sa.Column("recorded_at", Moment(), nullable=False, comment=WAITS),
        sa.PrimaryKeyConstraint("feed", "record_id", name=op.f("pk_early_tombstone")),
    )


def downgrade() -> None:
    op.drop_table("early_tombstone")
