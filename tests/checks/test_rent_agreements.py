"""Agreements that are kept, agreements that are not, and Breathing Space."""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.rent_arrears_trend import RentArrearsTrend
from earlyhelp.checking import rent_agreements
from earlyhelp.chronology import Block, day_number
from earlyhelp.law.policy import POLICY
from earlyhelp.testing import told

CHECK = RentArrearsTrend()
TODAY = date(2025, 9, 1)
AGREED = date(2025, 5, 7)
MONDAY = date(2024, 9, 2)


def ledger(*, pays_after=10_00, agreed=True, until=TODAY, missed=8, extra=""):
    """A year of £100 a week: nothing for ``missed`` weeks before the agreement, then so much more."""
    lines = []
    for week in range((until - MONDAY).days // 7 + 1):
        monday = MONDAY + timedelta(weeks=week)
        lines.append(f"{monday} | charge | 100")
        weeks_before = (AGREED - monday).days / 7
        if weeks_before > missed:
            lines.append(f"{monday + timedelta(days=2)} | payment | 100 | weekly")
        elif weeks_before < 0 and pays_after is not None and monday + timedelta(days=2) <= until:
            lines.append(f"{monday + timedelta(days=2)} | payment | {100 + pays_after / 100} | weekly")
    if agreed:
        lines.append(f"{AGREED} | agreement | 10 | weekly")
    return "\n".join([*lines, extra])


def asked(story, on=TODAY):
    block, day = told("rent_transaction", story), day_number(on)
    reading = CHECK.ask(block, day)
    facts = {name: float(column[0]) for name, column in reading.facts.items()}
    return float(reading.weight[0]), facts, CHECK.find(block, 0, reading, day)


def test_a_kept_agreement_silences_old_arrears_and_says_so():
    loud, _, _ = asked(ledger(agreed=False, missed=14))
    weight, facts, found = asked(ledger(missed=14))
    assert loud >= POLICY.notable
    assert weight <= 0
    assert facts["kept"] == 1
    assert "the agreement of 7 May 2025 is being kept" in found.sentence


def test_the_landlords_word_is_not_taken_for_it():
    """Rent comes and the instalment never does: the agreement stands, and is not kept."""
    weight, facts, found = asked(ledger(pays_after=0))
    assert facts["kept"] == 0
    assert weight > asked(ledger(agreed=False, pays_after=0))[0]
    assert "instalments of the agreement of" in found.sentence


@pytest.mark.parametrize("weeks", [2, 4, 8])
def test_whoever_agreed_and_stops_speaks_sooner_than_whoever_only_stops(weeks):
    stopped = AGREED + timedelta(weeks=weeks, days=6)
    with_it, without = (
        asked(ledger(pays_after=None, agreed=agreed, until=stopped), stopped)[0] for agreed in (True, False)
    )
    assert with_it > without >= POLICY.notable


def test_a_new_agreement_has_time_until_the_first_instalments_are_due():
    soon = AGREED + timedelta(days=6)
    assert asked(ledger(until=soon, missed=3), soon)[1]["kept"] == 1


def test_an_agreement_that_ended_unkept_still_speaks_and_one_that_was_paid_off_does_not():
    ended = f"{date(2025, 8, 20)} | agreement_ended | 0"
    _, unkept, _ = asked(ledger(pays_after=0, extra=ended))
    _, kept, found = asked(ledger(extra=ended))
    assert unkept["lacking"] >= 2
    assert kept["kept"] == 0
    assert "agreement" in found.sentence or kept["lacking"] < 1
    assert asked(ledger(pays_after=0, extra=ended))[0] > asked(ledger(extra=ended))[0]


def test_instalments_in_another_rhythm_than_the_rent_are_kept_as_well():
    monthly = ledger().replace("agreement | 10 | weekly", "agreement | 43 | monthly")
    assert asked(monthly)[1]["kept"] == 1


SPACE = date(2025, 8, 1)


@pytest.mark.parametrize(
    ("entry", "day", "holds"),
    [
        ("moratorium", SPACE + timedelta(days=59), True),
        ("moratorium", SPACE + timedelta(days=60), False),
        ("open_moratorium", SPACE + timedelta(days=200), True),
        ("open_moratorium", SPACE + timedelta(days=rent_agreements.OPEN_DAYS), False),
    ],
)
def test_breathing_space_lasts_sixty_days_and_an_open_one_longer(entry, day, holds):
    story = ledger(agreed=False, pays_after=None, until=day, extra=f"{SPACE} | {entry} | 0")
    weight, facts, found = asked(story, day)
    assert (facts["space_since"] >= 0) is holds
    assert (weight == 0.0) is holds
    assert ("Breathing Space since 1 August 2025" in found.sentence) is holds


def test_there_was_no_breathing_space_before_the_law_of_it():
    entries = [("moratorium", date(2021, 4, 1))]
    assert rent_agreements.breathing_space(entries, date(2021, 5, 3)) is None
    assert rent_agreements.breathing_space(entries, date(2021, 5, 4)) == date(2021, 4, 1)


@given(st.lists(st.tuples(st.sampled_from(("moratorium", "open_moratorium", "moratorium_ended")),
                          st.integers(0, 500)), max_size=5))  # fmt: skip
def test_the_page_and_the_check_agree_on_breathing_space(drawn):
    entries = [(entry, TODAY - timedelta(days=ago)) for entry, ago in drawn]
    extra = "\n".join(f"{day} | {entry} | 0" for entry, day in entries)
    since = asked(ledger(agreed=False, extra=extra))[1]["space_since"]
    page = rent_agreements.breathing_space(entries, TODAY)
    assert since == (-1 if page is None else day_number(page))


def test_breathing_space_that_was_ended_holds_no_longer():
    gone = f"{SPACE} | moratorium | 0\n{SPACE + timedelta(days=9)} | moratorium_ended | 0"
    assert asked(ledger(agreed=False, extra=gone))[1]["space_since"] == -1
    again = f"{gone}\n{SPACE + timedelta(days=20)} | moratorium | 0"
    assert asked(ledger(agreed=False, extra=again))[0] == 0.0


@pytest.mark.parametrize("entry", ["moratorium", "open_moratorium"])
def test_nothing_is_said_of_what_is_owed_nor_why_in_breathing_space(entry):
    _, _, found = asked(ledger(pays_after=None, extra=f"{SPACE} | {entry} | 0"))
    words = f"{found.sentence} {found.would_lower}".lower()
    assert not any(word in words for word in ("owed 1", "weeks", "no payment", "court", "notice", "health"))
    assert len(found.evidence) == 1


def test_what_was_agreed_is_no_money():
    plain, facts, _ = asked(ledger(agreed=False))
    with_it = asked(ledger(agreed=False, extra=f"{TODAY} | moratorium_ended | 250"))
    assert (with_it[0], with_it[1]["owed_now"]) == (plain, facts["owed_now"])


@given(st.integers(0, 40), st.integers(0, 30))
def test_paying_more_of_an_agreement_never_weighs_more(less, more):
    few, many = (asked(ledger(pays_after=pence * 100))[0] for pence in sorted((less, less + more)))
    assert many <= few + 1e-9


def test_an_account_with_nothing_agreed_reads_as_it_always_did():
    block = told("rent_transaction", ledger(agreed=False))
    facts = CHECK.ask(block, day_number(TODAY)).facts
    assert [float(facts[name][0]) for name in ("agreed_on", "kept", "lacking", "space_since")] == [
        -1,
        0,
        0,
        -1,
    ]
    assert np.isfinite(CHECK.ask(block, day_number(TODAY)).weight).all()


def test_an_agreement_next_door_changes_nothing_here():
    here = told("rent_transaction", ledger(agreed=False), 1)
    there = told("rent_transaction", ledger(pays_after=0), 2)
    both = Block.of(
        here.kind, np.array([1, 2]), household=np.repeat([1, 2], [len(here.record), len(there.record)]),
        occurred_on=np.concatenate([here.occurred_on, there.occurred_on]),
        known_on=np.concatenate([here.known_on, there.known_on]),
        record=np.concatenate([here.record, there.record]),
        columns={name: np.concatenate([here.columns[name], there.columns[name]]) for name in here.columns},
    )  # fmt: skip
    day = day_number(TODAY)
    together = CHECK.ask(both, day)
    for place, alone in enumerate((here, there)):
        own = CHECK.ask(alone, day)
        assert together.weight[place] == own.weight[0]
        assert {n: c[place] for n, c in together.facts.items()} == {n: c[0] for n, c in own.facts.items()}
