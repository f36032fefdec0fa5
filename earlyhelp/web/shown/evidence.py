"""The chart behind each kind of check: what to draw, and in one sentence what it shows."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import RowMapping

from earlyhelp.web.shown import bars, charts
from earlyhelp.web.shown.charts import Chart
from earlyhelp.web.shown.reading import Reason
from earlyhelp.web.shown.story import Events, balances
from earlyhelp.web.words import has_ended, long_day, many, money, plain, recorded, told_on

Rows = Sequence[RowMapping]
EVENTS_ON_CHART = 6


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart with its heading, the sentence that says what it shows, and the parts of its bars."""

    key: str
    title: str
    sentence: str
    chart: Chart
    parts: tuple[str, ...] = ()


def pictures(
    events: Events, reasons: Sequence[Reason], told_until: Mapping[str, date], today: date
) -> dict[str, Picture]:
    """A picture for each kind of record that a reason rests on, by kind.

    ``told_until``: how far an agency that has fallen silent had told us, by kind of record.
    """
    found: dict[str, Picture] = {}
    for kind in dict.fromkeys(reason.kind for reason in reasons):
        rows = [row for row in events.get(kind, []) if row["occurred_on"] <= today]
        until = min(today, told_until.get(kind, today))
        draw = PICTURES.get(kind, _records)
        if rows and (drawn := draw(kind, rows, until, today, _marked(events, reasons, today))):
            found[kind] = drawn
    return found


Marks = Sequence[tuple[date, str]]
Draw = Callable[[str, Rows, date, date, Marks], Picture | None]


def _marked(events: Events, reasons: Iterable[Reason], today: date) -> Marks:
    """What is numbered on a line: where each reason begins, then the latest police calls."""
    first = charts.week_ends(today)[0]
    begun = sorted({(one.since, f"{one.check}: begins here") for one in reasons if one.since >= first})
    calls = {(r["occurred_on"], recorded("police_callout", r)) for r in events.get("police_callout", [])}
    days = {day for day, _ in begun}
    own_line = sorted((call for call in calls if call[0] not in days), reverse=True)
    return [*begun, *own_line][:EVENTS_ON_CHART]


def _rent(kind: str, rows: Rows, until: date, today: date, marks: Marks) -> Picture | None:
    """The rent account, week by week, up to the day the landlord has told us of."""
    days = charts.week_ends(until)
    if rows[-1]["occurred_on"] < days[0]:
        return None
    return _owed(kind, "Rent owed, week by week", days, balances(rows, days), marks, today)


def _council_tax(kind: str, rows: Rows, until: date, today: date, marks: Marks) -> Picture | None:
    """What the newest statement of each week said was overdue."""
    days = charts.week_ends(until)
    known = [[row["arrears"] for row in rows if row["occurred_on"] <= day] for day in days]
    pence = [arrears[-1] if arrears else 0 for arrears in known]
    return _owed(kind, "Council tax overdue, week by week", days, pence, marks, today)


def _owed(
    kind: str, title: str, days: Sequence[date], pence: Sequence[int], marks: Marks, today: date
) -> Picture:
    sentence = f"{money(pence[-1])} owed on {long_day(days[-1])}; {money(pence[0])} six months before."
    return Picture(
        kind,
        title,
        sentence + _silent_since(days[-1], today),
        charts.chart(days, pence, marks, today),
    )


def _calls(kind: str, rows: Rows, until: date, today: date, _marks: Marks) -> Picture:
    """Calls by month; one that was reported twice is one."""
    first = {row["incident"]: row["occurred_on"] for row in reversed(rows)}
    return _months(kind, "Police calls, month by month", {"Calls": list(first.values())}, until, today)


def _appointments(kind: str, rows: Rows, until: date, today: date, _marks: Marks) -> Picture:
    """Appointments that came to nothing and those kept; those cancelled or still open are neither."""
    missed, left, kept = (
        [row["occurred_on"] for row in rows if row["status"] == status]
        for status in ("noshow", "not_brought", "fulfilled")
    )
    name = "Missed or not brought" if left else "Missed"
    parts = {name: [*missed, *left], "Kept": kept}
    return _months(kind, "Health appointments, month by month", parts, until, today)


def _school(kind: str, rows: Rows, until: date, today: date, _marks: Marks) -> Picture:
    """Sessions missed, without leave and with it."""
    without, with_leave = [], []
    for row in rows:
        without += [row["occurred_on"]] * row["unauthorised_sessions"]
        with_leave += [row["occurred_on"]] * (row["missed_sessions"] - row["unauthorised_sessions"])
    parts = {"Missed without leave": without, "Missed with leave": with_leave}
    return _months(kind, "School sessions missed, month by month", parts, until, today)


def _in_two(title: str, first: str, other: str, is_first: Callable[[RowMapping], bool]) -> Draw:
    """A kind whose records are of two sorts: how many of each a month."""

    def draw(kind: str, rows: Rows, until: date, today: date, _marks: Marks) -> Picture:
        parts: dict[str, list[date]] = {first: [], other: []}
        for row in rows:
            parts[first if is_first(row) else other].append(told_on(kind, row))
        return _months(kind, f"{title}, month by month", parts, until, today)

    return draw


def _records(kind: str, rows: Rows, until: date, today: date, _marks: Marks) -> Picture:
    """Any other kind: how many records a month."""
    days = [row["occurred_on"] for row in rows]
    return _months(kind, f"{plain(kind)}: records, month by month", {"Records": days}, until, today)


def _months(kind: str, title: str, parts: Mapping[str, Sequence[date]], until: date, today: date) -> Picture:
    months = bars.months_until(today)
    series = {
        name: [Counter(day.replace(day=1) for day in days)[month] for month in months]
        for name, days in parts.items()
    }
    said = [_counted(name.lower(), sum(counts)) for name, counts in series.items()]
    sentence = f"{' and '.join(said)} in {many(len(months), 'month')}.".capitalize()
    return Picture(
        kind,
        title,
        sentence + _silent_since(until, today),
        bars.chart(months, series),
        tuple(parts) if len(parts) > 1 else (),
    )


def _counted(name: str, count: int) -> str:
    """'3 calls', '1 call', '2 missed'."""
    return f"{count:,} {name.removesuffix('s') if count == 1 else name}"


def _silent_since(until: date, today: date) -> str:
    return f" We have been told nothing since {long_day(until)}." if until < today else ""


PICTURES: dict[str, Draw] = {
    "rent_transaction": _rent,
    "council_tax_account": _council_tax,
    "police_callout": _calls,
    "appointment": _appointments,
    "school_attendance": _school,
    "antisocial_report": _in_two(
        "Reports of anti-social behaviour", "Suffered here", "Said to come from here",
        lambda row: row["role"] == "victim",
    ),
    "fire_visit": _in_two(
        "The fire service", "Small fires", "Visits", lambda row: row["outcome"] == "small_fire"
    ),
    "supervision": _in_two(
        "Probation", "Missed, breached or a new offence", "Other records",
        lambda row: row["event"] in ("appointment_missed", "breach", "reoffence"),
    ),
    "benefit_award": _in_two(
        "Help with rent and council tax", "Ended", "Given or changed",
        lambda row: has_ended("benefit_award", row),
    ),
}  # fmt: skip
"""What is drawn for each kind of record; a kind that does not stand here has its records counted."""
