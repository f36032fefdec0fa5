"""Whether these records hold families: what look-alikes within one file say of look-alikes between records.

A pair with another first name and the same last name, birthday and home is twins in a city's register, and
one person wrongly written where nobody lives with anybody. Which of the two a file is can be seen without
labels: from the brothers, sisters, parents and children in it, who are plainly not one person.
"""

from dataclasses import dataclass
from typing import Final

from earlyhelp.linking.records import Records

TWINS: Final = 0.1
"""Twins for each pair of relatives at one home. About one birth in 65 is of twins (ONS, births in England
and Wales), so that three siblings' pairs in a hundred are; three times that, to be safe."""
NAMED_AFTER: Final = 0.05
"""Parents and children of one whole name for each pair of relatives at one home; likewise safe."""
AT_LEAST: Final = 1.0
"""So many look-alikes are relatives whatever the file shows: one pair alone is for a person to decide."""


@dataclass(frozen=True, slots=True)
class Families:
    """How many pairs of each kind are expected to be two people, over all pairs that look so."""

    siblings: float
    parents: float
    strangers: float

    def most(self, kind: str, alike: int) -> float:
        """How likely a pair of this kind may be one person, where ``alike`` of them look like it."""
        expected = {"siblings": self.siblings, "parents": self.parents, "strangers": self.strangers}[kind]
        return max(0.0, 1.0 - expected / max(alike, 1))


def seen(records: Records) -> Families:
    """Count relatives who are plainly two people, and look-alikes within one file."""
    if not {"dob", "place", "last_name", "first_name"} <= records.filled:
        return Families(float("inf"), float("inf"), float("inf"))
    relatives = _count(records, "a.last_name = b.last_name", f"{OTHER} and {APART}")
    if len(records.counts) == 2:
        twins = _count(records, "a.last_name = b.last_name and a.dob = b.dob", OTHER)
        strangers = _count(records, "a.dob = b.dob", f"{OTHER} and a.last_name <> b.last_name")
        named = _count(records, "a.last_name = b.last_name and a.first_name = b.first_name", APART)
    else:
        twins = _supported(records, "last_name, dob", "first_name")
        strangers = _supported(records, "dob", "first_name || ' ' || last_name")
        named = _supported(records, "last_name, first_name", "dob")
    return Families(
        AT_LEAST + TWINS * relatives + 2 * twins,
        AT_LEAST + NAMED_AFTER * relatives + 2 * named,
        AT_LEAST + 2 * strangers,
    )


OTHER: Final = """not list_has_any(a.short, b.short) and damerau_levenshtein(a.first_name, b.first_name) > 2
    and jaro_winkler_similarity(a.first_name, b.first_name) < 0.85"""
APART: Final = """abs(a.dob_year - b.dob_year) > 0 and a.dob_month <> b.dob_month and a.dob_day <> b.dob_day
    and damerau_levenshtein(a.dob, b.dob) > 2"""


def _count(records: Records, joined: str, where: str) -> int:
    """Pairs within one file, at one residence."""
    told = records.database.execute(
        f"""select count(*) from people a join people b on a.place = b.place and a.side = b.side
        and a.rec < b.rec and {joined} where {where}"""
    ).fetchall()
    return int(told[0][0])


def _supported(records: Records, alike: str, other: str) -> int:
    """Homes in which two values stand side by side in two records each: no slip of the pen does that."""
    told = records.database.execute(
        f"""select coalesce(sum(n * (n - 1) * 2), 0) from (select place, {alike}, count(*) as n from (
            select place, {alike}, {other} as other from people where place is not null group by all
            having count(*) > 1) group by all having n > 1)"""
    ).fetchall()
    return int(told[0][0])
