"""Breaking the glass: with a reason, for a while, told to the manager, and never round a marker."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from earlyhelp.sharing.breaking_glass import NO_REASON, NOT_THEIRS, NOT_TRAINED, TOO_LONG, why_not
from earlyhelp.store import tables as t
from earlyhelp.store.access.audit import verify
from tests.web.seed import DAN, PRIYA, RUTH, TOM

ASHDOWN, KESTREL = "H7Q2M9KX", "H3V8T4WD"
REASON = "A neighbour rang about smoke and Priya is away"

# role, marker, trained, reason → why not
TABLE = [
    ("key_worker", False, False, REASON, None),
    ("manager", False, False, REASON, None),
    ("key_worker", True, True, REASON, None),
    ("key_worker", True, False, REASON, NOT_TRAINED),
    ("key_worker", True, False, "", NO_REASON),
    ("agency_worker", False, True, REASON, NOT_THEIRS),
    ("key_worker", False, False, "", NO_REASON),
    ("key_worker", False, False, "because because because because because", NO_REASON),
    ("key_worker", False, False, "1 2 3 4 5 6", NO_REASON),
    ("key_worker", False, False, REASON + "e" * 500, TOO_LONG),
]


@pytest.mark.parametrize(("role", "restricted", "trained", "reason", "why"), TABLE)
def test_role_marker_training_and_reason_decide(role, restricted, trained, reason, why):
    assert why_not(role, reason, restricted=restricted, trained=trained) == why


def break_it(city, browser, reference=ASHDOWN, reason=REASON):
    token = browser.form_token()
    return browser.post("/break-glass", form_token=token, reference=reference, reason=reason)


def test_it_opens_the_household_for_four_hours_and_every_look_says_how(city):
    browser = city.browser(DAN)
    assert browser.get(f"/households/{ASHDOWN}").status_code == 404
    answer = break_it(city, browser)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/households/{ASHDOWN}")
    assert "Ashdown" in browser.get(f"/households/{ASHDOWN}").text
    assert browser.post(f"/households/{ASHDOWN}/seen", form_token=browser.form_token()).status_code == 404
    looks = [(row["page"], row["because"]) for row in city.rows(t.look) if row["household_id"] == 1]
    assert ("broke the glass", "broke the glass, until 13:12 UTC") in looks
    assert ("household", "broke the glass, until 13:12 UTC") in looks
    city.clock.now += timedelta(hours=4)
    assert city.browser(DAN).get(f"/households/{ASHDOWN}").status_code == 404
    with city.engine.connect() as conn:
        assert verify(conn).broken == ()


def test_the_manager_is_told_and_ticks_it_off(city):
    break_it(city, city.browser(DAN))
    (told,) = city.rows(t.alert)
    assert (told["worker_id"], told["cause"], told["sent_at"]) == (RUTH, "break-glass", None)
    ruth = city.browser(RUTH)
    page = ruth.get("/break-glass").text
    assert "New." in page
    assert f"Dan Holt, today at 09:12: {ASHDOWN}. “{REASON}”" in page
    assert "Opened in an emergency" not in city.browser(DAN).get("/break-glass").text
    ruth.post("/break-glass/read", form_token=ruth.form_token())
    assert "New." not in ruth.get("/break-glass").text
    (kept,) = city.rows(t.break_glass)
    assert kept["seen_by"] == RUTH


def test_a_marker_comes_before_any_emergency(city):
    untrained = city.browser(DAN)
    refused, absent = break_it(city, untrained, KESTREL), break_it(city, untrained, "NOBODY")
    assert (refused.status_code, refused.text.replace(KESTREL, "NOBODY")) == (404, absent.text)
    unsaid = [break_it(city, untrained, one, reason="") for one in (KESTREL, "NOBODY")]
    assert unsaid[0].status_code == unsaid[1].status_code == 422, "what lacks a reason is not looked up"
    with city.engine.begin() as conn:
        conn.execute(update(t.worker).where(t.worker.c.id == DAN).values(domestic_abuse_trained=True))
    assert break_it(city, city.browser(DAN), KESTREL).status_code == 303
    page = city.browser(RUTH).get("/break-glass").text
    assert "a restricted household" in page
    assert KESTREL not in page
    with city.engine.begin() as conn:
        conn.execute(update(t.worker).where(t.worker.c.id == DAN).values(domestic_abuse_trained=False))
    assert city.browser(DAN).get(f"/households/{KESTREL}").status_code == 404, "the marker is asked each time"


def test_without_a_reason_nothing_opens_and_a_refusal_is_kept_too(city):
    browser = city.browser(DAN)
    answer = break_it(city, browser, reason="just because")
    assert answer.status_code == 422
    assert "Write at least 5 words to say why it cannot wait" in answer.text
    assert break_it(city, city.browser(TOM)).status_code == 404
    kept = [
        (r["worker_id"], r["allowed"], r["because"])
        for r in city.rows(t.look)
        if r["page"] == "broke the glass"
    ]
    assert kept == [(TOM, False, NOT_THEIRS)]
    assert city.rows(t.break_glass) == []
    assert city.browser(PRIYA).post("/break-glass/read").status_code in (403, 404)
