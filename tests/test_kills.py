"""Killed before any statement of any stage and started again, a night ends as if nothing had happened."""

from datetime import date

import pytest
from sqlalchemy import event, select

from earlyhelp import plugins
from earlyhelp.alerts.channel import Ways
from earlyhelp.alerts.folder import Folder
from earlyhelp.services import fetching, stages
from earlyhelp.store.tables import (
    alert,
    case,
    case_event,
    household,
    link,
    member,
    reading,
    signal,
    unmatched,
)
from tests.test_services import NIGHT, agencies, hire
from tests.twins import Twin, at

KEPT = {
    "households": select(household.c.id, household.c.ward, household.c.uprn, household.c.restricted_from),
    "links": select(
        link.c.scheme, link.c.agency, link.c.value, link.c.household_id, link.c.from_on, link.c.to_on
    ),
    "members": select(member.c.agency, member.c.record_id, member.c.household_id),
    "unmatched": select(unmatched.c.scheme, unmatched.c.value, unmatched.c.reason, unmatched.c.rows),
    "readings": select(reading.c.check, reading.c.household_id, reading.c.weight, reading.c.since),
    "cases": select(
        case.c.household_id, case.c.scope, case.c.reason, case.c.state, case.c.worker_id, case.c.weight
    ),
    "signals": select(signal.c.check, signal.c.sentence, signal.c.current, signal.c.household_id),
    "history": select(case_event.c.day, case_event.c.what, case_event.c.why),
    "alerts": select(alert.c.worker_id, alert.c.cause, alert.c.day, alert.c.channel),
}


def written(outbox):
    """What every message says, apart from its reference."""
    return sorted(path.read_text().partition("Auto-Submitted")[2] for path in outbox.iterdir())


class Killed(BaseException):
    """What a kill looks like from inside: nothing catches it, and nothing is put in order."""


def every_stage(engine, outbox, day: date = NIGHT):
    checks = plugins.checks()
    return [
        lambda: stages.match(engine, day),
        lambda: stages.run_checks(engine, checks, day),
        lambda: stages.decide(engine, checks, day),
        lambda: stages.alert(engine, Ways(Folder(outbox)), at(day)),
        lambda: stages.end_night(engine, day, [], {"alert": {}}),
    ]


def what_is_kept(engine):
    with engine.connect() as conn:
        return {name: sorted(map(repr, conn.execute(query))) for name, query in KEPT.items()}


def fetched(engine):
    hire(engine)
    stages.begin_night(engine, NIGHT)
    twins: dict[str, Twin] = agencies()
    for twin in twins.values():
        fetching.fetch_agency(engine, twin, NIGHT)


def killed_at(engine, number, stage) -> bool:
    """Run a stage and die before its statement of that number; False when it has fewer."""
    left = [number]

    def count(*_):
        left[0] -= 1
        if left[0] < 0:
            raise Killed

    event.listen(engine, "before_cursor_execute", count)
    try:
        stage()
    except Killed:
        return True
    finally:
        event.remove(engine, "before_cursor_execute", count)
    return False


@pytest.mark.parametrize("which", range(5), ids=["match", "checks", "decide", "alert", "end"])
def test_killed_before_every_statement(which, engine, another_engine, tmp_path):
    fetched(another_engine)
    for stage in every_stage(another_engine, tmp_path / "undisturbed"):
        stage()
    wanted = what_is_kept(another_engine)

    fetched(engine)
    mine = every_stage(engine, tmp_path / "outbox")
    for stage in mine[:which]:
        stage()
    number = 0
    while killed_at(engine, number, mine[which]):
        number += 1 if number < 12 else 7
    assert number > 1, "it was killed somewhere"
    for stage in mine[which:]:
        stage()
    assert what_is_kept(engine) == wanted
    assert written(tmp_path / "outbox") == written(tmp_path / "undisturbed")
