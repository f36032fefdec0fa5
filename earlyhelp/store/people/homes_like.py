"""Homes of the gazetteer that a reviewer may mean by a written address."""

import re

from sqlalchemy import Connection, func, or_, select

from earlyhelp.linking.addresses import Entry, parts
from earlyhelp.linking.likest import likest
from earlyhelp.store.people.registers import current
from earlyhelp.store.tables import landing

MOST = 12
"""Homes that are offered at once: as many as are read on one screen of a laptop."""


def homes_like(conn: Connection, text: str, most: int = MOST) -> list[Entry]:
    """The homes likest to what was written; the database leaves out what shares no number and no postcode."""
    asked, r = parts(text), landing["residence"].c
    plain = func.lower(func.replace(r.postcode, " ", ""))
    near = [plain == asked.postcode.replace(" ", "")] if asked.postcode else []
    words = f"{asked.building} {asked.street}"
    near += [func.lower(r.address).contains(one, autoescape=True) for one in _telling(asked.house, words)]
    if not near:
        return []
    query = select(r.uprn, r.usage, r.address, r.postcode).where(current(landing["residence"]), or_(*near))
    return likest(text, (Entry(*row) for row in conn.execute(query)), most)


def home(conn: Connection, uprn: str) -> Entry | None:
    """The home of that number; None where the gazetteer knows none."""
    r = landing["residence"].c
    query = select(r.uprn, r.usage, r.address, r.postcode)
    row = conn.execute(
        query.where(r.uprn == uprn, r.usage == "dwelling", current(landing["residence"]))
    ).first()
    return Entry(*row) if row else None


def _telling(house: str, street: str) -> list[str]:
    """The house's number, and the words of a street by which it is told from others."""
    words = [word for word in street.split() if len(word) > 3 and not re.fullmatch(r"\d+", word)]
    return [one for one in (house, *words) if one]
