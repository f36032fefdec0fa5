"""`earlyhelp status` and `earlyhelp drift`: how the feeds stand, and what has changed in their layouts."""

from typing import Annotated, Any

import typer
from rich.box import SIMPLE
from rich.table import Table

from earlyhelp.commands.common import Json, closing, opened, out, say_json
from earlyhelp.errors import SetUpWrong
from earlyhelp.running.reporting import standing
from earlyhelp.store.access.operations import note_operation
from earlyhelp.store.incoming.drifts import accept_drift, drifted
from earlyhelp.store.unit_of_work import reading


def status(as_json: Json = False) -> None:
    """Say how the feeds, the cases and the alerts stand."""
    engine, today, _ = opened()
    with closing(engine):
        answer = standing(engine, today())
    if as_json:
        say_json(answer)
        return
    out.print(_feeds(answer))
    for feed in answer["feeds"]:
        for what in feed["amiss"]:
            out.print(f"Look at {feed['feed']}: {what}", highlight=False)
    if answer["not_set_up"]:
        out.print(f"Not set up, so not asked: {', '.join(answer['not_set_up'])}", highlight=False)
    night, cases, alerts = answer["night"], answer["cases"], answer["alerts"]
    out.print(
        f"Last night: {night['day']} ({night['state']})" if night else "No night has run yet: earlyhelp run"
    )
    looked = f"{cases['new']} not looked at, {cases['overdue']} overdue"
    out.print(f"Cases: {cases['open']} open, {looked}, {cases['closed']} closed or withdrawn")
    out.print(answer["backlog"]["words"], highlight=False)
    for one in answer["paused"]:
        out.print(f"Paused: {one['check']} since {one['day']}: {one['why']}", highlight=False)
    matching = answer["matching"]
    wrong = f"{matching['undone']} cases rested on a match that did not hold (earlyhelp undone)"
    out.print(f"Matching: {matching['waiting']} questions wait for a reviewer, {wrong}", highlight=False)
    out.print(f"Alerts: {alerts['sent']} sent, {alerts['waiting']} waiting")
    if messages := alerts["messages"]:
        told = ", ".join(f"{count} {state}" for state, count in sorted(messages.items()))
        out.print(f"Messages of the last week: {told}")


def _feeds(answer: dict[str, Any]) -> Table:
    """A line for each feed, that fits into a narrow window; what is amiss with it stands below."""
    table = Table(
        title=f"Feeds on {answer['day']}",
        title_justify="left",
        box=SIMPLE,
        padding=(0, 1, 0, 0),
        show_edge=False,
    )
    for heading in ("feed", "fetched", "newest", "rows", "refused", "state"):
        right = heading in ("rows", "refused")
        table.add_column(heading, justify="right" if right else "left", no_wrap=True)
    for feed in answer["feeds"]:
        table.add_row(
            feed["feed"], feed["last_good_fetch"] or "never", feed["newest_row"] or "none",
            f"{feed['rows']:,}", f"{feed['refused']:,}", "look" if feed["amiss"] else "well",
        )  # fmt: skip
    return table


def drift(
    accept: Annotated[
        str | None,
        typer.Option(metavar="AGENCY/FEED", help="You have looked: a feed's changes are in order."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Say which fields of a feed are new, missing or of another kind since its first page."""
    engine, today, _ = opened()
    with closing(engine):
        if accept is not None:
            with engine.begin() as conn:
                accepted = accept_drift(conn, accept, today())
                note_operation(conn, "drift accept", accept)
            if not accepted:
                raise SetUpWrong(f"{accept} has no change that waits; see them with: earlyhelp drift")
        with reading(engine) as conn:
            changes = drifted(conn)
    if as_json:
        say_json({"schema": "earlyhelp/drift/1", "changes": changes})
        return
    for one in changes:
        out.print(
            f"{one['feed']}  {one['field']}: {one['what']} ({one['detail']}), since {one['first_seen_on']}",
            highlight=False,
        )
    if not changes:
        out.print("No feed's layout has changed, or every change was accepted.")
