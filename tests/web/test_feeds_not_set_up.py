"""A connector that is installed and that nobody has set up is not silent: nobody has asked it."""

from datetime import date

from sqlalchemy import insert

from connectors.data_police_uk import DataPoliceUk
from connectors.eastborough_police import EastboroughPolice
from earlyhelp.law.policy import Sector
from earlyhelp.promises.stores import sqlite_store
from earlyhelp.store.tables import bookmark
from earlyhelp.web.shown.sources import Sources, freshness

TODAY = date(2026, 11, 2)


def silent(*asked: str) -> tuple[str, ...]:
    """What is said of two feeds of the police, when these were asked in vain."""
    with sqlite_store() as engine, engine.begin() as conn:
        for feed in asked:
            conn.execute(insert(bookmark).values(feed=feed, loaded=False))
        sources = Sources.of([EastboroughPolice({}), DataPoliceUk({})])
        return freshness(conn, sources, TODAY, frozenset({Sector.POLICE})).silent


def test_a_feed_that_nobody_asked_is_not_silent() -> None:
    assert silent() == ()
    assert silent("eastborough-police/incidents") == (
        "Eastborough Police (incidents) has told us nothing yet.",
    )


def test_a_feed_that_was_asked_and_said_nothing_is() -> None:
    assert len(silent("eastborough-police/incidents", "data-police-uk/street-crime")) == 2
