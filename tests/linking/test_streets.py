"""Two written streets are one, or two, or a person is asked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from earlyhelp.linking.streets import DOUBTFUL, OTHER, SAME, SHORTER, SLIP, WITHIN, compared

STREETS = (
    "mill lane", "hill lane", "park road", "park road north", "park road mews", "high street", "highgate street",
    "east view terrace", "west view terrace", "upper mill lane", "first avenue", "fourth avenue", "new street",
    "street johns court", "street marys avenue", "the green", "rose cottage mill lane", "ash road", "oak road",
    "north park road", "high street mews", "station approach", "wolverhampton road", "church lane", "churchill lane",
)  # fmt: skip


@pytest.mark.parametrize(
    ("written", "held", "how"),
    [
        ("high street", "high street", SAME),
        ("high street stoke on trent", "high street", WITHIN),
        ("high street", "high street tunstall", SHORTER),
        ("millbrook lane", "mill brook lane", SHORTER),
        ("green", "the green", SHORTER),
        ("high stret", "high street", SLIP),
        ("wolverhamton raod", "wolverhampton road", SLIP),
        ("shley road", "ashley road", SLIP),
        ("hill lane", "mill lane", OTHER),
        ("east view", "west view", OTHER),
        ("ash road", "oak road", OTHER),
        ("high street", "highgate street", OTHER),
        ("park road", "park road north", DOUBTFUL),
        ("park road mews", "park road", DOUBTFUL),
        ("mill lane", "upper mill lane", DOUBTFUL),
        ("kestrel house high street", "high street", DOUBTFUL),
        ("high street tunstall", "high street burslem", DOUBTFUL),
        ("", "high street", OTHER),
    ],
)
def test_how_two_streets_stand(written, held, how):
    assert compared(written, held) == how


@given(st.sampled_from(STREETS), st.sampled_from(STREETS))
def test_no_two_streets_of_a_town_are_taken_for_one(one, other):
    assert (compared(one, other) > DOUBTFUL) == (one == other)


@given(st.sampled_from(STREETS), st.sampled_from(STREETS))
def test_whether_it_is_one_street_does_not_rest_on_who_is_asked(one, other):
    assert {WITHIN: SHORTER}.get(compared(one, other), compared(one, other)) == {WITHIN: SHORTER}.get(
        compared(other, one), compared(other, one)
    )


@given(st.sampled_from(STREETS), st.data())
def test_a_slip_of_the_pen_never_makes_another_street_surer(street, data):
    at = data.draw(st.integers(0, len(street) - 1))
    slipped = " ".join((street[:at] + street[at + 1 :]).split())
    likest = max(compared(slipped, one) for one in STREETS if one != street)
    assert likest <= max(compared(slipped, street), DOUBTFUL)
