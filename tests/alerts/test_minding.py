"""What engineers are to look at: nights, feeds and the outbox."""

from datetime import date, timedelta

import pytest
from sqlalchemy import insert

from earlyhelp.alerts.channel import Ways
from earlyhelp.alerts.rules import Manners
from earlyhelp.services.minding import amiss, overdue
from earlyhelp.services.telling import tell
from earlyhelp.store.tables import bookmark, feed, night
from tests.alerts.seed import LINK, MONDAY, hire, raise_case
from tests.alerts.test_telling import Pretend
from tests.twins import at

MANNERS = Manners()
FRIDAY = date(2026, 11, 6)


def nights(engine, state):
    with engine.begin() as conn:
        conn.execute(insert(night).values(day=MONDAY, state=state, counts={}, started_at=at(MONDAY, 3)))


def test_a_night_that_is_not_done_by_five_is_amiss(engine):
    assert amiss(engine, at(MONDAY, 4, 59), MANNERS).night is None
    assert amiss(engine, at(MONDAY, 5, 0), MANNERS).night == "none"


@pytest.mark.parametrize(
    ("state", "said"), [("running", "running"), ("failed", "failed"), ("partial", None), ("complete", None)]
)
def test_a_night_that_ended_is_not_amiss_and_one_that_failed_is(engine, state, said):
    nights(engine, state)
    assert amiss(engine, at(MONDAY, 5, 0), MANNERS).night == said


def test_a_feed_that_is_silent_is_named(engine):
    with engine.begin() as conn:
        for name, newest in (("homes/rent", MONDAY), ("police/callouts", MONDAY - timedelta(days=30))):
            conn.execute(
                insert(feed).values(
                    name=name, agency=name.partition("/")[0], sector="housing", kind="rent_transaction",
                    stale_after_days=9, steady=True,
                )
            )  # fmt: skip
            conn.execute(
                insert(bookmark).values(feed=name, loaded=True, last_good_on=newest, newest_on=newest)
            )
    assert amiss(engine, at(MONDAY), MANNERS).silent == ("police/callouts",)


@pytest.mark.parametrize(
    ("noted", "moment", "said"),
    [
        (MONDAY, at(MONDAY, 23), False),
        (MONDAY, at(MONDAY + timedelta(days=1), 9, 29), False),
        (MONDAY, at(MONDAY + timedelta(days=1), 9, 30), True),
        (FRIDAY, at(FRIDAY + timedelta(days=2), 23), False),
        (FRIDAY, at(FRIDAY + timedelta(days=3), 10), True),
        (FRIDAY + timedelta(days=1), at(FRIDAY + timedelta(days=3), 10), False),
    ],
)
def test_an_alert_is_late_when_a_digest_that_should_have_told_of_it_has_gone(noted, moment, said):
    assert overdue(noted, moment, MANNERS) is said


def test_an_outbox_that_does_not_empty_is_amiss(engine):
    hire(engine)
    with engine.begin() as conn:
        raise_case(conn, MONDAY, 1)
    assert not amiss(engine, at(MONDAY, 15), MANNERS).stuck
    found = amiss(engine, at(MONDAY + timedelta(days=1), 12), MANNERS)
    assert (found.stuck, found.untold_days) == (True, 1)
    tell(engine, Ways(Pretend()), at(MONDAY + timedelta(days=1), 12), MANNERS, LINK)
    assert not amiss(engine, at(MONDAY + timedelta(days=1), 13), MANNERS).stuck


def test_a_day_on_which_a_provider_took_nothing_is_amiss_on_the_next(engine):
    hire(engine)
    with engine.begin() as conn:
        raise_case(conn, MONDAY, 1)
    channel = Pretend(doing=["busy"])
    tell(engine, Ways(channel), at(MONDAY), MANNERS, LINK)
    tell(engine, Ways(channel), at(MONDAY + timedelta(days=1)), MANNERS, LINK)
    found = amiss(engine, at(MONDAY + timedelta(days=1), 12), MANNERS)
    assert (found.lapsed, found.untold_days, found.stuck) == (1, 0, True)
