"""What may be used of what has landed: feeds without an agreement in force stop counting."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, insert, select, update

from earlyhelp.law.policy import Policy, Sector
from earlyhelp.sharing.agreed import Agreements
from earlyhelp.store.tables import case, case_event, feed, landing, signal

ENDED = "What {} had shared may no longer be used: its sharing agreement does not hold."


@dataclass(frozen=True, slots=True)
class Barred:
    """A feed of which we hold rows, and may not use them."""

    feed: str
    agency: str
    sector: Sector
    kind: str


def barred(conn: Connection, agreements: Agreements, day: date) -> list[Barred]:
    """Every feed that was ever asked and that no agreement covers on that day."""
    rows = conn.execute(select(feed.c.name, feed.c.agency, feed.c.sector, feed.c.kind).order_by(feed.c.name))
    return [
        Barred(name, agency, Sector(sector), kind)
        for name, agency, sector, kind in rows
        if not agreements.holds(name, day)
    ]


def kept_out(conn: Connection, them: Sequence[Barred]) -> dict[str, frozenset[str]]:
    """Of each kind of rows, whose may not be used: an agency with another feed of that kind still may."""
    if not them:
        return {}
    barred_feeds = {one.feed for one in them}
    rows = conn.execute(select(feed.c.name, feed.c.agency, feed.c.kind)).all()
    held = {(agency, kind) for name, agency, kind in rows if name not in barred_feeds}
    out: dict[str, set[str]] = {}
    for one in them:
        if (one.agency, one.kind) not in held:
            out.setdefault(one.kind, set()).add(one.agency)
    return {kind: frozenset(agencies) for kind, agencies in out.items()}


def wholly_out(conn: Connection, out: Mapping[str, frozenset[str]]) -> set[str]:
    """Kinds of rows of which nobody's may be used."""
    rows = conn.execute(select(feed.c.kind, feed.c.agency)).all() if out else []
    return {kind for kind, them in out.items() if {a for k, a in rows if k == kind} <= them}


def retire(conn: Connection, out: Mapping[str, frozenset[str]], day: date, policy: Policy) -> int:
    """Take what may no longer be used out of open cases: signals, and the sentence on the list.

    The case stays, and its history says why. Twice is the same as once. Returns how many signals that were.
    """
    done = 0
    rests = select(signal).join(case, case.c.id == signal.c.case_id)
    rests = rests.where(case.c.closed_on.is_(None), signal.c.current, signal.c.evidence_kind.in_(out))
    for one in conn.execute(rests.order_by(signal.c.id)).mappings().all():
        table = landing[one["evidence_kind"]]
        owners = conn.execute(select(table.c.agency).where(table.c.id.in_(one["evidence"])).distinct())
        if set(owners.scalars()) & out[one["evidence_kind"]]:
            conn.execute(update(signal).where(signal.c.id == one["id"]).values(current=False))
            _say_so(conn, one["case_id"], ENDED.format(one["sector"]), day, policy)
            done += 1
    return done


def _say_so(conn: Connection, number: int, ended: str, day: date, policy: Policy) -> None:
    """The case's sentence anew, from what may still be used; and a line in its history."""
    left = select(signal.c.sentence).where(signal.c.case_id == number, signal.c.current)
    sentences = list(conn.execute(left.order_by(signal.c.weight.desc(), signal.c.id).limit(3)).scalars())
    conn.execute(update(case).where(case.c.id == number).values(reason=" ".join([*sentences, ended])))
    told = {"case_id": number, "day": day, "what": "sharing ended", "why": ended, "policy": policy.version}
    there = select(case_event.c.id).where(
        *(case_event.c[name] == told[name] for name in ("case_id", "day", "why"))
    )
    if conn.execute(there).first() is None:
        conn.execute(insert(case_event).values(told))
