"""The risk index as rows, in the message that SAVVI recommends for attributes sent to another organisation.

Field names, which of them are required, and the kinds of attribute were read (SAVVI, "Sending Attribute Data
to the Lead Organisation", coda.io/@savvi). The national alpha of 30 June 2026 builds on it; its own logical
model was not to be read, so compare before anybody relies on this. Names and dates of birth are optional
there, and left out here: whoever needs them has them.
"""

import csv
from collections.abc import Iterator, Mapping
from io import StringIO
from typing import Any

FIELDS = (
    "PersonReference", "GivenNames", "FamilyName", "Alias", "BirthDate", "Gender",
    "UPRN", "Address1", "Address2", "Address3", "Address4", "Address5", "Postcode",
    "AttributeType", "AttributeScheme", "Attribute", "AttributeDate", "SourceSystem", "ExtractedOn",
)  # fmt: skip
REQUIRED = ("PersonReference", "UPRN", "AttributeType", "Attribute")
RISK = "Risk"
SCHEME = "SI 2018/912, schedule, paragraph 2: the factors"


def message(index: Mapping[str, Any]) -> str:
    """The index as CSV: one row for each person of a household and each risk that is present there."""
    told = StringIO()
    rows = csv.DictWriter(told, FIELDS, restval="", lineterminator="\r\n")
    rows.writeheader()
    rows.writerows(_rows(index))
    return told.getvalue()


def _rows(index: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    homes = {one["household"]: one["uprn"] for one in index["Household"]}
    for person in index["Person"]:
        for risk in index["RiskIndicator"]:
            if risk["household"] == person["household"]:
                yield {
                    "PersonReference": person["person"], "UPRN": homes[person["household"]],
                    "AttributeType": RISK, "AttributeScheme": SCHEME, "Attribute": str(risk["risk_factor"]),
                    "AttributeDate": f"{risk['since']}", "SourceSystem": f"earlyhelp: {risk['source']}",
                    "ExtractedOn": f"{index['as_of']}",
                }  # fmt: skip
