"""What was agreed about rent, on the household's page."""

from datetime import date, timedelta

import pytest

from earlyhelp.store.unit_of_work import Work
from tests.web.seed import PRIYA, TODAY, landed

PAGE = "/households/H7Q2M9KX"
SPACE = "Breathing Space for the rent began on"


def page(city, *entries):
    """The page once the landlord has told of these besides."""
    with Work(city.engine) as work:
        for day, entry, amount, cycle in entries:
            landed(
                work.conn, "rent_transaction", "northside-homes", day, day, account="a1", entry=entry,
                amount=amount, payment_cycle=cycle,
            )  # fmt: skip
        work.commit()
    return city.browser(PRIYA).get(PAGE).text


@pytest.mark.parametrize("entry", ["moratorium", "open_moratorium"])
def test_breathing_space_is_said_and_why_is_not(city, entry):
    since = TODAY - timedelta(days=20)
    text = page(city, (since, entry, 0, None))
    assert f"{SPACE} 13 October 2026." in text
    assert "Rent: Breathing Space began; nobody may ask for what was owed by then" in text
    assert "crisis" not in text.lower()
    assert "moratorium" not in text.lower()


@pytest.mark.parametrize(
    "entries",
    [
        [],
        [(TODAY - timedelta(days=60), "moratorium", 0, None)],
        [(TODAY - timedelta(days=20), "moratorium", 0, None), (TODAY, "moratorium_ended", 0, None)],
    ],
)
def test_it_is_not_said_once_it_is_over(city, entries):
    assert SPACE not in page(city, *entries)


def test_an_agreement_is_a_line_and_no_money(city):
    before = page(city)
    text = page(city, (date(2026, 10, 5), "agreement", 1_500, "weekly"))
    assert "Rent: agreed to pay £15.00 a week off what is owed" in text
    month = next(line for line in before.splitlines() if "Rent in October:" in line)
    assert month in text
