"""Words that must not outlive what they were about: what was concluded from rows, and what workers wrote.

Rows are erased because somebody asked, cases grow old: in both the words go, and that there was a case stays.
"""

from collections.abc import Collection, Mapping
from datetime import date
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy import Connection, Table, delete, func, insert, select, update

from earlyhelp.law.policy import Policy
from earlyhelp.store.tables import (
    alert,
    break_glass,
    case,
    case_event,
    decision,
    fact_check,
    household,
    outcome,
    own_word,
    pull_in,
    pull_in_reply,
    signal,
    story,
)

GONE: Final = "Removed at the end of its time."
ERASED: Final = "Some of what it rested on was erased, because somebody asked for it."
WORDS: Final[Mapping[Table, Mapping[str, Any]]] = MappingProxyType(
    {
        decision: {"why": ""},
        pull_in: {"question": "", "facts": []},
        outcome: {"words": "", "held_words": None},
        fact_check: {"why": "", "reply": None},
        break_glass: {"reason": ""},
    }
)
"""Of each table about a case, the columns in which people speak, and what stands there afterwards."""
OF_A_HOUSEHOLD: Final = (own_word, story)
AT_ONCE: Final = 500


def unsay(conn: Connection, kind: str, rows: Collection[int], day: date, policy: Policy) -> int:
    """Delete every signal that rests on one of those rows, and what was asked about the rows themselves.

    The line of an open case is made anew of what is left, that of a closed one is emptied; the history
    says why. Returns how many signals that were.
    """
    gone = {int(row) for row in rows}
    said = select(signal.c.id, signal.c.case_id, signal.c.evidence).where(signal.c.evidence_kind == kind)
    resting = [
        (one.id, one.case_id) for one in conn.execute(said) if gone & {int(row) for row in one.evidence}
    ]
    for at in range(0, len(resting), AT_ONCE):
        some = [number for number, _ in resting[at : at + AT_ONCE]]
        conn.execute(delete(signal).where(signal.c.id.in_(some)))
    for number in sorted({number for _, number in resting}):
        _say_less(conn, number, day, policy)
    asked = sorted(gone)
    for at in range(0, len(asked), AT_ONCE):
        these = fact_check.c.row.in_(asked[at : at + AT_ONCE])
        conn.execute(delete(fact_check).where(fact_check.c.kind == kind, these))
    return len(resting)


def _say_less(conn: Connection, number: int, day: date, policy: Policy) -> None:
    left = select(signal.c.sentence).where(signal.c.case_id == number, signal.c.current)
    sentences = list(conn.execute(left.order_by(signal.c.weight.desc(), signal.c.id).limit(3)).scalars())
    conn.execute(update(case).where(case.c.id == number).values(reason=" ".join([*sentences, ERASED])))
    line = {"case_id": number, "day": day, "what": "erased", "why": ERASED, "policy": policy.version}
    same = (case_event.c[name] == line[name] for name in ("case_id", "day", "what"))
    if conn.execute(select(case_event.c.id).where(*same)).first() is None:
        conn.execute(insert(case_event).values(line))


def count_notes(conn: Connection, households: Collection[int]) -> int:
    """How many notes in people's own words there are about these households."""
    there = 0
    cases = select(case.c.id).where(case.c.household_id.in_(households))
    for table in WORDS:
        there += conn.execute(
            select(func.count()).select_from(table).where(table.c.case_id.in_(cases))
        ).scalar_one()
    for table in OF_A_HOUSEHOLD:
        mine = table.c.household_id.in_(households)
        there += conn.execute(select(func.count()).select_from(table).where(mine)).scalar_one()
    return there


def close_books(conn: Connection, before: date, *, dry_run: bool) -> int:
    """Take every word out of cases that were closed before that day; returns of how many.

    What a household told in its own words goes once all its cases are so old. That there was a case, when,
    and what came of it stays, for checks are judged by that.
    """
    past = (case.c.closed_on < before, case.c.reason != GONE)
    ids = list(conn.execute(select(case.c.id).where(*past)).scalars())
    for at in range(0, 0 if dry_run else len(ids), AT_ONCE):
        _empty(conn, ids[at : at + AT_ONCE])
    if ids and not dry_run:
        lately = select(case.c.household_id).where(
            (case.c.closed_on.is_(None)) | (case.c.closed_on >= before)
        )
        known = select(case.c.household_id).where(case.c.reason == GONE)
        old = select(household.c.id).where(household.c.id.in_(known), household.c.id.not_in(lately))
        own = own_word.c.household_id.in_(old)
        conn.execute(update(own_word).where(own).values(goal_id=None))
        for table in OF_A_HOUSEHOLD:
            conn.execute(delete(table).where(table.c.household_id.in_(old)))
    return len(ids)


def _empty(conn: Connection, ids: Collection[int]) -> None:
    conn.execute(delete(signal).where(signal.c.case_id.in_(ids)))
    conn.execute(delete(alert).where(alert.c.case_id.in_(ids)))
    for table, columns in WORDS.items():
        conn.execute(update(table).where(table.c.case_id.in_(ids)).values(columns))
    asked = select(pull_in.c.id).where(pull_in.c.case_id.in_(ids))
    conn.execute(update(pull_in_reply).where(pull_in_reply.c.pull_in_id.in_(asked)).values(words=""))
    conn.execute(update(case).where(case.c.id.in_(ids)).values(reason=GONE))
