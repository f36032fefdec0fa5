"""`earlyhelp connectors new`: four questions, and then a connector and its test that are green."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated

import typer

from earlyhelp import plugins
from earlyhelp.commands.asking import ask_days, ask_holds, ask_rows, ask_sign_in, ask_where
from earlyhelp.commands.common import Json, out, say_json
from earlyhelp.errors import SetUpWrong
from earlyhelp.law.policy import Sector
from earlyhelp.scaffolding.answers import (
    Answers,
    Holds,
    Kind,
    PagingBy,
    SigningIn,
    checked_name,
    checked_where,
    likely_feed,
)
from earlyhelp.scaffolding.writing import written

FIRST_SET = {
    SigningIn.API_KEY: ("KEY",),
    SigningIn.BASIC: ("USER", "SECRET"),
    SigningIn.CLIENT_CREDENTIALS: ("CLIENT_ID", "SECRET"),
    SigningIn.SIGNED_JWT: ("CLIENT_ID", "KEY_ID", "KEY_FILE"),
    SigningIn.CERTIFICATE: ("CERT_FILE", "CERT_KEY_FILE"),
}
"""What each way to sign in wants besides the address."""


def new(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Such as riverside-council-tax.")],
    kind: Annotated[Kind, typer.Option(help="How the agency hands its rows over.")],
    rows: Annotated[str | None, typer.Option(help="Which kind of rows of schemas/ it brings.")] = None,
    where: Annotated[
        str | None, typer.Option("--at", help='The path, or for files their pattern: "visits_*.csv".')
    ] = None,
    sign_in: Annotated[SigningIn | None, typer.Option(help="How we sign in (rest, fhir).")] = None,
    holds: Annotated[
        Holds | None, typer.Option(help="Whether a file holds what changed, or everything there is.")
    ] = None,
    days: Annotated[
        int | None, typer.Option(min=1, help="After how many days without a new row we do not know.")
    ] = None,
    paging: Annotated[PagingBy, typer.Option(help="How it goes on after a page (rest).")] = PagingBy.CURSOR,
    feed: Annotated[str | None, typer.Option(help="What the feed is called; unset: after its rows.")] = None,
    sector: Annotated[
        str | None, typer.Option(help="Whose data it is; unset: that of those who bring such rows.")
    ] = None,
    named: Annotated[
        list[str] | None,
        typer.Option(metavar="OURS=THEIRS", help="What it calls one of our fields; may be given often."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Begin a connector: asks four questions, then writes one file to edit and one test.

    Each question has an option; without a terminal what is not given is as usual. Nothing is overwritten.
    """
    from earlyhelp.store.tables import KINDS

    checked_name(name)
    if name in plugins.connectors():
        raise SetUpWrong(f"there is a connector {name} already; choose another name")
    brings = _one_of(KINDS, rows or ask_rows(name, KINDS))
    called = checked_name(feed or likely_feed(brings))
    answers = Answers(
        name,
        kind,
        KINDS[brings],
        checked_where(where or ask_where(kind, KINDS[brings], called), kind),
        called,
        _sector(sector, brings),
        sign_in or ask_sign_in(kind),
        paging,
        holds or ask_holds(kind),
        days or ask_days(),
        dict(_pair(one) for one in named or ()),
    )
    paths = [path.relative_to(Path.cwd()) for path in written(answers, Path.cwd())]
    if as_json:
        say_json({"schema": "earlyhelp/new-connector/1", "written": paths})
        return
    connector, test = paths
    for line in (
        f"Wrote {connector} and {test}: green as they are, of a made-up row.",
        f"1. Set {', '.join(_settings(answers))} for the agency's test server.",
        f"2. Edit {connector}, and look at what comes: earlyhelp connectors check {name}",
        f"3. Put a row as they write it, made up, into the test: pytest {test}",
    ):
        out.print(line, highlight=False, markup=False, soft_wrap=True)


def _one_of(kinds: Iterable[str], rows: str) -> str:
    """A kind of rows that there is. Raises `SetUpWrong`."""
    if rows not in kinds:
        raise SetUpWrong(f"schemas/ has no rows called {rows}; it has {', '.join(kinds)}")
    return rows


def _sector(said: str | None, rows: str) -> Sector:
    """The sector said, else that of somebody who brings such rows, else the council's."""
    if said is not None:
        if said.upper() not in Sector.__members__:
            known = ", ".join(name.lower() for name in Sector.__members__)
            raise SetUpWrong(f"there is no sector {said}; say one of {known}")
        return Sector[said.upper()]
    brought = (one for one in plugins.connectors().values() for feed in one.feeds if feed.schema.kind == rows)
    return next((one.sector for one in brought), Sector.COUNCIL)


def _pair(said: str) -> tuple[str, str]:
    """Our field and their word for it. Raises `SetUpWrong`."""
    ours, equals, theirs = said.partition("=")
    if not (ours and equals and theirs):
        raise SetUpWrong("write --named as ours=theirs, such as record_id=BillRef")
    return ours, theirs


def _settings(answers: Answers) -> Sequence[str]:
    """The variables that the engineer sets first."""
    agency = f"EARLYHELP_{answers.module.upper()}"
    if answers.kind.files:
        return [f"{agency}_DROP"]
    return [f"{agency}_URL", *(f"{agency}_{what}" for what in FIRST_SET[answers.sign_in])]
