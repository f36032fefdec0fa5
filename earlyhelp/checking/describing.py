"""The page about every check: what it looks for and why, and the drawn stories with what it says of each."""

from collections.abc import Iterator, Mapping
from inspect import getdoc
from textwrap import dedent

from earlyhelp.checking.check import Check
from earlyhelp.checking.drawn import DrawnStory, told
from earlyhelp.checking.wording import listed, many, on_day
from earlyhelp.chronology import day_number
from earlyhelp.law.policy import POLICY

HEAD = f"""# The checks

Made from the checks themselves by `earlyhelp checks`; change them, not this page.

Each check weighs what one kind of feed says about a household: 0 says nothing, and from {POLICY.notable} on
it speaks. Below it stand stories, drawn an event a line, with what the check makes of each.
"""


def checks_page(checks: Mapping[str, Check]) -> str:
    """The page, in Markdown, made from what the checks' own files say and from what they answer."""
    return "\n".join([HEAD, *(_section(check) for check in checks.values())])


def _section(check: Check) -> str:
    """One check: its docstring, what it reads, and its stories."""
    years, weeks = divmod(check.weeks, 52)
    back = many(check.weeks, "week") if weeks else many(years, "year")
    reads = (
        f"Version {check.version}. Reads {check.reads.kind.replace('_', ' ')} rows of {check.sector.value}, "
        f"{back} back. Kind of need: {check.factor.value}."
    )
    return "\n".join([f"## {check.name}\n", f"{getdoc(type(check))}\n", f"{reads}\n", *_stories(check)])


def _stories(check: Check) -> Iterator[str]:
    """Each story as it is drawn, and what the check answers."""
    if check.drawn:
        columns = [name.replace("_", " ") for name in check.reads.columns]
        yield f"A line of a story is a day and what there is of: {listed(columns)}.\n"
    for story in check.drawn:
        yield f"**{story.title}.**\n"
        yield f"```text\n{dedent(story.drawn).strip()}\n```\n"
        yield f"{_answer(check, story)}\n"


def _answer(check: Check, story: DrawnStory) -> str:
    """What the check says of the story on its night."""
    night = day_number(story.as_of)
    block = told(check.reads.kind, story.drawn)
    reading = check.ask(block, night)
    weight = float(reading.weight[0])
    when = f"On {on_day(night)} the weight is {weight:.2f}"
    if weight < POLICY.notable:
        return f"{when}: the check does not speak."
    found = check.find(block, 0, reading, night)
    return f"{when}:\n\n> {found.sentence}\n>\n> What would help: {found.would_lower}"
