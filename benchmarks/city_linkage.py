"""Linkage on the invented city's truth: what its agencies told, against who and where it really was.

Each size is a process of its own. The agencies' servers are asked through their connectors as on any night;
`measured` are the night's matching alone, and `earlyhelp match` on the registers as two files.

- *Who, as two files*: health's register and all others', by `earlyhelp match`; pairs of records.
- *Who, by night*: entries whose home no agency tells, looked for among the others; entries. Findable are those
  of whom another agency tells a home.
- *Which residence*: addresses as written, each once; the city knows which residence each row meant.
- *Which home*: whose rows bear a person's number (supervision, attendance): whether they are told of the home in
  which the person lives on that night. A register that has not heard of a move is wrong here.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import Connection, Engine, select

Figures = tuple[float, float, int, int, int, int]
"""Right and told at match, right and told with review, all that could be found, and records looked at."""

PEOPLE_A_HOUSEHOLD = 2.4
REGISTERS = ("residence", "tenancy", "person")
BY_HAND = ("police_callout", "fire_visit", "antisocial_report", "supervision", "school_attendance")
"""Kinds that are fetched: registers, and events that name a person or may have their address written."""


def rows(people: int, seed: int = 5) -> Iterator[tuple[str, ...]]:
    """A line of the table for each of what is measured, of a city of so many people."""
    answer = subprocess.run(
        [sys.executable, "-m", "benchmarks.city_linkage", str(people), str(seed)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if answer.returncode:
        raise RuntimeError(answer.stderr[-2000:])
    told = json.loads(answer.stdout.splitlines()[-1])
    for name, figures in told["figures"].items():
        cost = told["costs"].get(name, ("", "", ""))
        yield f"city of {people:,}: {name}", f"{figures[5]:,}", *_rates(figures), *cost


def _rates(figures: Sequence[int]) -> Iterator[str]:
    for right, told in ((figures[0], figures[1]), (figures[2], figures[3])):
        every = figures[4]
        f1 = 2 * right / max(told + every, 1)
        yield from (f"{right / max(told, 1):.4f}", f"{right / max(every, 1):.4f}", f"{f1:.4f}")


def measure(people: int, seed: int) -> dict[str, object]:
    """One city, one night: figures and costs by what is measured."""
    from benchmarks.linking import Linking, measured_of
    from earlyhelp.demo.city.records import CityPlan
    from earlyhelp.services.linking import match_all

    plan = CityPlan(households=round(people / PEOPLE_A_HOUSEHOLD), seed=seed, history_weeks=26, weeks_after=1)
    with tempfile.TemporaryDirectory() as temporary, _fetched(plan, Path(temporary)) as engine:
        cpu, wall = time.process_time(), time.monotonic()
        with engine.begin() as conn:
            match_all(conn, plan.first_night)
        cpu, wall = time.process_time() - cpu, time.monotonic() - wall
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        truth = _truth(Path(temporary), plan.first_night)
        with engine.connect() as conn:
            figures = {
                "who, by night": _by_night(conn, truth),
                "which residence": _residences(conn, truth),
                "which home": _homes(conn, truth),
            }
            files, pairs = _as_files(conn, truth)
    costs: dict[str, Sequence[str]] = {"who, by night": (f"{cpu:.1f}", f"{wall:.1f}", f"{peak:.0f}")}
    merged, asked, cost = measured_of(Linking("city", files, pairs))
    both = (
        len(merged & pairs),
        len(merged),
        len(asked & pairs),
        len(asked),
        len(pairs),
        sum(map(len, files)),
    )
    # A process that is started bears its parent's peak, so that none is told of this one.
    costs["who, as two files"] = (f"{cost.client_cpu:.1f}", f"{cost.wall:.1f}", "")
    return {"figures": {"who, as two files": both, **figures}, "costs": costs}


@contextmanager
def _fetched(plan: Any, folder: Path) -> Iterator[Engine]:
    """A store with the registers and the events that are matched, fetched from the city's agencies."""
    from earlyhelp import plugins
    from earlyhelp.demo.agencies import running as agencies
    from earlyhelp.services import fetching
    from earlyhelp.settings import settings
    from earlyhelp.store.unit_of_work import migrate, open_store

    os.environ["EARLYHELP_HOME"] = str(folder)
    settings.cache_clear()
    agencies.build(plan, folder, lambda *_: None)
    engine = open_store(settings().database)
    migrate(engine)
    with agencies.start(folder, plan.first_night) as up:
        os.environ.update(up.environment)
        for connector in plugins.connectors().values():
            feeds = tuple(f for f in connector.feeds if f.schema.kind in REGISTERS + BY_HAND)
            if connector.ready and feeds:
                some = type(connector.__class__.__name__, (connector.__class__,), {"feeds": feeds})
                fetching.fetch_agency(engine, some(), plan.first_night)
    yield engine
    engine.dispose()


# The truth, and what was made of it ----------------------------------------------------------------------

Key = tuple[str, str]


class Truth:
    """Whose each number is, where each person lives on that night, and what each written address means."""

    def __init__(self, person: Mapping[Key, int], home: Mapping[int, str], place: Mapping[Key, str]) -> None:
        """By agency and its number; residences as UPRNs."""
        self.person, self.home, self.place = person, home, place


def _truth(folder: Path, night: Any) -> Truth:
    day = (night - np.datetime64("1970-01-01").astype(object)).days
    person: dict[Key, int] = {}
    home: dict[int, str] = {}
    place: dict[Key, str] = {}
    for path in sorted((folder / "city" / "truth").glob("*.npz")):
        with np.load(path) as told:
            names = zip(told["known_agency"].tolist(), told["known_record"].tolist(), strict=True)
            person |= dict(zip(names, told["known_person"].tolist(), strict=True))
            names = zip(told["placed_agency"].tolist(), told["placed_record"].tolist(), strict=True)
            place |= dict(zip(names, (f"{uprn:012d}" for uprn in told["placed_uprn"].tolist()), strict=True))
            lives = (told["occupancy_from"] <= day) & (told["occupancy_to"] > day)
            at = dict(zip(told["occupancy_household"][lives].tolist(), told["occupancy_uprn"][lives].tolist(),
                          strict=True))  # fmt: skip
            belongs = (told["member_from"] <= day) & (told["member_to"] > day)
            members = zip(told["member_person"][belongs].tolist(), told["member_household"][belongs].tolist(),
                          strict=True)  # fmt: skip
            home |= {who: f"{at[number]:012d}" for who, number in members if number in at}
    return Truth(person, home, place)


def _by_night(conn: Connection, truth: Truth) -> Figures:
    """Entries whose home nobody tells: of how many another entry was found or asked about, and rightly."""
    from earlyhelp.store.tables import compared, same_person

    lost = {(a, r) for a, r in conn.execute(select(compared.c.agency, compared.c.record_id))}
    lost &= set(truth.person)
    elsewhere: dict[int, set[str]] = {}
    for (agency, record), who in truth.person.items():
        if (agency, record) not in lost:
            elsewhere.setdefault(who, set()).add(agency)
    findable = sum(bool(elsewhere.get(truth.person[key], set()) - {key[0]}) for key in lost)
    found: dict[str, dict[Key, list[bool]]] = {"match": {}, "review": {}}
    s = same_person.c
    for a, b, c, d, decision in conn.execute(
        select(s.left_agency, s.left_record, s.right_agency, s.right_record, s.decision)
    ):
        left, right = (a, b), (c, d)
        if decision in found and left in truth.person and right in truth.person:
            key = left if left in lost else right
            found[decision].setdefault(key, []).append(truth.person[left] == truth.person[right])
    matched = found["match"]
    told = {key: matched.get(key, []) + found["review"].get(key, []) for key in {*matched, *found["review"]}}
    right = sum(all(pairs) for pairs in matched.values())
    return right, len(matched), sum(any(pairs) for pairs in told.values()), len(told), findable, len(lost)


def _residences(conn: Connection, truth: Truth) -> Figures:
    """Written addresses of events: which residence each was taken to mean, or is asked to."""
    from earlyhelp.store.tables import landing, written_address

    meant: dict[str, str] = {}
    for kind in BY_HAND[:3]:
        t = landing[kind].c
        for agency, record, text in conn.execute(
            select(t.agency, t.record_id, t.address).where(t.uprn.is_(None), t.address.is_not(None))
        ):
            meant[text] = truth.place[agency, record]
    w = written_address.c
    right = told = right_asked = asked = 0
    for text, uprn, likeliest in conn.execute(select(w.address, w.uprn, w.asked)):
        if text in meant:
            told, right = told + (uprn is not None), right + (uprn == meant[text])
            best = uprn or likeliest
            asked, right_asked = asked + (best is not None), right_asked + (best == meant[text])
    return right, told, right_asked, asked, len(meant), len(meant)


def _homes(conn: Connection, truth: Truth) -> Figures:
    """Whose rows are told of a person: whether they lead to where the person lives; nobody is asked here."""
    from earlyhelp.store.tables import household, link

    led: dict[Key, set[str]] = {}
    for agency, value, uprn in conn.execute(
        select(link.c.agency, link.c.value, household.c.uprn)
        .join(household, household.c.id == link.c.household_id)
        .where(link.c.scheme == "person")
    ):
        led.setdefault((agency, value), set()).add(uprn)
    theirs = {key: who for key, who in truth.person.items()
              if key[0] in ("moorland-probation", "northmoor-schools") and who in truth.home}  # fmt: skip
    known = _landed(conn) & set(theirs)
    told = known & set(led)
    right = sum(led[key] == {truth.home[theirs[key]]} for key in told)
    return right, len(told), right, len(told), len(known), len(known)


def _landed(conn: Connection) -> set[Key]:
    from earlyhelp.store.tables import landing

    p = landing["person"].c
    return {(a, r) for a, r in conn.execute(select(p.agency, p.record_id).distinct())}


def _as_files(
    conn: Connection, truth: Truth
) -> tuple[tuple[list[dict[str, str]], ...], frozenset[frozenset[str]]]:
    """Health's register and all others' as two files, and the pairs that are of one person."""
    from earlyhelp.store.tables import landing

    p = landing["person"].c
    fields = {"first_name": p.forename, "last_name": p.surname, "former_name": p.former_surname,
              "date_of_birth": p.date_of_birth, "sex": p.sex, "uprn": p.uprn, "address": p.address}  # fmt: skip
    asked = select(p.agency, p.record_id, *fields.values()).where(p.superseded_on.is_(None), ~p.void)
    files: tuple[list[dict[str, str]], list[dict[str, str]]] = ([], [])
    by_person: dict[int, tuple[list[str], list[str]]] = {}
    for agency, record, *told in conn.execute(asked):
        side = agency != "riverside-health"
        name = f"{agency}:{record}"
        values = ("" if value is None else str(value) for value in told)
        files[side].append({"id": name, **dict(zip(fields, values, strict=True))})
        by_person.setdefault(truth.person[agency, record], ([], []))[side].append(name)
    pairs = (frozenset((a, b)) for left, right in by_person.values() for a in left for b in right)
    return files, frozenset(pairs)


if __name__ == "__main__":
    sys.stdout.write(json.dumps(measure(int(sys.argv[1]), int(sys.argv[2]))) + "\n")
