"""`earlyhelp rights`: what people may ask about their own data: access, erasure, objection."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlalchemy import select

from earlyhelp.commands.common import Json, closing, opened, out, plain_table, say_json
from earlyhelp.commands.subject_letter import letter
from earlyhelp.running.watching import err
from earlyhelp.store.people import objections
from earlyhelp.store.people import rights as store
from earlyhelp.store.people.subject import held_on
from earlyhelp.store.tables import rights_request
from earlyhelp.web.words import many

rights = typer.Typer(no_args_is_help=True, help="What people may ask: access, erase, object, decide, log.")

Agency = Annotated[str, typer.Argument(help="The agency that knows them.")]
Record = Annotated[str, typer.Argument(metavar="NUMBER", help="Its own number for them.")]
Note = Annotated[str, typer.Option("--note", help="Why, in words without anybody's name.")]


@rights.command()
def access(
    agency: Agency,
    record: Record,
    folder: Annotated[Path, typer.Option("--out", help="A folder for the two files.")],
) -> None:
    """Write everything held on one person, in plain English and as JSON, for a person to check and send."""
    engine, today, _ = opened()
    with closing(engine), engine.begin() as conn:
        held = held_on(conn, agency, record)
        told: dict[str, Any] = {
            "schema": "earlyhelp/subject-access/1", "made_on": today(), "persons": held.persons,
            "households": held.households, "matches": held.matches, "records": held.records,
            "cases": held.cases, "looks": held.looks,
        }  # fmt: skip
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "subject-access.json").write_text(json.dumps(told, indent=2, default=str) + "\n", "utf-8")
        (folder / "subject-access.txt").write_text(letter(held, today()), "utf-8")
        counts = {kind: len(rows) for kind, rows in held.records.items()}
        store.write_down(conn, "access", agency, record, today(), "exported for review", counts)
    out.print("Wrote subject-access.txt and subject-access.json: personal data. Read them before sending.")
    if held.left_out:
        err.print(
            "For you alone, and not for whoever asked: something was left out that guards somebody. Have the "
            "export looked at by somebody trained for domestic abuse before anything is said.",
            highlight=False,
        )


@rights.command()
def erase(agency: Agency, record: Record, note: Note) -> None:
    """Erase what an agency has told of somebody; it does not come back with the next night."""
    engine, today, _ = opened()
    with closing(engine), engine.begin() as conn:
        counts = store.erase(conn, agency, record, today(), note)
    notes = counts.pop("notes")
    out.print("Erased: " + ", ".join(f"{count} {kind}" for kind, count in counts.items()), highlight=False)
    out.print("Links go with the next night, and open cases are judged by what is left.")
    if notes:
        out.print(
            f"{many(notes, 'note')} of workers about the household stay: they may speak of others. Somebody "
            "has to read them, and take out what is about this person.",
            highlight=False,
        )


@rights.command("object")
def objects(agency: Agency, record: Record, note: Note) -> None:
    """Somebody objects: no check counts for their household until a person has decided."""
    engine, today, _ = opened()
    with closing(engine), engine.begin() as conn:
        number, home = objections.object_to(conn, agency, record, today(), note)
    said = "nothing is concluded about their household until it is decided."
    if home is None:
        said = "they live in no household that we know, and it holds as soon as they are found."
    out.print(f"Request {number} is open: {said}")


@rights.command()
def decide(
    number: Annotated[int, typer.Argument(help="Of the request.")],
    note: Note,
    uphold: Annotated[bool, typer.Option("--uphold/--refuse", help="Whether they are right.")],
) -> None:
    """Decide about an objection that is open."""
    engine, today, _ = opened()
    with closing(engine), engine.begin() as conn:
        objections.decide_objection(conn, number, today(), uphold=uphold, note=note)
    out.print(f"Request {number} is {'upheld' if uphold else 'refused'}.")


@rights.command()
def log(as_json: Json = False) -> None:
    """List every request and what came of it; nobody is named."""
    engine, _, _ = opened()
    r = rights_request.c
    columns = (r.id, r.kind, r.state, r.received_on, r.decided_on, r.operator, r.note, r.counts)
    with closing(engine), engine.connect() as conn:
        rows = [dict(row) for row in conn.execute(select(*columns).order_by(r.id)).mappings()]
    if as_json:
        say_json({"schema": "earlyhelp/rights/1", "requests": rows})
        return
    table = plain_table("request", "kind", "state", "received on", "decided on", "by", "note")
    for row in rows:
        shown = ("id", "kind", "state", "received_on", "decided_on", "operator", "note")
        table.add_row(*(f"{row[name] or ''}" for name in shown))
    out.print(table)
