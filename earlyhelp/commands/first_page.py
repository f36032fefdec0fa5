"""The first page of an agency's feeds, asked for and told on one screen."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime

from rich.table import Table
from rich.text import Text

from earlyhelp.commands.common import out, plain_table, printable, say_json
from earlyhelp.connecting.agency import Agency
from earlyhelp.errors import SetUpWrong
from earlyhelp.feeds import Connector
from earlyhelp.trying.fields import FieldSeen
from earlyhelp.trying.first_page import FirstPage, Refusal, first_page

LET_IN = {True: "ok", False: "refused", None: "not known"}


def first_pages(
    connector: Connector, only: str | None, since: datetime | None, most: int | None
) -> list[FirstPage]:
    """The first page of each feed, or of ``only`` that one. Raises `SetUpWrong` where there is none."""
    if not isinstance(connector, Agency):
        raise SetUpWrong(
            f"{connector.name} is not made of earlyhelp.connecting, so there is nothing to check"
        )
    feeds = [feed for feed in connector.feeds if only in (None, feed.name)]
    if not feeds:
        known = ", ".join(feed.name for feed in connector.feeds)
        raise SetUpWrong(f"{connector.name} has the feeds {known}, not {only}")
    return [first_page(connector, feed, since, datetime.now(UTC), most) for feed in feeds]


def said_of(connector: Connector, pages: Sequence[FirstPage], *, as_json: bool) -> None:
    """Say what came, and what to do next."""
    if as_json:
        feeds = [asdict(page) | {"ahead": page.ahead and page.ahead.total_seconds()} for page in pages]
        well = all(page.well for page in pages)
        say_json({"schema": "earlyhelp/check/1", "agency": connector.name, "well": well, "feeds": feeds})
        return
    for page in pages:
        _print(connector, page)
    out.print(_next(connector.name, pages), highlight=False, soft_wrap=True)


def _print(connector: Connector, page: FirstPage) -> None:
    """Sign-in, clock, rows, paging; then fields, oddities and refusals."""
    out.print(Text(page.feed, style="bold"))
    for name, said in _facts(connector, page):
        out.print(Text(f"  {name:<9}{said}"), soft_wrap=True)
    if any(one.came for one in page.fields):
        out.print(_fields(page))
    for heading, lines in (("odd", page.oddities), ("refused", [_refusal(one) for one in page.refusals])):
        if lines:
            out.print(f"\n  {heading}")
        for line in lines:
            out.print(Text(f"  - {line}"), soft_wrap=True)
    out.print()


def _facts(connector: Connector, page: FirstPage) -> list[tuple[str, str]]:
    """What one line each says."""
    sign_in = getattr(connector, "sign_in", None)
    how = f" ({type(sign_in).__name__})" if sign_in else ""
    facts = [("sign-in", f"{LET_IN[page.signed_in]}{how}")]
    if page.fault:
        return [*facts, ("fault", page.fault)]
    if page.ahead is not None:
        seconds = round(page.ahead.total_seconds())
        facts.append(("clock", f"theirs is {abs(seconds)} s {'ahead of' if seconds > 0 else 'behind'} ours"))
    facts.append(("rows", f"{page.rows} good, {page.refused} refused"))
    facts.append(("pages", f"there are more: by {page.goes_on}" if page.goes_on else "this is the last"))
    return facts


def _fields(page: FirstPage) -> Table:
    """Their field, ours, and the kinds in which it came."""
    table = plain_table("  theirs", "ours", "came as")
    for one in page.fields:
        if one.came or one.ours != "void":  # few agencies have it, and nobody misses it
            table.add_row(Text(f"  {one.theirs}"), one.ours or "(not taken)", _came(one))
    return table


def _came(one: FieldSeen) -> str:
    if one.came:
        return ", ".join(one.kinds) or "?"
    alike = f"; is it {one.alike}?" if one.alike else ""
    return f"{'missing' if one.needed else 'not there'}{alike}"


def _refusal(one: Refusal) -> str:
    many = f"{one.rows} row{'s' if one.rows > 1 else ''}"
    return printable(f"{one.fault} ({many}, the first at {one.first})")


def _next(name: str, pages: Sequence[FirstPage]) -> str:
    """What the engineer does now."""
    stem = name.replace("-", "_")
    if all(page.well for page in pages):
        return f"Next: pytest tests/connectors/test_{stem}.py, and then: earlyhelp fetch {name}"
    if any(page.fault for page in pages):
        return f"Next: put right what the fault says, and then: earlyhelp connectors check {name}"
    if not any(page.rows + page.refused for page in pages):
        return "Next: nothing came, so nothing is shown; ask the agency for rows to test with"
    mend = f"put connectors/{stem}.py right, or ask the agency"
    return f"Next: {mend}, and then: earlyhelp connectors check {name}"
