"""Nothing about anyone: every message of a demo city, as each channel shows it, searched for everybody."""

import json
import re
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert, select, text

from earlyhelp.alerts.channel import Receipt, Standing, Ways
from earlyhelp.alerts.message import Message
from earlyhelp.alerts.rules import Manners
from earlyhelp.alerts.teams import card
from earlyhelp.demo import workers
from earlyhelp.demo.agencies import running as agencies
from earlyhelp.demo.city.records import CityPlan
from earlyhelp.law.policy import Factor, Sector
from earlyhelp.plugins import connectors
from earlyhelp.services.telling import tell
from earlyhelp.store.casework import outbox
from earlyhelp.store.tables import case, household, landing, message, worker
from earlyhelp.store.unit_of_work import migrate, open_store
from schemas.residence import Residence
from tests.alerts.seed import LINK, MONDAY
from tests.twins import at

PLAN = CityPlan(households=200)


class Reader:
    """Keeps every message in every form in which any channel could show it."""

    name = "reader"
    knows_after = None

    def __init__(self):
        self.seen = []

    def send(self, message):
        email = message.as_email("Early help <early-help@northmoor.example>")
        wire = message_from_bytes(email.as_bytes(), policy=default)
        headers = "\n".join(f"{name}: {value}" for name, value in wire.items() if name != "To")
        parts = (headers, wire.get_content(), message.subject, message.body, json.dumps(card(message)))
        self.seen.append("\n".join(parts).replace(message.reference, ""))
        return Receipt(Standing.SENT)


@pytest.fixture(scope="module")
def city(tmp_path_factory, monkeypatch_module):
    """A demo city of which every household has a case, each cause of an alert in turn."""
    folder = tmp_path_factory.mktemp("city")
    agencies.build(PLAN, folder, lambda *_: None)
    engine = open_store(f"sqlite:///{folder / 'store.db'}")
    migrate(engine)
    workers.enrol(engine, PLAN)
    with agencies.start(folder, PLAN.first_night) as up:
        for name, value in up.environment.items():
            monkeypatch_module.setenv(name, value)
        from earlyhelp.services import fetching, stages

        for connector in (one for one in connectors().values() if one.ready):
            fetching.fetch_agency(engine, connector, PLAN.first_night)
    stages.match(engine, PLAN.first_night)
    with engine.begin() as conn:
        homes = conn.execute(select(household.c.id)).scalars().all()
        staff = conn.execute(select(worker.c.id)).scalars().all()
        causes = ("opened", "added", "handed over")
        for number, home in zip(count(), homes, strict=False):
            key = conn.execute(
                insert(case).values(
                    reference=f"ref{number:09}", household_id=home, scope="joint", gateway="x",
                    opened_on=MONDAY, look_by=MONDAY + timedelta(days=2), weight=2.0, state="new",
                    reason="Rent arrears and police callouts", worker_id=staff[number % len(staff)],
                )
            ).inserted_primary_key[0]  # fmt: skip
            outbox.note(conn, staff[number % len(staff)], key, causes[number % 3], MONDAY)
    yield engine, homes
    engine.dispose()


@pytest.fixture(scope="module")
def monkeypatch_module():
    with pytest.MonkeyPatch.context() as patch:
        yield patch


def test_every_message_about_every_household_names_nobody_and_nothing(city):
    engine, homes = city
    reader = Reader()
    for day in range(4):  # the day's own, the reminders, and what rises to the manager
        team = Reader()
        tell(engine, Ways(reader, team), at(MONDAY + timedelta(days=day)), Manners(), LINK)
        reader.seen += team.seen
    with engine.connect() as conn:
        told = conn.execute(
            select(message.c.cases).where(message.c.day == MONDAY, message.c.worker_id.is_not(None))
        )
        assert sum(told.scalars()) == len(homes) > 150, "every household was told of"
        words, phrases = everything_personal(conn)
    assert len(words) > 500
    assert len(phrases) > 300
    assert len(reader.seen) > 10
    assert any("overdue" in seen for seen in reader.seen)
    for seen in reader.seen:
        said = seen.lower()
        assert not words & set(re.findall(r"[\w'’-]+", said))
        assert not [phrase for phrase in phrases if phrase in said]


def everything_personal(conn):
    """Names, numbers and references as words; addresses, reasons, agencies and kinds of need as phrases."""
    words, phrases = set(), set()
    person, home = landing["person"], landing[Residence.kind]
    for row in conn.execute(select(person)):
        words |= {row.forename, row.surname, row.nhs_number, row.record_id}
        phrases |= {row.address, row.date_of_birth and row.date_of_birth.isoformat()}
    for row in conn.execute(select(home.c.uprn, home.c.address, home.c.postcode, home.c.ward)):
        words |= {row.uprn, row.uprn.lstrip("0")}
        phrases |= {row.address, row.postcode, row.ward}
    for row in conn.execute(select(household.c.reference, case.c.reference).join(case)):
        words |= set(row)
    words |= set(conn.execute(text("select account from tenancy")).scalars())
    phrases |= set(conn.execute(select(worker.c.name)).scalars())
    phrases |= {name.replace("-", " ") for name in connectors()} | set(connectors())
    phrases |= {factor.value for factor in Factor} | {
        "arrears",
        "police",
        "rent",
        "abuse",
        "school",
        "health",
    }
    phrases |= {sector.value for sector in Sector} - {"council"}
    return {word.lower() for word in words if word and len(word) > 2}, {p.lower() for p in phrases if p}


@given(
    cases=st.integers(0, 500),
    overdue=st.integers(0, 500),
    due=st.none() | st.integers(-40, 40).map(lambda days: MONDAY + timedelta(days=days)),
)
def test_a_message_has_only_these_words(cases, overdue, due):
    said = Message("0" * 16, "x@northmoor.example", MONDAY, cases, overdue, due, LINK)
    shape = re.sub(
        r"\d+", "N", re.sub(r"\b[MTWFS]\w+day \d+ \w+ \d{4}", "DAY", said.body.replace(LINK, "LINK"))
    )
    known = {
        "There is N case to look at.", "There are N cases to look at.", "It is due on DAY.",
        "It was due on DAY.", "The first is due on DAY.", "The first was due on DAY.",
        "N first look is overdue.",
        "N first looks are overdue.", "Sign in to see more: LINK",
        "You can also go to the service as you usually do.", "Nobody has been contacted.",
    }  # fmt: skip
    assert {part.strip() for part in re.findall(r"[^.:\n]+(?:: LINK|\.)", shape)} <= known
    first = r"(, (the first )?(by|due since) DAY)?"
    subject = re.sub(r"\d+", "N", re.sub(r"\b[MTWFS]\w+day \d+ \w+", "DAY", said.subject))
    told = rf"(N to look at{first})?(; )?(N first looks? overdue)?"
    assert re.fullmatch(f"Early help: {told}", subject), "what a lock screen shows is as bare"


def test_the_subject_says_how_many_and_by_when() -> None:
    def subject(cases: int, overdue: int, days: int | None) -> str:
        due = None if days is None else MONDAY + timedelta(days=days)
        return Message("0" * 16, "x@northmoor.example", MONDAY, cases, overdue, due, LINK).subject

    assert subject(4, 0, 2) == "Early help: 4 to look at, the first by Wednesday 4 November"
    assert subject(1, 0, -3) == "Early help: 1 to look at, due since Friday 30 October"
    assert (
        subject(2, 3, 0) == "Early help: 2 to look at, the first by Monday 2 November; 3 first looks overdue"
    )
    assert (subject(0, 1, None), subject(1, 0, None)) == (
        "Early help: 1 first look overdue",
        "Early help: 1 to look at",
    )
