"""Crime in an area: how many crimes of one category a ward had in one month."""

from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from schemas.feed import FeedRow, Reference


class AreaCrime(FeedRow):
    """A count for the picture of an area, and no event of anybody's: it is never joined to a household.

    Street-level places are anonymous points near the street, so that nothing smaller than a ward is kept.
    ``month`` is its first day. ``record_id`` is ward, month and category.
    """

    kind: ClassVar[str] = "area_crime"

    ward: Reference
    month: date
    category: Literal[
        "anti_social_behaviour",
        "bicycle_theft",
        "burglary",
        "criminal_damage_and_arson",
        "drugs",
        "other_crime",
        "other_theft",
        "possession_of_weapons",
        "public_order",
        "robbery",
        "shoplifting",
        "theft_from_the_person",
        "vehicle_crime",
        "violence_and_sexual_offences",
    ]
    crimes: Annotated[int, Field(ge=0, le=100_000)]
