"""Whoever has objected is left alone: nothing is concluded about their household, and their case waits.

An open objection stops what a program concludes and not what a worker does. One that was upheld takes back a
case that nobody has looked at; one that somebody works on is theirs and the household's to end.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from earlyhelp.casework.decisions import Standing, Withdraw
from earlyhelp.store.people import objections

UPHELD = "somebody of the household objected, and a person upheld it"


@dataclass(frozen=True, slots=True)
class Spared:
    """Households about which nothing is concluded, the cases that are followed, and those taken back."""

    left_alone: frozenset[int]
    standing: list[Standing]
    withdrawn: list[Withdraw]


def spare(conn: Connection, standing: Sequence[Standing]) -> Spared:
    """Part the open cases; one that is in unsafe hands is followed all the same, for it must change them."""
    left_alone, upheld = objections.not_assessed(conn), objections.upheld(conn)
    followed = [one for one in standing if one.household not in left_alone or one.unsafe]
    ended = [
        Withdraw(one.household, one.case, UPHELD)
        for one in standing
        if one.household in upheld and one.state == "new" and not one.unsafe
    ]
    return Spared(left_alone, followed, ended)
