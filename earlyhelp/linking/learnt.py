"""What likeness weighs in one city's registers: learnt once, kept, and used night after night.

Kept are how often records of one person and of two agree in each way, and how common the common names are:
a value borne by few is nobody's to keep. So two records weigh the same on whichever night they are compared,
whatever else arrived before, until it is learnt anew.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from earlyhelp.linking import cleaning
from earlyhelp.linking.deciding import ruling
from earlyhelp.linking.joining import Both, Evidence, Key, both
from earlyhelp.linking.model import Comparison, Model
from earlyhelp.linking.records import Records, filled, forget_buildings
from earlyhelp.linking.scoring import LEAST_OF_INTEREST, NEEDED, Scored, keyed, learn, quiet, weigh

if TYPE_CHECKING:
    import duckdb
    import pyarrow

COMMON: Final = 20
"""How often a name stands in the registers, at least, for its frequency to be kept."""
ENOUGH: Final = 500
"""Fewer records teach nothing that the model's own figures do not say better."""
CHANCE: Final = 0.001
"""How often two records at random are one person's, where there is too little to learn it from."""
AGAIN_FROM: Final = 1.5
"""It is learnt anew once there are so many times the records from which it was learnt."""
KEPT: Final = ("first_name", "last_name")
"""Of these the common values are kept; of homes and birthdays only how common one is on the whole."""
NAMES: Final = {
    "id": "id", "first_name": "forename", "last_name": "surname", "former_name": "former_surname",
    "dob": "date_of_birth", "sex": "sex", "nhs_number": "nhs_number", "uprn": "uprn", "address": "address",
    "postcode": "postcode",
}  # fmt: skip
"""Our fields of a person by what the cleaning calls them."""
PART: Final = "\x1f"
"""Between an agency and its number for somebody; neither holds it."""

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Learnt:
    """What was learnt: comparisons with their figures, the chance of a link, and how common values are."""

    model: str
    comparisons: tuple[Comparison, ...]
    chance: float
    common: dict[str, dict[str, float]]
    others: dict[str, float]
    filled: frozenset[str]
    records: int

    def document(self) -> Document:
        """As the store keeps it."""
        figures = {one.name: [[level.m, level.u] for level in one.levels] for one in self.comparisons}
        return {"figures": figures, "chance": self.chance, "common": self.common, "others": self.others,
                "filled": sorted(self.filled)}  # fmt: skip


def known(model: Model, version: str, records: int, told: Document) -> Learnt | None:
    """What was kept; None where the model's file has changed since, so that it must be learnt anew."""
    comparisons = []
    for name, figures in told["figures"].items():
        one = next((each for each in model.comparisons if each.name == name), None)
        if one is None or len(one.levels) != len(figures) or not version.startswith(f"{model.version}/"):
            return None
        comparisons.append(one.with_levels([m for m, _ in figures], [u for _, u in figures]))
    about = (told["chance"], told["common"], told["others"], frozenset(told["filled"]))
    return Learnt(version, tuple(comparisons), *about, records)


def take_in(opened: "duckdb.DuckDBPyConnection", tables: Iterator["pyarrow.Table"], today: date) -> int:
    """Clean everybody in the registers into the table `everybody`; returns how many they are."""
    for macro in (*cleaning.macros(), cleaning.birth_macro(today)):
        opened.execute(macro)
    opened.execute("create table short_forms (name varchar, forms varchar[])")
    names, forms = map(list, zip(*cleaning.name_lists(), strict=True))
    opened.execute("insert into short_forms select unnest(?), unnest(?)", [names, forms])
    columns = ", ".join(f"{name} varchar" for name in NAMES.values())
    opened.execute(f"create table told ({columns})")
    for table in tables:
        opened.register("batch", table)
        opened.execute("insert into told select * from batch")
        opened.unregister("batch")
    opened.execute("create table everybody as " + cleaning.cleaned(dict(NAMES), "told", 0, 0, True))
    opened.execute("drop table told")
    opened.execute("alter table everybody add column agency varchar")
    opened.execute(f"update everybody set agency = split_part(id, '{PART}', 1)")
    forget_buildings(opened, "everybody")
    return int(opened.execute("select count(*) from everybody").fetchall()[0][0])


def learn_from(opened: "duckdb.DuckDBPyConnection", model: Model, version: str) -> Learnt:
    """Learn what likeness weighs among everybody; with few records the model's own figures stand."""
    opened.execute("create or replace table people as select * exclude (agency) from everybody")
    count = int(opened.execute("select count(*) from people").fetchall()[0][0])
    records = Records(opened, (count,), filled(opened, 1))
    comparisons = tuple(one for one in model.comparisons if records.filled & NEEDED[one.name])
    if count < ENOUGH:
        told = frozenset({*cleaning.COLUMNS} - {"national_id", "email", "phone"})  # no register has those
        stands = tuple(one for one in model.comparisons if told & NEEDED[one.name])
        usual = {level.tf: level.u for one in stands for level in reversed(one.levels) if level.tf}
        return Learnt(version, stands, CHANCE, {}, usual, told, count)
    with quiet():
        figures, chance = learn(records, model, comparisons)
    common, others = {}, {}
    for column in sorted({level.tf for one in figures for level in one.levels if level.tf}):
        common[column], others[column] = _how_common(opened, column)
    return Learnt(version, figures, chance, common, others, records.filled, count)


def _how_common(opened: "duckdb.DuckDBPyConnection", column: str) -> tuple[dict[str, float], float]:
    """The common values with their share, and the share that any other value has on the whole."""
    least = COMMON if column in KEPT else 10**12
    rows = opened.execute(
        f"select {column}, n, sum(n) over () from (select {column}, count(*) as n from people "
        f"where {column} is not null group by 1) order by 1"
    ).fetchall()
    total = float(rows[0][2]) if rows else 1.0
    rest = np.array([n for _, n, _ in rows if n < least], np.float64)
    other = float((rest**2).sum() / rest.sum() / total) if len(rest) else 1 / total
    return {str(value): n / total for value, n, _ in rows if n >= least}, other


def compare(
    opened: "duckdb.DuckDBPyConnection",
    learnt: Learnt,
    model: Model,
    lost: Sequence[Key],
    others: Sequence[Key] | None,
) -> list[Evidence]:
    """Weigh each of ``lost`` against ``others`` (None: everybody) of other agencies that share a key."""
    _name(opened, "asked", lost)
    whom = ""
    if others is not None:
        _name(opened, "those", others)
        whom = "where id in (select id from those)"
    width = "(select count(*) from everybody)"
    opened.execute(
        "create or replace table people as "
        f"select * replace (rec + {width} as rec, 0 as side) from everybody "
        "where id in (select id from asked) "
        f"union all select * replace (1 as side) from everybody {whom}"
    )
    told = dict(opened.execute("select side, count(*) from people group by 1").fetchall())
    if not told.get(0) or not told.get(1):
        return []
    records = Records(opened, (told[0], told[1]), learnt.filled)
    with quiet():
        rules = [f"{rule} and l.agency <> r.agency" for rule in keyed(records, model, every=False)]
        if not rules:
            return []
        scored = weigh(
            records, learnt.comparisons, learnt.chance, rules, partial(_frequencies, opened, learnt)
        )
    return _evidence(opened, scored, learnt)


def _name(opened: "duckdb.DuckDBPyConnection", table: str, keys: Sequence[Key]) -> None:
    """A table of those records."""
    opened.execute(f"create or replace table {table} (id varchar)")
    opened.execute(f"insert into {table} select unnest(?)", [[PART.join(key) for key in keys]])


def _frequencies(opened: "duckdb.DuckDBPyConnection", learnt: Learnt, column: str) -> str:
    """A table of how common each value of a column is, as it was learnt; its name."""
    values, shares = list(learnt.common.get(column, {})), list(learnt.common.get(column, {}).values())
    opened.execute(f"create or replace table common_{column} (value varchar, share double)")
    if values:
        opened.execute(f"insert into common_{column} select unnest(?), unnest(?)", [values, shares])
    other = learnt.others.get(column, 1.0)
    opened.execute(
        f"create or replace table share_{column} as "
        f"select {column}, coalesce(share, {other!r}) as tf_{column} "
        f"from (select distinct {column} from people where {column} is not null) "
        f"left join common_{column} on value = {column}"
    )
    return f"share_{column}"


def _evidence(opened: "duckdb.DuckDBPyConnection", scored: Scored, learnt: Learnt) -> list[Evidence]:
    """Pairs with what a pattern of agreement allows: in a register relatives are never outweighed."""
    wanted = sorted({*scored.left.tolist(), *scored.right.tolist()})
    opened.execute("create or replace table wanted (rec bigint)")
    opened.execute("insert into wanted select unnest(?)", [wanted])
    ids = dict(opened.execute("select rec, id from people where rec in (select rec from wanted)").fetchall())
    told: dict[Both, Evidence] = {}
    likely = 1 / (1 + np.exp2(-np.clip(scored.weight, -500, 500)))
    rulings: dict[tuple[int, ...], Any] = {}
    for left, right, p, weight, levels in zip(
        scored.left.tolist(), scored.right.tolist(), likely.tolist(), scored.weight.tolist(),
        map(tuple, scored.levels.tolist()), strict=True,
    ):  # fmt: skip
        allowed = rulings.get(levels) or rulings.setdefault(levels, ruling(scored.comparisons, levels))
        sure = max(allowed.at_least, min(allowed.at_most, p))
        one, other = (tuple(ids[rec].split(PART, 1)) for rec in (left, right))
        pair = both((one[0], one[1]), (other[0], other[1]))
        if sure >= LEAST_OF_INTEREST:
            told[pair] = Evidence(pair, sure, weight, allowed.why, learnt.model)
    return [told[pair] for pair in sorted(told)]
