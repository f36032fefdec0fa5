import subprocess
import sys
import traceback
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import event, func, insert, select, text
from sqlalchemy.exc import DBAPIError

from earlyhelp.errors import SetUpWrong
from earlyhelp.store import unit_of_work
from earlyhelp.store.columns import metadata
from earlyhelp.store.tables import household, night
from earlyhelp.store.unit_of_work import Work, migrate, newest_revision, open_store, reading
from tests.postgres import fresh_database

MOMENT = datetime(2025, 7, 1, 23, 30, 0, 7, ZoneInfo("Europe/London"))
HOME = {
    "reference": "secret-reference",
    "formed_on": date(2025, 1, 1),
    "ward": "North",
    "uprn": "000000000001",
}


def count(engine):
    with reading(engine) as conn:
        return conn.execute(select(func.count()).select_from(household)).scalar_one()


def test_the_migrations_make_the_tables(engine):
    with reading(engine) as conn:
        assert compare_metadata(MigrationContext.configure(conn), metadata) == []


def test_the_newest_migration_is_the_head():
    config = Config()
    config.set_main_option("script_location", str(unit_of_work.MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_current_head() == newest_revision()


def test_migrating_again_does_nothing(engine):
    statements = []
    event.listen(engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
    migrate(engine)
    assert not [s for s in statements if not s.lstrip().startswith(("PRAGMA", "BEGIN", "SELECT"))]


def stumble(engine):
    with Work(engine) as work:
        work.conn.execute(insert(household).values(HOME))
        raise ZeroDivisionError


def test_leaving_without_commit_undoes(engine):
    with Work(engine) as work:
        work.conn.execute(insert(household).values(HOME))
    with pytest.raises(ZeroDivisionError):
        stumble(engine)
    assert count(engine) == 0
    with Work(engine) as work:
        work.conn.execute(insert(household).values(HOME))
        work.commit()
        work.conn.execute(insert(household).values(HOME | {"reference": "other"}))
    assert count(engine) == 1


def test_rows_number_themselves(engine):
    with Work(engine) as work:
        keys = [
            work.conn.execute(insert(household).values(HOME | {"reference": r})).inserted_primary_key[0]
            for r in "ab"
        ]
    assert keys == [1, 2]


def test_a_reader_sees_one_moment_and_holds_up_nobody(engine):
    with reading(engine) as conn:
        wanted = select(func.count()).select_from(household)
        assert conn.execute(wanted).scalar_one() == 0
        with Work(engine) as work:
            work.conn.execute(insert(household).values(HOME))
            work.commit()
        if engine.dialect.name == "sqlite":
            assert conn.execute(wanted).scalar_one() == 0
    assert count(engine) == 1


def broken(engine, statement, row, *, first=None):
    """What one reads of a statement that fails."""
    with Work(engine) as work:
        if first is not None:
            work.conn.execute(statement, first)
        with pytest.raises(DBAPIError) as caught:
            work.conn.execute(statement, row)
    return "".join(traceback.format_exception(caught.value))


def test_errors_show_no_values(engine):
    twice = broken(engine, insert(household), HOME, first=HOME)
    assert "secret-reference" not in twice
    assert "household" in twice
    nothing = broken(engine, insert(household), HOME | {"ward": None})
    assert "secret-reference" not in nothing
    if engine.dialect.name == "postgresql":
        asked = text("SELECT CAST(:it AS date)")
        assert "secret-reference" not in broken(engine, asked, {"it": "secret-reference"})


@pytest.mark.parametrize("url", ["secret", "mysql://me:secret@host/db", "wrong://me:secret@host", ""])
def test_an_address_that_is_none_says_so_without_itself(url):
    with pytest.raises(SetUpWrong) as caught:
        open_store(url)
    assert "secret" not in "".join(traceback.format_exception(caught.value))


def test_the_short_name_of_postgresql_will_do(postgres_url):
    with fresh_database(postgres_url) as url:
        made = open_store(url.replace("postgresql+psycopg", "postgres"))
        with reading(made) as conn:
            assert conn.execute(text("SHOW timezone")).scalar_one() == "UTC"
        made.dispose()


def test_sqlite_is_set_up_to_last(tmp_path):
    made = open_store(f"sqlite:///{tmp_path / 'store.db'}")
    with reading(made) as conn:
        asked = {name: conn.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in
                 ("journal_mode", "foreign_keys", "busy_timeout", "synchronous")}  # fmt: skip
    made.dispose()
    assert asked == {"journal_mode": "wal", "foreign_keys": 1, "busy_timeout": 30_000, "synchronous": 1}


def test_a_day_and_a_document_come_back_as_they_went(engine):
    row = {"day": date(2025, 1, 1), "state": "running", "counts": {"a": [1, None]}, "started_at": MOMENT}
    with Work(engine) as work:
        work.conn.execute(insert(night).values(row))
        back = work.conn.execute(select(night)).one()
    assert dict(back._mapping) == row | {"ended_at": None}
    assert back.started_at.utcoffset() == timedelta(0)


@pytest.mark.parametrize("from_revision", ["0002", "0003"])
def test_a_store_of_an_earlier_version_keeps_its_rows(tmp_path, from_revision):
    """Somebody's workers, cases and signals, which point to each other, through every migration since."""
    made = open_store(f"sqlite:///{tmp_path / 'old.db'}")
    config = Config()
    config.set_main_option("script_location", str(unit_of_work.MIGRATIONS))
    with made.begin() as conn:
        config.attributes["connection"] = conn
        command.upgrade(config, from_revision)
        conn.exec_driver_sql(
            "insert into household (id, reference, formed_on, ward, uprn) "
            "values (1, 'H', '2026-01-05', 'W', '1')"
        )
        conn.exec_driver_sql(
            "insert into worker (id, name, role, caseload, new_cases_a_week, domestic_abuse_trained, email) "
            "values (7, 'Amina', 'key_worker', 15, 5, 0, 'a@x.example')"
        )
        conn.exec_driver_sql(
            'insert into "case" (id, reference, household_id, scope, gateway, opened_on, look_by, weight, '
            "reason, state, worker_id) "
            "values (3, 'C', 1, 'joint', 'g', '2026-01-06', '2026-01-08', 2, 'r', 'new', 7)"
        )
        conn.exec_driver_sql(
            "insert into alert (id, worker_id, case_id, cause, day) values (4, 7, 3, 'opened', '2026-01-06')"
        )
    migrate(made)
    with made.connect() as conn:
        joined = (
            'select c.reference, w.name from alert a join "case" c on c.id = a.case_id join worker w '
            "on w.id = c.worker_id"
        )
        assert conn.exec_driver_sql(joined).all() == [("C", "Amina")]
        assert conn.exec_driver_sql("PRAGMA foreign_keys").scalar_one() == 1
    made.dispose()


def test_whoever_opens_the_store_to_land_rows_loads_neither_numpy_nor_cryptography(tmp_path):
    """Rows land in a process of their own beside others: what it loads, it keeps in memory all night."""
    told = (
        "import sys; import earlyhelp.connecting.agency, earlyhelp.services.fetching; "
        "from earlyhelp.store.unit_of_work import migrate, open_store; "
        "migrate(open_store(sys.argv[1])); "
        "print([name for name in ('numpy', 'joserfc', 'cryptography') if name in sys.modules])"
    )
    store = f"sqlite:///{tmp_path / 'store.db'}"
    done = subprocess.run([sys.executable, "-c", told, store], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
