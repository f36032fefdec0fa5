"""Open Referral UK: how directories of local services are published, in both versions that are live.

| | version 1 | HSDS-UK 3.0 |
|---|---|---|
| a page | ``content`` of ``totalPages`` | ``contents`` of ``total_pages`` |
| changed | not said | ``last_modified``, in live feeds without its time zone |
| ages | in ``eligibilitys`` | beside the name; -1 in live feeds: none |
| telephone | in ``contacts[].phones`` | in ``phones`` or ``contacts[].phones`` |
| places | ``service_at_locations[].location.physical_addresses`` | ``…location.addresses``, often left out |

Sources: the API pages of developers.openreferraluk.org (version 1), the schemas of OpenReferralUK/uk-profile
and the mock of OpenReferralUK/oruk-validator (3.0); the rest was seen in a stored page of a live feed.
"""

import html
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from pydantic import AliasChoices, AliasGenerator, AliasPath, AwareDatetime
from pydantic_core import PydanticCustomError

from earlyhelp.connecting.dialects import coded, padded_uprn, spelt
from earlyhelp.connecting.outlines import LATITUDES, LONGITUDES
from earlyhelp.connecting.paging import PageNumber, Paging, found
from earlyhelp.connecting.wire.rest import RestFeed
from earlyhelp.feeds import Page
from schemas.feed import LONDON, FeedRow
from schemas.local_service import LocalService

PAGES = PageNumber(
    rows_at=("contents", "content"), pages_at=("total_pages", "totalPages"), number="page", size="per_page"
)
STATUSES = {"active": "active", "inactive": "inactive", "defunct": "defunct",
            "temporarily closed": "temporarily_closed"}  # fmt: skip
NOT_SAID = datetime(1970, 1, 1, tzinfo=UTC)
"""Stands for a moment that a service does not bear, until the feed puts its own in its place."""
COUNTRIES = frozenset(
    ("gb", "gbr", "uk", "united kingdom", "great britain", "england", "scotland", "wales", "northern ireland")
)
"""What an address in the United Kingdom may give as its country; the official mock says US."""
LONGEST = 1000
"""Characters of a text that are kept: the schema's limit."""

_BLOCK = re.compile(r"<\s*/?\s*(?:p|br|div|li|ul|ol|h[1-6]|tr|td)\b[^>]*>", re.IGNORECASE)
_TAG = re.compile(r"<[a-zA-Z/!][^<>]*>")


def _moment(written: Any) -> Any:
    """A moment that may lack its time zone, which is then taken for London's: never later than it was."""
    if written in (None, ""):
        return NOT_SAID
    try:
        moment = datetime.fromisoformat(written)
    except (ValueError, TypeError):
        raise PydanticCustomError("moment", "is not a moment") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=LONDON)


def _plain(text: Any) -> Any:
    """The words of a text with HTML in it, cut to what fits; None where there are none."""
    if not isinstance(text, str):
        return text
    words = " ".join(html.unescape(_TAG.sub("", _BLOCK.sub(" ", text))).split())
    return (words if len(words) <= LONGEST else f"{words[: LONGEST - 1]}…") or None


def _age(written: Any) -> Any:
    """Years; below nothing means that there is no limit, and half a year does not count."""
    if isinstance(written, bool) or not isinstance(written, int | float):
        return written
    return int(written) if written >= 0 else None


def _status(written: Any) -> Any:
    return None if written in (None, "") else coded(STATUSES)(written)


def _web(written: Any) -> Any:
    """An address that a browser may open; any other is left out, since a page may make a link of it."""
    return written.strip() if isinstance(written, str) and _is_web(written) else None


def _is_web(text: str) -> bool:
    return bool(re.fullmatch(r"https?://[^\s<>\"]{1,290}", text.strip()))


def _email(written: Any) -> Any:
    """The organisation's address; one that was made up to fill the field is left out."""
    if not isinstance(written, str) or written.count("@") != 1 or written.strip().endswith(".invalid"):
        return None
    return written.strip()


def _telephone(holders: Any) -> Any:
    """The first number among telephones, or among those of contacts, whose names we do not take."""
    for holder in holders or ():
        number = found(holder, "number") or _telephone(found(holder, "phones"))
        if number:
            return str(number).strip()
    return None


def _postcode(places: Any) -> Any:
    """The first postcode among a service's places, once all of them can be in the United Kingdom."""
    postcodes = [postcode for place in places or () for postcode in _postcodes(found(place, "location"))]
    return postcodes[0] if postcodes else None


def _postcodes(location: Any) -> Iterator[str]:
    for name, (least, most) in (("latitude", LATITUDES), ("longitude", LONGITUDES)):
        degrees = found(location, name)
        if degrees not in (None, "") and not least <= float(degrees) <= most:
            raise PydanticCustomError("place", "holds a {name} outside the United Kingdom", {"name": name})
    for address in found(location, "addresses") or found(location, "physical_addresses") or ():
        country = found(address, "country")
        if country and str(country).strip().lower() not in COUNTRIES:
            raise PydanticCustomError("country", "holds a country other than the United Kingdom")
        if postcode := found(address, "postal_code"):
            yield str(postcode).strip().upper()


def _uprn(places: Any) -> Any:
    """The property reference of the first place that bears one."""
    for location in (found(place, "location") for place in places or ()):
        if str(found(location, "external_identifier_type")).upper() == "UPRN":
            return padded_uprn(found(location, "external_identifier"))
    return None


def _areas(areas: Any) -> Any:
    """The areas served, by name."""
    names = [found(area, "name") or found(area, "service_area") for area in areas or ()]
    return _plain(", ".join(dict.fromkeys(str(name) for name in names if name)))


_NAMES: dict[str, str | AliasPath | AliasChoices] = {
    "record_id": "id", "recorded_at": "last_modified", "assured_on": "assured_date",
    "organisation": AliasPath("organization", "name"),
    "minimum_age": AliasChoices("minimum_age", AliasPath("eligibilitys", 0, "minimum_age")),
    "maximum_age": AliasChoices("maximum_age", AliasPath("eligibilitys", 0, "maximum_age")),
    "url": AliasChoices("url", AliasPath("organization", "website"), AliasPath("organization", "url")),
    "email": AliasChoices("email", AliasPath("organization", "email")),
    "telephone": AliasChoices("phones", "contacts"),
    "postcode": "service_at_locations", "uprn": "service_at_locations", "serves": "service_areas",
}  # fmt: skip


class OpenReferralService(
    LocalService,
    extra="ignore",
    alias_generator=AliasGenerator(validation_alias=lambda ours: _NAMES.get(ours, ours)),
):
    """A service in either version. Nobody's name is taken: neither a contact's nor who assured the entry."""

    recorded_at: AwareDatetime = NOT_SAID

    _recorded_at = spelt("recorded_at", _moment)
    _name = spelt("name", _plain)
    _description = spelt("description", _plain)
    _alert = spelt("alert", _plain)
    _minimum_age = spelt("minimum_age", _age)
    _maximum_age = spelt("maximum_age", _age)
    _status_of = spelt("status", _status)
    _url = spelt("url", _web)
    _email_of = spelt("email", _email)
    _telephone_of = spelt("telephone", _telephone)
    _postcode_of = spelt("postcode", _postcode)
    _uprn_of = spelt("uprn", _uprn)
    _serves = spelt("serves", _areas)


@dataclass(frozen=True)
class OpenReferralFeed(RestFeed):
    """The services of a directory, all of them each time: what it no longer lists is gone.

    A service that does not say when it was changed is stamped with the directory's clock: landing keeps
    only what differs from the day before.
    """

    schema: type[FeedRow] = LocalService
    theirs: type[FeedRow] = OpenReferralService
    path: str = "/services"
    paging: Paging = PAGES
    page_size: int = 100
    snapshot: bool = True

    def page(self, agency: str, rows: Sequence[Any], place: Callable[[int], str], clock: datetime) -> Page:
        """A page of services, each with a moment."""
        read = super().page(agency, rows, place, clock)
        stamped = [
            row.model_copy(update={"recorded_at": clock}) if row.recorded_at == NOT_SAID else row
            for row in read.rows
        ]
        return replace(read, rows=stamped)
