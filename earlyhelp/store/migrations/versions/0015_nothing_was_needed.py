"""Nothing was needed: a worker's answer about the household, which says nothing against a check."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

OF_NEED = "true: it says whether help was needed, and nothing of whether the check was right"


def upgrade() -> None:
    op.add_column(
        "verdict",
        sa.Column("of_need", sa.Boolean(), nullable=False, server_default=sa.text("false"), comment=OF_NEED),
    )


def downgrade() -> None:
    with op.batch_alter_table("verdict") as table:
        table.drop_column("of_need")
