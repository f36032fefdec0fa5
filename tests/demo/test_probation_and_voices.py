"""Probation over real mutual TLS and the directory of services in both versions: exactly the city's truth."""

import os
import stat
from collections import Counter
from dataclasses import replace
from datetime import datetime, time, timedelta

import numpy as np
import pytest
from sqlalchemy import select

from connectors.moorland_probation import MoorlandProbation
from connectors.northmoor_voices import NorthmoorVoices
from connectors.open_referral_uk import OpenReferralUk
from earlyhelp.demo.agencies import certificates
from earlyhelp.demo.agencies.probation import case_numbers
from earlyhelp.demo.agencies.running import build, start
from earlyhelp.demo.agencies.voluntary import KINDS
from earlyhelp.demo.city.making import neighbourhoods
from earlyhelp.demo.city.records import SUPERVISION_EVENTS, CityPlan
from earlyhelp.errors import AgencyAnsweredOddly, SetUpWrong, SignInRefused, TryAgainLater
from earlyhelp.feeds import Window
from earlyhelp.promises.stores import sqlite_store
from earlyhelp.services.fetching import fetch_agency
from earlyhelp.store.tables import landing
from schemas.feed import LONDON

PLAN = CityPlan(households=2_600, history_weeks=30, weeks_after=8)
NIGHT = PLAN.first_night
CERT = "EARLYHELP_MOORLAND_PROBATION_CERT_FILE"
CERT_KEY = "EARLYHELP_MOORLAND_PROBATION_CERT_KEY_FILE"
CA = "EARLYHELP_MOORLAND_PROBATION_CA_FILE"
VOICES, DIRECTORY = "EARLYHELP_NORTHMOOR_VOICES_URL", "EARLYHELP_OPEN_REFERRAL_UK_URL"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("city")
    build(PLAN, folder, lambda *_: None)
    return folder


@pytest.fixture(scope="module")
def agencies(folder):
    with start(folder, NIGHT) as running:
        yield running


@pytest.fixture(autouse=True)
def all_is_well(agencies):
    yield
    agencies.set_clock(NIGHT)
    agencies.set_faults()


@pytest.fixture
def probation(agencies):
    return MoorlandProbation(agencies.environment, sleep=lambda _: None)


def pages(connector, feed=-1, **window):
    return list(connector.pages(connector.feeds[feed], Window(**window)))


def minute(day):
    return int(datetime.combine(day, time(2, 0), LONDON).timestamp()) // 60


def truth(day, since=0):
    """What probation had written down by then: row by row, and the records that are gone."""
    told, gone = Counter(), Counter()
    for here in neighbourhoods(PLAN):
        one = here.supervision
        for row in np.flatnonzero((one.recorded_at < minute(day)) & (one.recorded_at >= since)).tolist():
            if one.deleted[row]:
                gone[int(one.recorded_at[row])] += 1
            else:
                (person,) = case_numbers(one.person[row : row + 1])
                day_of = np.datetime64(int(one.occurred_on[row]), "D").astype(object)
                event = SUPERVISION_EVENTS[one.event[row]]
                told[person, day_of, event, int(one.recorded_at[row])] += 1
    return told, gone


def seen(found):
    rows = [row for page in found for row in page.rows]
    gone = [one for page in found for one in page.gone]
    return (
        Counter((r.person, r.occurred_on, r.event, int(r.recorded_at.timestamp()) // 60) for r in rows),
        Counter(int(one.recorded_at.timestamp()) // 60 for one in gone),
    )


# Probation


@pytest.mark.parametrize("day", [NIGHT, NIGHT + timedelta(days=40)])
def test_over_mutual_tls_comes_exactly_the_citys_truth(agencies, probation, day):
    agencies.set_clock(day)
    found = pages(probation)
    assert not [bad for page in found for bad in page.refused]
    assert seen(found) == truth(day)
    assert sum(truth(day)[1].values()) > 0, "some entries were deleted by then"


def test_everybody_of_whom_something_is_told_is_on_the_register(agencies, probation):
    """And nobody else; some of no fixed abode, whose entry names no place."""
    people = [row for page in pages(probation, feed=0) for row in page.rows]
    named = {row.person for page in pages(probation) for row in page.rows}
    assert named <= {row.record_id for row in people}
    told = {int(p) for here in neighbourhoods(PLAN) for p in here.supervision.person}
    assert {row.record_id for row in people} <= set(case_numbers(np.array(sorted(told))))
    assert 0 < sum(row.address is None for row in people) < 0.2 * len(people)
    assert all(row.uprn is None for row in people)


def test_pages_follow_the_link_header(agencies, probation):
    class ByFifty(MoorlandProbation):
        feeds = (replace(probation.feeds[-1], page_size=50),)

    in_pieces = pages(ByFifty(agencies.environment))
    assert len(in_pieces) == -(-sum(len(p.rows) + len(p.gone) for p in in_pieces) // 50) > 5
    assert all("link" in page.position for page in in_pieces[:-1])
    assert seen(in_pieces) == seen(pages(probation))
    assert seen(pages(ByFifty(agencies.environment), position=in_pieces[2].position)) == seen(in_pieces[3:])


def test_a_window_brings_only_what_was_written_down_since(probation):
    since = datetime.combine(NIGHT - timedelta(days=7), time(2, 0), LONDON)
    assert seen(pages(probation, since=since)) == truth(NIGHT, minute(NIGHT - timedelta(days=7)))


def test_deleted_entries_are_void_in_the_store(agencies, probation):
    """Fetched once a week, so that some land before they are taken away."""
    with sqlite_store() as engine:
        for day in range(0, 42, 7):
            agencies.set_clock(NIGHT + timedelta(days=day))
            fetch_agency(engine, probation, NIGHT + timedelta(days=day))
        table = landing["supervision"]
        with engine.connect() as conn:
            holds = conn.execute(select(table).where(table.c.superseded_on.is_(None))).all()
        now = [row for row in holds if not row.void]
        assert len({row.record_id for row in holds}) == len(holds)
        records = {}
        for here in neighbourhoods(PLAN):
            one = here.supervision
            for row in np.flatnonzero(one.recorded_at < minute(NIGHT + timedelta(days=35))).tolist():
                records[int(one.record[row])] = (bool(one.deleted[row]), SUPERVISION_EVENTS[one.event[row]])
        assert Counter(row.event for row in now) == Counter(
            e for deleted, e in records.values() if not deleted
        )
        assert any(row.void for row in holds)


def test_a_caller_without_a_certificate_is_told_to_set_one(agencies):
    for missing in (CERT, CERT_KEY):
        settings = {name: value for name, value in agencies.environment.items() if name != missing}
        with pytest.raises(SetUpWrong, match=f"set {missing} to a PEM file"):
            pages(MoorlandProbation(settings))


def test_probation_lets_nobody_in_without_a_certificate(agencies):
    """Whatever the connector would say: its door asks for one."""

    class Bare(MoorlandProbation):
        sign_in = None

    settings = {k: v for k, v in agencies.environment.items() if k not in (CERT, CERT_KEY)}
    with pytest.raises(SignInRefused, match="our certificate was refused; renew the one in"):
        pages(Bare(settings))


@pytest.fixture
def strangers(tmp_path):
    """Certificates that look the same, signed by somebody else."""
    for name, text in certificates.make().items():
        (tmp_path / name).write_bytes(text)
    return tmp_path


def test_a_certificate_of_strangers_opens_no_door(agencies, strangers):
    theirs = {CERT: str(strangers / "client.pem"), CERT_KEY: str(strangers / "client_key.pem")}
    with pytest.raises(SignInRefused, match="our certificate was refused"):
        pages(MoorlandProbation({**agencies.environment, **theirs}))


def test_the_servers_certificate_is_not_good_for_a_caller(agencies, folder):
    """Each is for one purpose."""
    keys = folder / "keys" / "tls"
    theirs = {CERT: str(keys / "server.pem"), CERT_KEY: str(keys / "server_key.pem")}
    with pytest.raises(SignInRefused):
        pages(MoorlandProbation({**agencies.environment, **theirs}))


def test_an_agency_that_we_cannot_trust_is_told_nothing(agencies, strangers):
    for settings in ({CA: str(strangers / "ca.pem")}, {CA: ""}):
        with pytest.raises(AgencyAnsweredOddly, match=f"do not trust its certificate .* set {CA}"):
            pages(MoorlandProbation({**agencies.environment, **settings}))


def test_keys_are_for_their_owner_alone(folder):
    for file in (folder / "keys" / "tls").iterdir():
        assert stat.S_IMODE(os.stat(file).st_mode) == 0o600, file.name


@pytest.mark.parametrize("trouble", ["down", "busy", "half", "html"])
def test_trouble_on_demand(agencies, probation, trouble):
    agencies.set_faults(probation=trouble)
    with pytest.raises(TryAgainLater, match="5 attempts"):
        pages(probation)
    agencies.set_faults()
    assert pages(probation)[0].rows


# The directory


def listed(connector, **window):
    return {row.record_id: row for page in pages(connector, **window) for row in page.rows}


def test_the_directory_says_the_same_in_both_versions(agencies):
    told = listed(NorthmoorVoices(agencies.environment))
    old = listed(NorthmoorVoices({**agencies.environment, VOICES: f"{agencies.environment[VOICES]}/v1"}))
    assert told.keys() == old.keys()
    same = {"recorded_at", "alert"}  # the first version says neither
    for number, service in told.items():
        assert service.model_dump(exclude=same) == old[number].model_dump(exclude=same)


def test_any_directory_can_be_read_by_the_connector_for_all(agencies):
    for base in ("", "/v1"):
        settings = {DIRECTORY: f"{agencies.environment[VOICES]}{base}"}
        found = listed(OpenReferralUk(settings))
        assert found.keys() == listed(NorthmoorVoices(agencies.environment)).keys()


def test_two_services_told_wrongly_are_put_aside_and_the_others_read(agencies):
    found = pages(NorthmoorVoices(agencies.environment))
    assert sorted(bad.reason for page in found for bad in page.refused) == [
        "service_at_locations: holds a country other than the United Kingdom",
        "service_at_locations: holds a latitude outside the United Kingdom",
    ]
    assert 20 <= sum(len(page.rows) for page in found) <= 2 * len(KINDS) - 2


def test_what_the_directory_no_longer_lists_is_gone_and_what_has_not_changed_is_not_sent(agencies):
    voices, last = NorthmoorVoices(agencies.environment), PLAN.end - timedelta(days=1)
    with sqlite_store() as engine:
        agencies.set_clock(PLAN.start + timedelta(days=1))
        fetch_agency(engine, voices, PLAN.start + timedelta(days=1))
        before = listed(voices)
        again = fetch_agency(engine, voices, PLAN.start + timedelta(days=1))
        assert again["services"]["fetched"] == 0
        agencies.set_clock(last)
        fetch_agency(engine, voices, last)
        after = listed(voices)
        assert set(after) < set(before)
        table = landing["local_service"]
        with engine.connect() as conn:
            holds = conn.execute(select(table).where(table.c.superseded_on.is_(None))).all()
    assert {row.record_id for row in holds if row.void} == set(before) - set(after)
    assert {row.record_id: row.alert for row in holds if not row.void} == {
        number: service.alert for number, service in after.items()
    }
    assert any(service.alert for service in after.values())
