"""Sharing agreements: what a file must say, what stays outside the door, and what stops when one ends."""

import json
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select
from typer.testing import CliRunner

from earlyhelp import plugins
from earlyhelp.cli import app
from earlyhelp.commands.agreeing import examined
from earlyhelp.errors import NoAgreement, SetUpWrong
from earlyhelp.feeds import Refused
from earlyhelp.in_force import agreements
from earlyhelp.law.policy import Sector
from earlyhelp.services import fetching, stages
from earlyhelp.settings import settings
from earlyhelp.sharing.agreed import Agreements
from earlyhelp.sharing.agreements import ENVELOPE, State, read
from earlyhelp.store.tables import case, case_event, dropped_field, fetch_run, landing, quarantine, signal
from tests.agreed import FEEDS, SECTORS, agreement
from tests.test_services import a_night, agencies, hire
from tests.twins import NIGHT

GOOD = agreement("homes", "housing", {"rent": "rent_transaction", "tenants": "person"})


@pytest.fixture
def agreed(tmp_path, monkeypatch):
    """Agreements of the made-up agencies, with what is given in place of some."""

    def write(**texts):
        folder = tmp_path / f"agreements-{len(list(tmp_path.iterdir()))}"
        folder.mkdir()
        usual = {agency: agreement(agency, sector, FEEDS) for agency, sector in SECTORS.items()}
        for name, text in (usual | texts).items():
            (folder / f"{name}.toml").write_text(text)
        monkeypatch.setenv("EARLYHELP_AGREEMENTS", str(folder))
        settings.cache_clear()

    yield write
    monkeypatch.undo()
    settings.cache_clear()


def without(text: str, *fields: str) -> str:
    """An agreement that leaves those fields out."""
    for field in fields:
        assert f"'{field}', " in text or f", '{field}'" in text
        text = text.replace(f"'{field}', ", "").replace(f", '{field}'", "")
    return text


def until(agency: str, last: date) -> str:
    """An agreement whose last day that is."""
    text = agreement(agency, SECTORS[agency], FEEDS)
    return text.replace("2099-12-31", str(last)).replace("2090-01-01", str(last))


# --- what a file must say -------------------------------------------------------------------------------


def test_every_feed_that_is_installed_is_covered_on_the_demos_first_night():
    for connector in plugins.connectors().values():
        for feed in connector.feeds:
            assert agreements().share(f"{connector.name}/{feed.name}", NIGHT).rows == feed.schema.kind


FAULTS = [
    ("keep_months = 36", "keep_months = 0", "feeds.rent.keep_months"),
    ("'account'", "'accountt'", "rent_transaction has no field accountt"),
    ("'amount', ", "", "no rent_transaction can do without amount: list it, or leave the feed out"),
    ('rows = "person"', 'rows = "persons"', "feeds.tenants: schemas/ has no rows persons"),
    ("review_on = 2090-01-01", "review_on = 2019-01-01", "must follow each other in time"),
    ('contact = "nobody@example.org"\n', "", "contact: Field required"),
    ('sector = "housing"', 'sector = "hosing"', "sector: Input should be 'housing'"),
    ("Crime and Disorder Act 1998 s.115", "Digital Economy Act 2017 s.35", "list under factors"),
    ("Crime and Disorder Act 1998 s.115", "open licence, about nobody", "person, rent_transaction are about"),
    ('lawful_basis = "made up"', "", "gateway.lawful_basis"),
    ("begins_on", "begins = 1\nbegins_on", "begins: Extra inputs are not permitted"),
    ("[gateway]", "[gateway", "must be TOML"),
]


@pytest.mark.parametrize(("line", "instead", "said"), FAULTS, ids=[said for *_, said in FAULTS])
def test_a_fault_is_said_with_the_file_the_place_and_what_is_wrong(line, instead, said):
    read(GOOD, "agreements/homes.toml")
    assert line in GOOD
    with pytest.raises(SetUpWrong, match=r"agreements/homes\.toml: ") as fault:
        read(GOOD.replace(line, instead, 1), "agreements/homes.toml")
    assert said in str(fault.value)


def test_health_may_not_come_by_section_35_nor_without_a_route_for_confidential_data():
    text = agreement("health", "health", {"appointments": "appointment"})
    power = "Crime and Disorder Act 1998 s.115"
    section_35 = text.replace(f'"{power}"', '"Digital Economy Act 2017 s.35"\nfactors = ["ill-health"]')
    with pytest.raises(SetUpWrong, match="outside section 35"):
        read(section_35, "x")
    own = text.replace(
        power, "the health partner's sharing agreement, with its own route for confidential data"
    )
    with pytest.raises(SetUpWrong, match="common-law route"):
        read(own, "x")


def test_callouts_must_bring_the_marker_that_guards_a_household():
    text = agreement("police", "police", {"callouts": "police_callout"})
    with pytest.raises(SetUpWrong, match="can do without domestic_abuse"):
        read(without(text, "domestic_abuse"), "x")


def test_where_an_agreement_stands_is_a_matter_of_the_day():
    """- draft, n not yet, = in force, ! review due, x expired; a letter a month from January 2026."""
    text = GOOD.replace("signed_on = 2020-01-01", "signed_on = 2026-02-01")
    text = text.replace("begins_on = 2020-01-01", "begins_on = 2026-04-01")
    text = text.replace("2090-01-01", "2026-08-01").replace("2099-12-31", "2026-09-30")
    one = read(text, "x")
    letters = {State.DRAFT: "-", State.NOT_YET: "n", State.IN_FORCE: "=", State.REVIEW_DUE: "!",
               State.EXPIRED: "x", State.ENDED: "e"}  # fmt: skip
    months = [date(2026, month, 1) for month in range(1, 13)]
    assert "".join(letters[one.state(day)] for day in months) == "-nn====!!xxx"
    early = read(text.replace("[gateway]", "ended_on = 2026-06-01\n[gateway]"), "x")
    assert "".join(letters[early.state(day)] for day in months) == "-nn==eeeeeee"
    assert one.state(date(2026, 9, 30)).holds
    assert not one.state(date(2026, 10, 1)).holds


def test_a_file_with_a_fault_stops_its_own_feeds_and_no_others():
    police = agreement("police", "police", {"callouts": "police_callout"})
    all_of_them = Agreements.of([("a.toml", GOOD.replace("title", "titel")), ("b.toml", police)])
    assert all_of_them.holds("police/callouts", NIGHT)
    assert len(all_of_them.faults) == 1
    with pytest.raises(NoAgreement, match=r"no sharing agreement covers it.*agreements check"):
        all_of_them.share("homes/rent", NIGHT)


def test_two_that_cover_one_feed_on_the_same_days_hold_neither_until_one_ends():
    both = Agreements.of([("a.toml", GOOD), ("b.toml", GOOD)])
    assert not both.holds("homes/rent", NIGHT)
    assert "homes/rent on the same days" in both.faults[0]
    old = GOOD.replace("[gateway]", f"ended_on = {NIGHT}\n[gateway]")
    renewed = GOOD.replace("begins_on = 2020-01-01", f"begins_on = {NIGHT}")
    after = Agreements.of([("a.toml", old), ("b.toml", renewed)])
    assert after.holds("homes/rent", NIGHT - timedelta(days=1))
    assert after.holds("homes/rent", NIGHT)


def test_powers_come_from_agreements_in_force_and_from_nowhere_else():
    assert Agreements().gateways(NIGHT) == {}
    police = agreement("police", "police", {"callouts": "police_callout"})
    one = Agreements.of([("p.toml", police)])
    assert one.gateways(NIGHT) == {Sector.POLICE: "Crime and Disorder Act 1998 s.115"}
    assert one.gateways(date(2019, 1, 1)) == {}
    own = police.replace("Crime and Disorder Act 1998 s.115", "public task, UK GDPR article 6(1)(e)")
    assert Agreements.of([("p.toml", own)]).gateways(NIGHT) == {}, "its own task is no power to join"


# --- at the door ----------------------------------------------------------------------------------------


def test_what_was_not_agreed_on_never_lands_and_is_counted(engine, agreed):
    agreed(homes=without(agreement("homes", "housing", FEEDS), "payment_cycle"))
    twins = agencies()
    rent = twins["homes"].feeds[2]
    told = '{"record_id": "z", "payment_cycle": "weekly", "amount": "x", "theirs": 7}'
    rent.refused = [Refused("row 1", "amount: is no number", told)]
    counts = fetching.fetch_agency(engine, twins["homes"], NIGHT)["rent"]
    assert counts["landed"] == len(rent.rows)
    with engine.connect() as conn:
        table = landing["rent_transaction"]
        assert set(conn.execute(select(table.c.payment_cycle)).scalars()) == {None}
        assert conn.execute(select(func.count(table.c.account))).scalar_one() == len(rent.rows)
        (dropped,) = conn.execute(select(dropped_field)).all()
        (kept,) = conn.execute(select(quarantine.c.row)).scalars()
    assert tuple(dropped)[:3] == ("homes/rent", "payment_cycle", len(rent.rows))
    assert json.loads(kept) == {"record_id": "z", "amount": "x", "theirs": 7}
    again = fetching.fetch_agency(engine, twins["homes"], NIGHT + timedelta(days=1))["rent"]
    assert again["landed"] == 0, "what was dropped makes no new version"


def test_without_an_agreement_nobody_is_even_asked(engine, agreed):
    agreed()
    twins = agencies()
    twins["homes"].name = "strangers"
    with pytest.raises(NoAgreement, match="strangers/tenancies: no sharing agreement covers it"):
        fetching.fetch_agency(engine, twins["homes"], NIGHT)
    assert twins["homes"].asked == []


def test_the_last_day_of_an_agreement_is_a_day_like_any_other_and_the_next_stops_its_feeds(engine, agreed):
    agreed(police=until("police", NIGHT))
    twins = agencies()
    assert fetching.fetch_agency(engine, twins["police"], NIGHT)["callouts"]["landed"] == 7
    with pytest.raises(NoAgreement, match=f"police/callouts: its sharing agreement expired on {NIGHT}"):
        fetching.fetch_agency(engine, twins["police"], NIGHT + timedelta(days=1))
    with engine.connect() as conn:
        last = conn.execute(select(fetch_run.c.error).order_by(fetch_run.c.id.desc())).scalars().first()
    assert last.startswith("no-agreement: police/callouts: its sharing agreement expired on 2026-11-02")
    assert fetching.fetch_agency(engine, twins["homes"], NIGHT + timedelta(days=1)), "the others go on"


# --- when one ends --------------------------------------------------------------------------------------


def test_what_has_landed_stops_counting_when_its_agreement_ends(engine, agreed, tmp_path):
    hire(engine)
    agreed(police=until("police", NIGHT - timedelta(days=1)))
    twins = agencies()
    for name, twin in twins.items():
        day = NIGHT - timedelta(days=1) if name == "police" else NIGHT
        fetching.fetch_agency(engine, twin, day)
    stages.match(engine, NIGHT)
    counts = stages.run_checks(engine, plugins.checks(), NIGHT)
    assert counts["not_assessed"] == 1
    stages.decide(engine, plugins.checks(), NIGHT)
    with engine.connect() as conn:
        (opened,) = conn.execute(select(case)).all()
        assert {s.check for s in conn.execute(select(signal))} == {"rent_arrears_trend"}
    assert opened.scope == "housing", "one kind of need alone is no joint case"


def test_an_open_case_lets_go_of_what_may_no_longer_be_used(engine, agreed, tmp_path):
    hire(engine)
    agreed(police=until("police", NIGHT))
    a_night(engine, agencies(), tmp_path / "outbox")
    with engine.connect() as conn:
        (before,) = conn.execute(select(case)).all()
    assert "Police" in before.reason
    for _ in range(2):
        stages.begin_night(engine, NIGHT + timedelta(days=1))
    counts = stages.run_checks(engine, plugins.checks(), NIGHT + timedelta(days=1))
    stages.decide(engine, plugins.checks(), NIGHT + timedelta(days=1))
    with engine.connect() as conn:
        (after,) = conn.execute(select(case)).all()
        current = set(conn.execute(select(signal.c.check).where(signal.c.current)).scalars())
        said = [e.why for e in conn.execute(select(case_event)) if e.what == "sharing ended"]
    assert counts["not_assessed"] == 1
    assert current == {"rent_arrears_trend"}
    assert "Police:" not in after.reason
    assert "What police had shared may no longer be used" in after.reason
    assert after.closed_on is None, "silence that we impose ourselves withdraws nothing"
    assert len(said) == 1


# --- the command ----------------------------------------------------------------------------------------


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("EARLYHELP_HOME", str(tmp_path))
    settings.cache_clear()
    yield tmp_path
    monkeypatch.undo()
    settings.cache_clear()


def said(*words, code=0):
    answer = CliRunner().invoke(app, words, env={"COLUMNS": "200"})
    assert answer.exit_code == code, answer.output
    return answer.output


def test_the_command_lists_them_with_their_state(home):
    told = {one["agency"]: one for one in json.loads(said("agreements", "--json"))["agreements"]}
    assert told["eastborough-police"]["state"] == "in force"
    assert told["eastborough-police"]["power"] == "Digital Economy Act 2017 s.35"
    assert "eastborough-police" in said("agreements")


def test_the_command_finds_faults_and_what_checks_read_in_vain(home, agreed):
    police = without(agreement("eastborough-police", "police", {"incidents": "police_callout"}), "harm")
    agreed(
        homes=GOOD.replace("keep_months = 36", "keep_months = 0"),
        eastborough_police=police,
        moorland_fire=agreement("moorland-fire", "council", {"calls": "fire_visit"}),
    )
    told = json.loads(said("agreements", "check", "--json", code=1))
    assert any("keep_months" in fault for fault in told["faults"])
    assert any("moorland-fire is of fire and rescue, not council" in fault for fault in told["faults"])
    assert any("repeat_police_callouts reads harm" in line for line in told["warnings"])
    assert any("moorland-fire/visits: no sharing agreement" in line for line in told["warnings"])


def test_a_new_one_is_a_draft_that_holds_nothing_until_it_is_signed(home, monkeypatch):
    monkeypatch.chdir(home)
    (home / "agreements").mkdir()
    said("agreements", "new", "northside-homes")
    path = home / "agreements" / "northside_homes.toml"
    text = path.read_text()
    drafted = read(text, path.name)
    assert drafted.state(date.today()) is State.DRAFT  # noqa: DTZ011 - the command's day is the real one
    assert read(text.replace("# signed_on", "signed_on"), "x").state(drafted.begins_on).holds
    for share in drafted.feeds.values():
        assert not share.dropped()
        assert not set(share.fields) & ENVELOPE
    answer = CliRunner().invoke(app, ["agreements", "new", "northside-homes"])
    assert isinstance(answer.exception, SetUpWrong)


def test_what_our_checks_read_of_the_demos_agencies_was_agreed_on():
    """A check would go blind without a word where a field that it reads stands in no agreement."""
    faults, warnings = examined(NIGHT)
    tests_own = [line for line in [*faults, *warnings] if "made up" in line or "_visits.toml" in line]
    assert [line for line in [*faults, *warnings] if line not in tests_own] == []
