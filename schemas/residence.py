"""Residences: the council's gazetteer of addresses."""

from typing import ClassVar, Literal

from schemas.feed import FeedRow, Uprn


class Residence(FeedRow):
    """An address that can be lived at, or the building around it.

    A building that holds flats, and an institution (hospital, police station, hostel), are never a
    household: what happens there is nobody's in particular (domain.md 3.9).
    """

    kind: ClassVar[str] = "residence"

    uprn: Uprn
    parent_uprn: Uprn | None = None
    usage: Literal["dwelling", "building", "institution"]
    address: str
    postcode: str
    ward: str
