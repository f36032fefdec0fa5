"""Local services: who in the voluntary sector can be pulled in to help, as their directory has it."""

from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import Field, StringConstraints

from schemas.feed import FeedRow, Uprn

Short = Annotated[str, StringConstraints(min_length=1, max_length=300)]
Long = Annotated[str, StringConstraints(min_length=1, max_length=1000)]
Age = Annotated[int, Field(ge=0, le=130)]
"""Whole years; nobody has lived longer."""


class LocalService(FeedRow):
    """A service that may join a case: what it does, for whom, where, and how to reach the organisation.

    Public, and of no household: it never enters a chronology or a weight. Only the organisation's own ways
    of contact are kept, never the name or address of somebody who works there. ``assured_on`` is the day on
    which somebody last checked that this is still right.
    """

    kind: ClassVar[str] = "local_service"

    name: Short
    description: Long | None = None
    organisation: Short
    status: Literal["active", "inactive", "defunct", "temporarily_closed"] | None = None
    alert: Long | None = None
    minimum_age: Age | None = None
    maximum_age: Age | None = None
    url: Short | None = None
    email: Short | None = None
    telephone: Short | None = None
    postcode: Short | None = None
    uprn: Uprn | None = None
    serves: Long | None = None
    assured_on: date | None = None
