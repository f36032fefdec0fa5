"""`earlyhelp backtest`: what checks would have done over past weeks, as known on each day."""

import json
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table
from sqlalchemy import Connection, func, select

from earlyhelp import plugins
from earlyhelp.checking.check import Check
from earlyhelp.commands.checks import check_named
from earlyhelp.commands.common import DAY, Json, closing, opened, out, plain_table, say_json
from earlyhelp.errors import SetUpWrong
from earlyhelp.law.policy import POLICY
from earlyhelp.running.watching import watching
from earlyhelp.services.rehearsing import WARM_UP, Plan, rehearse
from earlyhelp.services.truths import read_truth
from earlyhelp.store.access.operations import operator
from earlyhelp.store.judged import backtests, check_states, telling, weights
from earlyhelp.store.tables import worker
from earlyhelp.store.unit_of_work import reading
from earlyhelp.trust.report import page
from earlyhelp.trust.states import State, named_in
from earlyhelp.trust.summing_up import sum_up

STYLE = "web/static/early-help.css"
OWN_RECORDS = (
    "These are read from the feeds' own rows, not told by anybody. A rule that looks at the same rows, such "
    "as the rent owed, is flattered by them: what it counts is half of the definition."
)
GIVEN = "These were given in a file beside the rows; no check has read it."


def backtest(
    check: Annotated[
        list[str] | None, typer.Option(help="Which check; may be said again. Unset: all live ones.")
    ] = None,
    since: Annotated[datetime | None, typer.Option("--from", formats=DAY, metavar="2025-11-03")] = None,
    until: Annotated[datetime | None, typer.Option("--to", formats=DAY, metavar="2026-11-02")] = None,
    truth: Annotated[
        Path | None, typer.Option(help="A CSV of escalations, or the demo city's truth.")
    ] = None,
    budget: Annotated[
        int | None, typer.Option(min=1, help="Raised a week; unset: the key workers' room.")
    ] = None,
    html: Annotated[Path | None, typer.Option(help="Write the report that a manager can read here.")] = None,
    as_json: Json = False,
) -> None:
    """Say what checks would have raised over past weeks, as known on each day, and whether it was right."""
    named = {name: check_named(name) for name in check or ()}
    engine, today, _ = opened()
    with closing(engine), watching():
        with reading(engine) as conn:
            answer, named = _answer(conn, named, today(), since, until, truth, budget)
        with engine.begin() as conn:
            summary = json.loads(json.dumps(answer, default=str))
            backtests.keep(conn, named, answer["first"], answer["last"], operator()[:80], summary)
    if html is not None:
        style = files("earlyhelp").joinpath(STYLE).read_text(encoding="utf-8-sig")
        html.write_text(page(answer, style), encoding="utf-8")
    if as_json:
        say_json({"schema": "earlyhelp/backtest/1", **answer})
        return
    _say(answer)
    if html is not None:
        out.print(f"The report: {html}", highlight=False)


def _answer(
    conn: Connection,
    named: dict[str, Check],
    today: date,
    since: datetime | None,
    until: datetime | None,
    truth: Path | None,
    budget: int | None,
) -> tuple[dict[str, Any], dict[str, Check]]:
    """The figures, with what they rest on; and the checks they are about."""
    known = plugins.checks()
    states = check_states.told(conn, known, today)
    live = named_in(states, known, State.LIVE)
    named = named or {name: known[name] for name in live}
    if not named:
        raise SetUpWrong("no check is live; name one with --check")
    last = until.date() if until else today
    first = since.date() if since else last - timedelta(weeks=52)
    if not first <= last <= today:
        raise SetUpWrong(f"--from {first} --to {last} is no stretch of days up to today, {today}")
    workers, room = team(conn)
    plan = Plan(first, last, today, budget or room, tuple(sorted(named)), tuple(live), weights.running(conn))
    asked = {name: known[name] for name in sorted({*named, *live})}
    done = rehearse(conn, asked, plan, read_truth(conn, truth) if truth else None)
    judged = len(done.days) - WARM_UP
    lists = {name: [week.ranked() for week in weeks] for name, weeks in done.lists.items()}
    answer = {
        "checks": sorted(named),
        "first": first,
        "last": last,
        "households": done.households,
        "labels_from": GIVEN if truth else OWN_RECORDS,
        "told_until": date.fromordinal(date(1970, 1, 1).toordinal() + done.escalations.told_until),
        **sum_up(lists, done.days, WARM_UP, plan.budget, workers, done.escalations, done.calibration),
        "cautions": _cautions(conn, plan, done.not_asked, judged),
        "versions": ", ".join(f"{name} version {c.version}" for name, c in asked.items()),
        "policy": POLICY.version,
        "inputs": done.inputs,
    }
    return answer, {name: one for name, one in named.items() if _tried(name, done.not_asked, judged)}


def _tried(name: str, not_asked: Mapping[str, int], weeks: int) -> bool:
    """Whether a check was asked in at least half of the weeks: of fewer nothing goes on record."""
    return 2 * not_asked.get(name, 0) <= weeks


def team(conn: Connection) -> tuple[int, int]:
    """How many key workers there are, and how many new cases a week they have room for."""
    query = select(func.count(), func.sum(worker.c.new_cases_a_week)).where(worker.c.role == "key_worker")
    count, room = conn.execute(query).one()
    return max(count, 1), int(room or POLICY.new_cases_a_week)


def _cautions(conn: Connection, plan: Plan, not_asked: Mapping[str, int], all_weeks: int) -> list[str]:
    """What a reader must know before believing the figures."""
    told = []
    begun = telling.first_load(conn)
    if begun and begun > plan.first:
        told.append(
            f"Rows from before {begun} came in one first load; they count as known on the day on which the "
            "agency wrote them down, which may be earlier than anybody here could have read them."
        )
    for name, weeks in sorted(not_asked.items()):
        if weeks:
            told.append(
                f"{name} was not asked in {weeks} of {all_weeks} weeks: nothing was known of its feed, or it "
                "had fallen silent."
            )
        if name in plan.named and not _tried(name, not_asked, all_weeks):
            told.append(f"So this says too little of {name}, and counts for no promotion of it.")
    return [
        *told,
        "Households that escalated before a week are left out of it: they are known already. Those raised "
        "rest for half a year here; on a night, one that has grown worse comes back sooner.",
        "Once cases are worked, help that worked prevents what it was given for: then the share that was "
        "right reads too low.",
        "Counts of fewer than five, and shares that would give one away, are left out.",
    ]


def _say(answer: dict[str, Any]) -> None:
    """The figures on a terminal."""
    out.print(f"{answer['first']} to {answer['last']}, {answer['budget_a_week']} raised a week", style="bold")
    out.print(f"Escalations: {answer['labels']}. {answer['labels_from']}", highlight=False)
    out.print(_table(answer))
    out.print("Right: of those raised whose half year has passed. Lead in weeks, the missed counted as 0.")
    for caution in answer["cautions"]:
        out.print(f"- {caution}", highlight=False)


def _table(answer: dict[str, Any]) -> Table:
    headings = ("raised", "right", "caught", "8+ weeks", "lead", "stability")
    table = plain_table("way of making the list", *headings, right=[h.replace(" ", "_") for h in headings])
    table.columns[0].no_wrap = True
    for m in answer["methods"]:
        figures = (m["precision"], m["caught"], m["caught_early"], m["mean_lead_weeks"], m["stability"])
        told = ["–" if figure is None else f"{figure:.3f}" for figure in figures]
        table.add_row(m["method"], "<5" if m["raised"] is None else f"{m['raised']:,}", *told)
    return table
