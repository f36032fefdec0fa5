"""Everything held on one person, as a letter in plain English."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from earlyhelp.sharing.agreed import Agreements
from earlyhelp.store.people.subject import Held
from earlyhelp.web.words import agency_name, long_day, many, plain, recorded

RIGHTS = (
    "You may ask us to put right what is wrong, to erase it, or to stop using it; and you may object. A "
    "person decides, and tells you why. Nothing about you is decided by a machine alone. If you are not "
    "content you may complain to the Information Commissioner: ico.org.uk, 0303 123 1113."
)

MADE_OF_IT = {
    "match": "taken to be about you",
    "review": "may be about you; a person decides",
    "apart": "not taken to be about you",
}


def letter(held: Held, day: date, agreements: Agreements | None = None) -> str:
    """The whole letter; what was left out to keep somebody safe is in it neither as words nor as a count.

    With ``agreements`` it says as well why each agency tells us, and for how long it is kept (article 15(1)).
    """
    return "\n".join(_lines(held, day, agreements or Agreements())) + "\n"


def _lines(held: Held, day: date, agreements: Agreements) -> Iterator[str]:
    yield f"What the early help service holds about you on {long_day(day)}"
    yield ""
    yield "Who you are, as agencies have told us"
    for row in held.persons:
        told = long_day(row["known_on"])
        yield f"- {agency_name(row['agency'])}: {', '.join(_said(row))}; told us on {told}."
    if held.matches:
        yield ""
        yield "Records of other agencies that were compared with yours"
    for row in held.matches:
        yield f"- {agency_name(row['agency'])}, on {long_day(row['made_on'])}: {MADE_OF_IT[row['decision']]}."
    for kind, rows in held.records.items():
        if rows:
            yield ""
            yield f"{plain(kind)}: {many(len(rows), 'record')}"
            yield from (_record(kind, row) for row in rows)
    them = sorted({row["agency"] for rows in (held.persons, *held.records.values()) for row in rows})
    why = [line for agency in them for line in _why(agency, agreements)]
    if why:
        yield ""
        yield "Why they tell us, and how long it is kept"
        yield from why
    yield ""
    yield "Cases: when somebody was asked to offer help"
    for one in held.cases:
        until = f" until {long_day(one['closed_on'])}" if one["closed_on"] else ", open now"
        yield f"- From {long_day(one['opened_on'])}{until}. {one['reason']} The power: {one['gateway']}."
        yield from (
            f"  - {plain(s['check'])}, on {long_day(s['as_of'])}: {s['sentence']}" for s in one["signals"]
        )
    if not held.cases:
        yield "- None."
    if held.notes:
        yield ""
        yield "What workers have written"
        yield (
            f"- {many(held.notes, 'note')} about help for your household. They may speak of other "
            "people, so that "
            "somebody reads them first; what is about you comes with this letter, or will be sent to you."
        )
    yield ""
    yield "Who has looked"
    yield from (
        f"- A {row['role'].replace('_', ' ')}, on {long_day(row['at'].date())}." for row in held.looks
    )
    if not held.looks:
        yield "- Nobody."
    yield ""
    yield "Your rights"
    yield RIGHTS


def _why(agency: str, agreements: Agreements) -> Iterator[str]:
    """The purpose and the time of what one agency shares, by each agreement that ever held."""
    for one in agreements.all:
        if one.agency == agency and one.signed_on is not None:
            most = max(share.keep_months for share in one.feeds.values())
            yield f"- {agency_name(agency)}: {one.purpose} Kept for {most} months at most."


def _said(row: dict[str, Any]) -> Iterator[str]:
    yield f"{row['forename']} {row['surname']}"
    names = {"date_of_birth": "born ", "sex": "", "nhs_number": "NHS number ",
             "address": "", "uprn": "property reference "}  # fmt: skip
    for name, words in names.items():
        if row.get(name):
            value = long_day(row[name]) if isinstance(row[name], date) else row[name]
            yield f"{words}{value}"


def _record(kind: str, row: dict[str, Any]) -> str:
    """One record in words: what was said, by whom and when; one that was withdrawn or replaced says so."""
    day = row.get("occurred_on") or row["known_on"]
    words = recorded(kind, row) if "occurred_on" in row else _fields(row)
    state = " (withdrawn since)" if row["void"] else " (replaced since)" if row["superseded_on"] else ""
    return f"- {long_day(day)}, {agency_name(row['agency'])}: {words}{state}."


def _fields(row: dict[str, Any]) -> str:
    hidden = ("agency", "record_id", "recorded_at", "known_on", "superseded_on", "void")
    return ", ".join(
        f"{name.replace('_', ' ')} {value}" for name, value in row.items() if value and name not in hidden
    )
