"""What a household's page says: the reasons, the chart, what is not known, and the chronology."""

import re
from datetime import date, timedelta

from sqlalchemy import delete, event, insert, select, update

from earlyhelp.store import tables as t
from earlyhelp.web import words
from earlyhelp.web.shown import charts
from tests.web.seed import NEVER, PRIYA, START, TODAY, call

ASHDOWN = "/households/H7Q2M9KX"


def text_of(city, path=ASHDOWN):
    html = city.browser(PRIYA).get(path).text
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def test_the_page_answers_in_the_order_of_the_brief(city):
    html = city.browser(PRIYA).get(ASHDOWN).text
    order = [
        "Why you see this",
        "Rent owed",
        "What we do not know",
        "I have looked at this",
        "What the agencies",
    ]
    places = [html.index(one) for one in order]
    assert places == sorted(places)


def test_each_reason_has_its_day_its_way_out_and_its_records(city):
    page = text_of(city)
    assert "Repeat police callouts" in page
    assert page.count("since 15 August 2026") == 1, "said in the sentence, and not a second time"
    assert "twelve weeks without a call" in page
    assert "3 records behind this" in page
    assert "Police called: concern for somebody’s safety" in page


def test_no_score_and_no_weight_is_shown(city):
    for path in ("/", ASHDOWN):
        page = text_of(city, path).lower()
        for word in ("score", "weight", "risk", "log-odds"):
            assert word not in page, word


def test_silent_feeds_and_silent_sectors_are_named_with_their_age(city):
    page = text_of(city)
    assert "Riverside Health (appointments) did not answer" in page
    assert "28 October 2026, 5 days ago" in page
    assert "Fire and rescue has told us nothing about this household" in page
    assert "leaves out some people and some clinics by rule" in page


def test_a_feed_that_answers_with_nothing_new_is_named_too(city):
    with city.engine.begin() as conn:
        mark = t.bookmark.c.feed == "northside-homes/rent"
        conn.execute(update(t.bookmark).where(mark).values(newest_on=date(2026, 10, 12)))
    page = text_of(city)
    assert "Northside Homes (rent) has sent nothing newer than" in page
    assert "owed on 12 October 2026" in page, "the line stops where we stop knowing"
    assert "We have been told nothing since 12 October 2026." in page


def test_a_register_that_answers_with_nothing_new_is_silent_about_nobody(city):
    with city.engine.begin() as conn:
        mark = t.bookmark.c.feed == "northside-homes/tenants"
        conn.execute(update(t.bookmark).where(mark).values(newest_on=date(2026, 1, 12)))
    assert "has sent nothing newer than" not in text_of(city)


def test_a_household_nobody_tells_of_says_so(city):
    with city.engine.begin() as conn:
        conn.execute(delete(t.link).where(t.link.c.household_id == 1))
        conn.execute(delete(t.member).where(t.member.c.household_id == 1))
    page = text_of(city)
    assert "No agency has told us who lives there" in page
    assert "12 Canal Street, NM1 4QT" in page
    assert "no rent account is known" in page
    assert "Nothing in the last six months" in page


def test_somebody_known_to_two_agencies_is_one_person_with_an_age(city):
    page = text_of(city)
    assert page.count("Marlon") == 1
    assert "Marlon Ashdown (39), Lena Ashdown (35), Isla Ashdown (7)" in page
    assert "Ashdowne" not in page


def test_the_chronology_is_newest_first_and_says_what_we_learnt_late(city):
    page = text_of(city)
    told = page[page.index("newest first") :]
    assert told.index("Police called: damage (reported twice)") < told.index("Health appointment missed")
    assert "we learnt of this on 20 October 2026" in told
    assert page.index("Still to come") < page.index("Health appointment booked") < page.index("newest first")


def test_a_withdrawn_record_is_gone_from_the_story_and_marked_in_the_evidence(city):
    with city.engine.begin() as conn:
        calls = t.landing["police_callout"]
        conn.execute(update(calls).where(calls.c.occurred_on == date(2026, 9, 26)).values(void=True))
    page = text_of(city)
    assert "concern for somebody" in page
    assert "concern for somebody" not in page[page.index("newest first") :]
    assert "(corrected by the agency since)" in page


def test_the_chart_ends_with_what_the_account_says(city):
    postings = t.landing["rent_transaction"]
    owed = sum(row["amount"] for row in city.rows(postings) if row["account"] == "a1")
    page = text_of(city)
    assert f"{words.money(owed)} owed on 2 November 2026" in page
    assert "Show these numbers as a table" in page


def test_a_chart_stays_inside_its_frame_whatever_the_sums():
    days = charts.week_ends(TODAY)
    for sums in (
        [0] * 27,
        [-50_000] * 27,
        [n * 40_000 for n in range(27)],
        [(-1) ** n * 3_333 for n in range(27)],
    ):
        events = [(TODAY - timedelta(days=n), "x") for n in (0, 0, 1, 2, 300)]
        drawn = charts.chart(days, sums, events, TODAY)
        points = [tuple(map(float, one.split(","))) for one in drawn.line.split()]
        assert all(charts.LEFT <= x <= charts.RIGHT and charts.TOP <= y <= charts.BOTTOM for x, y in points)
        assert 2 <= len(drawn.ticks) <= 5
        assert len(drawn.markers) == 4
        assert len({(m.x, m.y) for m in drawn.markers}) == 4
        assert [m.number for m in drawn.markers] == [1, 2, 3, 4]


def test_a_story_is_looked_up_by_household_and_not_by_reading_whole_feeds(city):
    with city.engine.begin() as conn:  # known under every scheme: else a kind is not asked for at all
        days = {"from_on": date(2024, 1, 1), "to_on": NEVER, "rule": "exact", "made_on": TODAY}
        known = set(conn.execute(select(t.link.c.scheme).where(t.link.c.household_id == 1)).scalars())
        for scheme in {t.subject_of(feed)[0] for feed in t.EVENT_KINDS.values()} - known:
            conn.execute(insert(t.link).values(scheme=scheme, agency="x", value="x", household_id=1, **days))
    asked = []
    event.listen(
        city.engine, "before_cursor_execute", lambda _c, _k, words, values, *_: asked.append((words, values))
    )
    city.browser(PRIYA).get(ASHDOWN)
    with city.engine.connect() as conn:
        for kind in t.EVENT_KINDS:
            words, values = next(one for one in asked if f"FROM {kind} JOIN link" in one[0])
            plan = " ".join(row[3] for row in conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {words}", values))
            assert "ix_link_household" in plan, (kind, plan)
            assert f"ix_{kind}_subject" in plan, (kind, plan)


def test_words_are_plain_english():
    assert words.long_day(TODAY) == "2 November 2026"
    assert words.short_day(date(2026, 11, 4)) == "Wed 4 November"
    assert words.when(TODAY, TODAY) == "today"
    assert words.when(TODAY - timedelta(days=1), TODAY) == "yesterday"
    assert words.when(date(2026, 10, 30), TODAY) == "on 30 October 2026"
    assert words.money(61_240) == "£612.40"
    assert words.money(-500) == "-£5.00"
    assert words.many(1, "case") == "1 case"
    assert words.many(2, "case") == "2 cases"
    assert words.listed(["a", "b", "c"]) == "a, b and c"
    assert words.agency_name("northside-homes") == "Northside Homes"


def test_every_code_of_every_kind_has_words():
    for kind, schema in t.EVENT_KINDS.items():
        for code in ("category", "status", "outcome"):
            for value in schema.codes.get(code, ()):
                row = {code: value, "police_initiated": False}
                assert "_" not in words.recorded(kind, row), (kind, value)


def test_a_page_asks_the_same_number_of_questions_however_much_there_is_to_tell(city):
    browser, asked = city.browser(PRIYA), []
    event.listen(city.engine, "before_cursor_execute", lambda *_: asked.append(1))

    def statements():
        asked.clear()
        assert browser.get(ASHDOWN).status_code == 200
        return len(asked)

    few = statements()
    assert few <= 34, "a look, and what it is recorded with"
    with city.engine.begin() as conn:
        own = {"household_id": 1, "worker_id": PRIYA, "said_on": TODAY}
        for number in range(12):
            conn.execute(insert(t.own_word).values(kind="goal", words=f"goal {number}", **own))
            agreed = {"case_id": 1, "worker_id": PRIYA, "agreed_on": TODAY, "state_on": TODAY}
            conn.execute(insert(t.outcome).values(words=f"outcome {number}", state="open", **agreed))
            day = TODAY - timedelta(days=number + 1)
            call(conn, 1, day, "theft")
            row = {
                "case_id": 1,
                "worker_id": PRIYA,
                "at": START,
                "day": TODAY,
                "answer": "contact",
                "why": "x",
            }
            conn.execute(insert(t.decision).values(**row, saw={}, verdicts={}, policy="x"))
    assert statements() == few
