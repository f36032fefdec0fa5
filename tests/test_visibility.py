"""How far data may go before anybody decides anything: drawn situations, and laws that always hold."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from earlyhelp.law.policy import Factor, Sector
from earlyhelp.sharing.agreements import read
from earlyhelp.sharing.visibility import Contact, Headline, headlines, joint_gate
from tests.agreed import agreement

F, S = Factor, Sector
H = S.HOUSING
NEEDS = {
    "r": (F.FINANCIAL_EXCLUSION, S.HOUSING),
    "t": (F.FINANCIAL_EXCLUSION, S.COUNCIL),
    "c": (F.ANTISOCIAL_BEHAVIOUR, S.POLICE),
    "d": (F.DOMESTIC_ABUSE, S.POLICE),
    "m": (F.ILL_HEALTH, S.HEALTH),
}
"""Rent, council tax, callouts, domestic abuse, missed appointments."""
LETTERS = {"H": S.HOUSING, "C": S.COUNCIL, "P": S.POLICE, "N": S.HEALTH}

# what was seen · whose sharing agreement names a power · what may be brought together
DRAWN = """
    rc    HCPN   joint: anti-social behaviour, financial exclusion
    rt    HCPN   -
    cd    HCPN   joint: anti-social behaviour, domestic abuse
    r     HCPN   -
    rcm   HCPN   joint: anti-social behaviour, financial exclusion, ill-health
    rm    HCP    -
    rcm   HCP    joint: anti-social behaviour, financial exclusion
    rc    H      -
    rc    .      -
"""


@pytest.mark.parametrize("drawn", [line.split(None, 2) for line in DRAWN.strip().splitlines()], ids="|".join)
def test_the_gate_opens_for_two_factors_of_agencies_with_a_power(drawn):
    seen, powers, told = drawn
    gateways = {LETTERS[letter]: "a power" for letter in powers if letter != "."}
    gate = joint_gate([NEEDS[one] for one in seen], gateways)
    assert (f"joint: {', '.join(gate.factors)}" if gate.open else "-") == told


needs = st.lists(st.tuples(st.sampled_from(F), st.sampled_from(S)), max_size=8)
powers = st.dictionaries(st.sampled_from(S), st.sampled_from(["one power", "another"]))


@given(needs, powers)
def test_no_agreement_no_use(seen, gateways):
    gate = joint_gate(seen, gateways)
    usable = [(factor, sector) for factor, sector in seen if sector in gateways]
    assert gate == joint_gate(usable, gateways), "what nobody agreed on changes nothing"
    assert gate.open == (len({factor for factor, _ in usable}) >= 2)
    assert set(gate.powers) <= set(gateways.values())
    assert not joint_gate(seen, {}).open


DAY = date(2026, 11, 2)


def with_headline(agency, sector, text=True):
    made = agreement(
        agency, sector, {"rent": "rent_transaction"} if sector == "housing" else {"visits": "fire_visit"}
    )
    extra = 'ring = "01632 960100"\nheadline = true\n' if text else ""
    return read(made.replace("signed_on", f"{extra}signed_on"), agency)


AGREED = [with_headline("homes", "housing"), with_headline("fire", "fire and rescue"),
          with_headline("shy", "council", text=False)]  # fmt: skip


def contact(agency, first=300, last=10):
    return Contact(agency, DAY - timedelta(days=first), DAY - timedelta(days=last))


def test_before_a_case_another_agencys_worker_sees_that_since_when_and_whom_to_ring():
    seen = headlines([contact("homes"), contact("fire")], AGREED, S.POLICE, DAY, restricted=False)
    assert seen == [
        Headline("fire", DAY - timedelta(days=300), "01632 960100"),
        Headline("homes", DAY - timedelta(days=300), "01632 960100"),
    ]
    assert set(Headline.__dataclass_fields__) == {"agency", "since", "ring"}, "and nothing else"


@pytest.mark.parametrize(
    ("contacts", "asking", "restricted"),
    [
        ([contact("homes")], S.POLICE, True),
        ([contact("shy")], S.POLICE, False),
        ([contact("unknown")], S.POLICE, False),
        ([contact("homes")], S.HOUSING, False),
        ([contact("homes", first=900, last=400)], S.POLICE, False),
        ([], S.POLICE, False),
    ],
    ids=["a marker is known", "not agreed", "no agreement", "their own", "long ago", "no contact"],
)
def test_and_otherwise_nothing(contacts, asking, restricted):
    assert headlines(contacts, AGREED, asking, DAY, restricted=restricted) == []


@given(st.sampled_from(S), st.integers(0, 4000))
def test_no_headline_outlives_its_agreement(asking, days):
    day = date(2095, 1, 1) + timedelta(days=days)
    seen = headlines([Contact("homes", day, day)], AGREED, asking, day, restricted=False)
    assert bool(seen) == (day <= date(2099, 12, 31) and asking is not S.HOUSING)
