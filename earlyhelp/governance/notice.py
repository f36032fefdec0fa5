"""A draft of the privacy notice: what people must be told whose data came from somebody else (article 14)."""

from datetime import date

from earlyhelp.governance.plainly import ROWS, fields
from earlyhelp.governance.tables import bullets, spaced
from earlyhelp.law.policy import POLICY
from earlyhelp.sharing.agreed import Agreements
from earlyhelp.sharing.agreements import ABOUT_NOBODY

AFTER = {
    "remove": "it is removed",
    "pseudonymise": "it is kept for counting, with nothing in it that leads to you",
}


def page(agreements: Agreements, day: date) -> str:
    """The notice in plain English, for the council to finish."""
    parts = [
        "# How the early help service uses what agencies know (draft)\n",
        "Some households get into trouble step by step: rent, school, health, calls to the police. Each "
        "agency sees one step. We bring together what the agencies below record, so that somebody can offer "
        "help before it ends in court, in hospital or in care. Saying no to help has no consequence.\n",
        "## Who tells us, what, and how long we keep it\n",
    ]
    for one in agreements.all:
        shares = [s for s in one.feeds.values() if s.rows not in ABOUT_NOBODY]
        if shares and one.state(day).holds:
            parts.append(f"### {one.title}\n\n{one.purpose}\n")
            parts.append(
                bullets(
                    f"{ROWS.get(s.rows, spaced(s.rows).capitalize())}: {fields(s.fields)}. {s.why} "
                    f"Kept for {s.keep_months} months; then {AFTER[s.after]}."
                    for s in shares
                )
            )
            special = f" {one.gateway.special_category}." if one.gateway.special_category else ""
            parts.append(
                f"The law that allows it: {one.gateway.power}; {one.gateway.lawful_basis}.{special}\n"
            )
    parts += [
        "## What a computer does, and what it does not\n",
        "Each night a program counts: payments missed against the household's own habit, days of school, "
        "calls. It may ask a key worker to look. It decides nothing, refuses nothing and writes to nobody. "
        "The worker sees why, with the records. What agencies know is brought together only where "
        f"{POLICY.factors_for_a_joint_case} or more of the thirteen kinds of need in SI 2018/912 are seen.\n",
        "## How we know that it is you\n",
        "Agencies know you by different numbers, and write names and addresses in different ways. "
        "Where your own "
        "agency does not say where you live, a program compares names, dates of birth and addresses, "
        "and says how "
        "sure it is. Where it is not sure a trained person looks at both records and decides. A "
        "match that was "
        "wrong is taken back, with everything that followed from it. Where somebody may be in danger from "
        "somebody close to them the program takes nobody for anybody: a trained person decides.\n",
        "## Who sees it\n",
        "The one key worker or agency's own worker who is asked to help your household; an agency's "
        "own worker "
        "alone sees what that agency itself recorded. Their manager sees how many households wait and where. "
        "Somebody from another agency is asked to join only with what they need to know. Each look "
        "is written "
        "down, and you may ask who has looked. Nothing is sold, and nothing is sent abroad by this service. "
        "For the council to add: who runs its computers, and where they stand.\n",
        "## Your rights\n",
        bullets(
            [
                "to be told what we hold about you, and who has looked at it",
                "to have it put right, or erased where the law allows; what was concluded from it "
                "goes with it",
                "to object, or to have its use restricted: while we consider it nothing is concluded "
                "about your "
                "household, wherever you move",
                "to ask for a person to explain and to look again",
                "to complain to the Information Commissioner (ico.org.uk, 0303 123 1113)",
            ]
        ),
        "If it is not safe for you to be contacted, say so to anybody you trust at any of these agencies: "
        "they can see to it that only a trained worker sees your household.\n",
        "## Whom to ask\n",
        bullets(sorted({one.contact for one in agreements.all})),
        "For the council to add: its name and address, its data protection officer, the day of this.\n",
    ]
    return "\n".join(parts)
