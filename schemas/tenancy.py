"""Tenancies: which rent account belongs to which address, from when until when."""

from datetime import date
from typing import ClassVar

from schemas.feed import FeedRow, Reference, Uprn


class Tenancy(FeedRow):
    """A tenancy with its rent account; ``tenant`` and ``joint_tenant`` are the landlord's person ids."""

    kind: ClassVar[str] = "tenancy"

    account: Reference
    uprn: Uprn | None = None
    started_on: date
    ended_on: date | None = None
    tenant: Reference
    joint_tenant: Reference | None = None
