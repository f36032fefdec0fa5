"""From likeness to a home: which record of a person, lost at one agency, is found at another. Pure.

A function of what is known, in any order: the pairs with their probabilities, the answers of reviewers, who
bears a marker and where everybody lives. Nothing of what it said before goes in, so that an answer taken back
leaves no trace. A pair is believed only between somebody whose home no agency tells and somebody whose home
one does: a chain of pairs is nobody's evidence.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Final

from earlyhelp.linking.cleaning import name_lists
from earlyhelp.linking.deciding import DOUBTFUL, MATCH, NO_MATCH, REVIEW, SURE, decide
from earlyhelp.linking.identifiers import FIRST, LAST, Known, Matched, Member, numbers_of
from earlyhelp.linking.model import Costs
from earlyhelp.linking.placing import APART, DIFFERENT, SAME, UNSURE
from earlyhelp.linking.resolving import OTHER, one_each
from earlyhelp.linking.resolving import Pair as Found
from earlyhelp.sharing.safety import may_merge_alone
from schemas.nhs import nhs_number_is_right

Key = tuple[str, str]
"""An agency and its number for somebody."""
Both = tuple[Key, Key]
"""Two records, the lesser key first."""

ANSWERED: Final = "a reviewer has answered"
MARKED: Final = "a domestic-abuse marker is known: only a reviewer who is trained for it may say so"
AWAY: Final = "their own agency says that they live in an institution"
TWO_HOMES: Final = "likeness finds them in two homes"
ELSEWHERE: Final = "another record is theirs"
WAITS: Final = "a reviewer is asked who they are"
CERTAIN: Final = 1_000_000.0
"""Bits of what a reviewer said: more than any likeness."""
BY_NUMBER: Final = "same NHS number"


@dataclass(frozen=True, slots=True)
class Who:
    """What tells people apart, of one record."""

    forename: str
    surname: str
    born: date | None
    nhs_number: str | None


@dataclass(frozen=True, slots=True)
class Evidence:
    """How likely two records are one person's, and what speaks for it; ``model`` says by which reckoning."""

    both: Both
    probability: float
    weight: float
    why: str
    model: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """Evidence and what was made of it, with the reason where likeness alone would say otherwise."""

    evidence: Evidence
    decision: str
    because: str = ""


def both(one: Key, other: Key) -> Both:
    """Two keys in order."""
    return (one, other) if one < other else (other, one)


def by_number(lost: Iterable[Key], who: Mapping[Key, Who]) -> list[Evidence]:
    """Records with one NHS number that is borne out by a name or a birthday; doubtful where it is not."""
    with_number: dict[str, list[Key]] = {}
    for key, one in who.items():
        if one.nhs_number and nhs_number_is_right(one.nhs_number):
            with_number.setdefault(one.nhs_number, []).append(key)
    told = {}
    for key in lost:
        for other in with_number.get(who[key].nhs_number or "", []) if key in who else ():
            if other[0] != key[0]:
                fits = not two_people(
                    replace(who[key], nhs_number=None), replace(who[other], nhs_number=None)
                )
                sure = SURE if fits else DOUBTFUL
                told[both(key, other)] = Evidence(both(key, other), sure, 40.0, BY_NUMBER, "number")
    return [told[pair] for pair in sorted(told)]


def two_people(one: Who, other: Who) -> bool:
    """Whether two records are plainly of two people: another NHS number, birthday or first name."""
    if one.nhs_number and other.nhs_number:
        return one.nhs_number != other.nhs_number
    if one.born and other.born:
        a, b = one.born, other.born
        swapped = a.year == b.year and (a.month, a.day) == (b.day, b.month)
        if not swapped and (a.year == b.year) + (a.month == b.month) + (a.day == b.day) < 2:
            return True
    first, second = one.forename.lower().split()[:1], other.forename.lower().split()[:1]
    if not first or not second or first[0][0] == second[0][0]:
        return False
    forms = _forms()
    return not {first[0], *forms.get(first[0], ())} & {second[0], *forms.get(second[0], ())}


@cache
def _forms() -> dict[str, list[str]]:
    """For each given name those that it may be a form of."""
    return dict(name_lists())


def judged(
    evidence: Iterable[Evidence],
    answers: Mapping[Both, str],
    lost: Collection[Key],
    homes: Mapping[Key, Sequence[Member]],
    who: Mapping[Key, Who],
    marked: Collection[Key],
    costs: Costs,
    away: Collection[Key] = (),
) -> list[Outcome]:
    """What is made of each pair of somebody ``lost`` with somebody else; all others are left out."""
    told = {one.both: one for one in evidence}
    for pair, answer in answers.items():
        if answer == SAME and pair not in told:
            told[pair] = Evidence(pair, 1.0, CERTAIN, "", ANSWERED)
    outcomes = {
        pair: _alone(told[pair], answers.get(pair), marked, away, costs)
        for pair in sorted(told)
        if (pair[0] in lost) != (pair[1] in lost) and all(key in who for key in pair)
    }
    outcomes |= _one_each(outcomes, answers, lost, who)
    outcomes |= _one_home(outcomes, answers, lost, homes)
    outcomes |= _found(outcomes, lost)
    return [outcomes[pair] for pair in sorted(outcomes)]


def _alone(
    one: Evidence, answer: str | None, marked: Collection[Key], away: Collection[Key], costs: Costs
) -> Outcome:
    """A pair by itself: what was answered, else what costs least; of some software never merges anybody."""
    if answer is not None:
        said = {SAME: MATCH, DIFFERENT: APART, UNSURE: REVIEW}[answer]
        return Outcome(one, said, ANSWERED)
    decision = decide(one.probability, costs)
    left, right = (key in marked for key in one.both)
    if decision == MATCH and not may_merge_alone(left_marked=left, right_marked=right):
        return Outcome(one, REVIEW, MARKED)
    if decision == MATCH and any(key in away for key in one.both):
        return Outcome(one, REVIEW, AWAY)
    return Outcome(one, APART if decision == NO_MATCH else decision)


def _one_each(
    outcomes: Mapping[Both, Outcome],
    answers: Mapping[Both, str],
    lost: Collection[Key],
    who: Mapping[Key, Who],
) -> dict[Both, Outcome]:
    """Pairs that another pair contradicts: between a father and a son of one name nobody is guessed."""
    matches = [pair for pair, one in outcomes.items() if one.decision == MATCH]
    keys = sorted({key for pair in matches for key in pair})
    number = {key: place for place, key in enumerate(keys)}

    def found(pair: Both) -> Found:
        ends = sorted(pair, key=lambda key: key not in lost)  # the lost one first: the two sides are apart
        weight = CERTAIN if answers.get(pair) == SAME else outcomes[pair].evidence.weight
        return Found(number[ends[0]], number[ends[1]], 1.0, weight, MATCH, "")

    def apart(a: int, b: int) -> bool:
        answer = answers.get(both(keys[a], keys[b]))
        if answer in (SAME, DIFFERENT):
            return answer == DIFFERENT
        return two_people(who[keys[a]], who[keys[b]])

    told = one_each([found(pair) for pair in matches], apart)
    asked = {both(keys[one.left], keys[one.right]) for one in told if one.decision == REVIEW}
    return {pair: replace(outcomes[pair], decision=REVIEW, because=OTHER)
            for pair in asked if pair not in answers}  # fmt: skip


def _one_home(
    outcomes: Mapping[Both, Outcome],
    answers: Mapping[Both, str],
    lost: Collection[Key],
    homes: Mapping[Key, Sequence[Member]],
) -> dict[Both, Outcome]:
    """Whoever would be found in two homes is found in none, unless a reviewer says which."""
    theirs = _matches(outcomes.values(), lost)
    asked: dict[Both, Outcome] = {}
    for key, others in theirs.items():
        unanswered = [other for other in others if both(key, other) not in answers]
        if len({_now(homes.get(other, ())) for other in others} - {None}) > 1:
            for other in unanswered:
                pair = both(key, other)
                asked[pair] = replace(outcomes[pair], decision=REVIEW, because=TWO_HOMES)
    return asked


def _found(outcomes: Mapping[Both, Outcome], lost: Collection[Key]) -> dict[Both, Outcome]:
    """Of whoever was found nobody is asked whether they are somebody else: a twin, a parent, a namesake."""
    found = set(_matches(outcomes.values(), lost))
    return {
        pair: replace(one, decision=APART, because=ELSEWHERE)
        for pair, one in outcomes.items()
        if one.decision == REVIEW and not one.because and (pair[0] in found or pair[1] in found)
    }


def _matches(outcomes: Iterable[Outcome], lost: Collection[Key]) -> dict[Key, list[Key]]:
    """For each lost record those it was matched with, in order."""
    theirs: dict[Key, list[Key]] = {}
    for one in outcomes:
        if one.decision == MATCH:
            left, right = one.evidence.both
            mine, other = (left, right) if left in lost else (right, left)
            theirs.setdefault(mine, []).append(other)
    return theirs


def _now(members: Sequence[Member]) -> int | None:
    """The household somebody lives in now, or lived in last."""
    return (
        max(members, key=lambda one: (one.to_on, one.from_on, one.household)).household if members else None
    )


def join(
    matched: Matched, outcomes: Sequence[Outcome], lost: Mapping[Key, Known], by_person: Collection[str]
) -> None:
    """Let whoever was found live where the other record of them does, from and until the same days."""
    homes = homes_of(matched)
    for one in outcomes:
        for key in one.evidence.both:
            if one.decision == REVIEW and ("person", *key) in matched.unmatched:
                matched.unmatched["person", *key] = TWO_HOMES if one.because == TWO_HOMES else WAITS
    evidence = {one.evidence.both: one for one in outcomes if one.decision == MATCH}
    for key, others in sorted(_matches(outcomes, lost).items()):
        if len({_now(homes.get(other, ())) for other in others} - {None}) != 1:
            continue
        best = max(others, key=lambda other: (evidence[both(key, other)].evidence.weight, other))
        found, known, stays = evidence[both(key, best)], lost[key], homes.get(best, ())
        rule = "review" if found.because == ANSWERED else "likeness"
        rule = "number" if rule == "likeness" and found.evidence.model == "number" else rule
        for stay in stays:
            days = (FIRST, LAST) if len(stays) == 1 else (stay.from_on, stay.to_on)
            matched.members.append(Member(*key, stay.household, stay.from_on, stay.to_on))
            matched.links += numbers_of(
                known, stay.household, *days, known.agency in by_person,
                rule, 1.0 if rule == "review" else found.evidence.probability, found.evidence.model,
            )  # fmt: skip
        if stays:
            matched.unmatched.pop(("person", *key), None)
            matched.unmatched.pop(("nhs_number", "", known.nhs_number or ""), None)


def homes_of(matched: Matched) -> dict[Key, list[Member]]:
    """Who lives where by what agencies say themselves."""
    homes: dict[Key, list[Member]] = {}
    for member in matched.members:
        homes.setdefault((member.agency, member.record_id), []).append(member)
    return homes
