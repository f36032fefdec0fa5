"""`earlyhelp match`: which records of two files, or of one, are of the same person."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from earlyhelp.checking.wording import many
from earlyhelp.commands.common import FAILED, Json, out, say_json
from earlyhelp.errors import EarlyHelpError
from earlyhelp.linking import pairs
from earlyhelp.running.watching import err, watching
from earlyhelp.settings import settings

Files = typer.Argument(help="Two CSV files to link; or one, with --dedupe.", metavar="LEFT.csv [RIGHT.csv]")


def match(
    files: Annotated[list[Path] | None, Files] = None,
    to: Annotated[Path, typer.Option("--out", help="Where the pairs go, as CSV.")] = Path("pairs.csv"),
    dedupe: Annotated[bool, typer.Option("--dedupe", help="Look for duplicates within one file.")] = False,
    as_json: Json = False,
) -> None:
    """Match people in CSV files: a pair is a match, or for a person to review; and why.

    Columns are found by name: id, first_name, last_name, date_of_birth, sex, address, postcode, uprn,
    nhs_number; all but id may be missing. Nothing is learnt from labels, and nothing is kept.
    """
    given = files or []
    if len(given) != (1 if dedupe else 2):
        raise typer.BadParameter("give two files, or one with --dedupe: earlyhelp match LEFT.csv RIGHT.csv")
    try:
        with watching():
            done = pairs.link(given, to, settings().day())
    except EarlyHelpError as fault:
        err.print(f"earlyhelp match: {fault}", markup=False, soft_wrap=True)
        raise typer.Exit(FAILED) from fault
    if as_json:
        say_json({"schema": "earlyhelp/match/1", **asdict(done), "out": str(to)})
        return
    read = " and ".join(f"{count:,}" for count in done.records)
    out.print(f"{read} records: {done.match:,} pairs match, {done.review:,} are for a person to review.")
    out.print(f"Written to {to}.", soft_wrap=True)
    for file, shared in zip(given, done.shared_ids, strict=True):
        if shared:
            some = many(shared, "id stands", "ids stand")
            err.print(f"{file}: {some} on more than one record: a pair does not say which.", markup=False)
