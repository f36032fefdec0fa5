"""`earlyhelp workers`: who may sign in and be given cases."""

from dataclasses import asdict
from enum import StrEnum
from typing import Annotated

import typer
from sqlalchemy import Connection

from earlyhelp.commands.common import Json, closing, connector_named, opened, out, plain_table, say_json
from earlyhelp.errors import SetUpWrong
from earlyhelp.law.policy import POLICY
from earlyhelp.store.access import workers as store
from earlyhelp.store.access.operations import note_operation
from earlyhelp.store.unit_of_work import reading

workers = typer.Typer(no_args_is_help=True, help="Who may sign in and be given cases: add, list, remove.")


ACCOUNT_HELP = "At the council's sign-in. Entra ID: the tenant's id, a stroke, and the user's object id."
ACCOUNT = typer.Option(metavar="ACCOUNT", help=ACCOUNT_HELP)


class Role(StrEnum):
    """What somebody does here."""

    KEY_WORKER = "key_worker"
    AGENCY_WORKER = "agency_worker"
    MANAGER = "manager"
    REVIEWER = "reviewer"


@workers.command()
def add(
    name: Annotated[str, typer.Argument(help="As colleagues know them.")],
    email: Annotated[str, typer.Option(help="Their work address, as the council's sign-in has it.")],
    role: Annotated[Role, typer.Option(help="What they do here.")] = Role.KEY_WORKER,
    ward: Annotated[str | None, typer.Option(help="Unset: the whole city.")] = None,
    agency: Annotated[str | None, typer.Option(help="An agency's own worker: of which agency.")] = None,
    trained: Annotated[
        bool,
        typer.Option(
            "--trained",
            help="Trained in domestic abuse: may hold restricted households, and review such people.",
        ),
    ] = False,
    caseload: Annotated[int, typer.Option(min=0, help="Most cases at a time.")] = POLICY.caseload,
    new_a_week: Annotated[int, typer.Option(min=0, help="Most new cases a week.")] = POLICY.new_cases_a_week,
    account: Annotated[str | None, ACCOUNT] = None,
    as_json: Json = False,
) -> None:
    """Enrol somebody. They are given cases from the next night on."""
    if (role is Role.AGENCY_WORKER) != (agency is not None):
        raise SetUpWrong("an agency's own worker needs --agency, and nobody else has one")
    if "@" not in email or not name.strip():
        raise SetUpWrong("a worker needs a name and a work address, as in: --email amina@council.example")
    sector = connector_named(agency).sector.value if agency else None
    new = store.NewWorker(
        name.strip(), role.value, email.strip(), ward, sector, agency, trained, caseload, new_a_week, account
    )
    engine, _, _ = opened()
    with closing(engine), engine.begin() as conn:
        _nobodys(conn, account)
        if (number := store.enrol(conn, new)) is None:
            raise SetUpWrong("somebody with that address is enrolled already: see earlyhelp workers list")
        note_operation(conn, "workers add", f"worker {number}")
    if as_json:
        say_json({"schema": "earlyhelp/workers-add/1", "id": number})
    else:
        out.print(f"{new.name} is enrolled as number {number}.", markup=False, highlight=False)


@workers.command()
def account(
    number: Annotated[int, typer.Argument(metavar="ID", help="As `earlyhelp workers list` numbers them.")],
    account: Annotated[str, typer.Argument(metavar="ACCOUNT", help=ACCOUNT_HELP)],
    as_json: Json = False,
) -> None:
    """Say with which account of the council's somebody signs in."""
    engine, _, _ = opened()
    with closing(engine), engine.begin() as conn:
        _nobodys(conn, account)
        if not store.give_account(conn, number, account):
            raise SetUpWrong(f"nobody numbered {number} is at work: see earlyhelp workers list")
        note_operation(conn, "workers account", f"worker {number}")
    if as_json:
        say_json({"schema": "earlyhelp/workers-account/1", "id": number})
    else:
        out.print(f"Number {number} signs in with that account from now on.")


def _nobodys(conn: Connection, account: str | None) -> None:
    """Refuse an account that somebody has already. Raises `SetUpWrong`."""
    if account is not None and (held := store.holder_of(conn, account)) is not None:
        raise SetUpWrong(f"worker {held} signs in with that account")


@workers.command("list")
def listed(
    every: Annotated[bool, typer.Option("--all", help="Those who have left as well.")] = False,
    as_json: Json = False,
) -> None:
    """List who is enrolled, and how many cases each holds."""
    engine, _, _ = opened()
    with closing(engine), reading(engine) as conn:
        found = store.enrolled(conn, every=every)
    if as_json:
        say_json({"schema": "earlyhelp/workers/1", "workers": [asdict(one) for one in found]})
        return
    table = plain_table("number", "name", "role", "where", "holds", right=("number", "holds"))
    for one in found:
        trained = ", trained in domestic abuse" if one.trained else ""
        left = f", left on {one.left_on}" if one.left_on else ""
        where = (one.agency or one.ward or "the whole city") + trained + left
        table.add_row(str(one.id), one.name, one.role.replace("_", " "), where, str(one.holds))
    out.print(table)


@workers.command()
def remove(
    number: Annotated[int, typer.Argument(metavar="ID", help="As `earlyhelp workers list` numbers them.")],
    as_json: Json = False,
) -> None:
    """Somebody leaves: they are signed out at once, and what they held waits for a manager to place it."""
    engine, today, _ = opened()
    with closing(engine), engine.begin() as conn:
        if (waiting := store.let_go(conn, number, today())) is None:
            raise SetUpWrong(f"nobody numbered {number} is at work: see earlyhelp workers list")
        note_operation(conn, "workers remove", f"worker {number}")
    if as_json:
        say_json({"schema": "earlyhelp/workers-remove/1", "id": number, "cases_to_place": waiting})
    else:
        out.print(f"Number {number} has left. Cases waiting for a manager to place them: {waiting}.")
