"""Undone in the store is as if never done: no household is left over, and none is older than it is."""

import shutil

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select, update

from earlyhelp.services.linking import match_all
from earlyhelp.store import tables as t
from earlyhelp.store.people import answering, matching
from earlyhelp.store.unit_of_work import open_store
from tests.linking.test_in_the_night import HERE, agencies, called_to, patient
from tests.test_services import fetching, hire
from tests.twins import NIGHT, at, residence

EMPTY, FAR = "999000000006", "999000000007"
"""Homes where no agency knows anybody by number."""
TEXTS = ("6 Quillfeather St, ZZ1 1AA", "7 Quillfeather Street", "6 Quilfether Street")
OWN = ("id", "made_on", "seen_on")
TABLES = (t.household, t.link, t.member, t.written_address, t.unmatched)

said = st.tuples(st.sampled_from(TEXTS), st.sampled_from(["same", "different", "unsure", HERE, EMPTY, FAR]))


@pytest.fixture(scope="module")
def landed(sqlite_template, tmp_path_factory):
    """Registers and rows, some of which bear an address in place of a number; matched once."""
    folder = tmp_path_factory.mktemp("landed")
    path = shutil.copy(sqlite_template, folder / "landed.db")
    engine = open_store(f"sqlite:///{path}")
    hire(engine)
    people = [patient(f"P{n}", f"Sleeper{n}", nhs_number=None, address=text) for n, text in enumerate(TEXTS)]
    twins = agencies(people, [called_to(f"c{n}", text, 3 + n) for n, text in enumerate(TEXTS)])
    twins["gazetteer"].feeds[0].rows += [residence(EMPTY), residence(FAR)]
    for twin in twins.values():
        fetching.fetch_agency(engine, twin, NIGHT)
    with engine.begin() as conn:
        match_all(conn, NIGHT)
    engine.dispose()
    return path


def answer(conn, text, what):
    """A reviewer answers about one address, or says which home it means."""
    asked = select(t.written_address.c.id).where(t.written_address.c.address == text)
    name = f"address-{conn.execute(asked).scalar_one()}"
    if what in answering.ANSWERS:
        answering.answer(conn, 1, name, what, at(NIGHT))
    else:
        answering.correct_address(conn, 1, name, what, at(NIGHT))


def stands(engine):
    """All that matching says, households by where they are and since when, for their numbers mean nothing."""
    with engine.connect() as conn:
        h = t.household.c
        homes = {number: (uprn, formed, ward) for number, uprn, formed, ward in conn.execute(
            select(h.id, h.uprn, h.formed_on, h.ward))}  # fmt: skip
        told = {"households": sorted(homes.values())}
        for table in TABLES[1:]:
            rows = conn.execute(select(table)).mappings()
            told[table.name] = sorted(
                repr([homes[value] if name == "household_id" else value
                      for name, value in row.items() if name not in OWN])
                for row in rows
            )  # fmt: skip
    return told


@given(st.lists(said, min_size=1, max_size=5))
@settings(max_examples=15)
def test_what_is_said_now_is_all_that_counts(landed, tmp_path_factory, answers):
    folder = tmp_path_factory.mktemp("answered")
    history, at_once = (open_store(f"sqlite:///{shutil.copy(landed, folder / name)}") for name in ("a", "b"))
    for text, what in answers:
        with history.begin() as conn:
            answer(conn, text, what)
            match_all(conn, NIGHT)
    with history.begin() as conn, at_once.begin() as other:
        for row in conn.execute(select(t.reviewed).order_by(t.reviewed.c.id)).mappings():
            other.execute(insert(t.reviewed).values(dict(row)))
        match_all(other, NIGHT)
    assert stands(history) == stands(at_once)
    history.dispose()
    at_once.dispose()


def test_a_household_that_a_wrong_address_made_goes_with_it(landed, tmp_path):
    engine = open_store(f"sqlite:///{shutil.copy(landed, tmp_path / 'one.db')}")
    before = stands(engine)
    assert EMPTY in {uprn for uprn, *_ in before["households"]}, "an address made a household"
    with engine.begin() as conn:
        answer(conn, TEXTS[0], "different")
        match_all(conn, NIGHT)
    assert EMPTY not in {uprn for uprn, *_ in stands(engine)["households"]}
    with engine.begin() as conn:
        answer(conn, TEXTS[0], "same")
        match_all(conn, NIGHT)
    assert stands(engine)["households"] == before["households"]
    engine.dispose()


def test_an_answer_is_heard_though_an_older_one_has_just_been_let_go_of(landed, tmp_path):
    engine = open_store(f"sqlite:///{shutil.copy(landed, tmp_path / 'three.db')}")
    gone = {"kind": "address", "left_agency": "", "left_record": "nowhere in any row", "right_agency": "",
            "right_record": HERE, "answer": "same", "worker_id": 1, "answered_at": at(NIGHT)}  # fmt: skip
    with engine.begin() as conn:
        conn.execute(insert(t.reviewed).values(gone))
        match_all(conn, NIGHT)
    with engine.begin() as conn:
        assert matching.forget_gone(conn, dry_run=False) == 1
        answer(conn, TEXTS[0], FAR)  # in SQLite it has the number of the one that went
        match_all(conn, NIGHT)
    homes = {uprn for uprn, *_ in stands(engine)["households"]}
    assert (EMPTY in homes, FAR in homes) == (False, True)
    engine.dispose()


def test_a_household_with_a_history_stays_and_is_nobodys_until_somebody_lives_there(landed, tmp_path):
    engine = open_store(f"sqlite:///{shutil.copy(landed, tmp_path / 'two.db')}")
    at_empty = t.household.c.uprn == EMPTY
    with engine.begin() as conn:
        conn.execute(update(t.household).where(at_empty).values(restricted_from=NIGHT))
        answer(conn, TEXTS[0], "different")
        match_all(conn, NIGHT)
    with engine.connect() as conn:
        (restricted,) = conn.execute(select(t.household.c.restricted_from).where(at_empty)).scalars()
        homes = set(conn.execute(select(t.member.c.household_id)).scalars())
        (number,) = conn.execute(select(t.household.c.id).where(at_empty)).scalars()
    assert restricted == NIGHT, "software lifts nothing"
    assert number not in homes
    engine.dispose()
