"""Domestic-abuse markers of people: whoever bears one takes the restriction along wherever they move.

A call says that something happened at a home and not to whom, and software cannot know who is in danger
from whom. So everybody who lived there that day bears the marker: to hold back too much harms less than to
show too much. It does not go on from them to others they live with later, and software never takes it back.
"""

from datetime import date

from sqlalchemy import Connection, and_, func, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from earlyhelp.errors import SetUpWrong
from earlyhelp.store.tables import household, landing, link, marker, member

ABUSE, A_CALL, BY_HAND = "domestic abuse", "a call", "by hand"


def follow(conn: Connection) -> None:
    """Mark everybody who lived where a marked call was, and restrict every household they live in since."""
    _from_calls(conn)
    m, b = marker.c, member.c
    lives = and_(b.agency == m.agency, b.record_id == m.record_id, b.to_on > m.from_on)
    due = (
        select(b.household_id, func.min(m.from_on))
        .join(marker, lives)
        .join(household, household.c.id == b.household_id)
        .where(or_(household.c.restricted_from.is_(None), household.c.restricted_from > m.from_on))
        .group_by(b.household_id)
    )
    for number, since in conn.execute(due).all():
        conn.execute(update(household).where(household.c.id == number).values(restricted_from=since))


def enter(conn: Connection, agency: str, record: str, day: date) -> None:
    """Somebody enters a marker by hand. Raises `SetUpWrong` for a person of whom nobody has told us."""
    p = landing["person"].c
    if conn.execute(select(p.id).where(p.agency == agency, p.record_id == record)).first() is None:
        raise SetUpWrong(f"{agency} has told us of nobody with that number")
    same = and_(marker.c.agency == agency, marker.c.record_id == record, marker.c.kind == ABUSE)
    if conn.execute(select(marker.c.id).where(same)).first() is None:
        row = {"agency": agency, "record_id": record, "kind": ABUSE, "from_on": day, "source": BY_HAND}
        conn.execute(insert(marker).values(row))
    follow(conn)


def _from_calls(conn: Connection) -> None:
    """A marker for everybody who lived in a household on the day of a marked call, known since it was."""
    c, b = landing["police_callout"].c, member.c
    there = and_(link.c.scheme == "uprn", link.c.agency == "", link.c.value == c.place,
                 c.occurred_on >= link.c.from_on, c.occurred_on < link.c.to_on)  # fmt: skip
    lived = and_(b.household_id == link.c.household_id, b.from_on <= c.occurred_on, b.to_on > c.occurred_on)
    marked = (
        select(b.agency, b.record_id, func.min(c.known_on))
        .select_from(landing["police_callout"])
        .join(link, there)
        .join(member, lived)
        .where(or_(c.domestic_abuse, c.category == "domestic"), c.superseded_on.is_(None), ~c.void)
        .group_by(b.agency, b.record_id)
    )
    rows = [
        {"agency": agency, "record_id": record, "kind": ABUSE, "from_on": since, "source": A_CALL}
        for agency, record, since in conn.execute(marked)
    ]
    if rows:
        add = (sqlite if conn.dialect.name == "sqlite" else postgresql).insert(marker)
        conn.execute(add.on_conflict_do_nothing(), rows)
