"""The same round as of any past day, writing nothing."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import Engine

from earlyhelp.casework import deciding
from earlyhelp.casework.lines import lines
from earlyhelp.checking.check import Check
from earlyhelp.in_force import lawful
from earlyhelp.law.policy import POLICY, Policy
from earlyhelp.services import judging
from earlyhelp.services.audible import audible, standing_in
from earlyhelp.services.listening import Question, listen
from earlyhelp.services.recording import counted
from earlyhelp.settings import settings
from earlyhelp.store.casework import cases
from earlyhelp.store.judged import check_states, verdicts, weights
from earlyhelp.store.people import objections
from earlyhelp.store.unit_of_work import reading
from earlyhelp.trust.states import State


def replay(engine: Engine, checks: Mapping[str, Check], day: date, policy: Policy = POLICY) -> dict[str, int]:
    """The same round as of any past day, as it was known then, with every desk empty; writes nothing.

    What may be used for it is what agreements allow today, for it is today that it is used; and whoever has
    objected by today is left alone on every past day too.
    """
    today = settings().day()
    policy = lawful(policy, day, today)
    with reading(engine) as conn:
        checks = standing_in(checks, check_states.told(conn, checks, today), State.LIVE)
        silent, deaf, out = audible(conn, day, today)
        heard = listen(conn, Question(checks, day, deaf, policy, out))
        left_alone = objections.not_assessed(conn)
        said = [one for one in judging.as_heard(conn, heard, day) if one.household not in left_alone]
        candidates = judging.candidates(said, checks, day, policy, weights.running(conn))
        rooms = cases.read_rooms(conn, day)
        agreed = judging.agreed(said, checks, heard.households, policy)
        drawn = lines(verdicts.answered(conn, day), policy, agreed)
        unheard = frozenset(silence.sector for silence in silent)
        decisions = deciding.decide(candidates, [], {}, rooms, unheard, policy, lines=drawn)
    not_assessed = sum(check.reads.kind in deaf for check in checks.values())
    return {"households": heard.households, "not_assessed": not_assessed, **counted(decisions)}
