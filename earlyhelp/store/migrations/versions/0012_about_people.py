"""Supervision and attendance are about a person by number; a person has surnames of before.

What probation and the schools told by address cannot be told of a person afterwards: it is let go of, and
their next night fetches all of it anew, each row with its number.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

ABOUT = {"supervision": "person", "school_attendance": "pupil"}
FEEDS = ("moorland-probation/supervision", "northmoor-schools/attendance")


def upgrade() -> None:
    _let_go()
    for kind, subject in ABOUT.items():
        with op.batch_alter_table(kind) as table:
            table.drop_index(f"ix_{kind}_subject")
            table.drop_column("uprn")
            if kind == "supervision":
                table.add_column(sa.Column("person", sa.Text(), nullable=False))
            table.create_index(f"ix_{kind}_subject", [subject])
    op.add_column("person", sa.Column("former_surname", sa.Text()))


def downgrade() -> None:
    _let_go()
    op.drop_column("person", "former_surname")
    for kind in ABOUT:
        with op.batch_alter_table(kind) as table:
            table.drop_index(f"ix_{kind}_subject")
            if kind == "supervision":
                table.drop_column("person")
            table.add_column(sa.Column("uprn", sa.Text()))
            table.create_index(f"ix_{kind}_subject", ["uprn"])


def _let_go() -> None:
    """Nothing is held or packed of the two kinds, and their feeds are as if never fetched.

    What watches over their tables goes first, for it names the columns; it is put back after migrating.
    """
    for kind in ABOUT:
        for event in ("delete", "update"):
            of = f' ON "{kind}"' if op.get_bind().dialect.name == "postgresql" else ""
            op.execute(f'DROP TRIGGER IF EXISTS "forget_{kind}_{event}"{of}')
        op.execute(f"DELETE FROM {kind}")
        for table in ("packed", "packed_to", "unpacked"):
            op.execute(f"DELETE FROM {table} WHERE kind = '{kind}'")
    for feed in FEEDS:
        for table in ("bookmark", "receipt"):
            op.execute(f"DELETE FROM {table} WHERE feed = '{feed}'")
