"""One page of a feed, asked for as the first night would ask, and what it looks like. Writes nothing.

For the engineer who connects an agency: does it let us in, what does it call our fields, what is refused
and why, does it go on. Names, kinds and counts alone: never a value of anybody's.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from earlyhelp.connecting.agency import Agency, RestFeed
from earlyhelp.connecting.reading import AgencyFeed
from earlyhelp.errors import EarlyHelpError, SetUpWrong, SignInRefused, TryAgainLater
from earlyhelp.feeds import Page, Window
from earlyhelp.trying.fields import FieldSeen, fields_seen
from earlyhelp.trying.oddities import odd_paging, odd_rows


@dataclass(frozen=True, slots=True)
class Refusal:
    """One fault for which rows were refused, with its field; how many rows, and where the first stands."""

    fault: str
    rows: int
    first: str


@dataclass(frozen=True, slots=True)
class FirstPage:
    """What a feed's first page looks like; ``well`` says that the feed may be fetched as it is.

    ``signed_in`` is None where nobody knows, ``fault`` is why there is no page, ``ahead`` how far the
    agency's clock is ahead of ours.
    """

    feed: str
    well: bool
    signed_in: bool | None
    fault: str = ""
    rows: int = 0
    refused: int = 0
    ahead: timedelta | None = None
    goes_on: str = ""
    fields: Sequence[FieldSeen] = ()
    oddities: Sequence[str] = ()
    refusals: Sequence[Refusal] = ()


def first_page(
    connector: Agency, feed: AgencyFeed, since: datetime | None, now: datetime, most: int | None = None
) -> FirstPage:
    """Ask for the first page of what is new since then, of ``most`` rows, and say what it looks like."""
    name = f"{connector.name}/{feed.name}"
    lenient = replace(feed, terms=replace(feed.terms, most_bad=1.0))  # the refused rows are what is asked for
    if most is not None and hasattr(lenient, "page_size"):
        lenient = replace(lenient, page_size=most)  # type: ignore[call-arg]
    connector.feeds = [lenient]
    pages = connector.pages(lenient, Window(since))
    try:
        page = next(pages)
    except EarlyHelpError as fault:
        said = str(fault).removeprefix(f"{name}: ").removeprefix(f"{connector.name}: ")
        return FirstPage(name, well=False, signed_in=_let_in(fault), fault=said)
    finally:
        pages.close()  # type: ignore[attr-defined]
    return looked_at(name, lenient, page, since, now, feed.terms.most_bad)


def _let_in(fault: EarlyHelpError) -> bool | None:
    """Whether the agency let us in before it came to this; None: nobody knows."""
    if isinstance(fault, SignInRefused):
        return False
    return None if isinstance(fault, SetUpWrong | TryAgainLater) else True


def looked_at(
    name: str, feed: AgencyFeed, page: Page, since: datetime | None, now: datetime, most_bad: float
) -> FirstPage:
    """What a page looks like."""
    fields = fields_seen(feed.theirs, page.shape)
    missing = [one for one in fields if one.needed and page.shape and not one.came]
    too_bad = len(page.refused) > most_bad * (len(page.rows) + len(page.refused))
    return FirstPage(
        name,
        well=bool(page.rows) and not missing and not too_bad,
        signed_in=True,
        rows=len(page.rows),
        refused=len(page.refused),
        ahead=page.clock - now if isinstance(feed, RestFeed) else None,
        goes_on=_going_on(page),
        fields=fields,
        oddities=[*odd_rows(feed, page, since), *odd_paging(feed, page)],
        refusals=_refusals(page),
    )


def _going_on(page: Page) -> str:
    """How the next page is asked for: the names of what is in the request, and not what they hold."""
    if page.position is None:
        return ""
    query = page.position.get("query")
    return ", ".join([*query] if isinstance(query, dict) else [*page.position])


def _refusals(page: Page) -> list[Refusal]:
    """The faults, most frequent first, those alike in one; a row may have several."""
    faults = [(fault, bad.place) for bad in page.refused for fault in bad.reason.split("; ")]
    counts, first = Counter(fault for fault, _ in faults), dict(reversed(faults))
    alike: dict[tuple[str, int, str], list[str]] = {}
    for fault, count in counts.most_common():
        name, _, what = fault.rpartition(": ")
        alike.setdefault((what, count, first[fault]), []).append(name)
    return [
        Refusal(f"{', '.join(names)}: {what}", count, place) for (what, count, place), names in alike.items()
    ]
