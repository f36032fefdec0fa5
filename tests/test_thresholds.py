"""Legal thresholds are dated, and a replay uses what was in force on its day."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from earlyhelp import in_force, plugins
from earlyhelp.errors import SetUpWrong
from earlyhelp.law.policy import POLICY
from earlyhelp.law.thresholds import Law, law
from earlyhelp.services import replaying
from tests.test_services import a_night, agencies, hire
from tests.twins import NIGHT

PRIVATE, SOCIAL = "assured, private landlord", "assured, social landlord"

# name, tenure, day → value
DRAWN = [
    ("ground-8-weekly", PRIVATE, date(2026, 4, 30), 8),
    ("ground-8-weekly", PRIVATE, date(2026, 5, 1), 13),
    ("ground-8-monthly", PRIVATE, date(2026, 5, 1), 3),
    ("ground-8-weekly", SOCIAL, date(2026, 5, 1), 8),
    ("persistent-absence", None, date(2010, 8, 31), 0.20),
    ("persistent-absence", None, date(2015, 8, 31), 0.15),
    ("persistent-absence", None, date(2015, 9, 1), 0.10),
    ("factors-for-joint-help", None, NIGHT, 2),
]


@pytest.mark.parametrize(("name", "tenure", "day", "value"), DRAWN)
def test_each_day_has_the_law_of_that_day(name, tenure, day, value):
    assert law().of_name(name, day, tenure).value == value


def test_where_there_was_none_that_is_said():
    with pytest.raises(
        SetUpWrong, match="no threshold ground-8-weekly for secure, council landlord was in force"
    ):
        law().of_name("ground-8-weekly", NIGHT, "secure, council landlord")


@given(st.dates(date(1985, 1, 1), date(2030, 1, 1)))
def test_no_day_has_two_values_and_the_version_tells_packs_apart(day):
    pack = law().on(day)
    assert len({(one.name, one.tenure) for one in pack}) == len(pack)
    if law().on(day - timedelta(days=1)) != pack:
        before, now = law().version(day - timedelta(days=1)), law().version(day)
        assert before != now or any(one.to == day - timedelta(days=1) for one in law().all)


PACK = """
[[threshold]]
name = "factors-for-joint-help"
value = {before}
unit = "of thirteen factors"
from = 2018-10-01
to = {last}
says = "made up for a test"
source = "https://example.org/"
evidence = "made up"

[[threshold]]
name = "factors-for-joint-help"
value = {after}
unit = "of thirteen factors"
from = {first}
says = "made up for a test"
source = "https://example.org/"
evidence = "made up"
"""


def test_two_values_on_one_day_are_refused():
    with pytest.raises(SetUpWrong, match="two values on 2026-11-02"):
        Law.of([("x", PACK.format(before=2, after=3, last=NIGHT, first=NIGHT))])
    with pytest.raises(SetUpWrong, match=r"earlyhelp/law/x"):
        Law.of([("x", PACK.format(before="'two'", after=3, last=NIGHT, first=NIGHT))])


def test_a_replay_uses_the_pack_in_force_on_its_day(engine, tmp_path, monkeypatch):
    """Were thirteen kinds of need wanted from tomorrow on, tonight's household would be joint still."""
    hire(engine)
    a_night(engine, agencies(), tmp_path / "outbox")
    tomorrow = NIGHT + timedelta(days=1)
    made = Law.of([("x", PACK.format(before=1, after=13, last=NIGHT, first=tomorrow))])
    monkeypatch.setattr(in_force, "law", lambda: made)
    of_that_day = in_force.lawful(POLICY, NIGHT), in_force.lawful(POLICY, tomorrow)
    assert [one.factors_for_a_joint_case for one in of_that_day] == [1, 13]
    assert of_that_day[0].version != of_that_day[1].version
    assert replaying.replay(engine, {}, tomorrow)["cases_opened"] == 0
    assert replaying.replay(engine, plugins.checks(), NIGHT)["joint"] == 1
    assert replaying.replay(engine, plugins.checks(), tomorrow)["joint"] == 0
