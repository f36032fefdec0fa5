"""One night from the command line: Prefect's own server, the real flow, and what came of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table
from sqlalchemy import Engine

from earlyhelp.store import nights
from earlyhelp.store.unit_of_work import reading


@dataclass(frozen=True, slots=True)
class NightReport:
    """How a night ended, and what each stage counted."""

    day: date
    state: str
    message: str
    counts: dict[str, Any]

    @property
    def exit_code(self) -> int:
        """0 complete, 3 complete but for an agency, 1 failed."""
        return {"complete": 0, "partial": 3}.get(self.state, 1)

    def as_dict(self) -> dict[str, Any]:
        """For `--json`."""
        return {
            "schema": "earlyhelp/night/1",
            "day": self.day.isoformat(),
            "state": self.state,
            "message": self.message,
            **self.counts,
        }

    def print_to(self, console: Console) -> None:
        """For people: one table of feeds, then a line for each later stage."""
        console.print(
            f"\nThe night of {self.day:%A} {self.day.day} {self.day:%B %Y}: {self.state}", style="bold"
        )
        if self.message and self.state != "complete":
            console.print(self.message, highlight=False)
        console.print(self._feeds())
        for agency, feeds in sorted(self.counts.get("fetch", {}).items()):
            for feed, counts in feeds.items():
                if counts.get("error"):
                    console.print(
                        f"failed    {agency}/{feed}: {counts['error']}", highlight=False, soft_wrap=True
                    )
        for feed, found in sorted(self.counts.get("amiss", {}).items()):
            console.print(f"look at   {feed}: {_amiss(found)}", highlight=False, soft_wrap=True)
        for heading, words in self._stages():
            console.print(f"{heading:<9} {words}", highlight=False, soft_wrap=True)

    def _stages(self) -> Iterator[tuple[str, str]]:
        """A heading and a line of words for what each stage after fetching counted."""
        if match := self.counts.get("match"):
            lost = (
                f"{match['rows_unmatched']:,} lead to no household (kept, each with its reason), "
                f"{match['rows_superseded']:,} replaced by later versions"
            )
            if asked := match.get("for_review"):
                lost += f", {asked:,} pairs wait for a reviewer"
            if undone := match.get("undone"):
                lost += f", {undone:,} cases rested on a match that did not hold (earlyhelp undone)"
            yield (
                "matched",
                f"{match.get('households', 0):,} households, {match['rows_matched']:,} rows; {lost}",
            )
        if checks := dict(self.counts.get("checks", {})):
            asked, deaf = checks.pop("households"), checks.pop("not_assessed")
            aside = {name: checks.pop(name) for name in [*checks] if ": " in name}
            found = ", ".join(f"{name.replace('_', ' ')} {count:,}" for name, count in checks.items())
            yield "found", f"of {asked:,} households: {found}"
            for name, count in sorted(aside.items()):
                yield "", _said_aside(name, count)
            if deaf:
                yield "", f"{deaf} of the checks not asked: their feed is stale, and silence is not all well"
        if decided := self.counts.get("decide"):
            joint = f" ({decided['joint']:,} joint, the others for one agency's own worker)"
            opened = decided["cases_opened"]
            yield "raised", counted(opened, "case") + (joint if opened else "")
            moved = f"{decided['handed_over']:,} handed over, {decided['withdrawn']:,} withdrawn"
            if eased := decided.get("eased"):
                moved += f", {eased:,} eased"
            yield "", f"{decided['added']:,} added to, {moved}"
            if lots := decided.get("by_lot"):
                yield "", f"{lots:,} of them given by lot, to know what the order is worth"
            for reason, count in sorted(decided.items()):
                if reason.startswith("left: "):
                    yield "", f"{count:,} left alone: {reason.removeprefix('left: ')}"
            if held := decided.get("held_back"):
                nights = decided.get("nights_to_work")
                wait = (
                    "never worked at this room"
                    if nights is None
                    else f"worked in about {counted(nights, 'night')}"
                )
                yield "waiting", f"{counted(held, 'household')} heavy enough for a case: {wait}"
        if told := self.counts.get("alert"):
            what = (
                counted(told["cases"], "case")
                if told["cases"] or not told["messages"]
                else "overdue first looks"
            )
            yield "told", f"{counted(told['messages'], 'worker')} of {what}"
            if told["waiting"]:
                yield "", f"{counted(told['waiting'], 'alert')} wait for the hour of the day's message"

    def _feeds(self) -> Table:
        """What was fetched, with sums that add up."""
        table = Table(box=SIMPLE, padding=(0, 1, 0, 0), show_edge=False)
        for heading in ("agency and feed", "fetched", "landed", "known already", "refused"):
            table.add_column(heading, justify="left" if heading.startswith("agency") else "right")
        for agency, feeds in sorted(self.counts.get("fetch", {}).items()):
            for feed, counts in feeds.items():
                numbers = [counts[name] for name in ("fetched", "landed", "known", "refused")]
                table.add_row(f"{agency}/{feed}", *(f"{number:,}" for number in numbers))
        return table


def run_night(engine: Engine, home: Path, day: date) -> NightReport:
    """Run the nightly flow in this process, recorded by Prefect's server; start one if none is set."""
    from earlyhelp.running.prefect_server import local_prefect

    with local_prefect(home):
        from flows.nightly import run_now

        ended = run_now(day)
    with reading(engine) as conn:
        told = nights.of(conn, day)
    return NightReport(
        day=day,
        state=told[0] if told else "failed",
        message=str(ended.get("message") or ""),
        counts=dict(told[1]) if told else {},
    )


def _said_aside(of: str, count: int) -> str:
    """What is told of a check that alerts nobody."""
    what, _, check = of.partition(": ")
    name = check.replace("_", " ")
    if what == "shadow":
        return f"in shadow, telling nobody: {name} {count:,}"
    if what == "silent":
        return f"silent, so no check was asked of it: {name}"
    return f"{name} has paused itself: workers called it wrong too often; see earlyhelp checks standing"


def _amiss(found: Mapping[str, int]) -> str:
    """What is amiss with a feed, in words."""
    words = []
    for state, than in (("low", "fewer"), ("high", "more")):
        if state in found:
            limits = f"{found['at_least']:,} to {found['at_most']:,}"
            words.append(f"{counted(found[state], 'row')} for yesterday, {than} than the usual {limits}")
    if "drift" in found:
        words.append(f"{counted(found['drift'], 'change')} of layout: see earlyhelp drift")
    return "; ".join(words)


def counted(number: int, noun: str) -> str:
    """1 case, 2 cases."""
    return f"{number:,} {noun}" + ("" if number == 1 else "s")
