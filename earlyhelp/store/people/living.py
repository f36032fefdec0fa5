"""Writes who lives where: links, members and households, touching only what differs."""

import secrets
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Table, bindparam, delete, exists, insert, select, update

from earlyhelp.linking.identifiers import Matched
from earlyhelp.store.columns import metadata
from earlyhelp.store.tables import household, link, member, reading

AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Written:
    """How many links, members and households changed, and which households lost a link they had."""

    changed: int
    lost: frozenset[int]


def write_matched(
    conn: Connection, matched: Matched, day: date, spare: Collection[tuple[str, str]] = ()
) -> Written:
    """Make links, members and households say what was matched, touching only what differs.

    What stands there of records in ``spare`` stays: it is yet to be said where they live.
    """
    changed = _write_households(conn, matched)
    links = {
        (x.scheme, x.agency, x.value, x.from_on): {
            "scheme": x.scheme, "agency": x.agency, "value": x.value, "household_id": x.household,
            "from_on": x.from_on, "to_on": x.to_on, "rule": x.rule, "sure": x.sure, "model": x.model,
            "made_on": day,
        }
        for x in matched.links
    }  # fmt: skip
    spared = {*spare}
    numbers = {one.nhs_number for one in matched.lost if (one.agency, one.record_id) in spared}

    def spare_link(key: tuple[Any, ...]) -> bool:
        scheme, agency, value, _ = key
        return (scheme == "person" and (agency, value) in spared) or (
            scheme == "nhs_number" and value in numbers
        )

    told, held = ("scheme", "agency", "value", "from_on"), ("household_id", "to_on", "rule")
    more, lost = _replace(conn, link, links, told, held, spare_link)
    _say_how_sure(conn, links.values())
    members = {
        (x.agency, x.record_id, x.from_on): {
            "agency": x.agency, "record_id": x.record_id, "household_id": x.household,
            "from_on": x.from_on, "to_on": x.to_on,
        }
        for x in matched.members
    }  # fmt: skip
    moved, _ = _replace(
        conn, member, members, ("agency", "record_id", "from_on"), ("household_id", "to_on"),
        lambda key: key[:2] in spared,
    )  # fmt: skip
    return Written(changed + more + moved, frozenset(lost))


def _say_how_sure(conn: Connection, links: Collection[Mapping[str, Any]]) -> None:
    """Let links that stand say how sure they are now: a reviewer's answer may leave the home as it was."""
    key = ("scheme", "agency", "value", "from_on")
    told = {tuple(one[name] for name in key): (one["sure"], one["model"]) for one in links}
    rows = select(link.c.id, *(link.c[name] for name in key), link.c.sure, link.c.model)
    uncertain = conn.execute(rows.where(link.c.sure.is_not(None) | link.c.model.is_not(None))).all()
    differs = [
        {"number": number, "now_sure": now[0], "now_model": now[1]}
        for number, *where, sure, model in uncertain
        if (now := told.get(tuple(where), (sure, model))) != (sure, model)
    ]
    if differs:
        this = update(link).where(link.c.id == bindparam("number"))
        conn.execute(this.values(sure=bindparam("now_sure"), model=bindparam("now_model")), differs)


def drop_empty(conn: Connection) -> int:
    """Delete households to which nothing leads any longer and of which nothing is told; returns how many.

    A match that was taken back, or a person erased, may leave one behind. One that had a case, that somebody
    looked at, about which somebody objected, or that is restricted stays: its history is not ours to lose.
    """
    held = [table for table in metadata.sorted_tables if "household_id" in table.c and table is not reading]
    bare = select(household.c.id).where(household.c.restricted_from.is_(None))
    for table in held:
        bare = bare.where(~exists().where(table.c.household_id == household.c.id))
    numbers = list(conn.execute(bare).scalars())
    for at in range(0, len(numbers), AT_ONCE):
        some = numbers[at : at + AT_ONCE]
        conn.execute(delete(reading).where(reading.c.household_id.in_(some)))
        conn.execute(delete(household).where(household.c.id.in_(some)))
    return len(numbers)


def _write_households(conn: Connection, matched: Matched) -> int:
    """Add households not seen before, and let those that moved live where they live.

    One that nothing led to is formed anew: whoever lives there now was not there before.
    """
    left = exists().where(link.c.household_id == household.c.id)
    empty = {number: formed for number, formed in conn.execute(
        select(household.c.id, household.c.formed_on).where(~left))}  # fmt: skip
    for number, formed in empty.items():
        if number in matched.households and matched.households[number].formed_on != formed:
            again = {"formed_on": matched.households[number].formed_on}
            conn.execute(update(household).where(household.c.id == number).values(again))
    there = {
        number: (ward, uprn)
        for number, ward, uprn in conn.execute(select(household.c.id, household.c.ward, household.c.uprn))
    }
    new = [h for number, h in matched.households.items() if number not in there]
    moved = [
        h
        for number, h in matched.households.items()
        if there.get(number, (h.ward, h.uprn)) != (h.ward, h.uprn)
    ]
    if new:
        conn.execute(
            insert(household),
            [
                {"id": h.number, "reference": secrets.token_hex(6), "formed_on": h.formed_on, "ward": h.ward,
                 "uprn": h.uprn, "restricted_from": None}
                for h in new
            ],
        )  # fmt: skip
    for h in moved:
        conn.execute(update(household).where(household.c.id == h.number).values(ward=h.ward, uprn=h.uprn))
    return len(new) + len(moved)


def _replace(
    conn: Connection,
    table: Table,
    wanted: Mapping[Any, Mapping[str, object]],
    key: tuple[str, ...],
    held: tuple[str, ...],
    spare: Callable[[tuple[Any, ...]], bool],
) -> tuple[int, set[int]]:
    """Make the table hold what is wanted: delete what differs or is gone, insert what is new.

    Gives how many rows differed, and the households of those that went.
    """
    columns = [table.c.id, table.c.household_id, *(table.c[name] for name in (*key, *held))]
    there: dict[tuple[Any, ...], tuple[int, int, tuple[object, ...]]] = {}
    for row in conn.execute(select(*columns)).all():
        there[tuple(row[2 : 2 + len(key)])] = (row[0], row[1], tuple(row[2 + len(key) :]))
    same = {
        k for k, (_, _, v) in there.items() if k in wanted and tuple(wanted[k][name] for name in held) == v
    }
    gone = {k: about for k, about in there.items() if k not in same and (k in wanted or not spare(k))}
    numbers = [number for number, _, _ in gone.values()]
    for at in range(0, len(numbers), 500):
        conn.execute(table.delete().where(table.c.id.in_(numbers[at : at + 500])))
    new = [row for k, row in wanted.items() if k not in same]
    if new:
        conn.execute(insert(table), [dict(row) for row in new])
    return len(new) + sum(k not in wanted for k in gone), {whose for _, whose, _ in gone.values()}
