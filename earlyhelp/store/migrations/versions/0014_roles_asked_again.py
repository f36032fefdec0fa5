"""Roles asked again: when the council last said who somebody is, and what a silent asking goes back to."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True).with_variant(sa.String(30), "sqlite")


def upgrade() -> None:
    op.add_column(
        "session",
        sa.Column("confirmed_at", MOMENT, comment="when the council last said who this is. Null: the demo"),
    )
    op.add_column(
        "sign_in_start",
        sa.Column("back_to", sa.String(200), comment="of a session's own asking: the page to go back to"),
    )
