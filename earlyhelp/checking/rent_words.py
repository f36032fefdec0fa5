"""What a rent account says, in words: owed, not paid, agreed, and not known."""

from collections.abc import Mapping

from earlyhelp.checking.wording import many, on_day

SILENT_DAYS = 14
"""Days without a charge or a payment after which the sentence says that nothing was heard (our choice)."""

Facts = Mapping[str, float]


def then_and_now(facts: Facts, as_of: int) -> str:
    """Owed so many weeks of rent when it began, and so many now; where nothing began earlier, only now."""
    if facts["since"] >= as_of:
        return owed(facts["owed_now"], " of rent", ("is", "are"))
    then = owed(facts["owed_then"], " of rent", ("was", "were"))
    now = owed(facts["owed_now"], "" if " of rent" in then else " of rent", ("is", "are"))
    return f"{then} on {on_day(int(facts['since']))}, and {now} now"


def owed(weeks: float, of: str, verbs: tuple[str, str]) -> str:
    """1.2 weeks of rent are owed; nothing was owed; or so much was paid ahead. ``verbs``: of one, of many."""
    told = in_weeks(abs(weeks))
    verb = verbs[0] if told == "1 week" else verbs[1]
    if weeks <= -0.05:
        return f"{told}{of} {verb} paid ahead"
    return f"{told}{of} {verb} owed" if weeks >= 0.05 else f"nothing {verbs[0]} owed"


def payments(facts: Facts, paid: int, as_of: int) -> list[str]:
    """Which payments did not come, and which came short."""
    if paid < 0:
        return ["no payment since the account began"]
    told = []
    if facts["missed"] >= 1:
        told.append(f"no payment for {in_weeks((as_of - paid) // 7)}")
    if facts["short"] >= 1:
        were = "was" if round(facts["short"]) == 1 else "were"
        told.append(f"{many(facts['short'], 'payment')} in the last 13 weeks {were} less than usual")
    return told


def agreed(facts: Facts) -> list[str]:
    """Whether an agreement to pay arrears off is being kept, by the payments that came."""
    if facts["agreed_on"] < 0:
        return []
    agreement = f"the agreement of {on_day(int(facts['agreed_on']))}"
    if facts["kept"]:
        return [f"{agreement} is being kept"]
    lacking = max(facts["lacking"], 1.0)
    have = "has" if round(lacking) == 1 else "have"
    return [f"about {many(lacking, 'instalment')} of {agreement} {have} not been paid"]


def breathing(facts: Facts) -> str:
    """What Breathing Space means for whoever reads of it; what is owed is left out of it."""
    since = on_day(int(facts["space_since"]))
    return (
        f"Rent: in Breathing Space since {since}, so this leaves out what was owed by then. "
        "New rent is still to be paid as usual."
    )


def unknown(facts: Facts, as_of: int, new_weeks: float) -> list[str]:
    """What the account does not say: it is new, or nothing has come of it lately."""
    told = []
    if facts["known_weeks"] < new_weeks:
        told.append(f"Known for only {in_weeks(facts['known_weeks'])}.")
    if facts["until"] < as_of - SILENT_DAYS:
        told.append(f"Nothing has been heard of this account since {on_day(int(facts['until']))}.")
    return told


def in_weeks(number: float) -> str:
    """1 week, 5.8 weeks."""
    told = f"{number:.1f}".removesuffix(".0")
    return f"{told} week" + ("" if told == "1" else "s")
