"""`earlyhelp docs`: governance documents from code and configuration, and the risk index for others."""

import json
from pathlib import Path
from typing import Annotated

import typer

from earlyhelp.commands.common import closing, opened, out
from earlyhelp.settings import settings
from earlyhelp.store.access.operations import note_operation

docs = typer.Typer(no_args_is_help=True, help="Documents that write themselves.")


@docs.command()
def governance(
    folder: Annotated[Path, typer.Option("--out", help="A folder for the pages.")],
) -> None:
    """Write the record of processing, DPIA annex, transparency records, dictionary and privacy notice."""
    from earlyhelp.governance.documents import documents, house

    folder.mkdir(parents=True, exist_ok=True)
    made = documents(house(settings().day()))
    for name, text in made.items():
        (folder / name).write_text(text, "utf-8")
    out.print(f"Wrote {len(made)} pages into {folder}.", highlight=False, soft_wrap=True)


@docs.command("risk-index")
def risk_index(
    path: Annotated[
        Path, typer.Option("--out", help="The file to write: .json, or .csv for rows as SAVVI has them.")
    ],
) -> None:
    """Write what joint open cases rest on, in the shape of the Vulnerabilities Data Standard; personal."""
    from earlyhelp.governance.messages import message
    from earlyhelp.governance.vulnerabilities import risk_index as index

    engine, today, _ = opened()
    with closing(engine), engine.begin() as conn:
        told = index(conn, today())
        note_operation(conn, "export risk-index", f"{len(told['Household'])} households")
        rows = path.suffix.lower() == ".csv"
        path.write_text(message(told) if rows else json.dumps(told, indent=2, default=str) + "\n", "utf-8")
    out.print(
        f"{len(told['Household'])} households: personal data, and that you exported it is written down."
    )
