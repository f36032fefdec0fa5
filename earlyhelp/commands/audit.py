"""`earlyhelp audit`: who has read what, and whether anybody has tampered with the answer."""

from typing import Annotated

import typer
from sqlalchemy import literal, null, select, union_all

from earlyhelp.commands.common import FAILED, Json, closing, opened, out, plain_table, say_json
from earlyhelp.errors import SetUpWrong
from earlyhelp.store.access import audit as chain
from earlyhelp.store.access.operations import note_operation
from earlyhelp.store.tables import household, look, operation, worker
from earlyhelp.store.unit_of_work import reading

audit = typer.Typer(no_args_is_help=True, help="The audit: show what was read or done, verify its chain.")


@audit.command()
def verify(
    head: Annotated[str | None, typer.Option(help="A head noted before, which must be in it.")] = None,
    as_json: Json = False,
) -> None:
    """Walk the chain from its beginning; say which entry is broken, and where. Note the head it prints."""
    engine, _, _ = opened()
    with closing(engine), reading(engine) as conn:
        verdict = chain.verify(conn, head)
    if as_json:
        broken = [{"entry": one.entry, "row": one.row, "why": one.why} for one in verdict.broken]
        told = {"entries": verdict.entries, "head": verdict.head, "whole": not broken, "broken": broken}
        say_json({"schema": "earlyhelp/audit-verify/1", **told})
    else:
        for one in verdict.broken:
            where = f"entry {one.entry}" if one.entry else "no entry"
            out.print(f"[red]broken[/]  {where}, {one.row}: {one.why}", highlight=False, soft_wrap=True)
        words = "broken" if verdict.broken else "whole"
        out.print(
            f"{verdict.entries:,} entries, {words}. Head: {verdict.head}", highlight=False, soft_wrap=True
        )
    raise typer.Exit(FAILED if verdict.broken else 0)


@audit.command()
def show(
    reference: Annotated[str | None, typer.Option("--household", help="By its reference.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="The newest so many.")] = 50,
    as_json: Json = False,
) -> None:
    """Show who has read or done what, newest first. That you looked is written down with your name."""
    engine, _, _ = opened()
    with closing(engine), engine.begin() as conn:
        number = None
        if reference is not None:
            number = conn.execute(select(household.c.id).where(household.c.reference == reference)).scalar()
            if number is None:
                raise SetUpWrong("there is no household of that reference")
        note_operation(conn, "audit show", reference or "every household")
        looks = (
            select(
                look.c.at,
                worker.c.name.label("who"),
                look.c.page.label("what"),
                look.c.allowed,
                look.c.because,
                household.c.reference.label("household"),
            )
            .join(worker, worker.c.id == look.c.worker_id)
            .outerjoin(household, household.c.id == look.c.household_id)
        )
        by_hand = select(
            operation.c.at, operation.c.operator.label("who"), operation.c.what,
            literal(True).label("allowed"), operation.c.about.label("because"), null().label("household"),
        )  # fmt: skip
        every = looks.where(look.c.household_id == number) if number else union_all(looks, by_hand)
        rows = conn.execute(every.order_by(every.selected_columns.at.desc()).limit(limit)).mappings().all()
    if as_json:
        say_json({"schema": "earlyhelp/audit/1", "entries": [dict(row) for row in rows]})
        return
    table = plain_table("when", "who", "what", "household", "let in", "because")
    for row in rows:
        let_in = "yes" if row["allowed"] else "no"
        when = f"{row['at']:%Y-%m-%d %H:%M:%S}"
        table.add_row(when, row["who"], row["what"], row["household"] or "", let_in, row["because"])
    out.print(table)
