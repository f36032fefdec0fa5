"""What is past its date goes, as each agreement says, once; what an open case rests on is held."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, insert, select, update
from sqlalchemy.dialects import sqlite

from earlyhelp.services import fetching
from earlyhelp.services.retaining import retain
from earlyhelp.settings import settings
from earlyhelp.sharing.kinds import KINDS
from earlyhelp.store.access.audit import verify
from earlyhelp.store.columns import Moment, metadata, plain_type
from earlyhelp.store.retaining import IDENTIFYING, PSEUDONYMISED, months_before
from earlyhelp.store.tables import case, feed, landing, operation, pull_in, pull_in_reply, signal
from earlyhelp.store.unsaying import GONE, OF_A_HOUSEHOLD, WORDS
from tests.agreed import FEEDS, agreement, write_all
from tests.test_services import a_night, agencies, hire
from tests.twins import NIGHT, at, callout

CALLS = landing["police_callout"]


@pytest.fixture
def agreed(tmp_path, monkeypatch):
    """Agreements of the made-up agencies, with the police's written anew."""

    def write(police):
        folder = tmp_path / f"agreements-{len(list(tmp_path.iterdir()))}"
        folder.mkdir()
        (write_all(folder) / "police.toml").write_text(police)
        monkeypatch.setenv("EARLYHELP_AGREEMENTS", str(folder))
        settings.cache_clear()

    yield write
    monkeypatch.undo()
    settings.cache_clear()


POLICE = agreement("police", "police", FEEDS)


def calls(engine, *days_ago):
    """The police alone, with a call so many days before the night."""
    twin = agencies()["police"]
    rows = [callout(f"c{days}", "999000000001", NIGHT - timedelta(days=days)) for days in days_ago]
    twin.feeds[0].rows = rows
    fetching.fetch_agency(engine, twin, NIGHT)


def held(engine):
    with engine.connect() as conn:
        return conn.execute(select(CALLS).order_by(CALLS.c.occurred_on)).all()


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)), st.integers(1, 240))
def test_months_are_calendar_months(day, months):
    before = months_before(day, months)
    assert (day.year - before.year) * 12 + day.month - before.month == months
    assert before.day == day.day or (before + timedelta(days=1)).day == 1 < day.day


def test_a_dry_run_tells_and_changes_nothing_and_the_run_does_what_it_told(engine, agreed):
    agreed(POLICE.replace("keep_months = 36", "keep_months = 6"))
    calls(engine, 10, 100, 250, 400)
    would = retain(engine, NIGHT, dry_run=True)
    assert would["police/callouts"] == {"removed": 2, "held": 0, "narrowed": 0}
    assert len(held(engine)) == 4
    assert retain(engine, NIGHT, dry_run=False) == would
    assert [(NIGHT - row.occurred_on).days for row in held(engine)] == [100, 10]
    assert retain(engine, NIGHT, dry_run=False)["police/callouts"]["removed"] == 0, "twice is once"
    with engine.connect() as conn:
        (said,) = conn.execute(select(operation.c.what, operation.c.about)).all()
        assert verify(conn).broken == ()
    assert said == ("retention", "police/callouts before 2026-05-02: removed=2 held=0 narrowed=0")


def test_what_is_pseudonymised_leads_nowhere_and_can_still_be_counted(engine, agreed):
    agreed(POLICE.replace("keep_months = 36", 'keep_months = 6\nafter = "pseudonymise"'))
    calls(engine, 10, 250)
    before = held(engine)
    assert retain(engine, NIGHT, dry_run=False)["police/callouts"]["pseudonymised"] == 1
    old, new = held(engine)
    assert new == before[1]
    assert (old.uprn, old.page, old.category) == (None, PSEUDONYMISED, "antisocial_behaviour")
    assert not {"c250", "999000000001"} & {str(value) for value in old}
    assert retain(engine, NIGHT, dry_run=False)["police/callouts"]["pseudonymised"] == 0


def test_what_an_open_case_rests_on_is_held_until_it_closes(engine, agreed, tmp_path):
    hire(engine)
    twins = agencies()
    a_night(engine, twins, tmp_path / "outbox")
    with engine.connect() as conn:
        rests = [n for e in conn.execute(select(signal.c.evidence)).scalars() for n in e]
        assert rests
    later = date(2032, 1, 1)
    told = retain(engine, later, dry_run=False)
    assert sum(counts.get("held", 0) for counts in told.values()) > 0
    with engine.begin() as conn:
        conn.execute(update(case).values(closed_on=later, state="closed"))
    retain(engine, later, dry_run=False)
    assert held(engine) == []
    after_six_years = date(2038, 2, 1)
    assert retain(engine, after_six_years, dry_run=True)["cases"]["removed"] == 1
    retain(engine, after_six_years, dry_run=False)
    with engine.connect() as conn:
        assert set(conn.execute(select(case.c.reason)).scalars()) == {GONE}
        assert conn.execute(select(func.count()).select_from(signal)).scalar_one() == 0
    assert retain(engine, after_six_years, dry_run=False)["cases"]["removed"] == 0


def test_no_word_outlives_a_case_and_what_came_of_it_does(engine, tmp_path):
    hire(engine)
    a_night(engine, agencies(), tmp_path / "outbox")
    closed = date(2026, 12, 1)
    with engine.begin() as conn:
        number, home = conn.execute(select(case.c.id, case.c.household_id)).one()
        filled = {"case_id": number, "household_id": home, "worker_id": 1, "ground": "an Act"}
        for table in (*WORDS, *OF_A_HOUSEHOLD):
            conn.execute(insert(table).values(made_up(table, filled)))
        asked = conn.execute(select(pull_in.c.id)).scalar_one()
        conn.execute(
            insert(pull_in_reply).values(made_up(pull_in_reply, {"pull_in_id": asked, "worker_id": 1}))
        )
        conn.execute(update(case).values(closed_on=closed, state="closed"))
    retain(engine, date(2032, 11, 30), dry_run=False)
    assert SAID in everything(engine), "not before its time"
    retain(engine, date(2032, 12, 2), dry_run=False)
    assert SAID not in everything(engine)
    with engine.connect() as conn:
        for table in WORDS:
            assert conn.execute(select(func.count()).select_from(table)).scalar_one() == 1, (
                "that it was stays"
            )


SAID = "in somebody's own words"


def made_up(table, given):
    """A row whose every text is what somebody said."""
    told = {"text": SAID, "varchar": "x", "date": NIGHT, "integer": 1, "boolean": False, "json": ["x"]}
    row = {}
    for column in table.c:
        kind = column.type.compile(dialect=sqlite.dialect()).split("(")[0].lower()
        if column.name in given:
            row[column.name] = given[column.name]
        elif column.foreign_keys and not column.nullable:
            row[column.name] = 1
        elif not column.primary_key and not column.foreign_keys:
            row[column.name] = at(NIGHT) if isinstance(column.type, Moment) else told[kind]
    return row


def everything(engine):
    with engine.connect() as conn:
        return str([conn.execute(select(table)).all() for table in metadata.sorted_tables])


def test_a_field_that_is_no_longer_agreed_on_is_emptied(engine, agreed):
    agreed(POLICE)
    calls(engine, 10, 20)
    calls_alone = agreement("police", "police", {"callouts": "police_callout"})
    agreed(calls_alone.replace("'uprn', ", "").replace("'harm', ", ""))
    assert retain(engine, NIGHT, dry_run=True)["police/callouts"]["narrowed"] == 4
    retain(engine, NIGHT, dry_run=False)
    assert {(row.uprn, row.harm) for row in held(engine)} == {(None, 0.0)}


def test_what_no_agreement_speaks_of_is_for_somebody_to_decide(engine):
    with engine.begin() as conn:
        row = {"name": "old/rows", "agency": "old", "sector": "police", "kind": "police_callout"}
        conn.execute(feed.insert().values(**row, stale_after_days=3, steady=True))
    assert retain(engine, NIGHT, dry_run=False)["old/rows"] == {
        "removed": 0, "held": 0, "narrowed": 0, "undecided": 1,
    }  # fmt: skip


HARMLESS = {
    "description", "name", "organisation", "alert", "url", "email", "telephone", "serves", "ward", "category",
}  # fmt: skip
"""Free text of directories and of places: about nobody, or about many."""


def test_every_free_text_of_every_kind_of_row_is_identifying_or_said_to_be_harmless():
    for kind, schema in KINDS.items():
        for name, field in schema.model_fields.items():
            if plain_type(field.annotation) is str:
                assert name in IDENTIFYING | HARMLESS, f"{kind}.{name}: identifying, or harmless?"
