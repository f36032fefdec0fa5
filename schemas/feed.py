"""What every row of every feed carries."""

from datetime import UTC, date, datetime, time
from typing import Annotated, ClassVar
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime, BaseModel, ConfigDict, StringConstraints

LONDON = ZoneInfo("Europe/London")

Reference = Annotated[str, StringConstraints(min_length=1, max_length=80)]
"""An identifier as its owner writes it: text, never a number, so that leading zeros survive."""

Uprn = Annotated[str, StringConstraints(pattern=r"^\d{12}$")]
"""Unique Property Reference Number as zero-padded text of twelve digits (domain.md 3.9)."""

WrittenAddress = Annotated[str, StringConstraints(min_length=1, max_length=200)]
"""An address as somebody wrote it: matching finds its residence where a row names no UPRN."""


class FeedRow(BaseModel):
    """One statement of fact by an agency, frozen once said; fields nobody told us of are refused.

    ``recorded_at`` is when the agency wrote the statement down or last changed it, in UTC: of two rows
    with one ``record_id`` the later recorded holds. ``void`` says that the agency has withdrawn it.
    """

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        hide_input_in_errors=True,
        str_strip_whitespace=True,
        allow_inf_nan=False,
    )

    kind: ClassVar[str]
    """Name of the kind of feed, and of the table in which its rows land."""

    record_id: Reference
    recorded_at: AwareDatetime
    void: bool = False


class EventRow(FeedRow):
    """A statement about something that happened, and so a line of a chronology.

    ``subject`` is the scheme of the identifier by which a row finds its household, and the field that holds
    it; ``columns`` are the fields that a check may read, ``codes`` the words of those that are codes, in the
    order of the small numbers by which a block of columns holds them. Where a kind whose subject is a UPRN
    has a field ``address`` too, a row without UPRN is found by the residence that its address means.
    """

    subject: ClassVar[tuple[str, str]]
    columns: ClassVar[tuple[str, ...]] = ()
    codes: ClassVar[dict[str, tuple[str, ...]]] = {}
    ahead: ClassVar[bool] = False
    """Whether such an event may lie in the future (an appointment may, a payment may not)."""

    occurred_on: date


def london_day(moment: datetime) -> date:
    """The day in London on which a moment fell: agencies count days by the clock on their wall."""
    return moment.astimezone(LONDON).date()


def london_midnight(day: date) -> datetime:
    """The moment, in UTC, at which a day begins by the clock on a London wall."""
    return datetime.combine(day, time(), LONDON).astimezone(UTC)
