"""Northside Homes, the social landlord: tenancies, tenants and rent accounts."""

from datetime import timedelta

from earlyhelp.connecting.agency import Agency, RestFeed
from earlyhelp.connecting.dialects import coded, named, or_no_date, or_none, padded_uprn, pence, spelt
from earlyhelp.connecting.paging import PageNumber
from earlyhelp.connecting.signing_in import ClientCredentials
from earlyhelp.law.policy import Sector
from schemas.person import Person
from schemas.rent_account import RentTransaction
from schemas.tenancy import Tenancy

PAGES = PageNumber(rows_at="data.items", pages_at="data.totalPages")
POSTINGS = {"RNT": "charge", "ADJ": "adjustment", "RCH": "payment", "RSO": "payment", "RDD": "payment",
            "RHB": "payment", "RUC": "payment", "AGM": "agreement", "AGX": "agreement_ended",
            "BSM": "moratorium", "BSO": "open_moratorium", "BSX": "moratorium_ended"}  # fmt: skip
CYCLES = {"W": "weekly", "F": "fortnightly", "4": "four_weekly", "M": "monthly", "": None}
SEXES = {"F": "female", "M": "male", "": None}
TENANCY = named(record_id="tagRef", account="tagRef", recorded_at="lastChanged", started_on="cotDate",
                ended_on="eotDate", tenant="tenantNo", joint_tenant="jointNo")  # fmt: skip
TENANT = named(record_id="personNo", recorded_at="lastChanged", date_of_birth="dob", sex="gender",
               address="shortAddress")  # fmt: skip
POSTING = named(record_id="transNo", recorded_at="lastChanged", occurred_on="postDate", account="tagRef",
                entry="transType", amount="realValue", payment_cycle="payFreq", void="reversed")  # fmt: skip


class _Tenancy(Tenancy, extra="ignore", alias_generator=TENANCY):
    """No date is written as the first of January 1900, nobody as blanks, a UPRN now and then as a number."""

    _uprn = spelt("uprn", padded_uprn)
    _ended_on = spelt("ended_on", or_no_date)
    _joint_tenant = spelt("joint_tenant", or_none)


class _Tenant(Person, extra="ignore", alias_generator=TENANT):
    _uprn = spelt("uprn", padded_uprn)
    _date_of_birth = spelt("date_of_birth", or_no_date)
    _sex = spelt("sex", coded(SEXES))
    _address = spelt("address", or_none)


class _Posting(RentTransaction, extra="ignore", alias_generator=POSTING):
    """What is owed is positive, as with us; amounts are pounds as text, codes are padded with blanks.

    An agreement stands among the postings with its instalment and how often that comes, Breathing Space
    with nothing.
    """

    _entry = spelt("entry", coded(POSTINGS))
    _amount = spelt("amount", pence)
    _payment_cycle = spelt("payment_cycle", coded(CYCLES))


class NorthsideHomes(Agency):
    """Rent is posted every working day: five days without (a bank-holiday weekend and a day) mean that we
    do not know. Tenancies and tenants change seldom, and their silence says little.
    """

    name = "northside-homes"
    sector = Sector.HOUSING
    sign_in = ClientCredentials("/oauth/token")
    feeds = (
        RestFeed("tenancies", schema=Tenancy, theirs=_Tenancy, path="/tenancies", paging=PAGES,
                 since="changedSince", page_size=5000, stale_after=timedelta(days=60)),
        RestFeed("tenants", schema=Person, theirs=_Tenant, path="/tenants", paging=PAGES,
                 since="changedSince", page_size=5000, stale_after=timedelta(days=60)),
        RestFeed("rent", schema=RentTransaction, theirs=_Posting, path="/rent", paging=PAGES,
                 since="changedSince", page_size=5000, stale_after=timedelta(days=5)),
    )  # fmt: skip
