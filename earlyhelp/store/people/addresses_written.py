"""What matching keeps of written addresses: which residence each means, and what reviewers said of it."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection, and_, delete, insert, select, update

from earlyhelp.linking.joining import Key
from earlyhelp.linking.placing import Meaning
from earlyhelp.store.people.registers import PLACED_KINDS, Out, current, used
from earlyhelp.store.tables import landing, reviewed, written_address

FEW = 500
"""Values in one statement."""
LONGEST = 200
"""Signs of an address at most, as `schemas.feed.WrittenAddress` has it."""


def written(conn: Connection, out: Out, after: Mapping[str, int]) -> set[str]:
    """Every address that stands in a row without UPRN, of events and of people, ``after`` those numbers.

    One that is longer than any address has no meaning and is left out.
    """
    texts: set[str] = set()
    for kind in (*PLACED_KINDS, "person"):
        t = landing[kind]
        bears = (t.c.uprn.is_(None), t.c.address.is_not(None), t.c.id > after.get(kind, 0))
        rows = select(t.c.address).where(*bears, current(t), *used(t, out)).distinct()
        texts |= {text for text in conn.execute(rows).scalars() if 0 < len(text) <= LONGEST}
    return texts


def meanings_kept(conn: Connection) -> dict[str, Meaning]:
    """What each address was last taken to mean."""
    w = written_address.c
    rows = conn.execute(select(w.address, w.uprn, w.asked, w.sure, w.decision, w.why))
    return {address: Meaning(*told) for address, *told in rows}


def keep_meanings(
    conn: Connection, now: Mapping[str, Meaning], before: Mapping[str, Meaning], day: date
) -> set[str]:
    """Make the table say so, touching only what differs; returns the addresses that lead elsewhere now."""
    gone, new = sorted(set(before) - set(now)), sorted(set(now) - set(before))
    differs = sorted(text for text in set(now) & set(before) if now[text] != before[text])
    w = written_address
    for at in range(0, len(gone), FEW):
        conn.execute(delete(w).where(w.c.address.in_(gone[at : at + FEW])))
    for text in differs:
        conn.execute(update(w).where(w.c.address == text).values(made_on=day, **_said(now[text])))
    if new:
        conn.execute(insert(w), [{"address": text, "made_on": day, **_said(now[text])} for text in new])
    return {
        text for text in (*gone, *new, *differs)
        if (now[text].uprn if text in now else None) != (before[text].uprn if text in before else None)
    }  # fmt: skip


def _said(one: Meaning) -> dict[str, Any]:
    return {
        "uprn": one.uprn,
        "asked": one.asked,
        "sure": one.sure,
        "decision": one.decision,
        "why": one.why[:80],
    }


def answers_about_addresses(conn: Connection) -> dict[str, dict[str, str]]:
    """For each address, what was last said of each residence, in order of time."""
    told: dict[str, dict[str, str]] = {}
    r = reviewed.c
    rows = select(r.left_record, r.right_record, r.answer).where(r.kind == "address").order_by(r.id)
    for text, uprn, answer in conn.execute(rows):
        said = told.setdefault(text, {})
        said.pop(uprn, None)  # so that the last said stands last
        said[uprn] = answer
    return told


def answered_after(conn: Connection, number: int) -> set[str]:
    """The addresses about which somebody has answered since the answer of that number."""
    r = reviewed.c
    return set(conn.execute(select(r.left_record).where(r.kind == "address", r.id > number)).scalars())


def living_at(conn: Connection, texts: Collection[str]) -> set[Key]:
    """People who wrote one of those addresses and no UPRN."""
    t, found = landing["person"], set[Key]()
    for at in range(0, len(told := sorted(texts)), FEW):
        here = and_(t.c.uprn.is_(None), t.c.address.in_(told[at : at + FEW]), current(t))
        found |= {(a, r) for a, r in conn.execute(select(t.c.agency, t.c.record_id).where(here))}
    return found
