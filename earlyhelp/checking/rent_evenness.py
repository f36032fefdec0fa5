"""Whether an account runs like rent: the same charge each time, and payments that are meant to meet it.

What is owed is a measure of trouble only where an account is meant to come down to nothing. A card's balance,
a credit agreement's or a metered supply's rises with use; whoever always pays a small part of it owes weeks
of "rent" and is in no trouble. There it is the payments that never came which tell (detection.md 3.1: a
balance or its slope alone orders card accounts no better than chance, the number of missing payments does).
"""

import numpy as np

from earlyhelp.checking.measures import Bools, Floats, Ids, added, counted, middle

APART = (0.55, 0.25)
"""Mean distance of charges from the middle one, on the scale of logarithms, from which an account is none of
rent, and up to which it surely is: seasons of a quarter up and down stay within it (our choice)."""
FAR = 1.5
"""One charge is no further away than this: a yearly or a mistaken one says nothing about the others."""
COVERED = (0.15, 0.4)
"""Share of a charge that the middle payment meets up to which payments were never meant to meet it, and from
which they surely are (our choice)."""
OPENING_CHARGES = 3.0
"""A charge on an account's first day that is so many times the usual one brings a balance forward, as an
adjustment would: not every system has those (our choice)."""
ENOUGH = 3
"""Charges, or payments, of which so few tell nothing: then an account is taken for rent (our choice)."""


def same_charge(place: Ids, charge: Floats, households: int) -> Floats:
    """For each account between 0 and 1: how much its charges are one and the same."""
    usual, number = middle(place, charge, households, without=1.0), counted(place, households)
    away = np.minimum(np.abs(np.log(charge / usual[place])), FAR)
    return np.where(
        number < ENOUGH, 1.0, between(added(place, away, households) / np.maximum(number, 1), APART)
    )


def meant_to_meet(place: Ids, paid: Floats, due: Floats, households: int) -> Floats:
    """For each account between 0 and 1: how much its payments are meant to meet what is charged.

    ``paid`` and ``due`` are payments and what was charged since the one before, without end at the first.
    """
    told = np.isfinite(due)
    met = np.divide(paid[told], due[told], out=np.full(int(told.sum()), 9.0), where=due[told] > 0)
    covered = middle(place[told], met, households, without=1.0)
    return np.where(counted(place[told], households) < ENOUGH, 1.0, between(covered, COVERED))


def carried_forward(place: Ids, at_first: Bools, charges: Bools, amount: Floats, households: int) -> Bools:
    """Which charges of an account's first day are a balance brought forward: many times the usual charge."""
    usual = middle(place[charges], amount[charges], households, without=np.inf)
    return np.asarray(at_first & (amount > OPENING_CHARGES * usual[place]), np.bool_)


def between(value: Floats, ends: tuple[float, float]) -> Floats:
    """0 up to the first end, 1 from the other one on."""
    return np.clip((value - ends[0]) / (ends[1] - ends[0]), 0.0, 1.0)
