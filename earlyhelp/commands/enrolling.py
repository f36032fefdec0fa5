"""`earlyhelp enrol`: a council's workers, from a CSV file."""

import csv
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from earlyhelp.commands.common import Json, closing, out, say_json, store
from earlyhelp.errors import SetUpWrong
from earlyhelp.policy import POLICY, Sector


class _Worker(BaseModel):
    """One line. An empty field is as none at all."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    subject: str = Field(pattern=r"^[^/\s]+/[^/\s]+$|^[^/\s]+$", max_length=80)
    name: str = Field(min_length=1, max_length=120)
    role: str = Field(pattern="^(key_worker|agency_worker|manager)$")
    email: str = Field(pattern=r"^[^@\s]+@[^@\s]+$", max_length=200)
    sector: Sector | None = None
    agency: str | None = Field(default=None, max_length=60)
    ward: str | None = Field(default=None, max_length=80)
    caseload: int = Field(default=POLICY.caseload, ge=0)
    new_cases_a_week: int = Field(default=POLICY.new_cases_a_week, ge=0)
    domestic_abuse_trained: bool = False

    @model_validator(mode="after")
    def _of_a_sector(self) -> "_Worker":
        if (self.role == "agency_worker") != (self.sector is not None):
            raise ValueError("an agency_worker has a sector, and nobody else has")
        return self


def enrol(
    file: Annotated[Path, typer.Argument(help="CSV with a line for each worker; see deployments/README.md.")],
    as_json: Json = False,
) -> None:
    """Enrol the workers of a CSV file, all or none of them; again, it changes what has changed."""
    from earlyhelp.store.operations import note_operation
    from earlyhelp.store.staff import enrol as write

    people = _read(file)
    with closing(store()) as engine, engine.begin() as conn:
        counts = write(conn, people)
        note_operation(conn, "enrol", ", ".join(f"{what} {count}" for what, count in counts.items()))
    if as_json:
        say_json({"schema": "earlyhelp/enrol/1", **counts})
    else:
        out.print(f"{counts['new']} enrolled, {counts['changed']} changed, {counts['as_before']} as before.")


def _read(file: Path) -> list[dict[str, Any]]:
    """Every line, checked. Raises `SetUpWrong`, with the line and the field and never what stood in it."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as text:
            lines = list(csv.DictReader(text))
    except (OSError, UnicodeDecodeError, csv.Error):
        raise SetUpWrong(f"{file.name} cannot be read as CSV in UTF-8") from None
    people = []
    for number, line in enumerate(lines, start=2):
        try:
            people.append(_Worker.model_validate({k: v for k, v in line.items() if v}).model_dump())
        except ValidationError as wrong:
            where = "; ".join(f"{'.'.join(map(str, e['loc'])) or 'line'}: {e['msg']}" for e in wrong.errors())
            raise SetUpWrong(f"{file.name}, line {number}: {where}; nobody was enrolled") from None
    subjects = [person["subject"] for person in people]
    if len(set(subjects)) != len(subjects):
        raise SetUpWrong(f"{file.name} names one account twice; nobody was enrolled")
    return people
