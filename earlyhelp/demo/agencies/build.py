"""Writes the invented agencies' books from the invented city, a neighbourhood at a time.

The truth is put beside them for evaluation; no server opens it.
"""

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict
from pathlib import Path
from types import ModuleType

import numpy as np

from earlyhelp.demo.agencies import (
    awkwardly,
    drops,
    health,
    housing,
    police,
    probation,
    revenues,
    safety,
    schools,
    voluntary,
)
from earlyhelp.demo.agencies.books import Book, Scribe
from earlyhelp.demo.agencies.town import Town
from earlyhelp.demo.agencies.whose import whose
from earlyhelp.demo.agencies.words import Pen
from earlyhelp.demo.city.making import SIZE, neighbourhoods
from earlyhelp.demo.city.records import CityPlan, Neighbourhood

BOOKS: dict[str, ModuleType] = {
    "housing": housing,
    "police": police,
    "health": health,
    "drops": drops,
    "revenues": revenues,
    "schools": schools,
    "probation": probation,
    "safety": safety,
    "voluntary": voluntary,
}
"""Each agency's book, and the module that knows how it writes."""
DROPPING = ("drops", "revenues", "schools", "safety")
"""Those that hand out files: the book is only what the files are written from."""
EDITION = 5
"""Raised when what the agencies write changes, so that older books are not taken for it."""
STAGE = "building the city"

Progress = Callable[[str, int, int | None], None]


def build(plan: CityPlan, folder: Path, progress: Progress) -> None:
    """Make the agencies' books in ``folder`` unless they are there already for the same plan.

    They are made beside their place and moved there when whole. ``progress`` hears of households.
    """
    town, wanted = Town(folder), _plan_text(plan)
    if _read(town.city("plan.json")) == wanted:
        return
    making = folder / "city.new"
    shutil.rmtree(making, ignore_errors=True)
    (making / "truth").mkdir(parents=True)
    with _scribes(making) as scribes:
        for number, here in enumerate(neighbourhoods(plan)):
            progress(STAGE, min(number * SIZE, plan.households), plan.households)
            pen = Pen(plan, number)
            _write(here, pen, scribes)
            _keep_truth(here, pen, making / "truth" / f"{number:04d}.npz")
        for name, feed, statement in awkwardly.statements(plan) if plan.awkward else ():
            scribes[name].write(feed, [statement])
    (making / "drop").mkdir()
    for name in DROPPING:
        with closing(Book(making / f"{name}.sqlite")) as book:
            BOOKS[name].drop(book, making / "drop")
    (making / "plan.json").write_text(wanted)
    shutil.rmtree(folder / "city", ignore_errors=True)
    making.rename(folder / "city")
    town.clock.write_text(plan.first_night.isoformat())
    progress(STAGE, plan.households, plan.households)


def _plan_text(plan: CityPlan) -> str:
    return json.dumps({"edition": EDITION, **asdict(plan)}, default=str, sort_keys=True)


def _read(path: Path) -> str | None:
    return path.read_text() if path.exists() else None


@contextmanager
def _scribes(folder: Path) -> Iterator[dict[str, Scribe]]:
    """A scribe for each book; the books are put in order when all is written."""
    scribes = {name: Scribe(folder / f"{name}.sqlite", words.FEEDS) for name, words in BOOKS.items()}
    yield scribes
    for scribe in scribes.values():
        scribe.close()


def _write(here: Neighbourhood, pen: Pen, scribes: dict[str, Scribe]) -> None:
    """Each feed is written by the function of its agency's module that bears its name."""
    for name, scribe in scribes.items():
        for feed in BOOKS[name].FEEDS:
            scribe.write(feed, getattr(BOOKS[name], feed)(here, pen))


def _keep_truth(here: Neighbourhood, pen: Pen, path: Path) -> None:
    """What really happened, and who lives where, so that an evaluation can find a household again."""
    lived, member = here.occupancies, here.memberships
    np.savez(
        path,
        household=here.truth.household, stress=here.truth.stress, escalated=here.truth.escalated,
        escalated_on=here.truth.escalated_on, escalation=here.truth.escalation,
        occupancy_household=lived.household, occupancy_uprn=lived.uprn,
        occupancy_from=lived.from_on, occupancy_to=lived.to_on,
        member_person=member.person, member_household=member.household,
        member_from=member.from_on, member_to=member.to_on,
        person=here.persons.person, person_nhs_number=here.persons.nhs_number,
        **whose(here, pen),
    )  # fmt: skip
