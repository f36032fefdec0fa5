"""`earlyhelp refit`: the weights fitted anew to what came, and refused where they do no better."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

from earlyhelp import plugins
from earlyhelp.chronology import day_number
from earlyhelp.commands.backtest import GIVEN, OWN_RECORDS, team
from earlyhelp.commands.common import DAY, Json, closing, opened, out, plain_table, say_json
from earlyhelp.errors import SetUpWrong
from earlyhelp.running.watching import watching
from earlyhelp.services.past_rows import PastRows
from earlyhelp.services.refitting import Refit, Weeks
from earlyhelp.services.refitting import refit as fitted_anew
from earlyhelp.services.truths import read_truth
from earlyhelp.sharing.disclosure import share, shown
from earlyhelp.store.access.operations import operator
from earlyhelp.store.judged import check_states, weights
from earlyhelp.store.unit_of_work import reading
from earlyhelp.trust.states import State, named_in


def refit(
    since: Annotated[datetime | None, typer.Option("--from", formats=DAY, metavar="2024-11-04")] = None,
    held_out: Annotated[int, typer.Option(min=4, help="The last weeks, which the fit does not see.")] = 26,
    truth: Annotated[
        Path | None, typer.Option(help="A CSV of escalations, or the demo city's truth.")
    ] = None,
    budget: Annotated[
        int | None, typer.Option(min=1, help="Raised a week; unset: the key workers' room.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Fit the weights to what came; they run from tonight on if they do better on weeks held out."""
    engine, today, _ = opened()
    with closing(engine), watching():
        with reading(engine) as conn:
            live = named_in(check_states.told(conn, plugins.checks(), today()), plugins.checks(), State.LIVE)
            if not live:
                raise SetUpWrong("no check is live, so there is nothing to weigh")
            told = read_truth(conn, truth) if truth else None
            first = since.date() if since else today() - timedelta(weeks=104)
            weeks = Weeks.of(first, told.told_until if told else day_number(today()), held_out)
            version = str(len(weights.versions(conn)) + 2)
            rows = PastRows(conn, {name: plugins.checks()[name] for name in live}, first, today(), told)
            made = fitted_anew(rows, weeks, weights.running(conn), version, budget or team(conn)[1])
        answer = _answer(made, GIVEN if truth else OWN_RECORDS, rows.escalations.words)
        with engine.begin() as conn:
            weights.keep(
                conn, made.weights, operator()[:80], made.inputs, answer["held_out"], accepted=made.accepted
            )
    if as_json:
        say_json({"schema": "earlyhelp/refit/1", **answer})
        return
    _say(answer)


def _answer(made: Refit, labels_from: str, labels: str) -> dict[str, Any]:
    """What came of it, small numbers withheld."""
    return {
        "version": made.weights.version,
        "accepted": made.accepted,
        "labels": labels,
        "labels_from": labels_from,
        "times": dict(made.weights.times),
        "inputs": made.inputs,
        "held_out": {
            name: {
                "raised": shown(int(told["raised"])),
                "precision": share(int(told["right"]), int(told["raised"])),
                "log_loss": told["log_loss"],
            }
            for name, told in made.held_out.items()
        },
    }


def _say(answer: dict[str, Any]) -> None:
    table = plain_table("check", "times", right=("times",), title=f"Weights, version {answer['version']}")
    for name, times in answer["times"].items():
        table.add_row(name, f"{times:.3f}")
    out.print(table)
    for name, told in answer["held_out"].items():
        right = "too few to say" if told["precision"] is None else f"{told['precision']:.3f}"
        out.print(f"On the weeks held out, {name}: right {right}, log loss {told['log_loss']:.6f}")
    out.print(f"Escalations: {answer['labels']}. {answer['labels_from']}", highlight=False)
    if answer["accepted"]:
        out.print("It runs from tonight on.")
    else:
        out.print("Refused: it does no better than what runs. Nothing changes.")
