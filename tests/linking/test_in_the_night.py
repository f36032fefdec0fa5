"""The night finds people by likeness and homes by written addresses; a reviewer decides, and undoes."""

from datetime import date, timedelta

import pytest
from sqlalchemy import delete, func, select

from earlyhelp import plugins
from earlyhelp.law.policy import Sector
from earlyhelp.services import matching, replaying, stages
from earlyhelp.store import tables as t
from earlyhelp.store.people import answering, markers, objections, reviews, undoing
from earlyhelp.store.people.matching import forget_gone
from schemas.appointment import Appointment
from schemas.person import Person
from schemas.police_callout import PoliceCallout
from schemas.rent_account import RentTransaction
from schemas.residence import Residence
from schemas.tenancy import Tenancy
from tests.test_services import a_night, hire
from tests.twins import (
    NIGHT,
    Twin,
    TwinFeed,
    appointment,
    at,
    callout,
    moment,
    rent,
    residence,
    tenancy,
    tenant,
)

HERE, THERE, TOWER, HOSTEL = "999000000001", "999000000002", "999000000003", "999000000004"
NUMBER = "9434765919"
"""Made up, with a check digit that is right."""
WRITTEN, VAGUE = "1 Quilfeather St., ZZ1 1AA", "2 Quillfeather Street"
BORN = date(1984, 5, 6)
OTHER = tenant("A2", "Ordinary").model_copy(update={"forename": "Cedric", "date_of_birth": date(1951, 1, 30)})


def patient(record: str = "P1", surname: str = "Thistelwood", born: date | None = BORN, **told) -> Person:
    """Somebody whose home health does not tell."""
    return Person(
        record_id=record, recorded_at=moment(date(2020, 1, 6)), forename="Marigold", surname=surname,
        date_of_birth=born, **{"nhs_number": NUMBER} | told,
    )  # fmt: skip


def called_to(record: str, address: str, days: int) -> PoliceCallout:
    """A call about an address that somebody typed."""
    return callout(record, None, NIGHT - timedelta(days=days)).model_copy(update={"address": address})


def agencies(patients=(), calls=()) -> dict[str, Twin]:
    """A landlord's tenants, patients without an address, and calls to written addresses."""
    homes = [
        residence(HERE),
        residence(THERE),
        residence(TOWER, "building"),
        residence(HOSTEL, "institution"),
    ]
    rows = {
        "gazetteer": (Sector.COUNCIL, {"residences": (Residence, homes)}),
        "homes": (
            Sector.HOUSING,
            {
                "tenancies": (Tenancy, [tenancy("A1", HERE), tenancy("A2", THERE)]),
                "tenants": (Person, [tenant("A1", "Thistlewood"), OTHER]),
                "rent": (RentTransaction, [*rent("A1", 60, paid_until=9), *rent("A2", 60, paid_until=1)]),
            },
        ),
        "police": (Sector.POLICE, {"callouts": (PoliceCallout, list(calls))}),
        "health": (
            Sector.HEALTH,
            {
                "patients": (Person, list(patients)),
                "appointments": (
                    Appointment,
                    [
                        appointment(f"a{n}", NUMBER, NIGHT - timedelta(days=4 + 9 * n), "noshow")
                        for n in range(6)
                    ],
                ),
            },
        ),
    }
    return {
        name: Twin(name, sector, [TwinFeed(feed, schema, told) for feed, (schema, told) in feeds.items()])
        for name, (sector, feeds) in rows.items()
    }


CALLS = [called_to(f"c{n}", WRITTEN, days) for n, days in enumerate((4, 11, 18, 30, 41))]


@pytest.fixture(autouse=True)
def staff(engine):
    hire(engine)


def told(engine, table, *columns, **where):
    with engine.connect() as conn:
        query = select(*(table.c[name] for name in columns)).where(
            *(table.c[k] == v for k, v in where.items())
        )
        return sorted(conn.execute(query).all(), key=repr)


def home_of(engine, scheme, value):
    """At which residence an identifier leads to a household."""
    with engine.connect() as conn:
        query = select(t.household.c.uprn).join(t.link, t.link.c.household_id == t.household.c.id)
        return conn.execute(query.where(t.link.c.scheme == scheme, t.link.c.value == value)).scalars().first()


def answer(engine, said, kind="person"):
    """A trained reviewer answers the one question, or what was matched, of that kind."""
    with engine.begin() as conn:
        table = t.same_person if kind == "person" else t.written_address
        (number,) = conn.execute(select(table.c.id)).scalars()
        answering.answer(conn, 1, f"{kind}-{number}", said, at(NIGHT), "looked at both")


def rematch(engine):
    return matching.rematch(engine, plugins.checks(), NIGHT)


def test_a_misspelt_name_and_a_badly_written_address_end_at_the_right_home(engine, tmp_path):
    counts = a_night(engine, agencies([patient()], CALLS), tmp_path)[4]
    assert (counts["rows_unmatched"], counts["by_likeness"], counts["for_review"]) == (0, 1, 0)
    assert home_of(engine, "nhs_number", NUMBER) == HERE
    assert home_of(engine, "uprn", WRITTEN) == HERE
    ((rule, sure, model),) = told(engine, t.link, "rule", "sure", "model", scheme="nhs_number")
    assert (rule, model) == ("likeness", "1.1/1")
    assert 0.95 < sure < 1
    ((why,),) = told(engine, t.same_person, "why")
    assert "last name spelt otherwise" in why
    assert not {"marigold", "thistlewood", "1984"} & {*why.lower().split()}, "comparisons, never values"
    with engine.connect() as conn:
        opened = conn.execute(select(t.signal.c.check)).scalars().all()
    assert {"repeat_police_callouts", "missed_appointments"} <= set(opened)


def test_a_night_with_nothing_new_matches_nothing_and_loads_no_splink(engine, tmp_path, monkeypatch):
    twins = agencies([patient()], CALLS)
    a_night(engine, twins, tmp_path)
    before = told(engine, t.link, "id", "value"), told(engine, t.same_person, "id", "made_on")
    monkeypatch.setitem(__import__("sys").modules, "splink", None)  # importing it fails
    monkeypatch.setitem(__import__("sys").modules, "duckdb", None)
    again = stages.match(engine, NIGHT + timedelta(days=1))
    assert "changed" not in again
    assert before == (told(engine, t.link, "id", "value"), told(engine, t.same_person, "id", "made_on"))


def test_a_wrong_match_is_undone_with_everything_that_followed(engine, tmp_path):
    a_night(engine, agencies([patient()], CALLS), tmp_path)
    ((case,),) = told(engine, t.case, "id")
    members = told(engine, t.member, "agency", "record_id", "household_id")
    answer(engine, "different")
    counts = rematch(engine)
    assert counts["undone"] == 1
    assert home_of(engine, "nhs_number", NUMBER) is None
    assert told(engine, t.member, "agency", "record_id", "household_id") == [
        one for one in members if one.agency != "health"
    ]
    current = {check for check, holds in told(engine, t.signal, "check", "current") if holds}
    assert "missed_appointments" not in current
    assert "repeat_police_callouts" in current
    with engine.connect() as conn:
        (undone,) = undoing.undone(conn)
    assert (undone.checks, undone.rows) == (("missed_appointments",), 6)
    assert undone.alerts == 1
    assert "match undone" in {what for (what,) in told(engine, t.case_event, "what", case_id=case)}
    answer(engine, "different", "address")
    counts = rematch(engine)
    assert counts["eased"] + counts["kept"] == 1
    current = {check for check, holds in told(engine, t.signal, "check", "current") if holds}
    assert current == {"rent_arrears_trend"}
    answer(engine, "same")
    answer(engine, "same", "address")
    rematch(engine)
    assert told(engine, t.member, "agency", "record_id", "household_id") == members, "the last answer holds"


def test_a_case_that_rested_on_nothing_else_is_withdrawn(engine, tmp_path):
    twins = agencies([patient()], CALLS)
    twins["homes"].feeds = twins["homes"].feeds[:2]
    a_night(engine, twins, tmp_path)
    assert told(engine, t.case, "state") == [("new",)]
    answer(engine, "different")
    answer(engine, "different", "address")
    assert rematch(engine)["withdrawn"] == 1
    with engine.connect() as conn:
        (undone,) = undoing.undone(conn)
    assert undone.became == "withdrawn"


def test_a_replay_after_an_undo_raises_nothing_on_what_was_taken_back(engine, tmp_path):
    twins = agencies([patient()], CALLS)
    twins["homes"].feeds = twins["homes"].feeds[:2]
    a_night(engine, twins, tmp_path)
    before = replaying.replay(engine, plugins.checks(), NIGHT)["cases_opened"]
    answer(engine, "different")
    answer(engine, "different", "address")
    rematch(engine)
    assert (before, replaying.replay(engine, plugins.checks(), NIGHT)["cases_opened"]) == (1, 0)


def test_an_objection_of_somebody_lost_holds_from_when_a_reviewer_says_who_they_are(engine, tmp_path):
    twins = agencies([patient(surname="Thistle")], CALLS)
    call = callout("d", HERE, NIGHT - timedelta(days=400), domestic_abuse=True)
    twins["police"].feeds[0].rows.append(call)  # so that software asks, and nobody else
    a_night(engine, twins, tmp_path)
    with engine.begin() as conn:
        number, home = objections.object_to(conn, "health", "P1", NIGHT, "by letter")
        objections.decide_objection(conn, number, NIGHT, uphold=True, note="she asks for it herself")
        assert (home, objections.not_assessed(conn)) == (None, frozenset())
    answer(engine, "same")
    rematch(engine)
    with engine.connect() as conn:
        here = conn.execute(select(t.household.c.id).where(t.household.c.uprn == HERE)).scalar_one()
        assert objections.not_assessed(conn) == {here}
    answer(engine, "different")
    rematch(engine)
    with engine.connect() as conn:
        assert objections.not_assessed(conn) == frozenset(), "undone, it is nobody else's"


def test_answers_about_somebody_whose_time_is_over_go_with_them(engine, tmp_path):
    a_night(engine, agencies([patient()]), tmp_path)
    answer(engine, "same")
    with engine.begin() as conn:
        gone = t.landing["person"].c.agency == "health"
        assert forget_gone(conn, dry_run=True) == 0
        conn.execute(delete(t.landing["person"]).where(gone))
        assert (forget_gone(conn, dry_run=True), forget_gone(conn, dry_run=False)) == (1, 1)
    stages.match(engine, NIGHT)
    assert home_of(engine, "nhs_number", NUMBER) is None


def test_an_address_without_its_postcode_waits_for_a_reviewer(engine, tmp_path):
    a_night(engine, agencies([], [called_to("c", VAGUE, 3)]), tmp_path)
    assert home_of(engine, "uprn", VAGUE) is None
    ((reason,),) = told(engine, t.unmatched, "reason", scheme="uprn")
    assert reason == "a reviewer is asked which residence it is"
    with engine.connect() as conn:
        (question,) = reviews.waiting(conn, trained=False)
        both = reviews.both_sides(conn, question.id, trained=False)
    assert (question.kind, question.agencies) == ("address", ("police",))
    assert (both.left.fields["address"], both.right.fields["address"]) == (VAGUE, VAGUE)
    assert both.left.events == {"police_callout": 1}
    answer(engine, "same", "address")
    rematch(engine)
    assert home_of(engine, "uprn", VAGUE) == THERE
    with engine.connect() as conn:
        assert reviews.waiting(conn, trained=True) == []


def test_a_father_and_his_son_of_one_name_are_nobodys_to_guess(engine, tmp_path):
    twins = agencies([patient(born=None)])
    people = twins["homes"].feeds[1]
    people.rows[1] = people.rows[1].model_copy(update={"forename": "Marigold", "surname": "Thistlewood"})
    a_night(engine, twins, tmp_path)
    assert home_of(engine, "nhs_number", NUMBER) is None


def test_where_a_marker_is_known_software_only_asks(engine, tmp_path):
    call = callout("d", HERE, NIGHT - timedelta(days=9), domestic_abuse=True)
    counts = a_night(engine, agencies([patient()], [call]), tmp_path)[4]
    assert (counts["by_likeness"], counts["for_review"]) == (0, 1)
    assert home_of(engine, "nhs_number", NUMBER) is None
    with engine.connect() as conn:
        assert reviews.waiting(conn, trained=False) == []
        (question,) = reviews.waiting(conn, trained=True)
        assert reviews.both_sides(conn, question.id, trained=False) is None
    assert question.marked
    answer(engine, "same")
    rematch(engine)
    assert home_of(engine, "nhs_number", NUMBER) == HERE


def test_a_marker_that_comes_later_takes_the_match_back(engine, tmp_path):
    a_night(engine, agencies([patient()]), tmp_path)
    assert home_of(engine, "nhs_number", NUMBER) == HERE
    with engine.begin() as conn:
        markers.enter(conn, "homes", "TA1", NIGHT)
    stages.match(engine, NIGHT)
    assert home_of(engine, "nhs_number", NUMBER) is None


def test_whoever_an_expired_agreement_told_of_is_no_longer_matched_with(engine, tmp_path, monkeypatch):
    a_night(engine, agencies([patient()]), tmp_path)
    monkeypatch.setattr(
        "earlyhelp.services.linking.shared.kept_out", lambda *_: {"person": frozenset({"homes"})}
    )
    stages.match(engine, NIGHT)
    assert home_of(engine, "nhs_number", NUMBER) is None


@pytest.mark.parametrize("lives", [{"uprn": HOSTEL}, {"address": "4 Quillfeather St, ZZ1 1AA"}])
def test_whoever_is_said_to_live_in_a_hostel_is_put_in_no_home_by_software(engine, tmp_path, lives):
    a_night(engine, agencies([patient(**lives)]), tmp_path)
    assert home_of(engine, "nhs_number", NUMBER) is None
    ((decision, because),) = told(engine, t.same_person, "decision", "because")
    assert (decision, because) == ("review", "their own agency says that they live in an institution")


def test_a_hostel_that_the_gazetteer_calls_a_dwelling_is_no_household(engine, tmp_path):
    crowd = [patient(f"P{n}", f"Sleeper{n}", nhs_number=None, uprn=THERE) for n in range(21)]
    call = callout("c", THERE, NIGHT - timedelta(days=1))
    a_night(engine, agencies(crowd, [call]), tmp_path)
    assert home_of(engine, "uprn", THERE) is None
    assert told(engine, t.unmatched, "reason", value=THERE) == [
        ("more people are known there than a home holds",)
    ]


def test_somebody_erased_leaves_no_pair_and_no_answer(engine, tmp_path):
    from earlyhelp.store.people import rights

    a_night(engine, agencies([patient()]), tmp_path)
    answer(engine, "same")
    with engine.begin() as conn:
        rights.erase(conn, "health", "P1", NIGHT, "asked for")
    with engine.connect() as conn:
        for table in (t.same_person, t.reviewed, t.compared):
            assert conn.execute(select(func.count()).select_from(table)).scalar_one() == 0
    stages.match(engine, NIGHT)
    assert home_of(engine, "nhs_number", NUMBER) is None
