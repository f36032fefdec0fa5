"""When workers are told: hours, weekends, bank holidays of the division, and named exceptions."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from earlyhelp.alerts.rules import (
    DIGEST,
    IMMEDIATE,
    LONDON,
    Line,
    Manners,
    Told,
    digest_is_due,
    is_quiet,
    plan,
    try_again_after,
)
from earlyhelp.errors import SetUpWrong
from earlyhelp.law.working_days import DIVISIONS, is_working_day
from earlyhelp.settings import Settings
from tests.twins import at

MONDAY = date(2026, 11, 2)
CALLS = Manners(immediate=frozenset({"repeat_police_callouts"}))
MOMENTS = st.datetimes(
    datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)  # noqa: DTZ001 - made aware here
)  # fmt: skip
LINES = st.lists(
    st.builds(
        Line,
        id=st.integers(1, 10_000),
        worker=st.integers(1, 4),
        classes=st.frozensets(st.sampled_from(["opened", "added", "repeat_police_callouts"]), min_size=1),
    ),
    unique_by=lambda line: line.id,
)
TOLD = st.dictionaries(st.integers(1, 4), st.builds(Told, st.booleans(), st.integers(0, 3)))


@pytest.mark.parametrize(
    ("moment", "quiet"),
    [
        (at(MONDAY, 7, 59), True),
        (at(MONDAY, 8, 0), False),
        (at(MONDAY, 17, 59), False),
        (at(MONDAY, 18, 0), True),
        (at(MONDAY, 3, 0), True),
        (at(date(2026, 11, 1)), True),
        (at(date(2026, 12, 25)), True),
        (at(date(2026, 12, 28)), True),
        (at(date(2026, 12, 29)), False),
        (datetime(2026, 7, 6, 7, 30, tzinfo=UTC), False),
        (datetime(2026, 12, 7, 7, 30, tzinfo=UTC), True),
    ],
)
def test_nobody_is_disturbed_at_night_at_weekends_and_on_bank_holidays_in_londons_time(moment, quiet):
    assert is_quiet(moment, Manners()) is quiet


def test_each_division_keeps_its_own_bank_holidays():
    easter_monday, second_of_january, the_twelfth = date(2027, 3, 29), date(2026, 1, 2), date(2027, 7, 12)
    working = {
        day: [is_working_day(day, d) for d in DIVISIONS]
        for day in (easter_monday, second_of_january, the_twelfth)
    }
    assert list(working.values()) == [[False, True, False], [True, False, True], [True, True, False]]
    assert is_quiet(at(second_of_january), Manners(division="scotland"))


def test_the_digest_takes_up_everything_from_the_councils_hour_on():
    lines = [Line(1, 7), Line(2, 7), Line(3, 8)]
    assert plan(at(MONDAY, 8, 29), lines, {}, Manners()) == []
    first, second = plan(at(MONDAY, 8, 30), lines, {}, Manners())
    assert (first.worker, first.kind, first.lines) == (7, DIGEST, (1, 2))
    assert (second.worker, second.kind, second.lines) == (8, DIGEST, (3,))
    assert plan(at(MONDAY, 11), lines, {7: Told(digest=True), 8: Told(digest=True)}, Manners()) == []


def test_only_what_the_council_named_does_not_wait_and_that_twice_a_day():
    lines = [Line(1, 7, frozenset({"repeat_police_callouts"})), Line(2, 7, frozenset({"opened"}))]
    assert plan(at(MONDAY, 8, 5), lines, {}, Manners()) == []
    (early,) = plan(at(MONDAY, 8, 5), lines, {}, CALLS)
    assert (early.kind, early.number, early.lines) == (IMMEDIATE, 0, (1,))
    (late,) = plan(at(MONDAY, 15), lines, {7: Told(digest=True, immediate=1)}, CALLS)
    assert (late.kind, late.number, late.lines) == (IMMEDIATE, 1, (1,))
    assert plan(at(MONDAY, 16), lines, {7: Told(digest=True, immediate=2)}, CALLS) == []


@given(moment=MOMENTS, lines=LINES, told=TOLD, named=st.booleans())
def test_whatever_waits_no_rule_is_broken(moment, lines, told, named):
    manners = CALLS if named else Manners()
    drafts = plan(moment, lines, told, manners)
    taken = [line for draft in drafts for line in draft.lines]
    assert len(taken) == len(set(taken)), "nothing is said twice"
    assert len({draft.worker for draft in drafts}) == len(drafts), "one message each"
    assert not (drafts and is_quiet(moment, manners))
    for draft in drafts:
        mine = {line.id: line for line in lines if line.worker == draft.worker}
        assert draft.lines, "nothing on an empty day"
        assert set(draft.lines) <= set(mine)
        before = told.get(draft.worker, Told())
        if draft.kind == DIGEST:
            assert digest_is_due(moment, manners)
            assert not before.digest
            assert set(draft.lines) == set(mine), "nothing is left behind"
        else:
            assert named
            assert before.immediate < 2
            assert all(mine[line].classes & manners.immediate for line in draft.lines)
    if digest_is_due(moment, manners):
        waiting = {line.worker for line in lines if not told.get(line.worker, Told()).digest}
        assert waiting <= {draft.worker for draft in drafts}, "nobody is forgotten"


@given(moment=MOMENTS, attempts=st.integers(1, 50))
def test_a_provider_is_tried_again_later_and_within_the_hour(moment, attempts):
    assert timedelta(minutes=5) <= try_again_after(moment, attempts) - moment <= timedelta(minutes=45)


def test_the_councils_settings_make_its_manners():
    ours = Settings(
        digest_at=time(9), bank_holidays="scotland", immediate="handed over, repeat_police_callouts"
    )
    assert ours.manners.immediate == {"handed over", "repeat_police_callouts"}
    assert (ours.manners.digest_at, ours.manners.division) == (time(9), "scotland")
    assert ours.now().astimezone(LONDON).date() == ours.day()


@pytest.mark.parametrize(
    "wrong", [{"digest_at": time(7)}, {"digest_at": time(18)}, {"bank_holidays": "wales"}]
)
def test_settings_under_which_nobody_would_be_told_are_refused(wrong):
    with pytest.raises(SetUpWrong, match="EARLYHELP_"):
        _ = Settings(**wrong).manners
