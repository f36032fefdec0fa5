"""What happened in the invented city, as columns: the world before any agency wrote it down.

A city is made and kept one *neighbourhood* at a time (some thousand households), so that a city of a
million never stands in memory whole. Days are whole days since 1970-01-01, minutes are whole minutes
since then in UTC, money is pence. Row order within a table is by ``recorded_at`` where there is one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Days = NDArray[np.int32]
Bools = NDArray[np.bool_]
Words = NDArray[np.str_]

EPOCH = date(1970, 1, 1)
NEVER = 2**31 - 1
"""The day that does not come: the end of what still lasts."""

USAGES = ("dwelling", "building", "institution")
CYCLES = ("weekly", "fortnightly", "four_weekly", "monthly")
ENTRIES = (
    "charge", "payment", "adjustment", "agreement", "agreement_ended", "moratorium", "open_moratorium",
    "moratorium_ended",
)  # fmt: skip
PAYMENT_CODES = ("RNT", "RCH", "RSO", "RDD", "RHB", "RUC", "ADJ", "AGM", "AGX", "BSM", "BSO", "BSX")
"""Rent charge; payment in cash, by standing order, by direct debit, by housing benefit, by a managed
Universal Credit payment; adjustment. The letters are those of a real rent system (domain.md 3.1). Then an
agreement made and ended, and Breathing Space, begun without and with an open end, and ended (our letters)."""
CALL_CATEGORIES = ("antisocial_behaviour", "domestic", "violence", "theft", "damage", "concern", "other")
STATUSES = ("booked", "fulfilled", "cancelled", "noshow", "not_brought")
FIRE_OUTCOMES = ("visited", "refused", "no_answer", "small_fire")
TAX_STAGES = ("none", "reminder", "final_notice", "summons", "liability_order")
TAX_ARRANGEMENTS = ("none", "payment_plan", "breathing_space")
BENEFITS = ("housing_benefit", "council_tax_reduction")
SUPERVISION_EVENTS = (
    "order_made", "appointment_kept", "appointment_missed", "breach", "order_ended", "reoffence",
)  # fmt: skip
REPORT_ROLES = ("victim", "cause")
NUISANCES = ("noise", "rowdy_behaviour", "intimidation", "rubbish", "vehicles", "animals", "other")
ESCALATIONS = ("notice_seeking_possession", "third_callout", "emergency_admission")


@dataclass(frozen=True, slots=True)
class CityPlan:
    """What city to make: the same plan always makes the same city, byte for byte.

    ``hardship``, ``signs`` and ``universal_credit`` make it another world, in which a check is to hold as
    well: the first multiplies the share of households that come under strain (0: nobody does), the second
    how strongly any feed shows it, and the third is the share of all other rent accounts that are on
    Universal Credit instead. ``awkward`` adds the families of `earlyhelp.demo.city.awkward` to what the
    agencies tell, and nothing to the city's own tables.
    """

    households: int = 10_000
    seed: int = 7
    first_night: date = date(2026, 11, 2)
    history_weeks: int = 52
    weeks_after: int = 26
    hardship: float = 1.0
    signs: float = 1.0
    universal_credit: float = 0.0
    awkward: bool = False

    @property
    def start(self) -> date:
        """The first day of history, a Monday when ``first_night`` is one."""
        return self.first_night - timedelta(weeks=self.history_weeks)

    @property
    def end(self) -> date:
        """The day after the last day the city lives through."""
        return self.first_night + timedelta(weeks=self.weeks_after)


@dataclass(frozen=True, slots=True)
class Residences:
    """Addresses of the gazetteer: dwellings, the buildings that hold flats, and institutions."""

    uprn: Ints
    parent_uprn: Ints  # 0: none
    usage: Ints  # index into USAGES
    address: Words  # "Flat 3, Etruria Court, 12 Canal Street"
    postcode: Words
    ward: Words


@dataclass(frozen=True, slots=True)
class Persons:
    """People as they truly are; each agency spells them in its own way."""

    person: Ints
    nhs_number: Ints  # ten digits with a right check digit
    forename: Words
    surname: Words
    born_on: Days
    sex: Words  # "female" or "male"
    restricted: Bools  # health says nothing about them, by rule


@dataclass(frozen=True, slots=True)
class Occupancies:
    """Which household lives where, from and until (exclusive) which day."""

    household: Ints
    uprn: Ints
    from_on: Days
    to_on: Days


@dataclass(frozen=True, slots=True)
class Memberships:
    """Who belongs to which household, from and until (exclusive) which day."""

    person: Ints
    household: Ints
    from_on: Days
    to_on: Days


@dataclass(frozen=True, slots=True)
class Tenancies:
    """Rent accounts with the social landlord."""

    account: Ints
    household: Ints
    uprn: Ints
    weekly_rent: Ints
    cycle: Ints  # index into CYCLES: how this household pays
    started_on: Days
    ended_on: Days  # NEVER while it lasts
    tenant: Ints  # person
    joint_tenant: Ints  # person, -1: none
    recorded_at: Ints  # when written down: the start, a new way of paying, and again at the end


@dataclass(frozen=True, slots=True)
class RentEntries:
    """Postings to rent accounts; a correction is a later row with the same ``record``."""

    record: Ints
    account: Ints
    occurred_on: Days
    recorded_at: Ints
    entry: Ints  # index into ENTRIES
    code: Ints  # index into PAYMENT_CODES
    amount: Ints  # pence: charges positive, payments negative; of an agreement the instalment
    cycle: Ints  # of an agreement: index into CYCLES; -1: as the account pays
    void: Bools


@dataclass(frozen=True, slots=True)
class Callouts:
    """Calls to the police; two rows may share an ``incident`` (one event, reported twice)."""

    record: Ints
    incident: Ints
    uprn: Ints  # 0: no property reference was taken down
    person: Ints  # whom it concerns, -1: not said
    other_person: Ints  # between whom and them it happened, -1: nobody, or not said
    occurred_at: Ints
    recorded_at: Ints
    category: Ints  # index into CALL_CATEGORIES
    harm: NDArray[np.float64]  # days, in the spirit of the Cambridge index
    police_initiated: Bools
    domestic_abuse: Bools


@dataclass(frozen=True, slots=True)
class Appointments:
    """NHS appointments; booked first, and later a row with the same ``record`` says what became of it."""

    record: Ints
    person: Ints
    booked_on: Days
    starts_at: Ints
    recorded_at: Ints
    status: Ints  # index into STATUSES
    hidden: Bools  # a clinic health does not tell others about


@dataclass(frozen=True, slots=True)
class FireVisits:
    """Home safety visits of the fire and rescue service, and small fires."""

    record: Ints
    uprn: Ints
    occurred_on: Days
    recorded_at: Ints
    outcome: Ints  # index into FIRE_OUTCOMES
    police_incident: Ints  # the police's number for the same event, 0: they were not there
    occurred_at: Ints  # of a fire; 0: no time was written down


@dataclass(frozen=True, slots=True)
class SchoolAbsences:
    """Half-day sessions a child could have been at school in a week, and those missed."""

    person: Ints
    week_of: Days  # the Monday
    possible_sessions: Ints  # two a school day, so at most ten
    missed_sessions: Ints
    recorded_at: Ints
    uprn: Ints  # where the child lives in that week
    enrolment: Ints  # of one child at one school
    enrolled_on: Days  # the day it began
    unauthorised_sessions: Ints  # of those missed


@dataclass(frozen=True, slots=True)
class CouncilTax:
    """Monthly statements of council-tax accounts that owe, and the one that says nothing is owed again."""

    account: Ints
    uprn: Ints
    occurred_on: Days
    recorded_at: Ints
    arrears: Ints  # pence overdue, not the year's bill; below 0 where too much was paid
    stage: Ints  # index into TAX_STAGES
    arrangement: Ints  # index into TAX_ARRANGEMENTS
    liable: Ints  # person
    alone: Bools  # one adult lives there, and so a discount is given


@dataclass(frozen=True, slots=True)
class BenefitAwards:
    """Stretches of days on which a claim was listed with one amount, in order of their first day."""

    claim: Ints
    person: Ints  # who claims
    uprn: Ints
    benefit: Ints  # index into BENEFITS
    started_on: Days  # from when the award was given, some weeks before it was decided
    weekly_amount: Ints  # pence
    from_on: Days
    to_on: Days  # exclusive; NEVER while it lasts


@dataclass(frozen=True, slots=True)
class Supervisions:
    """What probation wrote down; a later row with the same ``record`` puts it right, or takes it away."""

    record: Ints
    person: Ints
    uprn: Ints  # where their household lives; 0: they are of no fixed abode
    occurred_on: Days
    recorded_at: Ints
    event: Ints  # index into SUPERVISION_EVENTS
    deleted: Bools  # it had been entered for the wrong person


@dataclass(frozen=True, slots=True)
class AntisocialReports:
    """Each home's part in each report; two reports may share an ``incident``, as may two homes."""

    record: Ints  # of the report
    incident: Ints
    uprn: Ints
    occurred_on: Days
    recorded_at: Ints
    police_incident: Ints  # the police's number for the same event, 0: they were not told of it
    occurred_at: Ints  # 0: no time was written down
    role: Ints  # index into REPORT_ROLES
    nuisance: Ints  # index into NUISANCES


@dataclass(frozen=True, slots=True)
class Truth:
    """What nobody is told: for evaluation only, never served by an agency."""

    household: Ints  # (H,)
    stress: NDArray[np.float32]  # (H, weeks) hidden stress, 0 to about 1
    escalated: Ints  # household, one row per escalation
    escalated_on: Days
    escalation: Ints  # index into ESCALATIONS


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """Some thousand households and everything that happened to them."""

    residences: Residences
    persons: Persons
    occupancies: Occupancies
    memberships: Memberships
    tenancies: Tenancies
    rent: RentEntries
    callouts: Callouts
    appointments: Appointments
    fire_visits: FireVisits
    school_absences: SchoolAbsences
    council_tax: CouncilTax
    benefit_awards: BenefitAwards
    supervision: Supervisions
    antisocial_reports: AntisocialReports
    truth: Truth


@dataclass(frozen=True, slots=True)
class Silence:
    """Days on which an agency sends nothing; what was recorded then arrives in one lump afterwards."""

    agency: str  # "housing", "police", "health" or "fire"
    from_on: date
    to_on: date  # exclusive


Silences = Sequence[Silence]
