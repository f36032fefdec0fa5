"""What the checks of the newer feeds say, from landed rows to the household's page."""

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from earlyhelp import plugins
from earlyhelp.casework.decisions import AddToCase, Voice
from earlyhelp.casework.desks import JOINT
from earlyhelp.law.policy import POLICY, Sector
from earlyhelp.services import judging
from earlyhelp.store.casework import cases
from earlyhelp.store.tables import link
from earlyhelp.store.unit_of_work import Work, open_store
from earlyhelp.web.app import create_app
from tests.web.conftest import AGENCIES, City, Clock, agency
from tests.web.seed import NEVER, PRIYA, TODAY, landed, put

ASHDOWN = 1
UPRN = f"{ASHDOWN:012}"
REVENUES, SCHOOLS, SAFETY = "northmoor-revenues", "northmoor-schools", "northmoor-safety"
MORE = [
    agency(REVENUES, Sector.COUNCIL, council_tax="council_tax_account", benefits="benefit_award"),
    agency(SCHOOLS, Sector.EDUCATION, attendance="school_attendance"),
    agency(SAFETY, Sector.COUNCIL, reports="antisocial_report"),
    agency("moorland-probation", Sector.PROBATION, supervision="supervision"),
]
"""Every agency of the newer feeds that the small city is without."""


def land_everything(conn: Any) -> None:
    """A bad autumn: enough for each of the newer checks to speak."""
    for agency_name, number in ((SCHOOLS, "P1"), ("moorland-probation", "M1")):
        put(conn, link, scheme="person", agency=agency_name, value=number, household_id=ASHDOWN,
            from_on=date(2024, 1, 1), to_on=NEVER, rule="likeness", made_on=TODAY)  # fmt: skip
    for month, owed, stage in (
        (8, 13_200, "reminder"),
        (9, 26_400, "reminder"),
        (10, 39_600, "final_notice"),
    ):
        landed(conn, "council_tax_account", REVENUES, date(2026, month, 1), account="7", uprn=UPRN,
               arrears=owed, stage=stage)  # fmt: skip
    for benefit, day, pence in (("housing_benefit", 5, 8_500), ("council_tax_reduction", 19, 1_420)):
        landed(conn, "benefit_award", REVENUES, date(2024, 6, 3), date(2026, 10, day),
               benefit=benefit, uprn=UPRN, weekly_amount=pence, void=True)  # fmt: skip
    for week in range(40):
        missed = 0 if week < 33 else 4
        landed(conn, "school_attendance", SCHOOLS, date.fromordinal(date(2026, 1, 19).toordinal() + 7 * week),
               pupil="P1", possible_sessions=10, missed_sessions=missed,
               unauthorised_sessions=missed)  # fmt: skip
    for day, event in (
        (5, "appointment_missed"),
        (12, "appointment_missed"),
        (14, "breach"),
        (20, "reoffence"),
    ):
        landed(conn, "supervision", "moorland-probation", date(2026, 10, day), person="M1", event=event)
    for day, outcome in ((7, "refused"), (21, "small_fire")):
        landed(conn, "fire_visit", "northmoor-fire", date(2026, 10, day), uprn=UPRN, outcome=outcome)
    for day, nuisance in ((3, "noise"), (11, "intimidation"), (24, "noise")):
        landed(conn, "antisocial_report", SAFETY, date(2026, 10, day), uprn=UPRN, incident=f"I{day}",
               role="victim", nuisance=nuisance)  # fmt: skip


SEEDS = {n: c for n, c in plugins.checks().items() if c.reads.kind not in
         ("rent_transaction", "police_callout", "appointment")}  # fmt: skip


@pytest.fixture
def page_city(seeded: Path, tmp_path: Path) -> Iterator[City]:
    """The small city with all the newer agencies, after a bad autumn of one household."""
    engine, clock = open_store(f"sqlite:///{shutil.copy(seeded, tmp_path)}"), Clock()
    with Work(engine) as work:
        land_everything(work.conn)
        voices = [Voice(name, check.sector, check.factor, 1.0) for name, check in SEEDS.items()]
        decision = AddToCase(ASHDOWN, ASHDOWN, voices, "a new kind of signal", JOINT)
        said = judging.explain(work.conn, SEEDS, [decision], TODAY)[ASHDOWN]
        assert {one.check for one in said if one.weight >= POLICY.notable} == set(SEEDS)
        cases.add_to_case(work.conn, decision, said, "A bad autumn.", TODAY, TODAY, POLICY)
        work.commit()
    app = create_app(
        engine, demo=True, host="127.0.0.1", port=8765, today=lambda: TODAY, now=clock,
        connectors=[*AGENCIES, *MORE],
    )  # fmt: skip
    yield City(engine, app, clock)
    engine.dispose()


def test_the_household_page_says_it_with_its_records(page_city: City) -> None:
    page = page_city.browser(PRIYA).get("/households/H7Q2M9KX").text
    for words in (
        "£396.00 is now, about 3 monthly instalments more; a final notice has been sent.",
        "housing benefit of £85.00 a week had ended by 5 October 2026",
        "a child missed 28 of 80 half-day sessions",
        "both appointments were missed, supervision was breached on 14 October 2026",
        "1 small fire (21 October 2026) and 1 safety visit refused (7 October 2026)",
        "somebody here has reported 3 incidents since 3 October 2026, mostly noise.",
        # the records behind it, each on its day
        "Council tax statement: £396.00 overdue, final notice sent",
        "Council tax reduction award of £14.20 a week has ended",
        "School week: 4 of 10 sessions missed",
        "Probation: a new offence while under supervision",
        "Small fire, put out by the fire service",
        "Reported by somebody here: intimidation",
    ):
        assert words in page, words
    assert "corrected by the agency since" not in page
