"""Whose each agency's numbers and written addresses really are: for evaluation only, never served."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from earlyhelp.demo.agencies import drops, health, housing, police, probation, safety, schools
from earlyhelp.demo.agencies.words import Pen
from earlyhelp.demo.city.records import REPORT_ROLES, Ints, Neighbourhood

Told = tuple[str, Sequence[str], Ints]
"""An agency, its numbers, and the city's own number of each person or residence."""


def whose(here: Neighbourhood, pen: Pen) -> dict[str, Any]:
    """Columns of agency, record and person of registers' entries; of agency, record and UPRN of events."""
    return {**_columns("known", "person", _people(here)), **_columns("placed", "uprn", _events(here, pen))}


def _people(here: Neighbourhood) -> Iterator[Told]:
    folk, held = here.persons, here.tenancies
    open_to_all = folk.person[~folk.restricted]
    tenants = np.unique(np.concatenate([held.tenant, held.joint_tenant[held.joint_tenant >= 0]]))
    supervised = np.unique(here.supervision.person)
    enrolment, pupil, _ = schools.enrolments(here)
    yield "riverside-health", health.patient_numbers(open_to_all), open_to_all
    yield "northside-homes", housing.person_numbers(tenants), tenants
    yield "moorland-probation", probation.case_numbers(supervised), supervised
    yield "northmoor-schools", schools.pupil_numbers(enrolment), pupil


def _events(here: Neighbourhood, pen: Pen) -> Iterator[Told]:
    calls, visits, reports = here.callouts, here.fire_visits, here.antisocial_reports
    hand = police.written(here, pen)
    yield "eastborough-police", police.log_numbers(calls.record[hand]), calls.uprn[hand]
    hand = drops.written(here, pen)
    yield "moorland-fire", drops.visit_numbers(visits.record[hand]), visits.uprn[hand]
    hand = safety.written(here, pen)
    parts = zip(safety.report_numbers(reports.record[hand]), reports.role[hand].tolist(), strict=True)
    numbers = [f"{number}/{REPORT_ROLES[role]}" for number, role in parts]
    yield "northmoor-safety", numbers, reports.uprn[hand]


def _columns(name: str, what: str, told: Iterator[Told]) -> dict[str, Any]:
    parts = list(told)
    return {
        f"{name}_agency": np.repeat([agency for agency, _, _ in parts], [len(n) for _, n, _ in parts]),
        f"{name}_record": np.array([number for _, numbers, _ in parts for number in numbers], dtype=np.str_),
        f"{name}_{what}": np.concatenate([ours for _, _, ours in parts]),
    }
