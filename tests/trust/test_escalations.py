"""What counts as an escalation, drawn as rows."""

from datetime import date, timedelta

import numpy as np

from earlyhelp.chronology import Block, day_number, day_of
from earlyhelp.testing import told
from earlyhelp.trust.escalations import RULES, from_records, in_words
from schemas.council_tax_account import CouncilTaxAccount
from schemas.supervision import Supervision

MONDAY = date(2026, 1, 5)


def rent(paid_weeks, *more):
    """A year of weekly charges of £80; payments in the weeks named."""
    lines = []
    for week in range(52):
        day = MONDAY + timedelta(weeks=week)
        lines.append(f"{day} | charge | 80.00")
        if week in paid_weeks:
            lines.append(f"{day + timedelta(days=2)} | payment | -80.00")
    return told("rent_transaction", "\n".join([*lines, *more]))


def coded(schema, column, *events):
    """One household's events, each a day and a word of that column."""
    days = np.array([day_number(date.fromisoformat(day)) for day, _ in events], np.int32)
    words = np.array([schema.codes[column].index(word) for _, word in events], np.int8)
    return Block.of(
        schema.kind, np.array([1]), household=np.ones(len(days), np.int64), occurred_on=days, known_on=days,
        record=np.arange(len(days)), columns={column: words},
    )  # fmt: skip


def escalated(kind, block):
    _, rule = RULES[kind]
    return [day_of(day) for day in rule(block)[1]]


def test_eight_weeks_owed_escalate_from_their_first_day_if_they_stand_for_four():
    crossed = MONDAY + timedelta(weeks=27)
    assert escalated("rent_transaction", rent(paid_weeks=range(20))) == [crossed]
    dipped = f"{crossed + timedelta(days=20)} | payment | 200.00"
    assert escalated("rent_transaction", rent(range(20), dipped)) == [crossed], "later they stood"
    cleared = f"{crossed + timedelta(days=20)} | payment | 2000.00"
    assert escalated("rent_transaction", rent(range(20), cleared)) == []


def test_seven_weeks_owed_escalate_nobody():
    assert escalated("rent_transaction", rent(paid_weeks={*range(20), *range(27, 52)})) == []


def test_what_was_owed_when_the_rows_begin_is_known_already():
    block = told("rent_transaction", "\n".join(
        [f"{MONDAY} | adjustment | 900.00"]
        + [f"{MONDAY + timedelta(weeks=w)} | charge | 80.00" for w in range(20)]
    ))  # fmt: skip
    assert escalated("rent_transaction", block) == []


def test_the_third_call_day_of_high_harm_escalates_and_two_reports_of_one_day_do_not():
    lines = ["2026-01-10 | violence | 200", "2026-01-10 | violence | 200", "2026-05-01 | violence | 150",
             "2026-06-01 | concern | 0"]  # fmt: skip
    assert escalated("police_callout", told("police_callout", "\n".join(lines))) == []
    lines.append("2026-12-30 | damage | 120")
    assert escalated("police_callout", told("police_callout", "\n".join(lines))) == [date(2026, 12, 30)]


def test_a_summons_escalates_unless_the_account_begins_with_one():
    ends = [("2026-03-01", "summons"), ("2026-04-01", "liability_order")]
    grown = coded(CouncilTaxAccount, "stage", ("2026-02-01", "reminder"), *ends)
    assert escalated("council_tax_account", grown) == [date(2026, 3, 1)]
    assert escalated("council_tax_account", coded(CouncilTaxAccount, "stage", *ends)) == []


def test_the_words_name_what_can_be_seen():
    supervised = coded(Supervision, "event", ("2026-03-01", "order_made"), ("2026-04-01", "breach"))
    place, day = from_records({"supervision": supervised})
    assert (place.tolist(), day.tolist()) == ([0], [day_number(date(2026, 4, 1))])
    assert "court" not in in_words({"supervision"})
    assert "no feed shows" in in_words({"appointment"})
