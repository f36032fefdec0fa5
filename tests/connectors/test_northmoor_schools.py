from datetime import UTC, date, datetime

import pytest
from pydantic import ValidationError

from connectors.northmoor_schools import NorthmoorSchools, _Pupil, _Week
from earlyhelp.connecting.dropping import FILE_DROPPED
from earlyhelp.demo.agencies import workbook
from earlyhelp.demo.agencies.schools import HEADINGS, PUPIL, pupil_line
from earlyhelp.errors import AgencyAnsweredOddly
from earlyhelp.promises.dropping import DropPromises
from earlyhelp.promises.drops import SECOND

WEEK = {
    "School": "St Aidan’s CE Primary",
    "Pupil No": "P000067445",
    "Week Beginning": 46321.0,
    "Possible": 10.0,
    "Missed": 3.0,
    "Unauthorised": 1.0,
    "Enrolled": 44937.0,
}
DROPPED = datetime(2026, 11, 3, 0, 5, tzinfo=UTC)


PUPIL_ROW = {
    "School": "St Aidan’s CE Primary",
    "Pupil No": "P000067445",
    "Forename": "Odette",
    "Surname": "Quill",
    "Former Surname": "",
    "Date of Birth": 42064.0,
    "Sex": "F",
    "Home Address": "Flat 1, 3 Bobbin St, ZZ1 0AA",
    "UPRN": 999000000626.0,
}


def pupil(**other):
    return _Pupil.model_validate({**PUPIL_ROW, FILE_DROPPED: DROPPED, **other})


def week(**other):
    return _Week.model_validate({**WEEK, FILE_DROPPED: DROPPED, **other})


class TestNorthmoorSchools(DropPromises):
    agency, feed, spoil, sample = NorthmoorSchools, "attendance", "Missed", WEEK

    def test_a_return_as_the_schools_print_it(self, tmp_path) -> None:
        path = tmp_path / "return.xlsx"
        above = workbook.row("Attendance & absence, printed 02/11/2026") + workbook.row()
        rows = workbook.rows(
            "Potters & Weavers\tP1\t46321\t10\t3\t1\t44937\nA <B>\tP2\t46321\t8\t0\t0\t",
            *(str, str, int, int, int, int, int),
        )
        total = workbook.row("Total", 2, None, 18, 3, 1, None)
        workbook.write(path, [above + workbook.row(*HEADINGS), rows, total])
        self.drop(SECOND, path.read_bytes())
        (page,) = self.fetch()
        assert page.refused == []
        one, other = page.rows
        assert (one.pupil, one.enrolled_on, one.missed_sessions) == ("P1", date(2023, 1, 11), 3)
        assert (other.pupil, other.enrolled_on, other.possible_sessions) == ("P2", None, 8)

    def test_half_a_workbook_is_left_alone(self) -> None:
        whole = self.content(40)
        self.drop(SECOND, whole[: len(whole) // 2])
        with pytest.raises(AgencyAnsweredOddly, match="only half there"):
            self.fetch()


class TestItsPupils(DropPromises):
    agency, feed, spoil, sample = NorthmoorSchools, "pupils", "Sex", PUPIL_ROW

    def test_a_register_as_the_schools_print_it(self, tmp_path) -> None:
        path = tmp_path / "register.xlsx"
        lines = [
            pupil_line(0, "P1", "Odette", "Quill", "", "2015-03-01", "female", "3a Bobbin St", 999000000626),
            pupil_line(1, "P2", "Zed", "O'Neill-Tarn", "Tarn", "1900-01-01", "male", "", 0),
        ]
        rows = workbook.rows("\n".join(lines), str, str, str, str, str, int, str, str, int)
        above = workbook.row("Pupils, printed 02/11/2026") + workbook.row()
        workbook.write(path, [above + workbook.row(*PUPIL), rows, workbook.row("Total", 2)])
        self.drop(SECOND, path.read_bytes())
        (page,) = self.fetch()
        assert page.refused == []
        one, other = page.rows
        assert (one.record_id, one.uprn, one.date_of_birth) == ("P1", "999000000626", date(2015, 3, 1))
        assert (other.former_surname, other.address, other.uprn, other.date_of_birth) == (
            "Tarn", None, None, None,
        )  # fmt: skip


def test_a_pupil_is_known_by_the_number_that_the_weeks_bear():
    assert pupil().record_id == week().pupil
    assert pupil(**{"Pupil No": 67445.0}).record_id == week(**{"Pupil No": "67445"}).pupil == "67445"
    assert (pupil().sex, pupil().former_surname) == ("female", None)
    assert pupil().address == "Flat 1, 3 Bobbin St, ZZ1 0AA"


def test_a_record_is_one_childs_week():
    assert week().record_id == "P000067445/2026-10-26"
    assert week(**{"Week Beginning": 46314.0}).record_id == "P000067445/2026-10-19"
    assert week().pupil == "P000067445"


def test_a_spreadsheet_has_made_numbers_of_everything():
    made = week()
    assert pupil().uprn == "999000000626"
    assert pupil().date_of_birth == date(2015, 3, 1)
    assert made.occurred_on == date(2026, 10, 26)
    assert made.enrolled_on == date(2023, 1, 11)
    assert (made.possible_sessions, made.missed_sessions, made.unauthorised_sessions) == (10, 3, 1)
    assert made.recorded_at == DROPPED


def test_a_pupil_number_that_became_a_number_is_the_same_pupil():
    assert week(**{"Pupil No": 67445.0}).pupil == week(**{"Pupil No": "67445"}).pupil == "67445"
    assert week(**{"Pupil No": 67445.0}).record_id == "67445/2026-10-26"


def test_a_uprn_that_has_lost_its_last_digits_is_refused():
    with pytest.raises(ValidationError, match="lost its last digits"):
        pupil(UPRN="9.99E+11")


@pytest.mark.parametrize("possible", [-1.0, 9.5, 99.0, "", "ten"])
def test_sessions_are_half_days_of_one_week(possible):
    with pytest.raises(ValidationError):
        week(Possible=possible)


@pytest.mark.parametrize("wrong", [{"Missed": 11.0}, {"Unauthorised": 4.0}])
def test_nobody_misses_more_than_there_was(wrong):
    with pytest.raises(ValidationError, match="more than there were") as refused:
        week(**wrong)
    assert "11" not in str(refused.value)


def test_a_day_written_out_is_not_guessed_at():
    with pytest.raises(ValidationError, match="as a spreadsheet counts them"):
        week(**{"Week Beginning": "26/10/2026"})
    assert week(**{"Week Beginning": date(2026, 10, 26)}).occurred_on == date(2026, 10, 26)
