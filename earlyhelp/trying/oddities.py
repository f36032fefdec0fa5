"""What is odd about a page, though each of its rows may be well: in names and counts, never a value."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

from earlyhelp.connecting.reading import AgencyFeed
from earlyhelp.feeds import Page

AHEAD = timedelta(minutes=5)
"""How far two clocks may differ: a row stamped later than that is not believed."""
MANY = 4
"""Of fewer rows than these, that all are alike says nothing."""


def odd_rows(feed: AgencyFeed, page: Page, since: datetime | None) -> Iterator[str]:
    """Optional fields never filled, stamps that cannot be, numbers that are no row's own."""
    rows = page.rows
    if not rows:
        return
    if empty := [name for name in _optional(feed) if all(name not in row.model_fields_set for row in rows)]:
        yield f"never filled: {', '.join(empty)}"
    if late := sum(row.recorded_at > page.clock + AHEAD for row in rows):
        yield f"{late} rows are stamped later than the agency's own clock, and are not believed until then"
    if since and (early := sum(row.recorded_at < since for row in rows)):
        yield f"{early} rows are older than was asked for: does the agency heed what was asked?"
    yield from _alike(page)


def _optional(feed: AgencyFeed) -> list[str]:
    """The fields that a row may do without; few agencies have ``void``, so that nobody misses it."""
    fields = feed.schema.model_fields
    return [name for name, field in fields.items() if name != "void" and not field.is_required()]


def _alike(page: Page) -> Iterator[str]:
    """Stamps and numbers that do not tell rows apart."""
    if len(page.rows) < MANY:
        return
    if len({row.recorded_at for row in page.rows}) == 1:
        yield "recorded_at is the same in every row: is it when the row was last changed?"
    if 2 * len(Counter(row.record_id for row in page.rows)) < len(page.rows):
        yield "record_id is shared by most rows: is it the row's own number?"


def odd_paging(feed: AgencyFeed, page: Page) -> Iterator[str]:
    """A page that is full to the brim with none after it, or fuller than was asked for."""
    size, came = getattr(feed, "page_size", None), len(page.rows) + len(page.refused)
    if size is None or page.files:
        return
    if came > size:
        yield f"{came} rows came where {size} were asked for: the page size is not heeded"
    if came == size and page.position is None:
        yield "the page is full and no next one is named: is there none?"
