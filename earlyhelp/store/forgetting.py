"""The database itself forgets what is packed of a row that is deleted or changed, whoever does it.

Apart from `packs`, for it needs no columns: whoever opens the store to land rows does without numpy.
"""

from sqlalchemy import Connection

from earlyhelp.store.tables import EVENT_KINDS, landing, subject_of
from schemas.feed import EventRow


def guard(conn: Connection) -> None:
    """Have the database itself forget what is packed of a row that is deleted or changed.

    So nothing outlives its row, whoever deletes it and however. Rows that land are noticed by their number.
    """
    if conn.dialect.name == "postgresql":
        conn.exec_driver_sql(_FORGET)
    for kind, schema in EVENT_KINDS.items():
        for statement in _triggers(conn.dialect.name, kind, schema):
            conn.exec_driver_sql(statement)


def _triggers(dialect: str, kind: str, schema: type[EventRow]) -> list[str]:
    """What watches over one table. ``superseded_on`` changes with a row that lands, and is noticed so."""
    subject = subject_of(schema)[1]
    kept = (
        column for column in landing[kind].c if column.computed is None and column.name != "superseded_on"
    )
    changed = ", ".join(f'"{column.name}"' for column in kept)
    made = []
    for event, verb in (("delete", "DELETE"), ("update", f"UPDATE OF {changed}")):
        name = f"forget_{kind}_{event}"
        if dialect == "postgresql":
            arguments = f"'{kind}', '{subject}'"
            made.append(
                f'CREATE OR REPLACE TRIGGER "{name}" AFTER {verb} ON "{kind}" FOR EACH ROW '
                f"EXECUTE FUNCTION forget_packed({arguments})"
            )
            continue
        made += [
            f'DROP TRIGGER IF EXISTS "{name}"',
            f'CREATE TRIGGER "{name}" AFTER {verb} ON "{kind}" FOR EACH ROW '
            f"WHEN OLD.id <= (SELECT newest FROM packed_to WHERE kind = '{kind}') BEGIN "
            f"DELETE FROM packed WHERE kind = '{kind}' AND agency = OLD.agency "
            f'AND value = OLD."{subject}"; '
            f"{_marked(kind, subject, 'OLD')}"
            f"{_marked(kind, subject, 'NEW') if event == 'update' else ''}"
            # SQLite gives the number of the last row anew once that row is gone.
            f'UPDATE packed_to SET newest = (SELECT COALESCE(max(id), 0) FROM "{kind}") '
            f"WHERE kind = '{kind}' AND newest > (SELECT COALESCE(max(id), 0) FROM \"{kind}\"); END",
        ]
    return made


def _marked(kind: str, subject: str, of: str) -> str:
    """What SQLite does to remember that the subject of a row (``OLD`` or ``NEW``) is to be packed again."""
    return (
        f"INSERT OR IGNORE INTO unpacked (kind, agency, value) "
        f'SELECT \'{kind}\', {of}.agency, {of}."{subject}" WHERE {of}."{subject}" IS NOT NULL; '
    )


_FORGET = """
    CREATE OR REPLACE FUNCTION forget_packed() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        told jsonb;
        named text;
    BEGIN
        IF OLD.id <= (SELECT newest FROM packed_to WHERE kind = TG_ARGV[0]) THEN
            FOREACH told IN ARRAY CASE TG_OP WHEN 'DELETE' THEN ARRAY[to_jsonb(OLD)]
                                  ELSE ARRAY[to_jsonb(OLD), to_jsonb(NEW)] END LOOP
                named := told ->> TG_ARGV[1];
                DELETE FROM packed WHERE kind = TG_ARGV[0] AND agency = told ->> 'agency'
                    AND value = named;
                INSERT INTO unpacked (kind, agency, value)
                    SELECT TG_ARGV[0], told ->> 'agency', named WHERE named IS NOT NULL
                    ON CONFLICT DO NOTHING;
            END LOOP;
        END IF;
        RETURN NULL;
    END $$
"""
