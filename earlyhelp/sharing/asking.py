"""Who may ask which agencies are in contact with a household that is not theirs, and on what ground. Pure."""

from collections.abc import Container
from datetime import timedelta
from enum import StrEnum

from earlyhelp.law.policy import Sector

MOST_AN_HOUR = 20
"""Questions by one worker in an hour: a duty desk's busiest hour and no register's worth (our choice)."""
AN_HOUR = timedelta(hours=1)

NOT_A_CASEWORKER = "neither a key worker nor an agency's own worker"
NO_POWER = "no agreement in force gives the asking agency a power to share"
TOO_MANY = "asked too often within the hour"


class Ground(StrEnum):
    """Why somebody asks: what is kept of the question, beside who, when and about whom."""

    CAME = "they came to me for help"
    SAFE = "I am worried about somebody's safety"
    RANG = "another agency rang me about them"
    VISIT = "I am going to visit or meet them"


def why_not(role: str, sector: str | None, powers: Container[Sector]) -> str | None:
    """Why somebody may not ask; None where they may.

    Whoever works with households may, and no manager, engineer or reviewer: they have nobody to ring. An
    agency's own worker needs a power of that agency's to share, as its data would need one.
    """
    if role == "key_worker":
        return None
    if role != "agency_worker" or sector is None:
        return NOT_A_CASEWORKER
    return None if Sector(sector) in powers else NO_POWER
