"""From likeness to a decision: identifiers first, then what no likeness may outweigh, then the costs. Pure.

Likeness adds up what agrees as if each thing agreed by itself. In a family it does not: twins share a last
name, a birthday and a home, a junior his father's whole name. Where what agrees is what families share and
what differs is what tells its members apart, a person decides, whatever the sum.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from earlyhelp.linking.model import Comparison, Costs

MATCH, REVIEW, NO_MATCH = "match", "review", "no match"
BLANK: Final = ""

SAME_FIRST: Final = frozenset({"same first name", "first and last name the other way round"})
FITS_FIRST: Final = SAME_FIRST | {
    "a short form of the first name", "one has a further first name", "an initial that fits",
    "first name spelt otherwise",
}  # fmt: skip
FITS_LAST: Final = frozenset(
    {"same last name", "a former or part of the last name", "last name spelt otherwise"}
)
BORN_ALIKE: Final = frozenset(
    {"same date of birth", "day and month of birth the other way round",
     "one digit of the date of birth differs",
     "two parts of the date of birth agree", "years of birth a year or two apart"}
)  # fmt: skip
BORN_APART: Final = frozenset(
    {"a generation between the dates of birth", "date of birth somewhat alike", "another date of birth"}
)
BORN_FAR: Final = frozenset({"a generation between the dates of birth", "another date of birth"})
OTHER_FIRST: Final = "another first name"
OTHER_SEX: Final = "the other sex"
AT_HOME: Final = frozenset(
    {"same residence", "same number and much the same street", "same postcode", "much the same street"}
)
WHO: Final = frozenset({"first_name", "last_name", "born", "nhs", "national", "email", "phone"})
SURE: Final = 0.999
"""What identifiers give: a number with a check digit, borne out by a name or a birthday."""
DOUBTFUL: Final = 0.9
"""The most that a pair is given which only a person may decide; below every threshold for a match."""


@dataclass(frozen=True, slots=True)
class Ruling:
    """What a pattern of agreement allows: at least and at most so likely, and the sentence that says why."""

    at_least: float
    at_most: float
    why: str
    clear: str
    """The same without the doubt, for where the file shows that there is no ground for it."""
    kind: str = ""
    """Which look-alikes these may be, where the file itself can tell: see `earlyhelp.linking.families`."""


def ruling(comparisons: Sequence[Comparison], levels: Sequence[int]) -> Ruling:
    """What may be made of two records that agree in this way, however much the rest weighs."""
    told: dict[str, str] = {
        one.name: one.levels[level].says if level >= 0 else BLANK
        for one, level in zip(comparisons, levels, strict=True)
    }
    why = _sentence(comparisons, levels)
    if not WHO & set(told) and told.get("home") == "same residence":
        return Ruling(SURE, 1.0, why, why)  # nothing says who anybody is: these are records of places
    if _of_one_home(told):
        return Ruling(0.0, 0.0, f"{why}: two people of one name or home", why)
    kind = _relation(told)
    doubt = RELATIONS[kind] if kind else _doubt(told)
    if told.get("nhs") == "same NHS number":
        if _borne_out(told):
            return Ruling(SURE, 1.0, why, why)
        return Ruling(DOUBTFUL, DOUBTFUL, f"{why}: the number may be wrongly written", why)
    if doubt:
        return Ruling(0.0, DOUBTFUL, f"{why}: {doubt}", why, kind)
    return Ruling(0.0, 1.0, why, why)


def _borne_out(told: Mapping[str, str]) -> bool:
    """Whether anything bears an identifier out, or there is nothing that could speak against it."""
    who = [told.get(name, BLANK) for name in ("first_name", "last_name", "born")]
    agrees = who[0] in FITS_FIRST or who[2] in BORN_ALIKE
    return agrees or (not who[0] and not who[2])


def _of_one_home(told: Mapping[str, str]) -> bool:
    """Whether no one could be both, and no number in common says otherwise: all is a home's or a name's.

    Another first name or none beside another birthday; another first name beside the other sex, or beside no
    birthday at all; another birthday beside the other sex. Nobody need be asked about these.
    """
    own = ("nhs", "national", "email", "phone")
    if any(told.get(name, BLANK).startswith("same") for name in own):
        return False
    first, born = told.get("first_name", BLANK), told.get("born", BLANK)
    other_sex = told.get("sex", BLANK) == OTHER_SEX
    if born in BORN_FAR and other_sex:
        return True
    if first == OTHER_FIRST:
        return not born or born in BORN_APART or other_sex
    return first not in FITS_FIRST and (born in BORN_APART or (other_sex and not first))


def _relation(told: Mapping[str, str]) -> str:
    """Whose look-alikes these may be, if anybody's; one's own number says that they are not."""
    first, last, born = (told.get(name, BLANK) for name in ("first_name", "last_name", "born"))
    if told.get("national") == "same national number" or _plainly_two(told):
        return ""
    if first and first not in FITS_FIRST:
        return "siblings" if last in FITS_LAST or not last else "strangers"
    if first in FITS_FIRST and last in FITS_LAST and born in BORN_APART:
        return "parents"
    return ""


def _plainly_two(told: Mapping[str, str]) -> bool:
    """Whether a number or a word after the name says that these are two."""
    return told.get("nhs") == "another NHS number" or told.get("later") == "one junior, one senior"


RELATIONS: Final = {
    "siblings": "brothers and sisters, twins above all, share the rest",
    "parents": "a parent and a child may share a name and a home",
    "strangers": "no name agrees",
}


def _doubt(told: Mapping[str, str]) -> str:
    """Why only a person may say that these are one; empty where likeness may."""
    first, last, born, home = (told.get(name, BLANK) for name in ("first_name", "last_name", "born", "home"))
    if told.get("nhs") == "another NHS number":
        return "two people have two NHS numbers"
    if told.get("later") == "one junior, one senior":
        return "a parent and a child may share a name"
    own = any(told.get(name, BLANK).startswith("same") for name in ("email", "phone"))
    if not own and not (born in BORN_ALIKE or home in AT_HOME):
        return "names alone do not tell who somebody is"
    if not first and not last:
        return "no name is there to compare"
    return ""


def decide(probability: float, costs: Costs) -> str:
    """What costs least: to merge, to ask, or to leave apart."""
    if probability >= costs.match_from:
        return MATCH
    return REVIEW if probability >= costs.review_from else NO_MATCH


def _sentence(comparisons: Sequence[Comparison], levels: Sequence[int]) -> str:
    """What agrees, then what does not, then what could not be compared; never a value of either record."""
    same, other, blank = [], [], []
    for one, level in zip(comparisons, levels, strict=True):
        if level < 0:
            blank.append(WORDS.get(one.name, one.name))
        elif one.levels[level].m > one.levels[level].u:
            same.append(one.levels[level].says)
        else:
            other.append(one.levels[level].says)
    parts = [", ".join(same)] if same else []
    parts += [f"but {', '.join(other)}"] if other else []
    blank = [word for word in blank if word]
    parts += [f"not known: {', '.join(blank)}"] if blank else []
    return "; ".join(parts)


WORDS: Final = {
    "first_name": "first name", "last_name": "last name", "born": "date of birth", "home": "address",
    "nhs": "NHS number", "national": "national number", "phone": "telephone", "later": "",
}  # fmt: skip
