"""Alembic's way in: runs the migrations on the connection that `earlyhelp.store.unit_of_work` hands over.

To draft one after a change of the tables: ``alembic -c migrations/alembic.ini revision --autogenerate``
with the address of a migrated store as ``-x url=…``.
"""

from typing import Any, Literal

from alembic import context
from sqlalchemy import Connection

from earlyhelp.store import tables  # noqa: F401 - fills the metadata
from earlyhelp.store.columns import Moment, metadata
from earlyhelp.store.unit_of_work import open_store


def _spell(kind: str, thing: Any, _context: Any) -> str | Literal[False]:
    """How a migration spells our moments: a migration must not change when our code does."""
    if kind == "type" and isinstance(thing, Moment):
        return 'sa.DateTime(timezone=True).with_variant(sa.String(30), "sqlite")'
    return False


def run(connection: Connection) -> None:
    """Run what is missing, in the transaction that is open or in one of its own."""
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_item=_spell,
        render_as_batch=connection.dialect.name == "sqlite",
        transactional_ddl=True,
    )
    with context.begin_transaction():
        context.run_migrations()


handed: Connection | None = context.config.attributes.get("connection")
if handed is not None:
    run(handed)
else:
    with open_store(context.get_x_argument(as_dictionary=True)["url"]).begin() as own:
        run(own)
