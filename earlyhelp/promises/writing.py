"""Writes a number or a moment as an agency would, by the way it wrote the sample's."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from earlyhelp.connecting.dates import LAST_SERIAL, SERIAL_NOUGHT
from schemas.feed import LONDON

BRITISH = (
    "%d/%m/%Y %H:%M:%S",
    "%d/%m/%Y %H:%M",
    "%d/%m/%Y",
    "%d-%b-%Y %H:%M",
    "%d %b %Y %H:%M",
    "%Y%m%d%H%M%S",
)
"""Layouts without a zone, by the clock on a London wall."""


def numbered(sample: Any, number: int) -> Any:
    """Another identifier of the sample's make: its longest run of digits counted on, all else as it is."""
    if isinstance(sample, int):
        return sample + number
    runs = list(re.finditer(r"\d+", sample))
    if not runs:
        return f"{sample.rstrip()}-{number}"
    longest = max(runs, key=lambda run: len(run.group()))
    counted = str(int(longest.group()) + number).zfill(len(longest.group()))
    return f"{sample[: longest.start()]}{counted}{sample[longest.end() :]}"


def written_like(sample: Any, moment: datetime) -> Any:
    """The moment in the sample's layout. Raises `ValueError` for a layout that nobody knows here."""
    if isinstance(sample, int | float) and not isinstance(sample, bool):
        if sample < LAST_SERIAL:
            return (moment.astimezone(LONDON).replace(tzinfo=None) - SERIAL_NOUGHT) / timedelta(days=1)
        thousands = sample > 100_000_000_000  # milliseconds since 1970, then
        return type(sample)(moment.timestamp() * (1000 if thousands else 1))
    text = str(sample).strip()
    for layout in BRITISH:
        if _fits(text, layout):
            return moment.astimezone(LONDON).strftime(layout)
    try:
        then = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError("the sample's stamp is in a layout of its own; write a vary() for it") from None
    if len(text) == len("2026-10-30"):
        return moment.astimezone(LONDON).date().isoformat()
    return _iso(text, then, moment)


def moment_asked(written_as: str, text: str) -> datetime | None:
    """The moment in a request, read back from how the feed says that moments are written; None: not in it.

    A day alone is its beginning.
    """
    before, _, behind = re.sub(r"{[^}]*}", "\0", written_as).partition("\0")
    if not (text.startswith(before) and text.endswith(behind)):
        return None
    moment = datetime.fromisoformat(text.removeprefix(before).removesuffix(behind))
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


def look_at(row: Any, path: Sequence[str | int]) -> Any:
    """What stands at a path of keys and places, None where there is nothing."""
    for step in path:
        try:
            row = row[step]
        except (LookupError, TypeError):
            return None
    return row


def put(row: Any, path: Sequence[str | int], value: Any) -> None:
    """Put a value at a path; what leads there must be there."""
    *outer, last = path
    for step in outer:
        row = row[step]
    row[last] = value


def _iso(text: str, then: datetime, moment: datetime) -> str:
    """ISO text with the sample's zone and mark, and no finer than it."""
    local = moment.astimezone(then.tzinfo or LONDON)
    fine = (
        "milliseconds"
        if "." in text
        else "seconds"
        if text.count(":") - ("+" in text[11:]) > 1
        else "minutes"
    )
    whole = local.replace(tzinfo=then.tzinfo).isoformat("T" if "T" in text else " ", fine)
    return whole.replace("+00:00", "Z") if text.endswith("Z") else whole


def _fits(text: str, layout: str) -> bool:
    """Whether a text is in a layout."""
    try:
        datetime.strptime(text, layout).replace(tzinfo=UTC)
    except ValueError:
        return False
    return True
