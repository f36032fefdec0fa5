"""A feed behind a web address: what it asks for, and how it goes from page to page."""

from collections.abc import Iterator, Mapping
from dataclasses import KW_ONLY, dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from earlyhelp.connecting.paging import Answer, Ask, Paging, Shifted
from earlyhelp.connecting.reading import AgencyFeed, Line
from earlyhelp.connecting.wire.bodies import Parser
from earlyhelp.connecting.wire.bounds import Bounds
from earlyhelp.connecting.wire.calling import Caller, LeadsElsewhere, PositionGone
from earlyhelp.connecting.wire.trail import Trail
from earlyhelp.errors import AgencyAnsweredOddly, SetUpWrong
from earlyhelp.feeds import Page, Window

LONGEST_VALIDATOR = 200
"""Characters; a longer mark is not worth keeping."""


@dataclass(frozen=True)
class RestFeed(AgencyFeed):
    """A feed behind an address that answers JSON, page by page.

    ``since`` and ``until`` are the agency's names for "changed since" and "changed before", ``since_as`` and
    ``until_as`` how it wants the moment written (``{:.10}`` is the day alone). Without ``since`` it always
    answers with everything there is; without ``until`` it cannot be asked for a range.

    ``query`` goes with every request; with a ``form`` requests are posted, for what is too long for an
    address. ``conditional`` says that the agency's ETag or Last-Modified on the first page stands for the
    whole list, so that it may answer that nothing has changed. ``parsers`` read, by media type, answers
    that are not JSON.
    """

    _: KW_ONLY
    path: str
    paging: Paging
    since: str | None = None
    since_as: str = "{}"
    until: str | None = None
    until_as: str = "{}"
    page_size: int = 1000
    query: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, str] = field(default_factory=dict)
    conditional: bool = False
    parsers: Mapping[str, Parser] = field(default_factory=dict)
    bounds: Bounds = field(default_factory=Bounds)

    def fetch(self, line: Line, window: Window) -> Iterator[Page]:
        """Page after page, from the saved position where there is one. Raises the errors of the house."""
        if window.until is not None and self.until is None:
            raise SetUpWrong(
                f"{line.agency}/{self.name}: this feed cannot be asked for a range of days, "
                "only for all since a moment; leave out the end"
            )
        with Caller(line, self.name, self.bounds, self.parsers) as caller:
            yield from self._from_page_to_page(line.agency, caller, window)

    def _from_page_to_page(self, agency: str, caller: Caller, window: Window) -> Iterator[Page]:
        trail, opening = Trail(caller.label, self.bounds), self._opening(window)
        validator = window.validator if self.conditional and window.position is None else None
        ask: Ask | None = window.position or opening
        while ask is not None:
            try:
                answer = caller.ask(ask, self.paging.rows, validator)
                following = self._following(caller, ask, answer)
                rows = answer.rows[len(ask.get("after", ())) :]
                trail.page(ask, rows, following)
            except (PositionGone, Shifted) as gone:
                if ask is opening:
                    raise AgencyAnsweredOddly(
                        f"{caller.label}: {gone}, for a request as agreed; ask the agency"
                    ) from None
                trail.rewind(gone)
                ask = opening
                continue
            if answer.unchanged:
                yield Page([], [], None, answer.clock, unchanged=True, validator=validator)
                return
            page = self.page(agency, rows, f"page {trail.pages}, row {{}}".format, answer.clock)
            kept = self._validator(answer) if ask is opening else ask.get("validator")
            if following is not None and kept:
                following = {**following, "validator": kept}
            yield replace(
                page, position=following, raw=answer.raw, validator=None if following is not None else kept
            )
            ask, validator = following, None

    def _following(self, caller: Caller, ask: Ask, answer: Answer) -> Ask | None:
        """The next request, None after the last. Raises `AgencyAnsweredOddly` if it is not the agency's."""
        following = None if answer.unchanged else self.paging.following(ask, answer)
        try:
            if following is not None:
                caller.address(following)
        except LeadsElsewhere:
            raise AgencyAnsweredOddly(
                f"{caller.label}: its next link leads to another host, which we do not follow; ask the agency"
            ) from None
        return following

    def _opening(self, window: Window) -> Ask:
        """The request that opens a window."""
        query: dict[str, Any] = dict(self.query)
        for name, written, moment in (
            (self.since, self.since_as, window.since),
            (self.until, self.until_as, window.until),
        ):
            if name and moment:
                text = written.format(_utc(moment))
                query[name] = [query[name], text] if name in query else text  # FHIR asks so for a range
        ask = self.paging.first(self.path, query, self.page_size)
        return {**ask, "form": dict(self.form)} if self.form else ask

    def _validator(self, answer: Answer) -> str | None:
        """What to ask next time whether anything has changed: of the first answer, but told with the last.

        It goes from page to page with the request, so that a window cut short has none.
        """
        mark = answer.headers.get("etag") or answer.headers.get("last-modified")
        return mark if self.conditional and mark and len(mark) <= LONGEST_VALIDATOR else None


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
