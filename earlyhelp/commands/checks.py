"""`earlyhelp checks`: what each looks for and why, where it stands, and who put it there."""

import sys
from dataclasses import asdict
from datetime import date
from typing import Annotated, Any

import typer
from sqlalchemy import Connection

from earlyhelp import plugins
from earlyhelp.checking.check import Check
from earlyhelp.commands.common import Json, closing, opened, out, plain_table, say_json
from earlyhelp.errors import SetUpWrong
from earlyhelp.store.access.operations import operator
from earlyhelp.store.judged import backtests, check_states
from earlyhelp.store.unit_of_work import reading
from earlyhelp.trust.states import Standing, State, may_become

checks = typer.Typer(
    invoke_without_command=True,
    help="Say what each check looks for and why; shadow, promote, pause or retire one.",
)

Name = Annotated[str, typer.Argument(metavar="NAME", help="As its file is called.")]
Why = Annotated[str, typer.Option("--why", help="Kept with your name.", prompt="Why?")]


@checks.callback()
def described(context: typer.Context) -> None:
    """Say what each check looks for and why, as the page docs/checks.md."""
    if context.invoked_subcommand is None:
        from earlyhelp.checking.describing import checks_page

        sys.stdout.write(checks_page(plugins.checks()))


@checks.command()
def standing(as_json: Json = False) -> None:
    """Say where each check stands, since when, by whom and why; of those in shadow, how they did."""
    engine, today, _ = opened()
    with closing(engine), reading(engine) as conn:
        told = [_told(conn, check, today()) for check in plugins.checks().values()]
    if as_json:
        say_json({"schema": "earlyhelp/checks/1", "checks": told})
        return
    table = plain_table("check", "version", "state", "since", "by", "backtest", "why")
    for one in told:
        table.add_row(*(str(one[name] or "") for name in
                        ("check", "version", "state", "day", "who", "backtested_until", "why")))  # fmt: skip
    out.print(table)
    for one in told:
        for night in one["shadow_nights"][:7]:
            said = f"{night['notable']:,} households, {night['beside']:,} of them named by a live check too"
            out.print(f"  {one['check']} in shadow, {night['day']}: {said}", highlight=False)


@checks.command()
def shadow(name: Name, why: Why, as_json: Json = False) -> None:
    """Let a check run beside the others: scored every night, telling nobody."""
    _become(name, State.SHADOW, why, as_json=as_json)


@checks.command()
def promote(name: Name, why: Why, as_json: Json = False) -> None:
    """Let a check be weighed and heard. Refused without a backtest of this version on record."""
    _become(name, State.LIVE, why, as_json=as_json)


@checks.command()
def pause(name: Name, why: Why, as_json: Json = False) -> None:
    """Stop a live check for now; cases that rest on it stay as they are."""
    _become(name, State.PAUSED, why, as_json=as_json)


@checks.command()
def retire(name: Name, why: Why, as_json: Json = False) -> None:
    """Stop a check for good; its record stays."""
    _become(name, State.RETIRED, why, as_json=as_json)


def check_named(name: str) -> Check:
    """The check of that name. Raises `SetUpWrong`, with the names there are."""
    known = plugins.checks()
    if name not in known:
        raise SetUpWrong(f"there is no check {name}; the checks are {', '.join(known)}")
    return known[name]


def _become(name: str, wanted: State, why: str, *, as_json: bool) -> None:
    """Change a check's state, with who and why. Raises `SetUpWrong` where that may not be."""
    check = check_named(name)
    if not why.strip():
        raise SetUpWrong("say why with --why: it is kept with your name")
    engine, today, _ = opened()
    with closing(engine), engine.begin() as conn:
        record = backtests.newest(conn, check)
        may_become(_now(conn, check, today()), wanted, record is not None)
        made = Standing(name, wanted, check.version, today(), operator()[:80], why.strip())
        check_states.put(conn, made, record.id if record and wanted == State.LIVE else None)
    if as_json:
        say_json({"schema": "earlyhelp/check/1", **asdict(made)})
        return
    out.print(f"{name} is {wanted} from tonight on ({made.who}: {made.why})", highlight=False, markup=False)
    if record and wanted == State.LIVE:
        out.print(f"It rests on the backtest of {record.first_on} to {record.last_on}.", highlight=False)


def _now(conn: Connection, check: Check, today: date) -> Standing:
    """The state a check is in, or in which it is going to begin."""
    return check_states.told(conn, {check.name: check}, today)[check.name]


def _told(conn: Connection, check: Check, today: date) -> dict[str, Any]:
    """All that is said of one check."""
    record = backtests.newest(conn, check)
    nights = check_states.shadow_nights(conn, check.name)
    return asdict(_now(conn, check, today)) | {
        "version": check.version,
        "backtested_until": record and record.last_on,
        "shadow_nights": [{"day": d, "notable": n, "beside": b} for d, n, b in nights],
    }
