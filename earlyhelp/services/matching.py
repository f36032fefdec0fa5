"""Matching at once: what a reviewer has answered takes effect, and what followed from a wrong match goes."""

from collections.abc import Mapping
from datetime import date

import numpy as np
from sqlalchemy import Connection, Engine

from earlyhelp.casework import deciding
from earlyhelp.casework.decisions import AddToCase, Ease, Withdraw
from earlyhelp.checking.check import Check
from earlyhelp.chronology import day_number
from earlyhelp.in_force import lawful
from earlyhelp.law.policy import POLICY, Policy
from earlyhelp.services import judging, linking
from earlyhelp.services.audible import audible, standing_in
from earlyhelp.services.loading import KeptOut, load, load_once
from earlyhelp.services.sparing import spare
from earlyhelp.store.casework import cases
from earlyhelp.store.judged import check_states, readings, weights
from earlyhelp.store.judged.readings import Heard
from earlyhelp.store.people import undoing
from earlyhelp.trust.states import State, named_in

LESS = "clearly less than when it was opened: some of it was another household's"


def rematch(
    engine: Engine, checks: Mapping[str, Check], day: date, policy: Policy = POLICY
) -> dict[str, int]:
    """Match anew, and judge the open cases anew that rested on what no longer holds; returns counts.

    ``undone`` cases lost signals, of which ``withdrawn``, ``eased`` and ``kept`` say what came of them; the
    rest is as `match` of the night counts it. All of it happens in one transaction, or nothing does.
    Whoever gains rows is left to the next night.
    """
    with engine.begin() as conn:
        counts = linking.match_all(conn, day)
        households = undoing.undone_on(conn, day) if counts.get("undone") else set()
        return counts | _judge(conn, checks, households, day, lawful(policy, day))


def _judge(
    conn: Connection, checks: Mapping[str, Check], households: set[int], day: date, policy: Policy
) -> dict[str, int]:
    """Ask the live checks about those households as of now, and let their open cases follow."""
    counts = {"withdrawn": 0, "eased": 0, "kept": 0}
    spared = spare(conn, [one for one in cases.read_standing(conn) if one.household in households])
    standing = spared.standing
    if not standing:
        return counts
    states = check_states.told(conn, checks, day)
    unasked = frozenset({*checks, *states} - {*named_in(states, checks, State.LIVE)})
    checks = standing_in(checks, states, State.LIVE)
    everywhere, deaf, out = audible(conn, day, day)
    asked = {check.reads.kind for check in checks.values()}
    unheard = frozenset(one.sector for one in everywhere if one.kind in asked)
    numbers = sorted({one.household for one in standing} - spared.left_alone)
    heard = _heard(conn, {n: c for n, c in checks.items() if c.reads.kind not in deaf}, numbers, day, out)
    candidates = judging.candidates(heard, checks, day, policy, weights.running(conn))
    totals = {one.household: one.total for one in candidates}
    before = {one.case: one.weight for one in standing}
    for one in deciding.decide(candidates, standing, {}, [], unheard, policy, unasked):
        if isinstance(one, Withdraw):
            cases.withdraw(conn, one, day, policy)
            counts["withdrawn"] += 1
        elif isinstance(one, Ease):
            cases.ease(conn, one, day, policy)
            counts["eased"] += 1
        elif isinstance(one, AddToCase) and one.worker is None:
            said = judging.explain(conn, checks, [one], day, out)[one.household]
            cases.say_again(conn, one, said, judging.reason(said, [], one.scope), day, policy)
            weight = totals[one.household]
            eased = weight <= before[one.case] - policy.step_down
            if eased:
                cases.ease(conn, Ease(one.household, one.case, weight, LESS), day, policy)
            counts["eased" if eased else "kept"] += 1
        else:
            counts["kept"] += 1
    return counts


def _heard(
    conn: Connection, checks: Mapping[str, Check], households: list[int], day: date, out: KeptOut
) -> list[Heard]:
    """What each check says of those households as of that day."""
    about, numbers, heard = readings.households_about(conn), np.array(households, np.int64), list[Heard]()
    once = load_once(conn, checks.values(), numbers, day, out) if households else {}
    for name, check in checks.items() if households else ():
        block = once.get(check.reads.kind)
        if block is None:
            block = load(conn, check.reads, check.weeks, numbers, day, out)
        reading = check.ask(block, day_number(day))
        heard += [
            Heard(number, *about(number, day), name, check.version, float(reading.weight[at]))
            for at, number in enumerate(households)
        ]
    return heard
