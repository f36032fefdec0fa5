"""Retention: what is past its date goes, feed by feed, as its agreement says; a dry run only tells."""

from datetime import date

from sqlalchemy import Engine

from earlyhelp.in_force import agreements
from earlyhelp.law.policy import POLICY
from earlyhelp.store import retaining, unsaying
from earlyhelp.store.access.operations import note_operation
from earlyhelp.store.people import matching
from earlyhelp.store.unit_of_work import reading

Told = dict[str, dict[str, int]]
"""Counts for each feed, and of closed cases and of answers about what is gone."""


def retain(engine: Engine, day: date, *, dry_run: bool) -> Told:
    """Let go of what is past its date on that day; each feed in a transaction of its own, and written down.

    For each feed: ``removed`` or ``pseudonymised`` rows, ``held`` for an open case, ``narrowed`` fields that
    are no longer agreed on, and ``undecided`` (1) where no agreement ever said how long.
    """
    with reading(engine) as conn:
        plan = retaining.due(conn, agreements(), day)
    told = {one.feed: _counts(one) for one in plan}
    if not dry_run:
        for one in plan:
            if one.rows or one.narrowed:
                with engine.begin() as conn:
                    told[one.feed] = _counts(one) | {_what(one): retaining.let_go(conn, one)}
                    words = " ".join(f"{name}={count}" for name, count in told[one.feed].items())
                    note_operation(conn, "retention", f"{one.feed} before {one.before}: {words}")
    before = retaining.months_before(day, POLICY.keep_cases_months)
    with engine.begin() as conn:
        closed = unsaying.close_books(conn, before, dry_run=dry_run)
        if closed and not dry_run:
            note_operation(conn, "retention", f"cases closed before {before}: {closed}")
        answers = matching.forget_gone(conn, dry_run=dry_run)
    return {**told, "cases": {"removed": closed}, "reviewers' answers": {"removed": answers}}


def _counts(one: retaining.Due) -> dict[str, int]:
    undecided = {"undecided": 1} if one.share is None else {}
    return {_what(one): one.rows, "held": one.held, "narrowed": one.narrowed, **undecided}


def _what(one: retaining.Due) -> str:
    return "pseudonymised" if one.share and one.share.after == "pseudonymise" else "removed"
