"""Every way of ranking that is compared: fixed rules, the balance, each check alone, and their sum."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from benchmarks.detecting.worlds import World
from checks.missed_appointments import MissedAppointments
from checks.rent_arrears_trend import RentArrearsTrend
from checks.repeat_police_callouts import RepeatPoliceCallouts
from earlyhelp.casework import weighing
from earlyhelp.casework.agreeing import Agreement, Pointed, agreement
from earlyhelp.casework.lines import line_of, lines
from earlyhelp.checking.check import Check, Reading
from earlyhelp.checking.measures import added, counted, middle
from earlyhelp.checking.rent_ledger import postings
from earlyhelp.chronology import Block
from earlyhelp.law.policy import POLICY
from earlyhelp.trust.naive_rules import UNKEPT
from schemas.appointment import Appointment
from schemas.police_callout import PoliceCallout
from schemas.rent_account import RentTransaction

Floats = NDArray[np.float64]

CHECKS: tuple[Check, ...] = (RentArrearsTrend(), RepeatPoliceCallouts(), MissedAppointments())
RULES = ("rule: owes 8 weeks", "rule: 3 callouts in 26 weeks", "rule: 2 missed in 26 weeks")
ANY, BALANCE = "rule: any of the three", "balance owed, ranked"
CALLOUTS_RULE = RULES[1]
SUM, AS_FEW = "all checks, weighed", "all checks, as few as 3 callouts"
"""A fixed rule may leave places empty, and be right the more often for it: as few are then raised by the sum."""
DECIDED, UNANSWERED = "as decided, with answers", "as decided, before any answer"
BOOSTED = "boosting, same facts"
HALF_A_YEAR = 182


Readings = Mapping[str, Reading]


def asked(world: World, day: int) -> dict[str, Reading]:
    """What each check says of every household, as known on the day."""
    return {check.name: check.ask(world.blocks[check.reads.kind], day) for check in CHECKS}


def agreed(readings: Readings) -> Agreement:
    """How far the checks agree on households, as the night asks it."""
    pointed = {}
    for check in CHECKS:
        weight = readings[check.name].weight
        loud = np.flatnonzero(weight >= POLICY.notable)
        pointed[check.name] = Pointed(check.sector, loud, weight[loud])
    return agreement(pointed, len(weight), POLICY)


def weighed(world: World, day: int, readings: Readings) -> dict[str, Floats]:
    """Every method's weight for every household, as known on the day."""
    owed = _weeks_owed(world.blocks[RentTransaction.kind].as_known_on(day))
    rules = _rules(world, owed, day)
    total = weighing.weigh(readings, {check.name: check.sector for check in CHECKS}, POLICY)
    scores = {name: rule.astype(np.float64) for name, rule in zip(RULES, rules, strict=True)}
    scores[ANY] = np.logical_or.reduce(rules).astype(np.float64)
    scores[BALANCE] = np.maximum(owed, 0.0)
    scores |= {name: reading.weight for name, reading in readings.items()}
    worth = decided(readings, total)
    line = line_of("", lines([], POLICY, agreed(readings)), POLICY)
    return scores | {SUM: total, UNANSWERED: np.where(worth >= line, worth, 0.0), DECIDED: worth}


def decided(readings: Readings, total: Floats) -> Floats:
    """The weight with which `casework.decide` would raise a household, and nothing where it would not.

    Two notable checks open a joint case with the total; one alone counts for what its own sector weighs.
    """
    weights = np.stack([readings[check.name].weight for check in CHECKS])
    notable = (weights >= POLICY.notable).sum(axis=0)
    alone = np.clip(weights.max(axis=0), POLICY.floor, POLICY.ceiling)
    weight = np.where(notable >= POLICY.factors_for_a_joint_case, total, alone)
    return np.where((notable > 0) & (weight >= POLICY.worth_raising), weight, 0.0)


def scopes(readings: Mapping[str, Floats]) -> NDArray[np.int64]:
    """Whose case it would be: the sector of the check that weighs most, and last of all a joint one."""
    weights = np.stack([readings[check.name] for check in CHECKS])
    joint = (weights >= POLICY.notable).sum(axis=0) >= POLICY.factors_for_a_joint_case
    return np.where(joint, len(CHECKS), weights.argmax(axis=0))


def _rules(world: World, owed: Floats, day: int) -> tuple[NDArray[np.bool_], ...]:
    """The three fixed rules that councils use today."""
    calls = world.blocks[PoliceCallout.kind].as_known_on(day)
    booked = world.blocks[Appointment.kind].as_known_on(day)
    missed = booked.where(np.isin(booked.columns["status"], UNKEPT))
    return owed >= 8, _lately(calls, day) >= 3, _lately(missed, day) >= 2


def _weeks_owed(rent: Block) -> Floats:
    rent = postings(rent)
    place, amount = rent.row_household, rent.columns["amount"]
    charges = rent.columns["entry"] == 0
    usual = middle(place[charges], amount[charges], len(rent), without=0.0)
    return np.divide(added(place, amount, len(rent)), usual, out=np.zeros(len(rent)), where=usual > 0)


def _lately(block: Block, day: int) -> NDArray[np.int64]:
    recent = (block.occurred_on > day - HALF_A_YEAR) & (block.occurred_on <= day)
    return counted(block.row_household[recent], len(block))
