"""Plain British English for dates, money, names and records."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from earlyhelp.store.tables import EVENT_KINDS
from schemas.feed import LONDON
from schemas.rent_account import POSTINGS

ROLES = {"key_worker": "Key worker", "agency_worker": "Agency worker", "manager": "Manager",
         "reviewer": "Reviewer"}  # fmt: skip

CALLS = {
    "antisocial_behaviour": "anti-social behaviour",
    "domestic": "a domestic incident",
    "violence": "violence",
    "theft": "theft",
    "damage": "damage",
    "concern": "concern for somebody’s safety",
    "other": "another matter",
}
APPOINTMENTS = {
    "booked": "Health appointment: we have not been told how it went",
    "fulfilled": "Health appointment kept",
    "cancelled": "Health appointment cancelled",
    "noshow": "Health appointment missed",
    "not_brought": "Health appointment: somebody who depends on others was not brought",
}
FIRE = {
    "visited": "Home fire safety visit made",
    "refused": "Home fire safety visit refused",
    "no_answer": "Home fire safety visit: nobody answered",
    "small_fire": "Small fire, put out by the fire service",
}
SUPERVISION = {
    "order_made": "Probation: supervision began",
    "appointment_kept": "Probation: appointment kept",
    "appointment_missed": "Probation: appointment missed",
    "breach": "Probation: supervision breached",
    "order_ended": "Probation: supervision ended",
    "reoffence": "Probation: a new offence while under supervision",
}
NUISANCES = {
    "noise": "noise",
    "rowdy_behaviour": "rowdy behaviour",
    "intimidation": "intimidation",
    "rubbish": "rubbish",
    "vehicles": "vehicles",
    "animals": "animals",
    "other": "other trouble",
}
OFTEN = {
    "weekly": " a week",
    "fortnightly": " every two weeks",
    "four_weekly": " every four weeks",
    "monthly": " a month",
}
AGREED = {
    "agreement_ended": "Rent: the agreement to pay off what is owed has ended",
    "moratorium": "Rent: Breathing Space began; nobody may ask for what was owed by then",
    "open_moratorium": "Rent: Breathing Space began; nobody may ask for what was owed by then",
    "moratorium_ended": "Rent: Breathing Space has ended",
}
BENEFITS = {"housing_benefit": "Housing benefit", "council_tax_reduction": "Council tax reduction"}
TAX_STAGES = {
    "none": "",
    "reminder": ", reminder sent",
    "final_notice": ", final notice sent",
    "summons": ", summons",
    "liability_order": ", liability order",
}
ARRANGED = {"payment_plan": ", being paid off as agreed", "breathing_space": ", in Breathing Space"}


def long_day(day: date) -> str:
    """2 November 2026."""
    return f"{day.day} {day:%B %Y}"


def short_day(day: date) -> str:
    """Wed 4 November."""
    return f"{day:%a} {day.day} {day:%B}"


def day_and_month(day: date) -> str:
    """2 Nov, for charts."""
    return f"{day.day} {day:%b}"


def when(day: date, today: date) -> str:
    """'today', 'yesterday' or 'on 2 November 2026': to follow a verb."""
    return {0: "today", 1: "yesterday"}.get((today - day).days, f"on {long_day(day)}")


def clock(moment: datetime, today: date) -> str:
    """'today at 09:12', or with the day in full."""
    there = moment.astimezone(LONDON)
    return f"{when(there.date(), today)} at {there:%H:%M}"


def money(pence: int) -> str:
    """£612.40, or -£5.00."""
    return f"{'-' if pence < 0 else ''}£{abs(pence) / 100:,.2f}"


def many(count: int, one: str, more: str = "") -> str:
    """'1 case', '2 cases'."""
    return f"{count:,} {one if count == 1 else more or one + 's'}"


def times(count: int) -> str:
    """'twice', '3 times'."""
    return "twice" if count == 2 else f"{count} times"


def listed(words: Sequence[str]) -> str:
    """'a', 'a and b', 'a, b and c'."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def agency_name(name: str) -> str:
    """northside-homes as Northside Homes."""
    return name.replace("-", " ").replace("_", " ").title()


def plain(name: str) -> str:
    """rent_arrears_trend as Rent arrears trend."""
    spaced = name.replace("_", " ").replace("-", " ").replace("antisocial", "anti-social")
    return spaced[:1].upper() + spaced[1:]


def recorded(kind: str, row: Mapping[Any, Any]) -> str:
    """One landed row in words: no person, no address, no place."""
    if kind == "rent_transaction":
        return _rent(row)
    if kind == "police_callout":
        verb = "Police came without being called" if row["police_initiated"] else "Police called"
        return f"{verb}: {CALLS.get(row['category'], row['category'])}"
    if kind == "appointment":
        return APPOINTMENTS[row["status"]]
    if kind == "fire_visit":
        return FIRE[row["outcome"]]
    if kind == "supervision":
        return SUPERVISION[row["event"]]
    if kind == "antisocial_report":
        whose = "Reported by somebody here" if row["role"] == "victim" else "Reported as coming from here"
        return f"{whose}: {NUISANCES[row['nuisance']]}"
    if kind == "council_tax_account":
        arranged = ARRANGED.get(str(row.get("arrangement")), "")
        return f"Council tax statement: {overdue(row['arrears'])}{TAX_STAGES[row['stage']]}{arranged}"
    if kind == "benefit_award":
        ended = " has ended" if has_ended(kind, row) else ""
        return f"{BENEFITS[row['benefit']]} award of {money(row['weekly_amount'])} a week{ended}"
    if kind == "school_attendance":
        return f"School week: {row['missed_sessions']} of {many(row['possible_sessions'], 'session')} missed"
    return plain(kind)


def _rent(row: Mapping[Any, Any]) -> str:
    """A posting, or what was agreed; of Breathing Space never why."""
    if row["entry"] in POSTINGS:
        return f"Rent {row['entry']} of {money(abs(row['amount']))}"
    if row["entry"] == "agreement":
        often = OFTEN.get(str(row.get("payment_cycle")), "")
        return f"Rent: agreed to pay {money(abs(row['amount']))}{often} off what is owed"
    return AGREED[row["entry"]]


def has_ended(kind: str, row: Mapping[Any, Any]) -> bool:
    """Whether a record was taken away because what it tells of has ended, and not because it was wrong."""
    return bool(row.get("void")) and "void" in EVENT_KINDS[kind].columns


def told_on(kind: str, row: Mapping[Any, Any]) -> date:
    """The day of a line: when it happened; of what has ended, when we heard that it had."""
    day: date = row["known_on"] if has_ended(kind, row) else row["occurred_on"]
    return day


def overdue(pence: int) -> str:
    """'£420.00 overdue', 'nothing overdue' or '£12.00 in credit'."""
    if pence == 0:
        return "nothing overdue"
    return f"{money(pence)} overdue" if pence > 0 else f"{money(-pence)} in credit"
