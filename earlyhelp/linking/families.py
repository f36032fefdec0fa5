"""Whether these records hold families: what look-alikes within one file say of look-alikes between records.

A pair with another first name and the same last name, birthday and home is twins in a city's register, and
one person wrongly written where nobody lives with anybody. Which of the two a file is can be seen without
labels: from the brothers, sisters, parents and children in it, who are plainly not one person.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from earlyhelp.linking.records import Records

TWINS: Final = 0.033
"""Twins for each pair of relatives at one home. About one birth in 65 is of twins (ONS, births in England
and Wales), so that three siblings' pairs in a hundred are."""
NAMED_AFTER: Final = 0.017
"""Parents and children of one whole name for each pair of relatives at one home: our guess."""
SAFE: Final = 3.0
"""So many times what is expected is reckoned with where software would merge by itself."""
AT_LEAST: Final = 1.0
"""So many look-alikes are relatives whatever the file shows: one pair alone is for a person to decide."""


@dataclass(frozen=True, slots=True)
class Families:
    """How many pairs of each kind are expected to be two people, over all pairs that look so.

    ``usual`` is what is expected, ``safe`` more than that; both None where the columns do not tell.
    """

    usual: Mapping[str, float] | None
    safe: Mapping[str, float] | None

    def at_most(self, kind: str, alike: int, otherwise: float) -> float:
        """How likely a pair of this kind may be taken for one person, where ``alike`` of them look like it.

        Sure enough to be merged if the safe reckoning leaves that; not worth a question if the usual one says
        that most are two people; ``otherwise``, which asks, between these.
        """
        if self.usual is None or self.safe is None:
            return otherwise
        one = 1.0 - self.usual[kind] / max(alike, 1)
        sure = 1.0 - self.safe[kind] / max(alike, 1)
        return max(sure, otherwise) if one >= 0.5 else max(0.0, one)


def seen(records: Records) -> Families:
    """Count relatives who are plainly two people, and look-alikes within one file."""
    if not {"dob", "place", "last_name", "first_name"} <= records.filled:
        return Families(None, None)
    relatives = _count(records, "a.last_name = b.last_name", f"{OTHER} and {APART}")
    if len(records.counts) == 2:
        twins = usual = _count(records, "a.last_name = b.last_name and a.dob = b.dob", OTHER)
        strangers = _count(records, "a.dob = b.dob", f"{OTHER} and a.last_name <> b.last_name")
        named = juniors = _count(records, "a.last_name = b.last_name and a.first_name = b.first_name", APART)
    else:
        twins = _supported(records, "last_name, dob", "first_name")
        strangers = _supported(records, "dob", "first_name || ' ' || last_name")
        named = _supported(records, "last_name, first_name", "dob")
        usual, juniors = max(twins, round(TWINS * relatives)), max(named, round(NAMED_AFTER * relatives))
    return Families(
        {"siblings": usual, "parents": juniors, "strangers": strangers},
        {
            "siblings": AT_LEAST + SAFE * TWINS * relatives + 2 * twins,
            "parents": AT_LEAST + SAFE * NAMED_AFTER * relatives + 2 * named,
            "strangers": AT_LEAST + 2 * strangers,
        },
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
