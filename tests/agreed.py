"""Sharing agreements of the agencies that tests make up: everything they say was agreed on."""

from pathlib import Path

from earlyhelp.sharing.agreements import ENVELOPE
from earlyhelp.sharing.kinds import KINDS

FEEDS = {
    "residences": "residence",
    "tenancies": "tenancy",
    "tenants": "person",
    "rent": "rent_transaction",
    "callouts": "police_callout",
    "patients": "person",
    "appointments": "appointment",
}
SECTORS = {"gazetteer": "council", "homes": "housing", "police": "police", "health": "health"}
PRETEND = ("eastborough-police", "northmoor-gazetteer", "northside-homes", "riverside-health")
"""Agencies that bring fire visits in the tests of flows; the fire service's own agreement covers its."""

TEXT = """
title = "Rows made up for a test"
agency = "{agency}"
sector = "{sector}"
parties = ["a test", "another test"]
purpose = "to be tested"
contact = "nobody@example.org"
signed_on = 2020-01-01
begins_on = 2020-01-01
review_on = 2090-01-01
expires_on = 2099-12-31

[gateway]
power = "Crime and Disorder Act 1998 s.115"
lawful_basis = "made up"
special_category = "made up"
source = "https://example.org/"
"""


def agreement(agency: str, sector: str, feeds: dict[str, str], text: str = TEXT) -> str:
    """The text of an agreement over whole feeds."""
    parts = [text.format(agency=agency, sector=sector)]
    for feed, kind in feeds.items():
        fields = [name for name in KINDS[kind].model_fields if name not in ENVELOPE]
        parts.append(
            f'\n[feeds.{feed}]\nrows = "{kind}"\nfields = {fields}\nwhy = "tested"\nkeep_months = 36\n'
        )
    return "".join(parts)


def write_all(folder: Path) -> Path:
    """A folder with one for each made-up agency."""
    for agency, sector in SECTORS.items():
        (folder / f"{agency}.toml").write_text(agreement(agency, sector, FEEDS))
    for agency in PRETEND:
        (folder / f"{agency}_visits.toml").write_text(agreement(agency, "council", {"visits": "fire_visit"}))
    more = {"more": "person", "last": "person"}
    (folder / "northside_more.toml").write_text(agreement("northside-homes", "housing", more))
    (folder / "riverside.toml").write_text(
        agreement("riverside-council-tax", "council", {"accounts": "council_tax_account"})
    )
    return folder
