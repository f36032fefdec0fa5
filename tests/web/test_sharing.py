"""Pages show nothing of a feed whose sharing agreement does not hold, and say so."""

import re
from pathlib import Path

import agreements
from earlyhelp.settings import settings
from earlyhelp.store import tables as t
from tests.web.seed import PRIYA, put


def declare(city, agency, feed, sector, kind):
    """A feed that has been asked; no agreement covers it, for ours is of another name."""
    with city.engine.begin() as conn:
        told = {"agency": agency, "sector": sector, "kind": kind, "stale_after_days": 7, "steady": True}
        put(conn, t.feed, name=f"{agency}/{feed}", **told)


def test_nothing_is_shown_of_a_feed_that_no_agreement_covers(city):
    shown = city.browser(PRIYA).get("/households/H7Q2M9KX").text
    assert "Police called" in shown
    declare(city, "eastborough-police", "callouts", "police", "police_callout")
    page = city.browser(PRIYA).get("/households/H7Q2M9KX").text
    assert "Police called: damage (" not in page
    assert "Eastborough Police (callouts) is not used, because its sharing agreement is not in force." in page
    assert "Rent in October" in page


def test_nor_a_name_that_only_such_a_feed_told(city, tmp_path, monkeypatch):
    text = (Path(agreements.__file__).parent / "riverside_health.toml").read_text()
    (tmp_path / "riverside_health.toml").write_text(re.sub("signed_on.*", "", text))
    monkeypatch.setenv("EARLYHELP_AGREEMENTS", str(tmp_path))
    settings.cache_clear()
    declare(city, "riverside-health", "patients", "health", "person")
    page = city.browser(PRIYA).get("/households/H7Q2M9KX").text
    assert "Isla" not in page
    assert "Marlon" in page
    monkeypatch.undo()
    settings.cache_clear()
