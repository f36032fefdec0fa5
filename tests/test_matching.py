"""Who lives where: from exact identifiers alone, and never by guessing."""

from datetime import date
from itertools import permutations

from earlyhelp.linking.identifiers import (
    BUILDING,
    INSTITUTION,
    NOT_SEEN,
    UNKNOWN,
    Holder,
    Home,
    Known,
    Tenure,
    match,
)

HOMES = {
    "100": Home("100", "dwelling", "Aldren"),
    "200": Home("200", "dwelling", "Birkel"),
    "300": Home("300", "dwelling", "Aldren"),
    "900": Home("900", "building", "Aldren"),
    "911": Home("911", "institution", "Aldren"),
}
Y25, Y26 = date(2025, 1, 6), date(2026, 3, 2)


def tenure(account: str, uprn: str | None, start: date, end: date | None = None, *tenants: str) -> Tenure:
    return Tenure("north", account, uprn, start, end, tenants or ("T1",))


def known(
    number: str, uprn: str | None, nhs: str | None = None, agency: str = "health", since: date = Y25
) -> Known:
    return Known(agency, number, nhs, uprn, since)


def held(matched) -> dict[tuple[str, str, str], Holder]:
    """What the store would say was given before."""
    formed = {number: household.formed_on for number, household in matched.households.items()}
    return {(x.scheme, x.agency, x.value): Holder(x.household, formed[x.household]) for x in matched.links}


def links(matched, scheme):
    return {(x.value, x.from_on, x.household) for x in matched.links if x.scheme == scheme}


def test_a_tenancy_makes_a_household_at_its_address():
    matched = match(HOMES, [tenure("A1", "100", Y25)], [], {})
    (household,) = matched.households.values()
    assert (household.uprn, household.ward, household.formed_on) == ("100", "Aldren", Y25)
    assert {v for v, _, _ in links(matched, "account")} == {"A1"}
    assert [(m.record_id, m.household) for m in matched.members] == [("T1", household.number)]


def test_who_moves_stays_one_household_and_their_old_address_is_theirs_until_then():
    moved = [tenure("A1", "100", Y25, Y26), tenure("A2", "200", Y26)]
    matched = match(HOMES, moved, [], {})
    (household,) = matched.households.values()
    assert household.uprn == "200"
    assert {(v, f) for v, f, _ in links(matched, "uprn")} == {("100", Y25), ("200", Y26)}
    assert {n for _, _, n in links(matched, "account")} == {household.number}


def test_the_next_tenant_at_an_address_is_another_household():
    matched = match(
        HOMES, [tenure("A1", "100", Y25, None, "T1"), tenure("A2", "100", Y26, None, "T2")], [], {}
    )
    assert len(matched.households) == 2
    first = next(x for x in matched.links if x.scheme == "uprn" and x.from_on == Y25)
    assert first.to_on == Y26, "a tenancy that was never ended ends where the next begins"


def test_health_alone_makes_a_household_where_no_tenancy_stands():
    matched = match(HOMES, [], [known("P1", "300", "999"), known("P2", "300", "998")], {})
    (household,) = matched.households.values()
    assert {(v, n) for v, _, n in links(matched, "nhs_number")} == {
        ("999", household.number),
        ("998", household.number),
    }
    assert len(matched.members) == 2


def test_a_patient_at_a_tenants_address_belongs_to_that_household():
    matched = match(HOMES, [tenure("A1", "100", Y25)], [known("P1", "100", "999")], {})
    assert len(matched.households) == 1
    assert {m.record_id for m in matched.members} == {"T1", "P1"}


def test_what_leads_nowhere_is_kept_with_its_reason():
    people = [
        known("P1", "900", "1"),
        known("P2", "911", "2"),
        known("P3", "404", "3"),
        known("P4", None, "4"),
    ]
    matched = match(HOMES, [tenure("A9", "404", Y25)], people, {})
    assert matched.unmatched == {
        ("nhs_number", "", "1"): BUILDING,
        ("nhs_number", "", "2"): INSTITUTION,
        ("nhs_number", "", "3"): UNKNOWN,
        ("nhs_number", "", "4"): NOT_SEEN,
        ("account", "north", "A9"): UNKNOWN,
    }
    assert not matched.households


def test_order_of_the_registers_does_not_matter():
    tenures = [tenure("A1", "100", Y25, Y26), tenure("A2", "200", Y26), tenure("A3", "300", Y25, None, "T3")]
    people = [known("P1", "100", "999"), known("P2", "300", "998")]
    answers = []
    for order in permutations(tenures):
        matched = match(HOMES, order, reversed(people), {})
        answers.append(
            (matched.households, sorted(map(repr, matched.links)), sorted(map(repr, matched.members)))
        )
    assert all(answer == answers[0] for answer in answers)


def test_a_household_keeps_its_number_when_its_home_is_known_from_an_earlier_day():
    before = match(HOMES, [], [known("P1", "300", "999", since=Y26)], {})
    after = match(
        HOMES, [], [known("P1", "300", "999", since=Y26), known("P2", "300", since=Y25)], held(before)
    )
    assert set(after.households) == set(before.households)


def test_whom_health_knew_first_are_the_tenants_of_a_tenancy_that_is_older():
    before = match(HOMES, [], [known("P1", "100", "999", since=Y26)], {})
    after = match(HOMES, [tenure("A1", "100", Y25)], [known("P1", "100", "999", since=Y26)], held(before))
    assert set(after.households) == set(before.households), "a case on them stays on them"
    assert after.households == match(HOMES, [tenure("A1", "100", Y25)], [], {}).households


def test_a_tenancy_that_begins_later_is_another_household_than_health_knew_there():
    before = match(HOMES, [], [known("P1", "100", "999", since=Y25)], {})
    after = match(HOMES, [tenure("A1", "100", Y26)], [], held(before))
    assert not set(after.households) & set(before.households)


def test_a_tenancy_told_late_takes_nobodys_number():
    later = [tenure("A2", "100", Y26, None, "T2")]
    before = match(HOMES, later, [], {})
    after = match(HOMES, [tenure("A1", "100", Y25, None, "T1"), *later], [], held(before))
    (number,) = before.households
    assert {x.value for x in after.links if x.household == number and x.scheme == "account"} == {"A2"}
    assert len(after.households) == 2


def test_two_landlords_may_use_the_same_account_number():
    other = Tenure("south", "A1", "200", Y25, None, ("T1",))
    matched = match(HOMES, [tenure("A1", "100", Y25), other], [], {})
    assert len(matched.households) == 2
    assert {(x.agency, x.value) for x in matched.links if x.scheme == "account"} == {
        ("north", "A1"),
        ("south", "A1"),
    }
