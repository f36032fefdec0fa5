"""Matching: who lives where, by identifiers, by written addresses, and by likeness where nothing else tells.

What it says is a function of the registers, of reviewers' answers and of who bears a marker, and of nothing
that it said before but the numbers of households: an answer taken back leaves no trace. It is reckoned only
on nights on which one of these has changed, and likeness only where one of two records is new or changed.
"""

import tempfile
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy import Connection

from earlyhelp.in_force import agreements
from earlyhelp.law.policy import POLICY
from earlyhelp.linking import joining, placing
from earlyhelp.linking.addresses import Gazetteer
from earlyhelp.linking.deciding import MATCH, REVIEW, SURE
from earlyhelp.linking.identifiers import Known, Matched
from earlyhelp.linking.identifiers import match as by_identifiers
from earlyhelp.linking.joining import Evidence, Key, Outcome
from earlyhelp.linking.learnt import AGAIN_FROM, compare, learn_from, take_in
from earlyhelp.linking.model import standing
from earlyhelp.linking.records import database
from earlyhelp.store import shared
from earlyhelp.store.judged import readings
from earlyhelp.store.people import (
    addresses_written,
    living,
    markers,
    matching,
    objections,
    registers,
    undoing,
    unmatched_rows,
)
from earlyhelp.store.people.registers import Out


@dataclass(frozen=True, slots=True)
class Asked:
    """Who is looked for among whom: the lost to whom rows could lead, and who is new, changed or moved."""

    them: Mapping[Key, Known]
    fresh: Collection[Key]
    people: int
    homes: Mapping[Key, str]


def match_all(conn: Connection, day: date) -> dict[str, int]:
    """Say who lives where, if anything has changed on which that rests, and count what leads nowhere."""
    out = shared.kept_out(conn, shared.barred(conn, agreements(), day))
    counts: dict[str, int] = {}
    registers.mark_restricted(conn)
    markers.follow(conn)
    now, before = registers.stands(conn, out), registers.stood(conn)
    reasons = None
    if now != before:
        moved = _place(conn, out, now, before, day)
        if moved or any(now[name] != before.get(name) for name in now if name not in registers.PLACED_KINDS):
            matched, counts = _match(conn, out, moved, day)
            reasons = matched.unmatched
        registers.write_stands(conn, registers.stands(conn, out))
    objections.follow(conn, day, out)
    counts["households"] = readings.count_linked(conn)
    return counts | unmatched_rows.count_unmatched(conn, reasons, day)


def _place(
    conn: Connection, out: Out, now: Mapping[str, int], before: Mapping[str, int], day: date
) -> set[str]:
    """Say what written addresses mean; returns those that lead elsewhere than they did."""
    anew = any(now[name] != before.get(name) for name in ("residence", "answers", "kept out"))
    kept = addresses_written.meanings_kept(conn)
    gone_over = bool(before) and now["kept out"] == before.get("kept out")
    texts = addresses_written.written(conn, out, before if gone_over else {})
    whole = texts | set(kept) if gone_over else texts
    wanted = whole if anew else whole - set(kept)
    told = {text: one for text, one in kept.items() if text in whole}
    if wanted:
        gazetteer = Gazetteer(registers.read_entries(conn, out))
        told |= placing.meanings(gazetteer, sorted(wanted), addresses_written.answers_about_addresses(conn))
    return addresses_written.keep_meanings(conn, told, kept, day) if told != kept else set()


def _match(conn: Connection, out: Out, moved: set[str], day: date) -> tuple[Matched, dict[str, int]]:
    """By identifiers first; then whoever is left over by likeness, once it is known who bears a marker."""
    people, by_person = registers.read_people(conn, out), registers.agencies_by_person(conn, out)
    placed = {
        text: (one.uprn, one.sure) for text, one in addresses_written.meanings_kept(conn).items() if one.uprn
    }
    matched = by_identifiers(
        registers.read_homes(conn, out), registers.read_tenures(conn, out), people,
        registers.read_held(conn), placed, by_person,
    )  # fmt: skip
    lost = {(one.agency, one.record_id): one for one in matched.lost}
    lived = matching.lived(conn)
    first = living.write_matched(conn, matched, day, spare=lost)
    registers.mark_restricted(conn)
    markers.follow(conn)
    homes = _homes(matched)
    elsewhere = {key for key in {*homes, *lived} - {*lost} if homes.get(key) != lived.get(key)}
    fresh = elsewhere | addresses_written.living_at(conn, moved)
    asked = Asked(matching.asked_for(lost.values(), by_person), fresh, len(people), homes)
    outcomes = _outcomes(conn, out, matched, lost, people, asked, day)
    joining.join(matched, outcomes, lost, by_person)
    written = living.write_matched(conn, matched, day)
    if written.changed:
        markers.follow(conn)
    counts = {
        "changed": first.changed + written.changed,
        "by_likeness": sum(one.decision == MATCH for one in outcomes),
        "for_review": sum(one.decision == REVIEW and one.because != joining.ANSWERED for one in outcomes),
        "undone": undoing.set_aside(conn, first.lost | written.lost, day, POLICY),
    }
    return matched, counts


def _homes(matched: Matched) -> dict[Key, str]:
    """At which residence everybody lives whose home an agency tells."""
    return {
        key: matched.households[max(stays, key=lambda one: (one.to_on, one.from_on)).household].uprn
        for key, stays in joining.homes_of(matched).items()
    }


def _outcomes(
    conn: Connection, out: Out, matched: Matched, lost: Mapping[Key, Known], people: Collection[Known],
    asked: Asked, day: date,
) -> list[Outcome]:  # fmt: skip
    """What is made of every pair of somebody lost and somebody whose home is known."""
    answers = matching.answers_about_people(conn)
    numbers = {one.nhs_number for one in asked.them.values()} - {None}
    same = {(one.agency, one.record_id) for one in people if one.nhs_number in numbers}
    by_number = joining.by_number(asked.them, matching.who_are(conn, same, out))
    certain = {
        key for one in by_number for key in one.both
        if one.probability >= SURE and any(end not in lost for end in one.both)
    }  # fmt: skip
    alike = _alike(conn, out, {key for key in asked.them if key not in certain}, asked, day)
    evidence = {one.both: one for one in (*alike, *by_number)}
    keys = {key for pair in (*evidence, *answers) for key in pair}
    outcomes = joining.judged(
        evidence.values(), answers, lost, joining.homes_of(matched), matching.who_are(conn, keys, out),
        matching.marked(conn), standing().costs, matched.away,
    )  # fmt: skip
    matching.keep_outcomes(conn, evidence.values(), outcomes, day)
    return outcomes


def _alike(conn: Connection, out: Out, wanted: set[Key], asked: Asked, day: date) -> list[Evidence]:
    """What likeness says of those wanted: as it was kept, or anew where a record is new or changed."""
    before, kept, model = matching.compared_before(conn), matching.learnt(conn, standing()), standing()
    if not wanted:
        if before:
            matching.keep_compared(conn, (), before)
        return []
    grown = kept is None or asked.people >= AGAIN_FROM * max(kept[0].records, 1)
    fresh = {*asked.fresh, *(matching.newer(conn, kept[1]) if kept else ())}
    held = [] if grown else [
        one for one in matching.evidence_kept(conn)
        if not any(key in fresh for key in one.both) and any(key in wanted for key in one.both)
    ]  # fmt: skip
    whole = wanted if grown else {key for key in wanted if key not in before or key in fresh}
    others = set() if grown or not fresh else wanted - whole
    if not whole and not others:
        matching.keep_compared(conn, wanted, before)
        return held
    with tempfile.TemporaryDirectory() as spill:
        opened = database(Path(spill))
        try:
            take_in(opened, matching.person_tables(conn, out, asked.homes), day)
            learnt = kept[0] if kept and not grown else None
            if learnt is None:
                learnt = learn_from(opened, model, matching.next_version(conn, model))
                matching.keep_learnt(conn, learnt, day)
            found = compare(opened, learnt, model, sorted(whole), None) if whole else []
            found += compare(opened, learnt, model, sorted(others), sorted(fresh)) if others else []
        finally:
            opened.close()
    matching.keep_compared(conn, wanted, before)
    told = {one.both: one for one in (*held, *found)}
    return [told[pair] for pair in sorted(told)]
