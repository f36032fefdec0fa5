"""Whom calls are about, by the force's own numbers; incidents that several agencies write down."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True).with_variant(sa.String(30), "sqlite")
ADDED: dict[str, tuple[sa.Column[Any], ...]] = {
    "police_callout": (sa.Column("person", sa.Text()), sa.Column("other_person", sa.Text())),
    "fire_visit": (sa.Column("incident", sa.Text()), sa.Column("occurred_at", MOMENT)),
    "council_tax_account": (sa.Column("arrangement", sa.String(40)),),
    "antisocial_report": (sa.Column("occurred_at", MOMENT),),
}


def upgrade() -> None:
    for table, columns in ADDED.items():
        with op.batch_alter_table(table, schema=None) as batch_op:
            for column in columns:
                batch_op.add_column(column)


def downgrade() -> None:
    for table, columns in ADDED.items():
        with op.batch_alter_table(table, schema=None) as batch_op:
            for column in columns:
                batch_op.drop_column(column.name)
