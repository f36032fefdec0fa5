"""`earlyhelp quarantine`: the rows that were refused, why, and what becomes of them."""

from dataclasses import asdict
from typing import Annotated

import typer
from sqlalchemy import Connection

from earlyhelp import plugins
from earlyhelp.commands.common import Json, closing, opened, out, printable, say_counts, say_json
from earlyhelp.errors import SetUpWrong
from earlyhelp.running.watching import err
from earlyhelp.store.access.operations import note_operation
from earlyhelp.store.incoming import refused
from earlyhelp.store.unit_of_work import reading

quarantine = typer.Typer(no_args_is_help=True, help="Rows that were refused: list, show, replay, discard.")

TRIED = ("tried", "landed", "known", "still_refused")
WARNING = (
    "A refused row is personal data, as the agency wrote it. That you read it is written down with your "
    "name. Do not copy it anywhere."
)


@quarantine.command("list")
def listed(
    feed: Annotated[str | None, typer.Option(help="One feed alone, as agency/feed.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Those replayed or discarded as well.")] = False,
    as_json: Json = False,
) -> None:
    """List the refused rows that wait: where each stood and why it was refused, never the row itself."""
    engine, _, _ = opened()
    with closing(engine), reading(engine) as conn:
        rows = refused.listed(conn, feed, every=every)
    if as_json:
        told = [{name: value for name, value in asdict(row).items() if name != "record_id"} for row in rows]
        say_json({"schema": "earlyhelp/quarantine/1", "rows": told})
        return
    for row in rows:
        state = f"kept until {row.keep_until}" if row.kept else "its text is no longer kept"
        state = state if row.state == refused.OPEN else row.state
        where = f"{row.feed}, {printable(row.place)} (first seen {row.first_seen_on}, {state})"
        out.print(f"{row.id:>5}  {where}", markup=False, highlight=False, soft_wrap=True)
        out.print(f"       {printable(row.reason)}", markup=False, highlight=False, soft_wrap=True)
    if not rows:
        out.print("Nothing waits in quarantine.")


@quarantine.command()
def show(
    number: Annotated[int, typer.Argument(metavar="ID", help="As `earlyhelp quarantine list` numbers it.")],
    sure: Annotated[
        bool, typer.Option("--personal-data", help="I have a reason to read somebody's personal data.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Show one refused row as the agency wrote it. It is personal data, and that you looked is kept."""
    if not sure:
        err.print(WARNING, highlight=False)
        raise SetUpWrong(f"read it with: earlyhelp quarantine show {number} --personal-data")
    engine, _, _ = opened()
    with closing(engine), engine.begin() as conn:
        row, text = _found(conn, number)
        note_operation(conn, "quarantine show", f"{row.feed} {number}")
    if as_json:
        say_json({"schema": "earlyhelp/quarantine-show/1", **asdict(row), "row": text})
        return
    err.print(WARNING, highlight=False)
    out.print(printable(f"{row.feed}, {row.place}: {row.reason}"), markup=False, highlight=False)
    out.print(printable(text or "Its text is no longer kept."), markup=False, highlight=False, soft_wrap=True)


@quarantine.command()
def replay(
    feed: Annotated[str | None, typer.Argument(help="As agency/feed; unset: every feed.")] = None,
    as_json: Json = False,
) -> None:
    """Try refused rows again by the rules as they are now: what keeps the agreement lands, the rest stays."""
    from earlyhelp.services import fetching

    connectors = plugins.connectors()
    known = [f"{name}/{one.name}" for name, connector in connectors.items() for one in connector.feeds]
    if feed is not None and feed not in known:
        raise SetUpWrong(f"there is no feed {feed}; the feeds are {', '.join(known)}")
    engine, today, _ = opened()
    with closing(engine):
        counts = fetching.replay_refused(engine, connectors, today(), feed)
        with engine.begin() as conn:
            note_operation(conn, "quarantine replay", feed or "every feed")
    if as_json:
        say_json({"schema": "earlyhelp/quarantine-replay/1", "day": today(), "feeds": counts})
        return
    if counts:
        say_counts(counts, "feed", TRIED)
    else:
        out.print("Nothing waits in quarantine.")


@quarantine.command()
def discard(
    numbers: Annotated[list[int], typer.Argument(metavar="ID…", help="Which rows; reason and place stay.")],
    as_json: Json = False,
) -> None:
    """Let refused rows go for good: their text is emptied, and they are not tried again."""
    engine, today, _ = opened()
    with closing(engine), engine.begin() as conn:
        done = refused.discard(conn, numbers, today())
        for number in numbers:
            note_operation(conn, "quarantine discard", f"{number}")
    if as_json:
        say_json({"schema": "earlyhelp/quarantine-discard/1", "asked": len(numbers), "discarded": done})
    else:
        out.print(f"{done} of {len(numbers)} discarded.", highlight=False)
    if done < len(numbers):
        raise SetUpWrong("the others are not waiting in quarantine: see earlyhelp quarantine list --all")


def _found(conn: Connection, number: int) -> tuple[refused.RefusedRow, str | None]:
    """A refused row and its text. Raises `SetUpWrong`."""
    if (found := refused.shown(conn, number)) is None:
        raise SetUpWrong(f"there is no refused row {number}: see earlyhelp quarantine list --all")
    return found
