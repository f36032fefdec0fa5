"""The points card of a rent account: a few facts, each read off a line of points, one card for each rhythm.

A fact between two marks earns points between theirs, and beyond the last mark no more. So the points can be
read in a table, and yet no two accounts tie that differ. Nine weeks without a payment are two missed by a
monthly payer and nine by a weekly one, hence a card for each rhythm (detection.md 4.4).

The points are log-odds. They were fitted as a logistic whose lines may not turn round on seeds 1 to 6 of
the invented city, compared on seeds 7 to 10, and rounded; no other seed had a part in them. Two things were
then set by hand: lines go on rising to half a year's rent, and each missed payment counts up to the eighth,
because number is the signal where accounts are billed by the month (detection.md 3.1), and whoever has paid
nothing for eight weeks stands where a landlord may ask a court for the home (domain.md 4.1).
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from earlyhelp.checking.measures import Floats, Whole

CARD_OF = (0, 0, 1, 2)
"""Which card a payment cycle is read from: by the week (weekly and fortnightly), four-weekly, monthly."""


@dataclass(frozen=True, slots=True)
class Line:
    """One fact: where its marks stand, and on each rhythm's card the points at each mark."""

    fact: str
    marks: tuple[float, ...]
    by_week: tuple[float, ...]
    four_weekly: tuple[float, ...]
    monthly: tuple[float, ...]


STEADY = (-1.0, -0.55, -0.55)
"""Where an account stands whose rent is paid as always, by card, against the odds of any household."""

CARD = (
    Line(
        "risen",  # weeks of rent by which the low has climbed, slack taken off: its CUSUM
        marks=(0, 0.5, 1.5, 3, 6, 10, 26),
        by_week=(0, 0, 0.35, 0.45, 0.6, 0.85, 1.5),
        four_weekly=(0, 0, 0.4, 0.7, 1.3, 1.7, 2.4),
        monthly=(0, 0, 0.05, 0.1, 0.4, 1.0, 2.0),
    ),
    Line(
        "year",  # weeks of rent by which the low stands above that of a year ago
        marks=(0, 1, 3, 6, 12, 26),
        by_week=(0, 0.2, 0.75, 1.15, 1.4, 1.8),
        four_weekly=(0, 0.2, 0.4, 1.0, 1.3, 1.7),
        monthly=(0, 0.3, 0.7, 1.2, 1.6, 2.2),
    ),
    Line(
        "stayed",  # weeks in a row, half a year at most, that the low stood above its usual
        marks=(0, 6, 26),
        by_week=(0, 0.3, 1.0),
        four_weekly=(0, 0, 0),
        monthly=(0, 0, 0.4),
    ),
    Line(
        "fallen",  # weeks of rent by which the low has come down from its highest in half a year
        marks=(0, 0.5, 1.5, 4),
        by_week=(0, -0.4, -0.6, -0.6),
        four_weekly=(0, 0, 0, 0),
        monthly=(0, 0, -0.05, -0.25),
    ),
    Line(
        "skipped",  # payments that never came, in the household's own rhythm, fading
        marks=(0, 1, 2, 4, 8),
        by_week=(0, 0.05, 0.15, 0.4, 0.8),
        four_weekly=(0, 0.15, 0.8, 1.1, 1.4),
        monthly=(0, 0.15, 0.3, 0.6, 1.0),
    ),
    Line(
        "unpaid",  # the same, as far as the account is none of rent and a balance tells nothing: set by hand
        marks=(0, 1, 2, 3, 4, 6),
        by_week=(0, 0.4, 0.8, 1.2, 1.5, 2.0),
        four_weekly=(0, 0.8, 1.6, 2.2, 2.6, 3.0),
        monthly=(0, 0.8, 1.6, 2.2, 2.6, 3.0),
    ),
    Line(
        "short",  # payments that were less than usual, fading: they come before arrears show
        marks=(0, 0.5, 1, 2, 4),
        by_week=(0, 0.45, 0.8, 1.15, 1.3),
        four_weekly=(0, 0.1, 0.2, 1.3, 1.4),
        monthly=(0, 1.0, 1.2, 1.3, 1.4),
    ),
    Line(
        "back",  # payments that were more than usual and so paid something back, fading
        marks=(0, 0.5, 1, 2, 4),
        by_week=(0, 0, -0.1, -0.3, -0.8),
        four_weekly=(0, -0.3, -0.7, -1.2, -1.2),
        monthly=(0, -0.35, -0.6, -1.2, -1.8),
    ),
)


def scored(facts: Mapping[str, Floats], cycle: Whole) -> dict[str, Floats]:
    """The points of each fact for each account (H), by its name, and ``steady``, where every one begins."""
    card = np.asarray(CARD_OF)[cycle]
    points = {"steady": np.asarray(STEADY)[card]}
    for line in CARD:
        each = [
            np.interp(facts[line.fact], line.marks, on)
            for on in (line.by_week, line.four_weekly, line.monthly)
        ]
        points[line.fact] = np.choose(card, each)
    return points
