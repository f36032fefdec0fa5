"""`earlyhelp fairness`: whether the list falls on groups alike."""

import csv
from dataclasses import asdict
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from numpy.typing import NDArray
from sqlalchemy import Connection, select

from earlyhelp import plugins
from earlyhelp.chronology import Ids, day_number
from earlyhelp.commands.backtest import GIVEN, OWN_RECORDS, team
from earlyhelp.commands.common import DAY, Json, closing, opened, out, plain_table, say_json
from earlyhelp.errors import SetUpWrong
from earlyhelp.running.watching import watching
from earlyhelp.services.rehearsing import WARM_UP, Plan, rehearse
from earlyhelp.services.truths import read_truth
from earlyhelp.store.access.operations import note_operation
from earlyhelp.store.judged import check_states, telling, weights
from earlyhelp.store.tables import case, household, link
from earlyhelp.store.unit_of_work import reading
from earlyhelp.trust.fairness import FEWEST_RAISED, HIGH, LOW, Audit, audit
from earlyhelp.trust.methods import RUNNING
from earlyhelp.trust.raising import Raised, raise_weekly
from earlyhelp.trust.states import State, named_in

TENURES = ("other", "social rent")


def fairness(
    by: Annotated[
        str, typer.Option(help="ward, tenure, or a CSV with reference (or uprn) and group.")
    ] = "ward",
    since: Annotated[datetime | None, typer.Option("--from", formats=DAY, metavar="2025-11-03")] = None,
    until: Annotated[datetime | None, typer.Option("--to", formats=DAY, metavar="2026-11-02")] = None,
    truth: Annotated[
        Path | None, typer.Option(help="A CSV of escalations, or the demo city's truth.")
    ] = None,
    budget: Annotated[
        int | None, typer.Option(min=1, help="Raised a week; unset: the key workers' room.")
    ] = None,
    cases: Annotated[bool, typer.Option("--cases", help="Of the cases opened, not of a backtest.")] = False,
    least: Annotated[
        int, typer.Option(min=5, help="Groups with fewer raised are not reported.")
    ] = FEWEST_RAISED,
    as_json: Json = False,
) -> None:
    """Say for each group how often it is raised, how often rightly, how many are caught, and how early."""
    engine, today, _ = opened()
    with closing(engine), watching():
        with reading(engine) as conn:
            last = until.date() if until else today()
            first = since.date() if since else last - timedelta(weeks=52)
            live = tuple(
                named_in(check_states.told(conn, plugins.checks(), today()), plugins.checks(), State.LIVE)
            )
            if not live or not first <= last <= today():
                raise SetUpWrong("no check is live, or --from and --to are no stretch of days up to today")
            plan = Plan(first, last, today(), budget or team(conn)[1], live, live, weights.running(conn))
            found = _audited(conn, plan, by, truth, cases=cases, least=least)
        with engine.begin() as conn:
            note_operation(conn, "fairness", f"by {by if by in ('ward', 'tenure') else 'a file'}")
    labels = GIVEN if truth else OWN_RECORDS
    if as_json:
        say_json({"schema": "earlyhelp/fairness/1", "by": Path(by).name, "labels": labels, **asdict(found)})
    else:
        _say(found, Path(by).name, labels, least)


def _audited(conn: Connection, plan: Plan, by: str, truth: Path | None, *, cases: bool, least: int) -> Audit:
    """Rehearse the weeks, and compare the groups in what was raised."""
    known = {name: check for name, check in plugins.checks().items() if name in plan.live}
    done = rehearse(conn, known, plan, read_truth(conn, truth) if truth else None)
    raised = raise_weekly([week.ranked() for week in done.lists[RUNNING]], done.days, plan.budget)
    everyone, _ = telling.households(conn)
    return audit(
        everyone,
        _groups(conn, everyone, by),
        _opened(conn, plan.first, plan.last) if cases else raised,
        done.escalations,
        done.days,
        WARM_UP,
        least,
    )


def _opened(conn: Connection, first: date, last: date) -> Raised:
    """The cases opened in those days, as what was raised."""
    query = select(case.c.household_id, case.c.opened_on).where(case.c.opened_on.between(first, last))
    rows = conn.execute(query.order_by(case.c.opened_on)).all()
    return Raised(
        np.array([number for number, _ in rows], np.int64),
        np.array([day_number(day) for _, day in rows], np.int64),
    )


def _groups(conn: Connection, everyone: Ids, by: str) -> NDArray[np.str_]:
    """The name of each household's group; empty where nobody says."""
    if by == "ward":
        wards = conn.execute(select(household.c.id, household.c.ward))
        named = {number: ward for number, ward in wards}
    elif by == "tenure":
        renting = conn.execute(select(link.c.household_id).where(link.c.scheme == "account").distinct())
        rents = set(renting.scalars())
        named = {number: TENURES[number in rents] for number in everyone.tolist()}
    else:
        named = _read(conn, Path(by))
    return np.array([named.get(number, "") for number in everyone.tolist()], np.str_)


def _read(conn: Connection, path: Path) -> dict[int, str]:
    """Groups from a file that stays with whoever may hold it: nothing of it is kept. Raises `SetUpWrong`."""
    if not path.is_file():
        raise SetUpWrong(f"--by takes ward, tenure, or a CSV file with groups; there is no file {path.name}")
    rows_known = conn.execute(select(household.c.id, household.c.reference, household.c.uprn)).all()
    by_reference = {reference: number for number, reference, _ in rows_known}
    by_uprn = {uprn: number for number, _, uprn in rows_known}
    with path.open(newline="", encoding="utf-8-sig") as lines:
        rows = csv.DictReader(lines)
        named: dict[str, Any] = {"reference": by_reference, "uprn": by_uprn}
        column = next((name for name in named if name in (rows.fieldnames or ())), None)
        if column is None or "group" not in (rows.fieldnames or ()):
            raise SetUpWrong(f"{path.name} needs the columns reference (or uprn) and group")
        found = {}
        for row in rows:
            value = (row[column] or "").strip()
            number = named[column].get(value.zfill(12) if column == "uprn" else value)
            if number is not None:
                found[number] = (row["group"] or "").strip()
    return found


def _say(found: Audit, by: str, labels: str, least: int) -> None:
    headings = ("households", "raised", "right", "caught", "lead")
    table = plain_table(by, *headings, "outside", right=headings, title="Each group beside everybody")
    for name, count, figures, flagged in [
        ("everybody", "", found.everybody, ()),
        *((one.name, f"{one.households:,}", one.figures, one.flagged) for one in found.groups),
    ]:
        told = ["–" if figure is None else f"{figure:.3f}" for figure in asdict(figures).values()]
        table.add_row(name, count, *told, ", ".join(flag.replace("_", " ") for flag in flagged))
    out.print(table)
    if found.not_reported:
        out.print(f"{found.not_reported} groups had fewer than {least} raised and are not reported.")
    out.print(f"Outside: less than {LOW} or more than {HIGH} times everybody's. {labels}", highlight=False)
