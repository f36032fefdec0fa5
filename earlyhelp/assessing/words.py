"""Everyday words of extracts, and ours for them."""

from typing import Final

CYCLES: Final = {
    "4_weekly": "four_weekly",
    "fourweekly": "four_weekly",
    "4weekly": "four_weekly",
    "2_weekly": "fortnightly",
    "calendar_monthly": "monthly",
}
CATEGORIES: Final = {
    "asb": "antisocial_behaviour",
    "anti_social_behaviour": "antisocial_behaviour",
    "nuisance": "antisocial_behaviour",
    "noise": "antisocial_behaviour",
    "domestic_abuse": "domestic",
    "domestic_violence": "domestic",
    "domestic_incident": "domestic",
    "assault": "violence",
    "robbery": "violence",
    "violent_crime": "violence",
    "burglary": "theft",
    "criminal_damage": "damage",
    "arson": "damage",
    "concern_for_safety": "concern",
    "welfare": "concern",
    "missing_person": "concern",
    "mental_health": "concern",
}
"""Everyday names of our categories; any other word counts as ``other``."""
STATUSES: Final = {
    "no_show": "noshow",
    "did_not_attend": "noshow",
    "dna": "noshow",
    "was_not_brought": "not_brought",
    "wnb": "not_brought",
    "canceled": "cancelled",
}
POLICE_STARTED: Final = frozenset(
    {"police_initiated", "proactive", "patrol", "stop_and_search", "traffic_stop", "warrant"}
)
HARM: Final = {"domestic": 20.0, "violence": 20.0, "theft": 5.0, "concern": 5.0, "antisocial_behaviour": 2.0}
"""Days of harm where the file gives none: modest, so that a guess orders little (domain.md 4.4)."""
HARM_ELSE: Final = 1.0
