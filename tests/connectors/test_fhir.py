"""What UK Core resources become of ours, case by case; the official examples are in test_fhir_examples."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from earlyhelp.connecting.fhir.resources import ADDRESS_KEY, NHS_NUMBER, VERIFICATION
from earlyhelp.connecting.fhir.uk_core import UkCoreAppointment, UkCorePatient
from schemas.nhs import nhs_number_is_right

RIGHT, OTHER, WRONG = "9990000018", "9990000026", "9990000019"
UPDATED = "2026-10-12T15:00:00Z"


def known_by(number, **more):
    return {"system": NHS_NUMBER, "value": number, **more}


def appointment(**changes):
    sent = {
        "id": "A1", "meta": {"lastUpdated": UPDATED}, "status": "booked",
        "start": "2026-10-20T09:30:00+01:00",
        "participant": [{"actor": {"type": "Patient", "identifier": known_by(RIGHT)}}],
    } | changes  # fmt: skip
    return UkCoreAppointment.model_validate(
        {name: value for name, value in sent.items() if value is not None}
    )


def patient(**changes):
    sent = {
        "id": "P1", "meta": {"lastUpdated": UPDATED}, "identifier": [known_by(RIGHT)],
        "name": [{"use": "official", "family": "Thistlewood", "given": ["Marigold", "Ann"]}],
    } | changes  # fmt: skip
    return UkCorePatient.model_validate({name: value for name, value in sent.items() if value is not None})


def refused(make, **changes):
    """Where the fault is and what it is, of a resource that is refused for that alone."""
    with pytest.raises(ValidationError) as wrong:
        make(**changes)
    faults = {(".".join(map(str, error["loc"])), error["msg"]) for error in wrong.value.errors()}
    assert len(faults) == 1, faults
    return faults.pop()


def actor(**said):
    return {"actor": said, "status": "accepted"}


def key(kind, value, value_of_type="valueCodeableConcept", url=ADDRESS_KEY):
    said = {"coding": [{"code": kind}]} if value_of_type == "valueCodeableConcept" else {"code": kind}
    return {
        "url": url,
        "extension": [{"url": "type", value_of_type: said}, {"url": "value", "valueString": value}],
    }


class TestNumbers:
    @pytest.mark.parametrize("number", ["9990000018", "9990000026", "9912003888", "9000000009"])
    def test_right_ones(self, number):
        assert nhs_number_is_right(number)

    @pytest.mark.parametrize("number", ["", "999000001", "99900000018", "999000001X", "٩٩٩٠٠٠٠٠١٨"])
    def test_what_is_no_ten_digits(self, number):
        assert not nhs_number_is_right(number)

    @pytest.mark.parametrize("digit", "0123456789")
    def test_one_digit_ten_times_over_is_nobody(self, digit):
        assert not nhs_number_is_right(digit * 10)

    @given(st.integers(0, 999_999_999))
    def test_the_check_digit_is_the_one_of_the_data_dictionary(self, first_nine):
        nine = f"{first_nine:09d}"
        check = (
            11 - sum(int(digit) * weight for digit, weight in zip(nine, range(10, 1, -1), strict=True)) % 11
        )
        right = {str(check % 11)} if check != 10 else set()
        held = {last for last in "0123456789" if nhs_number_is_right(nine + last)}
        assert held == {last for last in right if nine + last != last * 10}


class TestWhomAnAppointmentIsFor:
    def test_by_number(self):
        assert appointment().nhs_number == RIGHT

    def test_a_number_in_groups_as_people_write_it(self):
        assert appointment(participant=[actor(identifier=known_by("999 000 0018"))]).nhs_number == RIGHT

    @pytest.mark.parametrize("number", [WRONG, "9" * 10, "", 9990000018])
    def test_a_wrong_number_is_refused(self, number):
        told = "names somebody by a number that is no right NHS number"
        assert refused(appointment, participant=[actor(identifier=known_by(number))]) == ("participant", told)

    def test_a_number_that_was_traced_in_vain_is_refused(self):
        conflict = {"url": VERIFICATION, "valueCodeableConcept": {"coding": [{"code": "05"}]}}
        who = actor(type="Patient", identifier=known_by(RIGHT, extension=[conflict]))
        assert refused(appointment, participant=[who])[0] == "participant"

    @pytest.mark.parametrize(
        "who",
        [
            actor(reference="Patient/7", display="Marigold Thistlewood"),
            actor(type="Patient", identifier={"system": "urn:local", "value": RIGHT}),
            {"type": [{"text": "the one at the desk"}], "status": "accepted"},
        ],
    )
    def test_by_no_number_is_refused(self, who):
        assert refused(appointment, participant=[who]) == ("participant", "names nobody by NHS number")

    @pytest.mark.parametrize("said", [{"type": "RelatedPerson"}, {"reference": "RelatedPerson/7"}])
    def test_whoever_comes_along_is_not_the_patient(self, said):
        mother = actor(identifier=known_by(OTHER), **said)
        child = actor(type="Patient", identifier=known_by(RIGHT))
        assert appointment(participant=[mother, child]).nhs_number == RIGHT

    def test_several_patients_are_not_one(self):
        both = [actor(type="Patient", identifier=known_by(number)) for number in (RIGHT, OTHER)]
        assert refused(appointment, participant=both) == ("participant", "names more than one patient")
        assert appointment(participant=[both[0], both[0]]).nhs_number == RIGHT


class TestAppointments:
    @pytest.mark.parametrize(
        ("sent", "status", "void"),
        [
            ("proposed", "cancelled", True),
            ("pending", "cancelled", True),
            ("booked", "booked", False),
            ("arrived", "fulfilled", False),
            ("fulfilled", "fulfilled", False),
            ("cancelled", "cancelled", False),
            ("noshow", "noshow", False),
            ("entered-in-error", "cancelled", True),
            ("checked-in", "fulfilled", False),
            ("waitlist", "cancelled", True),
        ],
    )
    def test_all_ten_statuses(self, sent, status, void):
        row = appointment(status=sent)
        assert (row.status, row.void) == (status, void)

    @pytest.mark.parametrize("status", ["proposed", "waitlist", "cancelled", "entered-in-error"])
    def test_without_a_time_it_is_of_the_day_it_was_recorded(self, status):
        row = appointment(status=status, start=None)
        assert (row.occurred_on, row.starts_at) == (
            date(2026, 10, 12),
            datetime(2026, 10, 12, 15, tzinfo=UTC),
        )

    @pytest.mark.parametrize("status", ["booked", "arrived", "checked-in", "fulfilled", "noshow"])
    def test_one_that_stands_has_a_time(self, status):
        told = "is one that needs a start, and there is none"
        assert refused(appointment, status=status, start=None) == ("status", told)

    @pytest.mark.parametrize(
        ("start", "day", "moment"),
        [
            ("2026-10-12T09:30:00+01:00", date(2026, 10, 12), datetime(2026, 10, 12, 8, 30, tzinfo=UTC)),
            ("2026-06-30T23:30:00Z", date(2026, 7, 1), datetime(2026, 6, 30, 23, 30, tzinfo=UTC)),
            ("2026-01-05T09:00:00.000Z", date(2026, 1, 5), datetime(2026, 1, 5, 9, tzinfo=UTC)),
        ],
    )
    def test_the_day_is_the_one_on_the_wall_in_london(self, start, day, moment):
        assert (row := appointment(start=start)).occurred_on == day
        assert row.starts_at == moment

    @pytest.mark.parametrize("start", ["2026-10-12", "2026-10-12T09:30:00", "tomorrow"])
    def test_a_time_without_a_zone_is_refused(self, start):
        with pytest.raises(ValidationError, match="start"):
            appointment(start=start)

    @pytest.mark.parametrize(
        ("created", "day"),
        [
            (None, None),
            ("2026-09-20", date(2026, 9, 20)),
            ("2026-09-20T23:30:00Z", date(2026, 9, 21)),
            ("2026-09", None),
            ("2026", None),
        ],
    )
    def test_booked_on_a_day_or_at_a_time_or_nobody_knows(self, created, day):
        assert appointment(created=created).booked_on == day

    def test_it_must_say_when_it_was_last_changed(self):
        assert refused(appointment, meta={"versionId": "3"}) == ("meta.lastUpdated", "Field required")


class TestNames:
    @pytest.mark.parametrize(
        ("names", "forename", "surname"),
        [
            ([{"use": "nickname", "family": "T", "given": ["Goldie"]},
              {"use": "official", "family": "Fern", "given": ["Marigold"]}], "Marigold", "Fern"),
            ([{"use": "official", "family": "Old", "given": ["Ann"], "period": {"end": "2020-05-01"}},
              {"use": "usual", "family": "New", "given": ["Ann"]}], "Ann", "New"),
            ([{"use": "usual", "family": "Sole", "given": ["Al"], "period": {"end": "2020"}}], "Al", "Sole"),
            ([{"use": "maiden", "family": "Before"}, {"family": "Now", "given": ["", "Ann"]}], "Ann", "Now"),
            ([{"use": "anonymous", "family": "X"}, {"use": "old", "family": "Once"}], "", "Once"),
            ([{"text": "Ann Thistlewood"}], "", "Ann Thistlewood"),
        ],
    )  # fmt: skip
    def test_the_one_somebody_goes_by(self, names, forename, surname):
        row = patient(name=names)
        assert (row.forename, row.surname) == (forename, surname)

    def test_a_name_ends_when_its_period_has_and_not_before(self):
        later = {"use": "usual", "family": "Later", "given": ["Ann"]}
        for end, surname in (("2026-10-12", "Sooner"), ("2026-10-11", "Later"), ("2026", "Sooner")):
            sooner = {"use": "official", "family": "Sooner", "given": ["Ann"], "period": {"end": end}}
            assert patient(name=[later, sooner]).surname == surname

    @pytest.mark.parametrize("names", [[], [{"given": ["Ann"]}]])
    def test_without_any_it_is_refused(self, names):
        assert refused(patient, name=names) == ("name", "holds no family name")


class TestAddresses:
    @pytest.mark.parametrize(
        ("others", "uprn"),
        [
            ([{"use": "old"}, {"use": "temp"}, {"use": "work"}], "000000000004"),
            ([{"use": "temp"}], "000000000004"),
            ([], "000000000004"),
        ],
    )
    def test_the_home_wherever_it_stands(self, others, uprn):
        others = [one | {"extension": [key("UPRN", f"{at}")]} for at, one in enumerate(others)]
        home = {"use": "home", "extension": [key("UPRN", "4")]}
        assert patient(address=[*others, home]).uprn == uprn
        assert patient(address=[home, *others]).uprn == uprn

    @pytest.mark.parametrize(
        "address",
        [
            {"use": "work"}, {"use": "old"}, {"use": "billing"}, {"use": "home", "type": "postal"},
            {"use": "home", "period": {"end": "2026-10-11"}},
        ],
    )  # fmt: skip
    def test_where_nobody_lives_is_no_home(self, address):
        row = patient(address=[address | {"text": "1 Quillfeather Street", "extension": [key("UPRN", "4")]}])
        assert (row.uprn, row.address) == (None, None)

    def test_a_temporary_home_is_one_where_there_is_no_other(self):
        assert patient(address=[{"use": "temp", "extension": [key("UPRN", "4")]}]).uprn == "000000000004"

    @pytest.mark.parametrize(
        "keys",
        [
            [key("PAF", "12345678"), key("UPRN", "999000000001")],
            [key("UPRN", "999000000001", "valueCoding")],
            [
                key(
                    "UPRN",
                    "999000000001",
                    url="https://fhir.nhs.uk/R4/StructureDefinition/Extension-UKCore-AddressKey",
                )
            ],
            [{"url": "urn:else", "valueString": "4"}, key("UPRN", "999000000001")],
        ],
    )
    def test_the_key_that_is_a_uprn(self, keys):
        assert patient(address=[{"use": "home", "extension": keys}]).uprn == "999000000001"

    @pytest.mark.parametrize("keys", [[key("PAF", "12345678")], [{"url": ADDRESS_KEY}], []])
    def test_other_keys_are_none(self, keys):
        assert patient(address=[{"use": "home", "extension": keys}]).uprn is None

    def test_a_uprn_that_cannot_be_is_refused(self):
        assert refused(patient, address=[{"extension": [key("UPRN", "LS10ABC")]}])[0] == "address"

    def test_written_out(self):
        parts = {"line": ["4 Sandmoor Drive"], "city": "Leeds", "postalCode": "LS17 7DF"}
        assert patient(address=[parts]).address == "4 Sandmoor Drive, Leeds, LS17 7DF"
        assert patient(address=[parts | {"text": "The Old Forge"}]).address == "The Old Forge"
        assert patient(address=[{"use": "home"}]).address is None


class TestPatients:
    @pytest.mark.parametrize(("sent", "day"), [
        (None, None), ("1980-03-01", date(1980, 3, 1)), ("1980-03", None), ("1980", None),
    ])  # fmt: skip
    def test_born_on_a_day_or_nobody_knows(self, sent, day):
        assert patient(birthDate=sent).date_of_birth == day

    @pytest.mark.parametrize("sent", ["01/03/1980", "1980-3", "March"])
    def test_another_way_to_write_a_day_is_refused(self, sent):
        assert refused(patient, birthDate=sent)[0] == "birthDate"

    @pytest.mark.parametrize(("sent", "sex"), [
        (None, None), ("female", "female"), ("male", "male"), ("other", None), ("unknown", None),
    ])  # fmt: skip
    def test_gender(self, sent, sex):
        assert patient(gender=sent).sex == sex

    @pytest.mark.parametrize(
        "identifiers",
        [
            None,
            [],
            [known_by(WRONG)],
            [known_by("0000000000")],
            [known_by(RIGHT, use="old")],
            [known_by(RIGHT, extension=[{"url": VERIFICATION, "valueCoding": {"code": "trace-attempted"}}])],
            [{"extension": [{"url": VERIFICATION, "valueCodeableConcept": {"coding": [{"code": "01"}]}}]}],
        ],
    )
    def test_without_a_number_that_is_surely_theirs_somebody_is_kept_without_one(self, identifiers):
        row = patient(identifier=identifiers)
        assert (row.surname, row.nhs_number) == ("Thistlewood", None)

    def test_a_right_number_behind_a_wrong_one_counts(self):
        verified = {"url": VERIFICATION, "valueCodeableConcept": {"coding": [{"code": "01"}]}}
        row = patient(identifier=[known_by(WRONG), known_by(RIGHT, extension=[verified])])
        assert row.nhs_number == RIGHT

    @pytest.mark.parametrize(
        "why",
        [
            {"meta": {"lastUpdated": UPDATED, "security": [{"code": "R"}]}},
            {"meta": {"lastUpdated": UPDATED, "security": [{"code": "N"}, {"code": "V"}]}},
            {"link": [{"type": "replaced-by", "other": {"reference": "Patient/P2"}}]},
        ],
    )
    def test_of_somebody_withdrawn_nothing_is_kept(self, why):
        row = patient(birthDate="1980-03-01", gender="male", address=[{"text": "The Old Forge"}], **why)
        assert row.void
        assert {name: value for name, value in row if value} == {
            "record_id": "P1", "recorded_at": datetime(2026, 10, 12, 15, tzinfo=UTC), "void": True,
        }  # fmt: skip

    def test_the_dead_are_still_somebody(self):
        row = patient(deceasedDateTime="2026-09-01T00:00:00Z", active=False, link=[{"type": "seealso"}])
        assert not row.void
