"""docs/threat-model.md, line by line: each test bears the number of its line."""

import json
import re
from datetime import timedelta
from email import message_from_bytes
from pathlib import Path

import pytest
from sqlalchemy import delete, insert, select, update

from connectors.eastborough_police import EastboroughPolice
from earlyhelp import plugins
from earlyhelp.commands.subject_letter import letter
from earlyhelp.errors import SetUpWrong
from earlyhelp.governance.vulnerabilities import risk_index
from earlyhelp.law.policy import Sector
from earlyhelp.linking.identifiers import FIRST, LAST, Member
from earlyhelp.linking.joining import Evidence, Who, judged
from earlyhelp.linking.model import standing
from earlyhelp.services import fetching, stages
from earlyhelp.sharing.agreements import read
from earlyhelp.sharing.asking import MOST_AN_HOUR
from earlyhelp.sharing.breaking_glass import NOT_TRAINED, why_not
from earlyhelp.sharing.kinds import KINDS
from earlyhelp.sharing.safety import may_merge_alone
from earlyhelp.sharing.visibility import Contact, headlines
from earlyhelp.store import tables as t
from earlyhelp.store.access.audit import verify
from earlyhelp.store.people import markers, objections, rights
from earlyhelp.store.people.subject import held_on
from earlyhelp.web.entry.doors import POLICY, Door
from earlyhelp.web.words import recorded
from tests.agreed import agreement
from tests.linking import test_in_the_night as in_the_night
from tests.test_services import STEADY, TROUBLED, a_night, agencies, hire
from tests.twins import NIGHT, callout, residence, tenancy, tenant
from tests.web.doubts import GUARDED, PAIR, doubts
from tests.web.seed import DAN, MINA, NIA, PRIYA, REVA, RUTH, TODAY, TOM, call

PAGE = Path(__file__).parents[2] / "docs" / "threat-model.md"
TESTED: dict[str, object] = {}
ASHDOWN, KESTREL = "/households/H7Q2M9KX", "/households/H3V8T4WD"
FLED = "999000000004"


def line(number):
    """The test of a line of the page."""

    def kept(test):
        assert number not in TESTED, number
        TESTED[number] = test
        return test

    return kept


def test_every_line_has_a_test_and_every_test_a_line():
    lines = re.findall(r"^- \*\*(T\d+)\*\* ", PAGE.read_text(), re.MULTILINE)
    assert len(lines) == len(set(lines))
    assert set(lines) == set(TESTED)


def restricted(engine):
    """Which addresses are restricted, and since when."""
    with engine.connect() as conn:
        rows = conn.execute(select(t.household.c.uprn, t.household.c.restricted_from))
        return {uprn: since for uprn, since in rows if since}


def marked_night(engine, *, category_alone=False, days_ago=3):
    """A marked call at the troubled address, landed and matched."""
    twins = agencies()
    call = callout("da", TROUBLED, NIGHT - timedelta(days=days_ago), domestic_abuse=True)
    if category_alone:
        call = call.model_copy(update={"domestic_abuse": False})
    twins["police"].feeds[0].rows.append(call)
    land(engine, twins)
    return twins


def land(engine, twins, day=NIGHT):
    for twin in twins.values():
        twin.clock += day - NIGHT if twin.clock.date() < day else timedelta(0)
        fetching.fetch_agency(engine, twin, day)
    stages.match(engine, day)


@line("T1")
def test_the_restriction_goes_along_to_where_somebody_flees(engine):
    twins = marked_night(engine)
    assert set(restricted(engine)) == {TROUBLED}
    later = NIGHT + timedelta(days=10)
    moved = tenancy("A9", FLED).model_copy(update={"tenant": "TA1", "started_on": later - timedelta(days=1)})
    place = residence(FLED).model_copy(update={"recorded_at": moved.recorded_at})
    twins["gazetteer"].feeds[0].rows.append(place)
    twins["homes"].feeds[0].rows.append(moved)
    for twin in twins.values():
        twin.clock += timedelta(days=10)
        fetching.fetch_agency(engine, twin, later, full=True)
    stages.match(engine, later)
    with engine.connect() as conn:
        lives = select(t.household.c.uprn).join(t.member, t.member.c.household_id == t.household.c.id)
        now = set(
            conn.execute(lives.where(t.member.c.record_id == "TA1", t.member.c.to_on > later)).scalars()
        )
    assert now
    assert now <= set(restricted(engine)), "wherever they live now"


@line("T2")
def test_put_down_as_domestic_is_marked(engine):
    marked_night(engine, category_alone=True)
    assert set(restricted(engine)) == {TROUBLED}


@line("T3")
def test_entered_by_hand_it_holds_at_once(engine):
    land(engine, agencies())
    assert restricted(engine) == {}
    with engine.begin() as conn:
        markers.enter(conn, "homes", "TA2", NIGHT)
        markers.enter(conn, "homes", "TA2", NIGHT + timedelta(days=1))
    assert restricted(engine) == {STEADY: NIGHT}
    with engine.begin() as conn, pytest.raises(SetUpWrong):
        markers.enter(conn, "homes", "nobody", NIGHT)


@line("T4")
def test_nothing_lifts_it(engine):
    marked_night(engine)
    before = restricted(engine)
    with engine.begin() as conn:
        conn.execute(update(t.landing["police_callout"]).values(void=True))
    stages.match(engine, NIGHT + timedelta(days=1))
    assert restricted(engine) == before, "withdrawn"
    with engine.begin() as conn:
        conn.execute(delete(t.landing["police_callout"]))
        conn.execute(delete(t.feed).where(t.feed.c.agency == "police"))
    stages.match(engine, NIGHT + timedelta(days=2))
    assert restricted(engine) == before, "past its date, or no longer shared"


@line("T5")
def test_it_does_not_go_on_to_others(engine):
    marked_night(engine)
    with engine.connect() as conn:
        bearers = set(conn.execute(select(t.marker.c.record_id)).scalars())
    assert "TA1" in bearers
    assert "TA2" not in bearers
    stages.match(engine, NIGHT + timedelta(days=1))
    with engine.connect() as conn:
        assert set(conn.execute(select(t.marker.c.record_id)).scalars()) == bearers


@line("T6")
def test_no_call_comes_without_its_marker():
    text = agreement("police", "police", {"callouts": "police_callout"})
    with pytest.raises(SetUpWrong, match="domestic_abuse"):
        read(text.replace(", 'domestic_abuse'", ""), "x")
    (feed,) = EastboroughPolice().feeds
    assert feed.theirs.model_fields["domestic_abuse"].is_required()


@line("T7")
def test_only_its_trained_holder_opens_it(city):
    assert city.browser(PRIYA).get(KESTREL).status_code == 200
    for other in (DAN, TOM, RUTH):
        assert city.browser(other).get(KESTREL).status_code == 404
    with city.engine.begin() as conn:
        conn.execute(update(t.worker).where(t.worker.c.id == PRIYA).values(domestic_abuse_trained=False))
    assert city.browser(PRIYA).get(KESTREL).status_code == 404


@line("T8")
def test_forbidden_is_absent(city):
    browser = city.browser(DAN)
    refused, absent = browser.get(KESTREL), browser.get("/households/NOBODY")
    assert (refused.status_code, refused.content, refused.headers) == (404, absent.content, absent.headers)


@line("T9")
def test_a_list_gives_nothing_away(city):
    listed = city.browser(PRIYA).get("/").text
    assert "A restricted household" in listed
    for secret in ("Kestrel", "Una", "domestic", "Canal Street"):
        assert secret not in listed
    for other in (DAN, TOM, RUTH):
        assert "H3V8T4WD" not in city.browser(other).get("/").text


@line("T10")
def test_safe_contact_before_anything_and_the_address_behind_it(city):
    page = city.browser(PRIYA).get(KESTREL).text
    headings = re.findall(r"<h2[^>]*>([^<]*)", page)
    assert headings[0].startswith("Safe contact")
    place = page.index("Canal Street")
    assert page.index("Safe contact") < place
    assert "<details" in page[:place].rpartition("</section>")[2] or "<summary" in page[place - 400 : place]


@line("T11")
def test_a_case_goes_to_trained_hands_or_to_nobody(engine, tmp_path):
    hire(engine)
    twins = agencies()
    a_night(engine, twins, tmp_path / "outbox")
    yesterday = NIGHT - timedelta(days=1)
    twins["police"].feeds[0].rows.append(callout("da", TROUBLED, yesterday, domestic_abuse=True))
    a_night(engine, twins, tmp_path / "outbox", NIGHT + timedelta(days=1))
    with engine.begin() as conn:
        why = set(conn.execute(select(t.case_event.c.what)).scalars())
        who = {
            "name": "T",
            "role": "key_worker",
            "caseload": 15,
            "new_cases_a_week": 5,
            "email": "x@example.org",
        }
        trained = insert(t.worker).values(**who, domestic_abuse_trained=True)
        number = conn.execute(trained).inserted_primary_key[0]
        conn.execute(update(t.case).values(scope="joint"))
    assert "allocated" in why
    counts = stages.decide(engine, plugins.checks(), NIGHT + timedelta(days=1))
    assert counts["handed_over"] == 1
    with engine.connect() as conn:
        assert set(conn.execute(select(t.case.c.worker_id)).scalars()) == {number}


@line("T12")
def test_not_even_a_headline():
    text = agreement("homes", "housing", {"rent": "rent_transaction"})
    open_to_all = read(text.replace("signed_on", 'ring = "1"\nheadline = true\nsigned_on'), "x")
    seen = [Contact("homes", NIGHT, NIGHT)]
    assert headlines(seen, [open_to_all], Sector.POLICE, NIGHT, restricted=False)
    assert headlines(seen, [open_to_all], Sector.POLICE, NIGHT, restricted=True) == []


@line("T13")
def test_the_glass_holds(city):
    assert (
        why_not("manager", "there is smoke under their door", restricted=True, trained=False) == NOT_TRAINED
    )
    browser = city.browser(DAN)
    form = {"form_token": browser.form_token(), "reason": "there is smoke under their door"}
    assert browser.post("/break-glass", reference="H3V8T4WD", **form).status_code == 404
    with city.engine.begin() as conn:
        conn.execute(update(t.worker).where(t.worker.c.id == DAN).values(domestic_abuse_trained=True))
    assert browser.post("/break-glass", reference="H3V8T4WD", **form).status_code == 303
    told = city.browser(RUTH).get("/break-glass").text
    assert "a restricted household" in told
    assert "H3V8T4WD" not in told


@line("T14")
def test_a_look_leaves_a_trace(city):
    city.browser(DAN).get(KESTREL)
    city.browser(PRIYA).get(KESTREL)
    looks = [(r["worker_id"], r["allowed"]) for r in city.rows(t.look) if r["household_id"] == 2]
    assert looks == [(DAN, False), (PRIYA, True)]
    with city.engine.connect() as conn:
        verdict = verify(conn)
    assert (verdict.broken, verdict.entries) == ((), len(city.rows(t.look)))


@line("T15")
def test_messages_say_how_many_and_by_when(engine, tmp_path):
    hire(engine)
    with engine.begin() as conn:
        conn.execute(update(t.worker).values(domestic_abuse_trained=True))
    twins = agencies()
    twins["police"].feeds[0].rows.append(callout("da", TROUBLED, NIGHT, domestic_abuse=True))
    a_night(engine, twins, tmp_path / "outbox")
    (written,) = (tmp_path / "outbox").iterdir()
    message = message_from_bytes(written.read_bytes())
    text = str(message["Subject"]) + message.get_payload(decode=True).decode() + written.name
    for secret in (
        "Thistlewood",
        "Quillfeather",
        TROUBLED,
        "police",
        "domestic",
        "abuse",
        "restricted",
    ):
        assert secret.lower() not in text.lower()


@line("T16")
def test_messages_go_to_workers_and_nobody_else_signs_in(engine, tmp_path):
    hire(engine)
    a_night(engine, agencies(), tmp_path / "outbox")
    with engine.connect() as conn:
        workers = set(conn.execute(select(t.worker.c.email)).scalars())
    sent = {message_from_bytes(f.read_bytes())["To"] for f in (tmp_path / "outbox").iterdir()}
    assert sent
    assert sent <= workers
    doors = [route for route, rule in POLICY.items() if rule.door is Door.OPEN]
    assert all(re.search("/sign-in|/signed-in|/council/confirm|/static", route) for route in doors), doors
    contact = {"email", "telephone", "phone", "mobile"}
    for kind, schema in KINDS.items():
        assert kind == "local_service" or not contact & set(schema.model_fields), "nobody could be written to"


def exported(engine, record):
    with engine.connect() as conn:
        held = held_on(conn, "homes", record)
    data = [held.persons, held.households, held.records, held.cases, held.looks]
    return held, letter(held, NIGHT) + json.dumps(data, default=str)


@line("T17")
def test_subject_access_gives_nothing_away(engine, tmp_path):
    marked_night(engine)
    held, text = exported(engine, "TA1")
    assert held.left_out, "whoever answers is told"
    assert held.households == []
    for secret in ("domestic", "abuse", "marker", "restricted", "left out", "withheld", "Police"):
        assert secret.lower() not in text.lower()
    with engine.begin() as conn:
        conn.execute(update(t.household).values(restricted_from=None))
    _, text = exported(engine, "TA1")
    assert "Police called" in text
    assert "domestic" not in text.replace('"domestic_abuse": false', "")


@line("T18")
def test_a_joint_tenant_stays_another_person(engine):
    twins = agencies()
    twins["homes"].feeds[0].rows[0] = tenancy("A1", TROUBLED).model_copy(update={"joint_tenant": "TA7"})
    twins["homes"].feeds[1].rows.append(tenant("A7", "Hartwood"))
    land(engine, twins)
    _, text = exported(engine, "TA1")
    assert "another person" in text
    assert "TA7" not in text
    assert "Hartwood" not in text


@line("T19")
def test_erasing_lifts_nothing(engine):
    marked_night(engine)
    before = restricted(engine)
    with engine.begin() as conn:
        rights.erase(conn, "homes", "TA1", NIGHT, "asked by telephone")
    stages.match(engine, NIGHT + timedelta(days=1))
    assert restricted(engine) == before
    with engine.connect() as conn:
        assert "TA1" in set(conn.execute(select(t.marker.c.record_id)).scalars())


@line("T20")
def test_an_objection_keeps_no_help_away(engine):
    marked_night(engine)
    with engine.begin() as conn:
        number, home = objections.object_to(conn, "homes", "TA1", NIGHT, "by telephone")
        assert home not in objections.not_assessed(conn)
        objections.decide_objection(conn, number, NIGHT, uphold=True, note="the victim asks for it herself")
        assert home in objections.not_assessed(conn)


@line("T21")
def test_software_merges_nobody_who_is_marked():
    assert may_merge_alone(left_marked=False, right_marked=False)
    for left, right in ((True, False), (False, True), (True, True)):
        assert not may_merge_alone(left_marked=left, right_marked=right)
    left, right = ("health", "P1"), ("homes", "T1")
    pair = Evidence((left, right), 1.0, 99.0, "same NHS number", "1.0/1")
    who = dict.fromkeys((left, right), Who("Marigold", "Thistlewood", None, FLED))
    home = {right: [Member(*right, 7, FIRST, LAST)]}

    def decided(marked, answers):
        (outcome,) = judged([pair], answers, {left}, home, who, marked, standing().costs)
        return outcome.decision

    assert decided(set(), {}) == "match"
    for marked in ({left}, {right}, {left, right}):
        assert decided(marked, {}) == "review", "however sure it is"
        assert decided(marked, {pair.both: "same"}) == "match", "a reviewer may"


@line("T22")
def test_the_exported_index_leaves_them_out(city):
    with city.engine.connect() as conn:
        index = risk_index(conn, TODAY)
    told = json.dumps(index, default=str)
    assert "H7Q2M9KX" in told
    assert [row["risk_factor"] for row in index["RiskIndicator"] if row["household"] == "H7Q2M9KX"] == [
        "x"
    ] * 3
    assert "H3V8T4WD" not in told
    assert "Kestrel" not in told


def asks_who_is_in_contact(city, worker, **form):
    browser = city.browser(worker)
    return browser.post("/in-contact", form_token=browser.form_token(), **{"ground": "SAFE", **form})


@line("T23")
def test_a_guarded_household_is_nobody_to_whoever_asks_who_is_in_contact(city):
    answers = [asks_who_is_in_contact(city, DAN, reference=name) for name in ("H3V8T4WD", "H0000000")]
    guarded, nobody = (re.sub(r'value="\w{8,}"', "", answer.text) for answer in answers)
    assert guarded == nobody
    assert "you may ring" in asks_who_is_in_contact(city, DAN, reference="H7Q2M9KX").text
    with city.engine.begin() as conn:
        markers.enter(conn, "riverside-health", "p1", TODAY)
    assert "you may ring" not in asks_who_is_in_contact(city, DAN, reference="H7Q2M9KX").text


@line("T24")
def test_nobody_fishes_for_contact(city):
    born = {"day": "9", "month": "3", "year": "1987"}
    assert (
        "you may ring" in asks_who_is_in_contact(city, DAN, forename="Marlon", surname="Ashdown", **born).text
    )
    for part in ("Ash", "Ashdow_", "%"):
        found = asks_who_is_in_contact(city, DAN, forename="Marlon", surname=part, **born)
        assert "you may ring" not in found.text
    assert asks_who_is_in_contact(city, DAN, reference="H7Q2M9KX", ground="").status_code == 422
    codes = [asks_who_is_in_contact(city, NIA, reference="H1").status_code for _ in range(MOST_AN_HOUR + 1)]
    assert codes == [200] * MOST_AN_HOUR + [429]
    because = {row["because"] for row in city.rows(t.look) if row["allowed"] and row["household_id"] == 1}
    assert because == {"headlines: I am worried about somebody's safety"}


@line("T25")
def test_a_question_about_somebody_guarded_is_there_for_the_trained_alone(city):
    with city.engine.begin() as conn:
        doubts(conn)
    untrained, trained = city.browser(REVA), city.browser(MINA)
    refused, absent = (untrained.get(f"/review/questions/{name}") for name in (GUARDED, "person-77"))
    assert (refused.status_code, refused.content, refused.headers) == (404, absent.content, absent.headers)
    assert trained.get(f"/review/questions/{GUARDED}").status_code == 200
    assert "2 questions" in untrained.get("/review").text
    assert GUARDED not in untrained.get("/review").text
    assert GUARDED in trained.get("/review").text


@line("T26")
def test_a_reviewer_sees_neither_where_nor_what(city):
    with city.engine.begin() as conn:
        doubts(conn)
        call(conn, 1, TODAY - timedelta(days=1), "domestic", domestic_abuse=True)
    mina = city.browser(MINA)
    for place in ("Refuge", "Canal", "000000000002"):
        assert place not in mina.get(f"/review/questions/{GUARDED}").text
    page = mina.get(f"/review/questions/{PAIR}").text
    assert "Police calls (Eastborough Police), 15 Aug to 17 Oct 2026" in page, "and not yesterday's"
    for content in ("domestic", "damage", "£", "noshow", "missed"):
        assert content not in page


@line("T27")
def test_what_is_taken_back_leaves_both_sides_guarded(engine):
    hire(engine)
    call = callout("d", in_the_night.HERE, NIGHT - timedelta(days=9), domestic_abuse=True)
    land(engine, in_the_night.agencies([in_the_night.patient()], [call]))
    before = restricted(engine)
    for said in ("same", "different"):
        in_the_night.answer(engine, said)
        in_the_night.rematch(engine)
        lives = in_the_night.home_of(engine, "nhs_number", in_the_night.NUMBER)
        assert lives == (in_the_night.HERE if said == "same" else None)
    assert restricted(engine) == before != {}
    with engine.connect() as conn:
        assert {"TA1", "P1"} <= set(conn.execute(select(t.marker.c.record_id)).scalars())


@line("T28")
def test_a_reviewer_opens_no_household_and_a_manager_reads_counts(city):
    with city.engine.begin() as conn:
        doubts(conn)
        conn.execute(update(t.case).values(worker_id=MINA))
    for path in (ASHDOWN, KESTREL, "/manage", "/in-contact"):
        assert city.browser(MINA).get(path).status_code == 404, path
    page = city.browser(RUTH).get("/manage").text
    assert "3 questions are waiting for a reviewer. The oldest is from 1 September 2026." in page
    assert "/review" not in page
    assert city.browser(RUTH).get("/review").status_code == 404


@line("T29")
def test_nobody_is_told_whom_a_call_is_about(engine, tmp_path):
    hire(engine)
    twins = agencies()
    calls = twins["police"].feeds[0].rows
    calls[:] = [
        one.model_copy(update={"person": "N-FIRST", "other_person": "N-OTHER"}) if one.uprn else one
        for one in calls
    ]
    land(engine, twins)
    a_night(engine, agencies(), tmp_path / "outbox")
    with engine.connect() as conn:
        held = conn.execute(select(t.landing["police_callout"].c.other_person)).scalars().all()
        said = conn.execute(select(t.signal.c.sentence, t.signal.c.would_lower, t.signal.c.facts)).all()
    assert "N-OTHER" in held, "it is held, and counted"
    _, text = exported(engine, "TA1")
    everything = text + json.dumps([list(row) for row in said], default=str)
    assert said
    assert "N-OTHER" not in everything
    assert "N-FIRST" not in everything
    row = {"category": "domestic", "police_initiated": False, "person": "N-FIRST", "other_person": "N-OTHER"}
    assert "N-" not in recorded("police_callout", row)


@line("T30")
@pytest.mark.parametrize("joint", [None, "TA7"])
def test_a_joint_tenants_breathing_space_is_their_own(engine, joint):
    twins = agencies()
    twins["homes"].feeds[0].rows[0] = tenancy("A1", TROUBLED).model_copy(update={"joint_tenant": joint})
    rent = twins["homes"].feeds[2].rows
    space = next(one for one in rent if one.account == "A1").model_copy(
        update={"record_id": "space", "entry": "open_moratorium", "amount": 0}
    )
    rent.append(space)
    land(engine, twins)
    _, text = exported(engine, "TA1")
    assert ("moratorium" in text or "Breathing Space" in text) is (joint is None)
    words = recorded("rent_transaction", {"entry": "open_moratorium", "amount": 0})
    assert words == recorded("rent_transaction", {"entry": "moratorium", "amount": 0})


@line("T31")
def test_a_correction_tells_nobody_that_a_home_is_guarded(city):
    with city.engine.begin() as conn:
        doubts(conn)
        chosen = conn.execute(
            select(t.household.c.uprn).where(t.household.c.restricted_from.is_(None))
        ).scalars()
        open_home = next(uprn for uprn in chosen if uprn != "000000000004")
        guarded = (
            conn.execute(select(t.household.c.uprn).where(t.household.c.restricted_from.is_not(None)))
            .scalars()
            .first()
        )
    reva, told = city.browser(REVA), []
    token = reva.form_token()
    for home in (open_home, guarded):
        answer = reva.post("/review/questions/address-1/correct", form_token=token, home=home)
        with city.engine.connect() as conn:
            r = t.landing["residence"].c
            address = conn.execute(select(r.address).where(r.uprn == home)).scalars().first()
        text = answer.text.replace(address, "").replace(home, "")
        told.append((answer.status_code, re.sub(r'value="\w{8,}[^"]*"', "", text)))
    assert told[0] == told[1]


@line("T32")
def test_somebody_is_guarded_by_hand_and_on_record_without_a_name(engine):
    land(engine, agencies())
    with engine.begin() as conn:
        markers.enter(conn, "homes", "TA1", NIGHT)
        rights.write_down(conn, "guard", "homes", "TA1", NIGHT, "told at the door", {})
    assert restricted(engine)
    with engine.connect() as conn:
        (kept,) = conn.execute(select(t.rights_request)).mappings().all()
    assert "TA1" not in str(dict(kept))


@line("T33")
def test_nobody_reads_in_their_own_export_whom_another_fears(engine):
    hire(engine)
    land(engine, agencies())
    with engine.begin() as conn:
        home = conn.execute(select(t.member.c.household_id).where(t.member.c.record_id == "TA1")).scalar_one()
        words = {"version": 1, "words": "I fear him", "told_on": NIGHT, "worker_id": 1, "shared": False}
        conn.execute(insert(t.story).values(household_id=home, **words))
    held, text = exported(engine, "TA1")
    assert "I fear him" not in f"{held} {text}"
    assert "1 note" in text
