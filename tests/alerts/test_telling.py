"""From the outbox to the reader: once, also when killed in between; held, and never dropped."""

import shutil
import tempfile
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from earlyhelp.alerts.channel import Receipt, Standing, Ways
from earlyhelp.alerts.folder import Folder
from earlyhelp.alerts.rules import LONDON, Manners, is_quiet
from earlyhelp.errors import PerhapsSent, SetUpWrong, TryAgainLater
from earlyhelp.services.telling import tell
from earlyhelp.settings import Settings
from earlyhelp.store.casework import messages as store_messages
from earlyhelp.store.casework import outbox
from earlyhelp.store.casework.messages import count_states, undelivered
from earlyhelp.store.tables import case, worker
from earlyhelp.store.unit_of_work import Work, open_store
from tests.alerts.seed import LINK, MONDAY, alerts, hire, messages, raise_case
from tests.twins import at

MANNERS = Manners()
TUESDAY, WEDNESDAY, THURSDAY = (MONDAY + timedelta(days=n) for n in (1, 2, 3))


class Killed(BaseException):
    """What a kill looks like from inside."""


class Pretend:
    """A provider that does at each try what it is told; what it took it keeps, with the moment."""

    name = "pretend"

    def __init__(self, knows_after=timedelta(0), doing=()):
        self.knows_after, self.doing = knows_after, list(doing)
        self.took, self.standing = [], Standing.SENT

    def send(self, message):
        what = self.doing.pop(0) if self.doing else "take"
        if what == "busy":
            raise TryAgainLater("busy")
        if what == "die before":
            raise Killed
        if what == "wrong":
            raise SetUpWrong("the clock is off")
        if what == "refuse":
            return Receipt(Standing.FAILED, "no such address")
        self.took.append(message)
        if what == "break":
            raise PerhapsSent("no answer")
        if what == "die after":
            raise Killed
        return Receipt(self.standing)

    def ask(self, reference):
        if self.doing and self.doing[0] == "busy":
            raise TryAgainLater("busy")
        known = any(message.reference == reference for message in self.took)
        return Receipt(self.standing) if known else None


def told(engine, channel, now, manners=MANNERS, team=None):
    return tell(engine, Ways(channel, team), now, manners, LINK)


@pytest.fixture
def staff(engine):
    hire(engine)
    return engine


def noted(engine, day=MONDAY, whose=1, **more):
    with engine.begin() as conn:
        return raise_case(conn, day, whose, **more)


def change(engine, number, **values):
    with engine.begin() as conn:
        conn.execute(update(case).where(case.c.id == number).values(**values))


def test_the_alert_stands_and_falls_with_the_change_it_tells_of(staff):
    with Work(staff) as work:
        raise_case(work.conn, MONDAY, 1)  # and killed before the commit
    assert alerts(staff) == []


def test_one_message_a_worker_at_the_councils_hour_and_none_on_an_empty_day(staff):
    channel = Pretend()
    for _ in range(3):
        noted(staff)
    noted(staff, whose=2)
    assert told(staff, channel, at(MONDAY, 3))["waiting"] == 4
    assert told(staff, channel, at(MONDAY, 8, 29))["messages"] == 0
    counts = told(staff, channel, at(MONDAY, 8, 30))
    assert (counts["messages"], counts["cases"], counts["waiting"]) == (2, 4, 0)
    assert [(m.to, m.cases, m.look_by) for m in channel.took] == [
        ("w1@northmoor.example", 3, WEDNESDAY),
        ("w2@northmoor.example", 1, WEDNESDAY),
    ]
    for hour in (9, 12, 17):
        assert told(staff, channel, at(MONDAY, hour))["messages"] == 0


def test_what_comes_on_friday_evening_is_held_until_monday(staff):
    friday = date(2026, 11, 6)
    noted(staff, friday)
    channel = Pretend()
    for day, hour in ((friday, 19), (friday + timedelta(days=1), 10), (friday + timedelta(days=2), 10)):
        assert told(staff, channel, at(day, hour))["waiting"] == 1
    assert told(staff, channel, at(friday + timedelta(days=3)))["messages"] == 1


@pytest.mark.parametrize(
    "since", [{"state": "seen"}, {"state": "closed", "closed_on": MONDAY}, {"worker_id": 2}]
)
def test_nobody_is_told_of_what_is_no_longer_true(staff, since):
    change(staff, noted(staff), **since)
    channel = Pretend()
    told(staff, channel, at(MONDAY))
    assert channel.took == []
    assert alerts(staff)[0].lapsed_on == MONDAY


def test_a_first_look_that_is_due_is_recalled_once_and_then_rises_to_the_manager(staff):
    noted(staff)
    channel = Pretend()
    told(staff, channel, at(MONDAY))
    for day in (TUESDAY, WEDNESDAY):
        told(staff, channel, at(day))
    assert [m.day for m in channel.took] == [MONDAY, TUESDAY], "a second reminder would be ignored"
    for day in (THURSDAY, THURSDAY + timedelta(days=1)):
        told(staff, channel, at(day))
    risen = channel.took[-1]
    assert (len(channel.took), risen.to, risen.day) == (3, "w3@northmoor.example", THURSDAY)
    assert (risen.cases, risen.overdue, risen.subject) == (0, 1, "Early help: 1 first look overdue")


def test_another_wards_manager_is_not_told(staff):
    with staff.begin() as conn:
        conn.execute(update(worker).where(worker.c.id == 3).values(ward="Burslow"))
    noted(staff)
    channel = Pretend()
    for day in (MONDAY, TUESDAY, WEDNESDAY, THURSDAY):
        told(staff, channel, at(day))
    assert {m.to for m in channel.took} == {"w1@northmoor.example"}


def test_a_busy_provider_is_tried_again_and_the_message_goes_once(staff):
    noted(staff)
    channel = Pretend(doing=["busy", "busy"])
    assert told(staff, channel, at(MONDAY, 8, 30))["later"] == 1
    assert told(staff, channel, at(MONDAY, 8, 32)) == dict.fromkeys(
        ("messages", "cases", "failed", "unsure", "later"), 0
    ) | {"waiting": 1}, "peace for five minutes"
    assert told(staff, channel, at(MONDAY, 8, 36))["later"] == 1
    assert told(staff, channel, at(MONDAY, 9, 0))["messages"] == 1
    assert len(channel.took) == len(messages(staff)) == 1


def test_a_day_on_which_the_provider_took_nothing_is_made_good_on_the_next(staff):
    noted(staff)
    channel = Pretend(doing=["busy"] * 40)
    for quarter in range(36):
        told(staff, channel, at(MONDAY, 8) + timedelta(minutes=15 * quarter))
    channel.doing.clear()
    assert told(staff, channel, at(MONDAY, 18))["messages"] == 0, "not in quiet time"
    told(staff, channel, at(TUESDAY))
    assert [(m.day, m.cases) for m in channel.took] == [(TUESDAY, 1)]
    assert [m.state for m in messages(staff)] == ["lapsed", "sent"]


@pytest.mark.parametrize("dying", ["die before", "die after", "break"])
def test_a_provider_that_can_be_asked_is_asked_before_anything_is_sent_again(staff, dying):
    noted(staff)
    channel = Pretend(knows_after=timedelta(minutes=5), doing=[dying])
    with suppress(Killed):
        told(staff, channel, at(MONDAY, 8, 30))
    told(staff, channel, at(MONDAY, 8, 32))
    assert len(channel.took) == (dying != "die before"), "it is too soon to ask"
    told(staff, channel, at(MONDAY, 8, 45))
    assert len(channel.took) == 1
    assert [m.state for m in messages(staff)] == ["sent"]
    assert alerts(staff)[0].sent_at


@pytest.mark.parametrize("dying", ["die before", "die after", "break"])
def test_one_that_cannot_be_asked_gets_no_message_twice_and_the_next_digest_says_it(staff, dying):
    noted(staff)
    channel = Pretend(knows_after=None, doing=[dying])
    with suppress(Killed):
        told(staff, channel, at(MONDAY, 8, 30))
    for quarter in range(1, 30):
        told(staff, channel, at(MONDAY, 8, 30) + timedelta(minutes=15 * quarter))
    assert len(channel.took) == (dying != "die before")
    assert [m.state for m in messages(staff)] == ["unsure"]
    with staff.connect() as conn:
        (shown,) = undelivered(conn, "Aldren", MONDAY)
        assert undelivered(conn, "Burslow", MONDAY) == []
    assert (shown.worker, shown.day, shown.state) == ("Worker 1", MONDAY, "unsure")
    told(staff, channel, at(TUESDAY))
    assert (channel.took[-1].day, channel.took[-1].cases) == (TUESDAY, 1)
    assert len({m.reference for m in channel.took}) == len(channel.took)


def test_a_refused_address_is_shown_to_the_manager_and_told_again_when_it_is_put_right(staff):
    noted(staff)
    channel = Pretend(doing=["refuse"])
    assert told(staff, channel, at(MONDAY))["failed"] == 1
    assert told(staff, channel, at(MONDAY, 12))["messages"] == 0
    with staff.connect() as conn:
        assert undelivered(conn, None, MONDAY)[0].why == "no such address"
    assert told(staff, channel, at(TUESDAY))["messages"] == 1


def test_a_message_that_was_taken_and_failed_later_is_followed_and_made_good(staff):
    noted(staff)
    channel = Pretend()
    told(staff, channel, at(MONDAY))
    channel.standing = Standing.FAILED
    told(staff, channel, at(MONDAY, 10))
    assert [m.state for m in messages(staff)] == ["failed"]
    channel.standing = Standing.SENT
    told(staff, channel, at(TUESDAY))
    assert [m.day for m in channel.took] == [MONDAY, TUESDAY]


def test_what_needs_a_person_stops_the_channel_loses_nothing_and_is_said_aloud(staff):
    noted(staff)
    noted(staff, whose=2)
    channel = Pretend(doing=["wrong"])
    with pytest.raises(SetUpWrong, match="clock"):
        told(staff, channel, at(MONDAY))
    assert channel.took == [], "the second was not even tried"
    assert told(staff, channel, at(MONDAY, 9, 15))["messages"] == 2


def test_a_team_is_told_once_a_day_how_much_there_is_for_all_of_them(staff):
    noted(staff)
    noted(staff, whose=2)
    channel, team = Pretend(), Pretend()
    team.name = "team"
    counts = told(staff, channel, at(MONDAY), team=team)
    assert (counts["messages"], counts["cases"]) == (3, 2)
    noted(staff)
    told(staff, channel, at(MONDAY, 15), team=team)
    assert [(m.to, m.cases, m.look_by) for m in team.took] == [("team", 2, WEDNESDAY)]


def test_two_dispatchers_at_once_send_each_message_once(staff, store_url):
    noted(staff)
    other = open_store(store_url)

    class Meddled(Pretend):
        def send(self, message):
            told(other, mine, at(MONDAY, 9))  # another comes by while this one is on the wire
            return super().send(message)

    mine = Pretend(knows_after=timedelta(minutes=5))
    wire = Meddled(knows_after=timedelta(minutes=5))
    told(staff, wire, at(MONDAY, 9))
    other.dispose()
    assert (len(wire.took), len(mine.took)) == (1, 0)


def test_who_reads_of_a_message_and_comes_second_to_it_leaves_it_alone(staff, monkeypatch):
    noted(staff)
    channel, read = Pretend(), store_messages.to_send
    seen = []
    monkeypatch.setattr(store_messages, "to_send", lambda *args: seen.extend(read(*args)) or list(seen))
    told(staff, channel, at(MONDAY))
    told(staff, channel, at(MONDAY, 9, 15))  # with a list that was read before the first had claimed it
    assert len(seen) == len(channel.took) == 1


def test_how_many_are_in_each_state_is_counted_for_engineers(staff):
    noted(staff)
    told(staff, Pretend(doing=["refuse"]), at(MONDAY))
    noted(staff, whose=2)
    told(staff, Pretend(), at(MONDAY))
    with staff.connect() as conn:
        assert count_states(conn, MONDAY) == {"failed": 1, "sent": 1}
        assert outbox.oldest_waiting(conn) == MONDAY


def test_a_file_is_written_whole_and_again_makes_no_second(staff, tmp_path):
    noted(staff)
    folder = Folder(tmp_path / "outbox")
    for hour in (9, 10):
        told(staff, folder, at(MONDAY, hour))
    (file,) = (tmp_path / "outbox").iterdir()
    assert file.stem == messages(staff)[0].reference
    assert [m.state for m in messages(staff)] == ["delivered"]


RAISED = st.tuples(  # day of the month, hour, whose, what
    st.integers(0, 29), st.integers(0, 23), st.integers(1, 2), st.sampled_from(["opened", "added"])
)
HOURS = st.sampled_from([3.0, 8.1, 8.5, 9.0, 12.0, 15.0, 17.9, 18.5, 23.0])
DOING = st.sampled_from(["take", "busy", "die before", "die after", "break", "refuse", "wrong"])
MONTH = st.tuples(
    st.dates(date(2026, 3, 1), date(2027, 6, 1)),
    st.lists(RAISED, max_size=25),
    st.lists(HOURS, min_size=1, max_size=5, unique=True),
    st.lists(DOING, max_size=20),
    st.booleans(),
    st.booleans(),
)


@settings(max_examples=8, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(month=MONTH)
def test_over_any_month_no_rule_is_broken_and_nothing_is_lost(sqlite_template, month):
    first, raised, hours, doing, asked, urgent = month
    manners = Manners(immediate=frozenset({"added"}) if urgent else frozenset())
    channel = Pretend(timedelta(minutes=5) if asked else None, doing)
    sent_at = []
    keep = channel.send
    channel.send = lambda message: (sent_at.append((moment, message)), keep(message))[1]
    with tempfile.TemporaryDirectory() as folder:
        engine = open_store(f"sqlite:///{shutil.copy(sqlite_template, Path(folder) / 'store.db')}")
        hire(engine)
        for number in range(30):
            day = first + timedelta(days=number)
            due = sorted((hour, whose, cause) for on, hour, whose, cause in raised if on == number)
            for hour in sorted(hours):
                while due and due[0][0] <= hour:
                    _, whose, cause = due.pop(0)
                    noted(engine, day, whose, cause=cause)
                moment = at(day) - timedelta(hours=9) + timedelta(hours=hour)
                with suppress(Killed, SetUpWrong):
                    told(engine, channel, moment, manners)
            for _, whose, cause in due:
                noted(engine, day, whose, cause=cause)
        channel.doing.clear()
        for number in range(30, 40):  # and then all is well
            moment = at(first + timedelta(days=number))
            told(engine, channel, moment, manners)
        left = alerts(engine)
        kept = {row.id: row for row in messages(engine)}
        engine.dispose()
    assert not any(is_quiet(when, manners) for when, _ in sent_at)
    references = [message.reference for message in channel.took]
    assert len(references) == len(set(references)), "no message twice"
    digests = [(m.to, m.day) for m in channel.took if _kind(kept, m) == "digest"]
    assert len(digests) == len(set(digests)), "one digest a day"
    others = [(m.to, m.day) for m in channel.took if _kind(kept, m) != "digest"]
    assert all(others.count(one) <= 2 for one in others)
    for one in left:
        carried = one.message_id and kept[one.message_id].reference in references
        assert one.lapsed_on or carried, "nothing is lost"
    assert all(m.cases or m.overdue for m in channel.took), "nothing on an empty day"
    assert all(when.astimezone(LONDON).date() == m.day for when, m in sent_at)


def _kind(kept, message):
    (row,) = [row for row in kept.values() if row.reference == message.reference]
    return row.kind


def test_whoever_has_left_is_told_nothing(staff):
    noted(staff)
    with staff.begin() as conn:
        conn.execute(update(worker).where(worker.c.id == 1).values(left_on=MONDAY))
    channel = Pretend()
    told(staff, channel, at(MONDAY))
    assert channel.took == []
    assert alerts(staff)[0].lapsed_on == MONDAY


def test_a_broken_glass_does_not_wait_for_the_digest(staff):
    number = noted(staff)
    told(staff, channel := Pretend(), at(MONDAY))
    with staff.begin() as conn:
        outbox.note(conn, 3, number, "break-glass", MONDAY)
    told(staff, channel, at(MONDAY, 14), Settings().manners)
    assert [(m.to, m.cases) for m in channel.took[1:]] == [("w3@northmoor.example", 1)]
