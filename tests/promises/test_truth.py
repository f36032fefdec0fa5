"""Out of one sample: rows with numbers and stamps of the same make, and what must become of them."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from earlyhelp.promises.truth import OPENING, Truth, assert_fit, by_declaration
from earlyhelp.promises.writing import moment_asked, numbered, written_like
from tests.promises.agencies import POSTING, Posting

MOMENT = datetime(2026, 10, 30, 12, 7, tzinfo=UTC)


def truth(sample=POSTING, theirs=Posting):
    return Truth(theirs, sample, lambda *row: by_declaration(theirs, *row))


@pytest.mark.parametrize(
    ("sample", "other"),
    [
        ("000123456/01 ", "000123468/01 "),
        ("L000000000001", "L000000000013"),
        ("ac148810-d857-441c-9679-408f346de14b", "ac148822-d857-441c-9679-408f346de14b"),
        ("abc", "abc-12"),
        (7, 19),
        ("V9", "V21"),
    ],
)
def test_another_number_is_of_the_same_make(sample, other):
    assert numbered(sample, 12) == other


@given(st.text(min_size=1, max_size=20).filter(str.strip), st.integers(0, 500), st.integers(0, 500))
def test_two_numbers_are_two_identifiers(sample, one, other):
    assert (numbered(sample, one) == numbered(sample, other)) == (one == other)


@pytest.mark.parametrize(
    ("sample", "written"),
    [
        ("2026-10-26T09:12:00Z", "2026-10-30T12:07:00Z"),
        ("2026-08-01T00:10:00+01:00", "2026-10-30T13:07:00+01:00"),
        ("2026-10-26T09:12:00.123Z", "2026-10-30T12:07:00.000Z"),
        ("2026-10-26T09:12", "2026-10-30T12:07"),
        ("2026-10-26 09:12:00", "2026-10-30 12:07:00"),
        ("2026-10-26", "2026-10-30"),
        ("31/07/2026 00:30", "30/10/2026 12:07"),
        (1_790_000_000, 1_793_362_020),
        (1_790_000_000_000, 1_793_362_020_000),
    ],
)
def test_a_moment_is_written_in_the_layout_of_the_sample(sample, written):
    assert written_like(sample, MOMENT) == written


def test_a_layout_nobody_knows_needs_a_vary_of_its_own():
    with pytest.raises(ValueError, match="write a vary"):
        written_like("the day before yesterday", MOMENT)
    with pytest.raises(LookupError, match="write a vary"):
        truth({name: value for name, value in POSTING.items() if name != "changed"}).add()


@pytest.mark.parametrize(
    ("written_as", "text", "moment"),
    [
        ("{}", "2026-10-30T12:07:00Z", MOMENT),
        ("ge{}", "ge2026-10-30T12:07:00Z", MOMENT),
        ("{:.10}", "2026-10-30", datetime(2026, 10, 30, tzinfo=UTC)),
        ("ge{}", "lt2026-10-30T12:07:00Z", None),
    ],
)
def test_a_moment_in_a_request_is_read_back(written_as, text, moment):
    assert moment_asked(written_as, text) == moment


def test_the_newest_version_of_each_record_must_land():
    held = truth()
    held.add(2)
    later = held.write(1, OPENING + timedelta(days=1))
    held.write(1, OPENING - timedelta(days=1))
    held.write(3, OPENING + timedelta(days=9), refused="recorded_at")
    held.add(1, pounds="a lot")
    rows = held.must_land(OPENING + timedelta(days=2))
    assert rows == {held.record_id(1): later.ours, held.record_id(2): held.held[1].ours}


def test_a_sample_that_is_not_as_agreed_is_said():
    with pytest.raises(AssertionError, match="the sample is not as agreed: mend kind"):
        truth({**POSTING, "kind": "gift"}).add()


def test_rows_that_do_not_differ_are_said():
    same = Truth(Posting, POSTING, lambda row, *_: row)
    same.add(2)
    with pytest.raises(AssertionError, match="a number of its own"):
        assert_fit(same)


def test_a_field_that_cannot_be_spoilt_is_said():
    fine = truth()
    fine.add(1, refused="unheardOf", unheardOf="a-value-nobody-may-read")
    with pytest.raises(AssertionError, match="spoil another"):
        assert_fit(fine)
