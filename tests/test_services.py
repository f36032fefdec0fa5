"""A night without a wire: what each stage does, twice, half-way, and when somebody is silent."""

import json
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes

import pytest
from sqlalchemy import func, select

from earlyhelp import plugins
from earlyhelp.alerts.channel import Ways
from earlyhelp.alerts.folder import Folder
from earlyhelp.errors import TryAgainLater
from earlyhelp.law.policy import Sector
from earlyhelp.services import fetching, replaying, stages
from earlyhelp.store.tables import (
    alert,
    case,
    case_event,
    household,
    landing,
    link,
    signal,
    unmatched,
    worker,
)
from schemas.appointment import Appointment
from schemas.person import Person
from schemas.police_callout import PoliceCallout
from schemas.rent_account import RentTransaction
from schemas.residence import Residence
from schemas.tenancy import Tenancy
from tests.twins import (
    NIGHT,
    Twin,
    TwinFeed,
    appointment,
    at,
    callout,
    patient,
    posting,
    rent,
    residence,
    tenancy,
    tenant,
)

TROUBLED, STEADY, TOWER, WARD = "999000000001", "999000000002", "999000000003", "Aldren"


def agencies() -> dict[str, Twin]:
    """A household that slides at one agency after another, and one that lives as usual."""
    calls = [
        callout(f"c{n}", TROUBLED, NIGHT - timedelta(days=days)) for n, days in enumerate((4, 11, 18, 30, 41))
    ]
    return {
        "gazetteer": Twin(
            "gazetteer",
            Sector.COUNCIL,
            [
                TwinFeed(
                    "residences",
                    Residence,
                    [residence(TROUBLED), residence(STEADY), residence(TOWER, "building")],
                )
            ],
        ),
        "homes": Twin(
            "homes",
            Sector.HOUSING,
            [
                TwinFeed("tenancies", Tenancy, [tenancy("A1", TROUBLED), tenancy("A2", STEADY)]),
                TwinFeed("tenants", Person, [tenant("A1", "Thistlewood"), tenant("A2", "Ordinary")]),
                TwinFeed(
                    "rent", RentTransaction, [*rent("A1", 60, paid_until=9), *rent("A2", 60, paid_until=1)]
                ),
            ],
        ),
        "police": Twin(
            "police",
            Sector.POLICE,
            [
                TwinFeed(
                    "callouts",
                    PoliceCallout,
                    [
                        *calls,
                        callout("t", TOWER, NIGHT - timedelta(days=3)),
                        callout("n", None, NIGHT - timedelta(days=2)),
                    ],
                )
            ],
        ),
        "health": Twin(
            "health",
            Sector.HEALTH,
            [
                TwinFeed("patients", Person, [patient("9990000018", TROUBLED)]),
                TwinFeed(
                    "appointments",
                    Appointment,
                    [
                        appointment(f"a{n}", "9990000018", NIGHT - timedelta(days=4 + 9 * n), "fulfilled")
                        for n in range(4)
                    ],
                ),
            ],
        ),
    }


@pytest.fixture(autouse=True)
def staff(engine):
    hire(engine)


def hire(engine):
    """A key worker, and a housing and a police officer; none is trained for domestic abuse."""
    people = [
        ("key_worker", None, "Amina"),
        ("agency_worker", "housing", "Priya"),
        ("agency_worker", "police", "Tom"),
    ]
    with engine.begin() as conn:
        for role, sector, name in people:
            conn.execute(
                worker.insert().values(
                    name=name, role=role, sector=sector, ward=None, caseload=15, new_cases_a_week=5,
                    domestic_abuse_trained=False, email=f"{name.lower()}@northmoor.example",
                )
            )  # fmt: skip


def a_night(engine, twins, outbox, day=NIGHT, *, times=1):
    """Every stage in turn, each so many times over."""
    counts = {}
    stages.begin_night(engine, day)
    for _ in range(times):
        for twin in twins.values():
            counts[twin.name] = fetching.fetch_agency(engine, twin, day)
    for stage in (
        lambda: stages.match(engine, day),
        lambda: stages.run_checks(engine, plugins.checks(), day),
        lambda: stages.decide(engine, plugins.checks(), day),
        lambda: stages.alert(engine, Ways(Folder(outbox)), at(day)),
    ):
        for _ in range(times):
            counts[len(counts)] = stage()
    stages.end_night(engine, day, [], {"alert": {}})
    return counts


def rows(engine, table, *columns):
    with engine.connect() as conn:
        return conn.execute(select(*(columns or [table]))).all()


def test_from_answers_to_a_case_with_its_evidence(engine, tmp_path):
    counts = a_night(engine, agencies(), tmp_path / "outbox")
    (opened,) = rows(engine, case)
    assert (opened.scope, opened.state) == ("joint", "new")
    assert "Digital Economy Act" in opened.gateway
    (home,) = [h for h in rows(engine, household) if h.id == opened.household_id]
    assert home.uprn == TROUBLED
    signals = {s.check: s for s in rows(engine, signal)}
    assert set(signals) == {"rent_arrears_trend", "repeat_police_callouts"}
    for one in signals.values():
        assert one.evidence
        evidence = landing[one.evidence_kind]
        with engine.connect() as conn:
            held = conn.execute(select(func.count()).where(evidence.c.id.in_(one.evidence))).scalar_one()
        assert held == len(one.evidence)
        assert one.sentence in opened.reason
    assert counts["homes"]["rent"]["landed"] == counts["homes"]["rent"]["fetched"] == 60 * 2 + 51 + 59


def test_twice_is_once(engine, tmp_path):
    a_night(engine, agencies(), tmp_path / "outbox", times=2)
    assert len(rows(engine, case)) == 1
    assert len(rows(engine, signal)) == 2
    assert len(rows(engine, alert)) == 1
    assert len(list((tmp_path / "outbox").iterdir())) == 1
    assert [e.what for e in rows(engine, case_event)] == ["opened", "allocated"]
    before = len(rows(engine, landing["rent_transaction"])), len(rows(engine, link))
    a_night(engine, agencies(), tmp_path / "outbox", NIGHT + timedelta(days=1))
    assert (len(rows(engine, landing["rent_transaction"])), len(rows(engine, link))) == before
    assert len(rows(engine, case)) == 1


def test_the_alert_says_how_many_by_when_and_where_and_nothing_about_anyone(engine, tmp_path):
    a_night(engine, agencies(), tmp_path / "outbox")
    (written,) = (tmp_path / "outbox").iterdir()
    message = message_from_bytes(written.read_bytes())
    text = message["Subject"] + message.get_payload(decode=True).decode()
    assert "1 to look at" in text
    assert "Wednesday 4 November 2026" in text
    (opened,) = rows(engine, case)
    (home,) = [h for h in rows(engine, household) if h.id == opened.household_id]
    for secret in (
        "Thistlewood",
        "Marigold",
        "Quillfeather",
        TROUBLED,
        "arrears",
        "police",
        opened.reference,
        home.reference,
    ):
        assert secret.lower() not in text.lower()


def test_rows_that_lead_nowhere_are_kept_and_counted(engine, tmp_path):
    a_night(engine, agencies(), tmp_path / "outbox")
    lost = {(u.scheme, u.value): (u.reason, u.rows) for u in rows(engine, unmatched)}
    assert lost == {
        ("uprn", TOWER): ("a building, not a home", 1),
        ("uprn", ""): ("the row names no property", 1),
    }
    assert len(rows(engine, landing["police_callout"])) == 7


def test_a_building_is_never_a_household(engine, tmp_path):
    a_night(engine, agencies(), tmp_path / "outbox")
    assert TOWER not in {h.uprn for h in rows(engine, household)}


def test_one_agencys_signal_goes_to_its_own_worker_alone(engine, tmp_path):
    twins = agencies()
    twins["police"].feeds[0].rows = [callout("x", STEADY, NIGHT - timedelta(days=4), harm=1)]
    a_night(engine, twins, tmp_path / "outbox")
    (opened,) = rows(engine, case)
    assert opened.scope == "housing"
    (holder,) = [w for w in rows(engine, worker) if w.id == opened.worker_id]
    assert holder.sector == "housing"
    assert {s.sector for s in rows(engine, signal)} == {"housing"}
    assert "police" not in opened.reason.lower()


def test_an_agency_that_fails_loses_nothing_and_goes_on_where_it_was(engine, tmp_path):
    twins = agencies()
    twins["homes"].fails, twins["homes"].fails_after_pages = TryAgainLater("no answer"), 2
    with pytest.raises(TryAgainLater):
        fetching.fetch_agency(engine, twins["homes"], NIGHT)
    landed = len(rows(engine, landing["rent_transaction"]))
    assert landed == 100, "two pages were landed before the third failed"
    twins["homes"].fails = None
    again = fetching.fetch_agency(engine, twins["homes"], NIGHT)["rent"]
    assert again["known"] == 0, "it goes on at the page that failed"
    assert landed + again["landed"] == 60 * 2 + 51 + 59


def test_nothing_is_found_on_a_silent_feed_and_that_is_said(engine, tmp_path):
    twins = agencies()
    feed = twins["police"].feeds[0]
    feed.rows = [
        r.model_copy(
            update={
                "recorded_at": r.recorded_at - timedelta(days=20),
                "occurred_on": r.occurred_on - timedelta(days=20),
            }
        )
        for r in feed.rows
    ]
    missed = [
        appointment(f"m{n}", "9990000018", NIGHT - timedelta(days=4 + 9 * n), "noshow") for n in range(4)
    ]
    twins["health"].feeds[1].rows = missed
    a_night(engine, twins, tmp_path / "outbox")
    assert {s.check for s in rows(engine, signal)} == {"rent_arrears_trend", "missed_appointments"}
    (opened,) = rows(engine, case)
    assert opened.scope == "joint"
    assert "nothing new from police" in opened.reason


def test_withdrawn_when_the_arrears_are_paid_before_anyone_looked(engine, tmp_path):
    twins = agencies()
    twins["police"].feeds[0].rows = [callout("x", STEADY, NIGHT - timedelta(days=1), harm=1)]
    a_night(engine, twins, tmp_path / "outbox")
    for later in range(1, 4):
        day = NIGHT + timedelta(days=later)
        for twin in twins.values():
            twin.clock += timedelta(days=1)
        twins["homes"].feeds[2].rows += [
            posting(
                f"A1-back{later}",
                "A1",
                day - timedelta(days=1),
                "payment",
                -100_000 if later == 1 else -1_500,
            ),
            posting(f"A2-tick{later}", "A2", day - timedelta(days=1), "payment", 0),
        ]
        twins["police"].feeds[0].rows.append(callout(f"k{later}", None, day - timedelta(days=1), harm=1))
        a_night(engine, twins, tmp_path / "outbox", day)
    (was,) = rows(engine, case)
    assert was.state == "withdrawn"
    assert "withdrawn" in [e.what for e in rows(engine, case_event)]


def test_a_domestic_abuse_marker_keeps_the_household_from_untrained_workers(engine, tmp_path):
    twins = agencies()
    feed = twins["police"].feeds[0]
    feed.rows.append(callout("da", TROUBLED, NIGHT - timedelta(days=5), domestic_abuse=True))
    a_night(engine, twins, tmp_path / "outbox")
    (home,) = [h for h in rows(engine, household) if h.uprn == TROUBLED]
    assert home.restricted_from == NIGHT - timedelta(days=5)
    assert rows(engine, case) == [], "nobody here is trained"


def test_a_marker_that_comes_later_takes_the_case_out_of_untrained_hands(engine, tmp_path):
    twins = agencies()
    a_night(engine, twins, tmp_path / "outbox")
    with engine.begin() as conn:
        trained = conn.execute(
            worker.insert().values(
                name="Carys", role="key_worker", sector=None, ward=None, caseload=15, new_cases_a_week=5,
                domestic_abuse_trained=True, email="carys@northmoor.example",
            )
        ).inserted_primary_key[0]  # fmt: skip
    tomorrow = NIGHT + timedelta(days=1)
    for twin in twins.values():
        twin.clock += timedelta(days=1)
    twins["police"].feeds[0].rows.append(callout("da", TROUBLED, NIGHT, domestic_abuse=True))
    a_night(engine, twins, tmp_path / "outbox", tomorrow)
    (held,) = rows(engine, case)
    assert (held.worker_id, held.state) == (trained, "new")


def test_replay_writes_nothing_and_does_not_see_the_future(engine, tmp_path):
    twins = agencies()
    a_night(engine, twins, tmp_path / "outbox")
    with engine.connect() as conn:
        before = {
            t: conn.execute(select(func.count()).select_from(t)).scalar_one()
            for t in (case, signal, alert, link)
        }
    early = replaying.replay(engine, plugins.checks(), NIGHT - timedelta(weeks=20))
    now = replaying.replay(engine, plugins.checks(), NIGHT)
    assert early["cases_opened"] == 0
    assert now["cases_opened"] == 1
    with engine.connect() as conn:
        after = {t: conn.execute(select(func.count()).select_from(t)).scalar_one() for t in before}
    assert before == after


def test_counts_are_numbers_and_words_of_ours_alone(engine, tmp_path):
    counts = a_night(engine, agencies(), tmp_path / "outbox")
    text = json.dumps(counts)
    for secret in ("Thistlewood", "Quillfeather", "9990", "A1"):
        assert secret not in text


def test_a_correction_supersedes_and_the_past_still_reads_as_it_was_known(engine, tmp_path):
    twins = agencies()
    a_night(engine, twins, tmp_path / "outbox")
    charge = twins["homes"].feeds[2].rows[0]
    corrected = replace_row(charge, amount=1, days=1)
    twins["homes"].feeds[2].rows.append(corrected)
    twins["homes"].clock += timedelta(days=1)
    fetching.fetch_agency(engine, twins["homes"], NIGHT + timedelta(days=1))
    versions = [r for r in rows(engine, landing["rent_transaction"]) if r.record_id == charge.record_id]
    old, new = sorted(versions, key=lambda r: r.recorded_at)
    assert (old.amount, old.superseded_on) == (10_000, NIGHT + timedelta(days=1))
    assert (new.amount, new.superseded_on) == (1, None)


def replace_row(row, *, amount, days):
    late = replace(Twin("x", Sector.HOUSING, [])).clock
    return row.model_copy(update={"amount": amount, "recorded_at": late + timedelta(hours=days)})
