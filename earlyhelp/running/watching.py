"""Draws what stages report on a terminal, while somebody is watching."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, SpinnerColumn, Task, TaskID, TextColumn
from rich.text import Text

from earlyhelp import progress

err = Console(stderr=True)


@contextmanager
def watching() -> Iterator[None]:
    """Draw what stages report, while they do; on a terminal alone."""
    columns = (
        SpinnerColumn(finished_text="✓"),
        TextColumn("{task.description:<28}"),
        BarColumn(bar_width=20),
        TextColumn("{task.completed:>9,.0f}"),
        _Rate(),
    )
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as bar:
        tasks: dict[str, TaskID] = {}

        def draw(stage: str, done: int, total: int | None) -> None:
            if stage not in tasks:
                tasks[stage] = bar.add_task(stage, total=total)
            bar.update(tasks[stage], completed=done, total=total)

        stop = progress.listen(draw)
        try:
            yield
        finally:
            stop()


class _Rate(ProgressColumn):
    """How many a second, while it is under way."""

    def render(self, task: Task) -> Text:
        """Nothing for what is done at once, or done."""
        return Text("" if task.finished or not task.speed else f"{task.speed:,.0f}/s", style="dim")
