"""Reports of anti-social behaviour in the invented city: partial, noisy, and apart from what else happens."""

import numpy as np
import pytest

from earlyhelp.demo.city.making import neighbourhoods
from earlyhelp.demo.city.records import NUISANCES, REPORT_ROLES, CityPlan, Neighbourhood

PLAN = CityPlan(households=5_000, history_weeks=104)
VICTIM, CAUSE = range(len(REPORT_ROLES))


@pytest.fixture(scope="module")
def pieces() -> tuple[Neighbourhood, ...]:
    return tuple(neighbourhoods(PLAN))


def per_year(piece: Neighbourhood, role: int) -> tuple[float, float]:
    """Reports a household-year of the calm, and of those in need while they are."""
    told, lived = piece.antisocial_reports, piece.occupancies
    mine = told.role == role
    home = dict(zip(lived.uprn.tolist(), lived.household.tolist(), strict=True))
    first = piece.truth.household[0]
    household = np.array([home[uprn] for uprn in told.uprn[mine].tolist()]) - first
    week = (told.occurred_on[mine] - (PLAN.start.toordinal() - 719_163)) // 7
    need = piece.truth.stress > 0.2
    then = need[household, week]
    return float((~then).sum() / (~need).sum() * 52), float(then.sum() / need.sum() * 52)


@pytest.mark.parametrize("role", [VICTIM, CAUSE], ids=REPORT_ROLES)
def test_strain_shows_on_both_sides(pieces: tuple[Neighbourhood, ...], role: int) -> None:
    calm, strained = np.mean([per_year(piece, role) for piece in pieces], axis=0)
    assert strained > 3 * calm > 0


def test_some_homes_are_reported_year_in_year_out_with_no_strain(pieces: tuple[Neighbourhood, ...]) -> None:
    told = pieces[0].antisocial_reports
    homes, often = np.unique(told.uprn[told.role == CAUSE], return_counts=True)
    standing = homes[often >= 6]
    lived = pieces[0].occupancies
    household = lived.household[np.isin(lived.uprn, standing)] - pieces[0].truth.household[0]
    assert len(standing) > 5
    assert np.median(pieces[0].truth.stress[household].max(axis=1)) < 0.05


def test_one_event_may_be_reported_twice_and_concern_two_homes(pieces: tuple[Neighbourhood, ...]) -> None:
    told = pieces[0].antisocial_reports
    reports = {(i, r) for i, r in zip(told.incident.tolist(), told.record.tolist(), strict=True)}
    assert len(reports) > len({incident for incident, _ in reports})
    parts = {(i, o) for i, o in zip(told.incident.tolist(), told.role.tolist(), strict=True)}
    both = len(parts) - len({incident for incident, _ in parts})
    assert both > 0.2 * len(parts)
    assert len({(r, o) for r, o in zip(told.record.tolist(), told.role.tolist(), strict=True)}) == len(
        told.role
    )


def test_nothing_is_entered_before_it_happened_and_every_word_is_used(
    pieces: tuple[Neighbourhood, ...],
) -> None:
    told = pieces[0].antisocial_reports
    assert (told.recorded_at // 1440 >= told.occurred_on).all()
    assert (np.diff(told.recorded_at) >= 0).all()
    assert set(told.nuisance.tolist()) == set(range(len(NUISANCES)))
