"""Persons: how an agency knows somebody."""

from datetime import date
from typing import ClassVar, Literal

from schemas.feed import FeedRow, Reference, Uprn


class Person(FeedRow):
    """Somebody as one agency writes them; ``record_id`` is that agency's own number for them.

    ``address`` is where they live as written, with its postcode if that was told; a ``uprn`` says it better.
    ``former_surname`` is one that the agency knew them by before.
    """

    kind: ClassVar[str] = "person"

    forename: str
    surname: str
    former_surname: str | None = None
    date_of_birth: date | None = None
    sex: Literal["female", "male"] | None = None
    nhs_number: Reference | None = None
    uprn: Uprn | None = None
    address: str | None = None
