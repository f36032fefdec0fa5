from datetime import UTC, date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import PydanticCustomError

from earlyhelp.connecting.dialects import (
    british_day,
    british_time,
    either_day,
    either_time,
    excel_day,
    excel_time,
    ledger_pence,
    padded_uprn,
    reference,
    unless_blank,
)


@pytest.mark.parametrize(
    ("written", "pence"),
    [
        ("£1,234.50", 123450), ("1234.5", 123450), ("  12 ", 1200), ("0.00", 0), ("£ 0.07", 7),
        ("1,234,567.89", 123456789), ("12.5000", 1250),
        ("-12.00", -1200), ("-£12.00", -1200), ("£-12.00", -1200), ("(12.00)", -1200),
        ("(£1,234.50)", -123450),
        ("1,234.50-", -123450), ("12.00 CR", -1200), ("12.00CR", -1200), ("£12.00 cr", -1200),
        ("12.00 DR", 1200), ("12.00dr", 1200), ("\u221212.00", -1200), ("\u201312.00", -1200),
        (85.4, 8540), (0.1 + 0.2, 30), (-1234.5, -123450), (12, 1200), (85.39999999999999, 8540),
    ],
)  # fmt: skip
def test_amounts_as_ledgers_write_them(written, pence):
    assert ledger_pence(written) == pence


@pytest.mark.parametrize(
    "written",
    [
        "", "-", "£", "twelve", "12.345", "1,23", "12,34.00", "1.234,50", "1 234.50", "12.00 XX", "€12.00",
        "-12.00-", "(12.00", "12.00)", "(-12.00)", "-12.00 CR", "(12.00) CR", "-12.00 DR", "12.00-CR",
        "Â£12.00", "1e3", "nan", float("nan"), float("inf"), 12.345, True, None, date(2026, 1, 1), ["12"],
    ],
)  # fmt: skip
def test_what_could_be_read_two_ways_is_no_amount(written):
    with pytest.raises(PydanticCustomError, match="is not an amount in pounds and pence") as refused:
        ledger_pence(written)
    assert str(written) not in str(refused.value) or written in ("", "-", "£")


@given(st.integers(-(10**9), 10**9))
def test_every_amount_comes_back_however_it_is_written(pence):
    pounds, part = divmod(abs(pence), 100)
    plain = f"{pounds:,}.{part:02}"
    less = [f"-£{plain}", f"({plain})", f"{plain}-", f"{plain} CR"]
    ways = less if pence < 0 else [plain, f"£{plain}", f"{plain}DR"]
    assert {ledger_pence(way) for way in ways} == {pence}
    assert ledger_pence(pence / 100) == pence


@pytest.mark.parametrize(
    "written",
    [
        "10012345678",
        " 10012345678 ",
        "10012345678.0",
        "10012345678.00",
        10012345678,
        10012345678.0,
        "010012345678",
    ],
)
def test_a_uprn_that_was_a_number(written):
    assert padded_uprn(written) == "010012345678"


@pytest.mark.parametrize("written", ["1.00123E+10", "1.0012345678e10", "1E+10", " 1.2e5 "])
def test_a_uprn_that_lost_its_last_digits_is_refused(written):
    for convert in (padded_uprn, reference):
        with pytest.raises(PydanticCustomError, match="has lost its last digits") as refused:
            convert(written)
        assert written.strip() not in str(refused.value)


@pytest.mark.parametrize("written", ["", "   ", "0", "000000000000", "0.0", 0, 0.0, None])
def test_a_blank_or_nought_is_no_uprn(written):
    assert padded_uprn(written) is None


@pytest.mark.parametrize("written", [True, 10012345678.5, float("nan"), 2.0**60, ["1"]])
def test_what_is_no_number_of_a_property_is_left_for_the_schema_to_refuse(written):
    assert padded_uprn(written) is written


@pytest.mark.parametrize(
    ("written", "text"),
    [("A-7", "A-7"), (" 0042 ", "0042"), (42.0, "42"), (42, "42"), ("42.0", "42"), ("4.2", "4.2"),
     ("E10", "E10"), ("", None), (None, None)],
)  # fmt: skip
def test_a_reference_is_text(written, text):
    assert reference(written) == text


WALL = datetime(2026, 10, 31, 9, 12)  # noqa: DTZ001 - as a spreadsheet hands it over
MOMENT = datetime(2026, 10, 31, 9, 12, tzinfo=UTC)


@pytest.mark.parametrize("written", ["31/10/2026 09:12", "31/10/2026 09:12:00", " 31/10/2026T09:12", WALL])
def test_british_times(written):
    assert british_time(written) == either_time(written) == MOMENT


@pytest.mark.parametrize("written", ["2026-10-31 09:12", "2026-10-31T09:12:00"])
def test_either_layout(written):
    assert either_time(written) == MOMENT
    with pytest.raises(PydanticCustomError, match="31/10/2026"):
        british_time(written)


@pytest.mark.parametrize("written", ["31/10/2026", "31/10/2026 23:59", date(2026, 10, 31), WALL])
def test_days(written):
    assert british_day(written) == either_day(written) == date(2026, 10, 31)
    assert either_day("2026-10-31") == date(2026, 10, 31)


def test_the_clock_on_the_wall_is_london_s():
    assert british_time("31/07/2026 00:30") == datetime(2026, 7, 30, 23, 30, tzinfo=UTC)
    assert british_day("31/07/2026 00:30") == date(2026, 7, 31)
    assert either_time(MOMENT) == MOMENT


@pytest.mark.parametrize(
    "written",
    ["10/31/2026", "2026-31-10", "2026/10/31", "31-10-2026", "31/10/26", "30/02/2026", "31/10/2026 25:00",
     "31 October 2026", "20261031", "", None, 46326, 46326.0, time(9, 12), True],
)  # fmt: skip
def test_another_order_is_refused_and_never_guessed(written):
    for convert in (british_time, british_day, either_time, either_day):
        with pytest.raises(PydanticCustomError, match="is not a date such as 31/10/2026") as refused:
            convert(written)
        assert str(written) not in str(refused.value) or written == ""


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("46326", date(2026, 10, 31)), (46326, date(2026, 10, 31)), (46326.0, date(2026, 10, 31)),
        ("46326.99", date(2026, 10, 31)), (date(2026, 10, 31), date(2026, 10, 31)),
        (WALL, date(2026, 10, 31)), (1, date(1900, 1, 1)), (59, date(1900, 2, 28)), (61, date(1900, 3, 1)),
        (36526, date(2000, 1, 1)),
        (2958465, date(9999, 12, 31)),
    ],
)  # fmt: skip
def test_excel_counts_days(written, day):
    assert excel_day(written) == day


def test_excel_counts_hours_as_parts_of_a_day():
    assert excel_time("46326.383333333331") == MOMENT
    assert excel_time(46234.020833333336) == datetime(2026, 7, 30, 23, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "written", ["", "x", None, 0, -1, 0.5, 60, "60.5", 2958466, 20261031, float("nan"), True, "31/10/2026"]
)
def test_what_excel_never_counted_is_refused(written):
    with pytest.raises(PydanticCustomError, match="as a spreadsheet counts them"):
        excel_day(written)


@given(st.dates(date(1900, 3, 1), date(9999, 12, 30)))
def test_every_day_that_excel_counts_comes_back(day):
    assert excel_day(str((day - date(1899, 12, 30)).days)) == day


def test_a_blank_may_mean_nothing():
    convert = unless_blank(british_day)
    assert [convert(blank) for blank in ("", "  ", None)] == [None] * 3
    assert convert("31/10/2026") == date(2026, 10, 31)
    with pytest.raises(PydanticCustomError):
        convert("soon")
