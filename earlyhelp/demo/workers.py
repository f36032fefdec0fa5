"""The invented city's workers: key workers of wards and of the whole city, and each agency's own."""

from sqlalchemy import Engine, insert, select

from earlyhelp.demo.city.making import ward_names
from earlyhelp.demo.city.records import CityPlan
from earlyhelp.law.policy import POLICY, Sector
from earlyhelp.store.tables import worker

NAMES = (
    "Amina Yusuf", "Ben Hartley", "Carys Pugh", "Daniel Okafor", "Eilidh Munro", "Farah Siddiqui",
    "Gareth Lowe", "Hannah Beech", "Imran Dar", "Joan Whittle", "Kofi Asante", "Laura Sandbach",
    "Mateusz Nowak", "Nadia Rahman",
)  # fmt: skip
HOUSEHOLDS_A_KEY_WORKER = 2_500
"""Ten new cases per 10,000 households a week, five for each worker (detection.md 5)."""


def enrol(engine: Engine, plan: CityPlan) -> None:
    """Write the city's workers, once: key workers over the wards in turn, and one of each agency."""
    with engine.begin() as conn:
        if conn.execute(select(worker.c.id).limit(1)).first():
            return
        conn.execute(insert(worker), [*_key_workers(plan), *_others()])


def _key_workers(plan: CityPlan) -> list[dict[str, object]]:
    """At least two, and one for each so many households.

    Every second covers the whole city and is trained for domestic abuse; the others have a ward of their own.
    """
    count = max(2, plan.households // HOUSEHOLDS_A_KEY_WORKER)
    wards = ward_names(plan)
    return [
        _worker(
            NAMES[number % len(NAMES)] + ("" if number < len(NAMES) else f" {number // len(NAMES) + 1}"),
            "key_worker",
            ward=wards[number % len(wards)] if number % 2 else None,
            trained=number % 2 == 0,
        )
        for number in range(count)
    ]


def _others() -> list[dict[str, object]]:
    """A housing officer, a neighbourhood police officer, a health link worker, a manager, a reviewer."""
    return [
        _worker("Priya Nair", "agency_worker", sector=Sector.HOUSING, agency="northside-homes", trained=True),
        _worker(
            "Sgt Tom Ellwood",
            "agency_worker",
            sector=Sector.POLICE,
            agency="eastborough-police",
            trained=True,
        ),
        _worker(
            "Ruth Adeyemi", "agency_worker", sector=Sector.HEALTH, agency="riverside-health", trained=True
        ),
        _worker("Wendy Colclough", "manager", trained=True),
        _worker("Sandra Bloor", "reviewer", trained=True),
    ]


def _worker(
    name: str,
    role: str,
    *,
    ward: str | None = None,
    sector: Sector | None = None,
    agency: str | None = None,
    trained: bool = False,
) -> dict[str, object]:
    """A row for one worker, with the policy's room."""
    return {
        "name": name,
        "role": role,
        "sector": sector.value if sector else None,
        "agency": agency,
        "ward": ward,
        "caseload": POLICY.caseload,
        "new_cases_a_week": POLICY.new_cases_a_week,
        "domestic_abuse_trained": trained,
        "email": name.lower().replace(" ", ".") + "@northmoor.example",
    }
