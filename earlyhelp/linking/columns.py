"""Which column of a file holds what, found by its name, however it is written."""

from collections.abc import Mapping, Sequence
from typing import Final

from earlyhelp.errors import SetUpWrong

NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "id": ("id", "record_id", "rec_id", "unique_id", "person_id", "uid", "identifier", "key", "row_id"),
    "first_name": (
        "first_name", "firstname", "given_name", "givenname", "forename", "forenames", "given", "fname",
        "first", "christian_name", "first_names", "given_names", "fname_c1",
    ),
    "middle_name": ("middle_name", "middlename", "middle_names", "second_name", "middle"),
    "last_name": (
        "last_name", "lastname", "surname", "family_name", "familyname", "sname", "lname", "last", "family",
        "lname_c1",
    ),
    "former_name": (
        "former_name", "former_last_name", "former_names", "previous_name", "previous_surname",
        "previous_last_name", "maiden_name", "birth_name", "former_surname", "alias",
        "aliases", "also_known_as",
    ),
    "full_name": ("full_name", "name", "fullname", "person_name", "display_name"),
    "dob": (
        "date_of_birth", "dob", "birth_date", "birthdate", "dateofbirth", "born", "d_o_b", "born_on",
        "birthday",
    ),
    "dob_year": ("birth_year", "year_of_birth", "dob_year", "yob", "by"),
    "dob_month": ("birth_month", "month_of_birth", "dob_month", "mob", "bm", "dob_mon"),
    "dob_day": ("birth_day", "day_of_birth", "dob_day", "bd"),
    "sex": ("sex", "gender", "sex_code", "gender_code"),
    "house_name": ("flat", "unit", "unit_number", "flat_number", "sub_building", "apartment"),
    "house_number": ("street_number", "house_number", "house_no", "building_number", "number", "house"),
    "address": (
        "address", "full_address", "address_line_1", "address_1", "address1", "address_line1", "street",
        "street_name", "street_address", "addr", "home_address",
    ),
    "address_2": ("address_line_2", "address_2", "address2", "address_line2", "address_line_3", "address_3"),
    "town": (
        "town", "city", "suburb", "locality", "post_town", "posttown", "place", "birth_place", "district",
        "municipality",
    ),
    "postcode": (
        "postcode", "post_code", "postal_code", "zip", "zipcode", "zip_code", "pcode", "postcode_fake",
    ),
    "uprn": ("uprn", "unique_property_reference_number", "property_reference"),
    "nhs_number": ("nhs_number", "nhs_no", "nhsnumber", "nhs", "nhs_num"),
    "national_id": (
        "national_insurance_number", "nino", "ni_number", "soc_sec_id", "ssn", "national_id",
        "social_security_number",
    ),
    "email": ("email", "email_address", "e_mail", "mail"),
    "phone": ("phone", "telephone", "mobile", "phone_number", "telephone_number", "mobile_number", "tel"),
}  # fmt: skip
"""For each thing we know what to do with, the names it goes by, the best first."""


def found(header: Sequence[str], file: str) -> dict[str, str]:
    """What each thing's column is called in this file; only `id` must be there.

    Raises SetUpWrong if no column is the id, or if nothing else is known.
    """
    plain = {_plain(name): name for name in reversed(header)}
    told = {
        thing: next(plain[name] for name in names if name in plain)
        for thing, names in NAMES.items()
        if any(name in plain for name in names)
    }
    if "id" not in told:
        raise SetUpWrong(
            f"{file}: no column is called id. Name the column that tells its records apart 'id'; "
            "see: earlyhelp match --help"
        )
    if not set(told) - {"id", "sex"}:
        raise SetUpWrong(
            f"{file}: none of its columns says who somebody is. Known are first_name, last_name, "
            "date_of_birth, sex, address, postcode, uprn, nhs_number; see: earlyhelp match --help"
        )
    return told


def _plain(name: str) -> str:
    """A heading in small letters, its words joined by underscores."""
    letters = "".join(sign if sign.isalnum() else " " for sign in name.lstrip("\ufeff").lower())
    return "_".join(letters.split())
