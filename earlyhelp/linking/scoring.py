"""Splink at work: which pairs share a key, in what they agree, and what that weighs in these records."""

import logging
import re
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from earlyhelp.linking.model import Comparison, Model, for_splink
from earlyhelp.linking.records import Records
from earlyhelp.linking.settling import settle, without_links
from earlyhelp.progress import report

if TYPE_CHECKING:
    from splink import Linker

LEAST_OF_INTEREST = 0.2
"""Pairs less likely than this are not kept: far below what is ever shown to a reviewer."""


@dataclass(frozen=True, slots=True)
class Scored:
    """Pairs worth a look: record numbers, log-odds in bits, the level of each comparison (-1 is blank)."""

    left: NDArray[np.int64]
    right: NDArray[np.int64]
    weight: NDArray[np.float64]
    levels: NDArray[np.int16]
    comparisons: tuple[Comparison, ...]


def score(records: Records, model: Model) -> Scored:
    """Learn what likeness means in these records, then weigh every pair that shares a key."""
    comparisons = tuple(one for one in model.comparisons if records.filled & NEEDED[one.name])
    if sum(records.counts) < model.effort["names_tell_from"]:
        comparisons = tuple(one.without_frequencies() for one in comparisons)
    rules = keyed(records, model)
    if not rules or not records.pairs or len(comparisons) == 0:
        return _nothing(comparisons)
    with quiet():
        learnt, chance = _learnt(records, model, comparisons, rules)
        report("matching", 2, 3)
        return weigh(records, learnt, chance, rules)


def learn(
    records: Records, model: Model, comparisons: tuple[Comparison, ...]
) -> tuple[tuple[Comparison, ...], float]:
    """What likeness means in these records, and how often two at random are of one person."""
    return _learnt(records, model, comparisons, keyed(records, model))


def _nothing(comparisons: tuple[Comparison, ...]) -> Scored:
    """No pair has anything in common."""
    none = np.empty(0, np.int64)
    return Scored(none, none, np.empty(0), np.empty((0, len(comparisons)), np.int16), comparisons)


NEEDED: Mapping[str, set[str]] = {
    "first_name": {"first_name"}, "last_name": {"last_name"}, "born": {"dob_year"}, "sex": {"sex"}, 
    "home": {"uprn", "written", "place", "postcode", "street", "town"},
    "nhs": {"nhs_number"}, "national": {"national_id"}, "email": {"email"}, "phone": {"phone"},
    "later": {"later"},
}  # fmt: skip
"""Columns of which one must be filled on every side, or a comparison is always blank."""


PEOPLE: Final = frozenset({"first_name", "last_name", "born", "nhs", "national", "email", "phone"})
"""Comparisons of people: where there are none of them, records are of places."""


def keyed(records: Records, model: Model, *, every: bool = True) -> list[str]:
    """What pairs must share: one of the keys, or anything at all where few are to be compared."""
    if every and records.pairs <= model.effort["every_pair_up_to"]:
        return ["1=1"] if records.filled else []
    rules = []
    for name, key in model.keys.items():
        if set(re.findall(r"[a-z_]+", re.sub(r"'[^']*'", "", key))) & set(ALL_COLUMNS) <= records.filled:
            _add_key(records, name, key, model.effort["pairs_for_a_key"])
            rules.append(f"l.key_{name} = r.key_{name}")
    if not rules and "place" in records.filled:  # records of places, not of people
        _add_key(records, "place", "place", model.effort["pairs_for_a_key"])
        rules.append("l.key_place = r.key_place")
    return rules


ALL_COLUMNS = (
    "first_name", "last_name", "first_sound", "last_sound", "dob", "dob_year", "dob_month", "dob_day",
    "place",
    "postcode", "street", "nhs_number", "national_id", "email", "phone",
)  # fmt: skip


def _add_key(records: Records, name: str, key: str, most: float) -> None:
    """A column that pairs may share; its commonest values go where they would bring too many pairs."""
    opened = records.database
    opened.execute(f"alter table people add column key_{name} varchar")
    opened.execute(f"update people set key_{name} = {key}")
    each = "count(*) filter (side = 0) * count(*) filter (side = 1)"
    pairs = each if len(records.counts) == 2 else "count(*) * (count(*) - 1) // 2"
    opened.execute(
        f"""update people set key_{name} = null where key_{name} not in (select k from (
            select k, sum(pairs) over (order by pairs, k) as summed from (
                select key_{name} as k, {pairs} as pairs from people where key_{name} is not null group by 1)
            where pairs > 0) where summed <= {most})"""
    )


def _linker(records: Records, comparisons: Sequence[Comparison], rules: list[str], chance: float) -> "Linker":
    """A fresh linker; its tables are views of `people`."""
    from splink import DuckDBAPI, Linker

    two = len(records.counts) == 2
    api = DuckDBAPI(connection=records.database)
    names = ["people_0", "people_1"] if two else ["people"]
    if two:
        for side in (0, 1):
            records.database.execute(
                f"create or replace view people_{side} as "
                f"select * exclude (side) from people where side = {side}"
            )
    settings = {
        "link_type": "link_only" if two else "dedupe_only",
        "unique_id_column_name": "rec",
        "probability_two_random_records_match": min(max(chance, 1e-12), 0.5),
        "blocking_rules_to_generate_predictions": rules,
        "comparisons": [for_splink(one) for one in comparisons],
        "retain_matching_columns": True,
        "retain_intermediate_calculation_columns": False,
    }
    tables = [api.register(name, dataset_display_name=f"side_{place}") for place, name in enumerate(names)]
    return Linker(tables if two else tables[0], settings, log_level=None, validate_settings=False)


def _learnt(
    records: Records, model: Model, comparisons: tuple[Comparison, ...], rules: list[str]
) -> tuple[tuple[Comparison, ...], float]:
    """The comparisons with what these records taught, and how often two at random are of one person."""
    if not PEOPLE & {one.name for one in comparisons}:
        return comparisons, min(records.counts) / max(
            records.pairs, 1
        )  # places: one likeness teaches nothing
    linker = _linker(records, comparisons, rules, 100 / max(records.pairs, 1000))
    drawn = _by_chance(linker, records, model, comparisons)
    shared = _shared(records, rules)
    parts = max(1, int(np.ceil(shared / model.effort["pairs_to_learn_from"])))
    linker = _linker(records, drawn, rules, 100 / max(records.pairs, 1000))
    told = linker.inference.predict_chunk(left_chunk=(1, parts), right_chunk=(1, 1), warning_mode="never")
    gammas = ", ".join(f"gamma_{one.name}" for one in comparisons)
    rows = told.as_duckdbpyrelation().aggregate(f"{gammas}, count(*)", gammas).fetchall()
    told.drop_table_from_database_and_remove_from_cache()
    if not rows:
        return drawn, 1 / max(records.pairs, 1)
    found = np.array(rows, np.int64)
    patterns = _from_the_best(found[:, :-1], drawn)
    counts, effort = found[:, -1].astype(float), model.effort
    guess = 0.2 * min(records.counts) / parts
    for again in (True, False):
        settled = settle(drawn, patterns, counts, guess, records.pairs / parts, effort["learn_weight"])
        guess = settled.links
        if again:
            clear = without_links(settled.comparisons, settled.links * parts, float(records.pairs))
            drawn = _with_chance(drawn, clear)
    return settled.comparisons, settled.links * parts / records.pairs


def _with_chance(before: Sequence[Comparison], clear: Sequence[Comparison]) -> tuple[Comparison, ...]:
    """The figures that stood before, with what chance was found to be."""
    return tuple(
        one.with_levels([level.m for level in one.levels], [level.u for level in other.levels])
        for one, other in zip(before, clear, strict=True)
    )


def _by_chance(
    linker: "Linker", records: Records, model: Model, comparisons: tuple[Comparison, ...]
) -> tuple[Comparison, ...]:
    """How often two records at random fall into each level: drawn by Splink; counted where it is equality."""
    linker.training.estimate_u_using_random_sampling(
        max_pairs=model.effort["pairs_by_chance"],
        seed=int(model.effort["seed"]),
        min_count_per_level=None,
        num_chunks=1,
    )
    told = linker.misc.save_model_to_json()["comparisons"]
    sampled = min(model.effort["pairs_by_chance"], records.pairs)
    learnt = []
    for comparison, one in zip(comparisons, told, strict=True):
        if comparison.fixed:
            learnt.append(comparison)
            continue
        drawn = [level.get("u_probability") for level in one["comparison_levels"][1:]]
        u = [
            _equal(records, level.tf, level.u, model.effort["learn_weight"])
            if level.tf
            else _smoothed(value, level.u, sampled, model)
            for level, value in zip(comparison.levels, drawn, strict=True)
        ]
        learnt.append(comparison.with_levels([level.m for level in comparison.levels], u))
    return tuple(learnt)


def _smoothed(drawn: object, before: float, sampled: float, model: Model) -> float:
    """What was drawn, a little drawn towards what stood before: never nothing."""
    weight = model.effort["learn_weight"]
    seen = float(drawn) if isinstance(drawn, (int, float)) else 0.0
    return (seen * sampled + before * weight) / (sampled + weight)


def _equal(records: Records, column: str, before: float, weight: float) -> float:
    """How often two records at random say the very same; what stood ``before`` counts as so many pairs."""
    if len(records.counts) == 2:
        pairs = "count(*) filter (side = 0) * count(*) filter (side = 1)"
        known = (
            "count(*) filter (side = 0 and {c} is not null) * count(*) filter (side = 1 and {c} is not null)"
        )
    else:
        pairs, known = "count(*) * (count(*) - 1) / 2", "count({c}) * (count({c}) - 1) / 2"
    told = records.database.execute(
        f"""select sum(n), any_value((select {known.format(c=column)} from people)) from (
            select {pairs} as n from people where {column} is not null group by {column})"""
    ).fetchall()
    same, of = (float(told[0][0] or 0), float(told[0][1] or 0))
    return (max(same, 0.5 if of else 0.0) + before * weight) / (of + weight)


def _shared(records: Records, rules: list[str]) -> float:
    """About how many pairs share a key, at most."""
    if rules == ["1=1"]:
        return float(records.pairs)
    each = "count(*) filter (side = 0) * count(*) filter (side = 1)"
    pairs = each if len(records.counts) == 2 else "count(*) * (count(*) - 1) / 2"
    total = 0.0
    for rule in rules:
        key = rule.partition(" = ")[0].removeprefix("l.")
        told = records.database.execute(
            f"select sum(n) from (select {pairs} as n from people where {key} is not null group by {key})"
        ).fetchall()
        total += float(told[0][0] or 0)
    return total


def _from_the_best(gammas: NDArray[np.int64], comparisons: Sequence[Comparison]) -> NDArray[np.int16]:
    """Levels counted from the best, as the file has them; -1 stays blank."""
    last = np.array([len(one.levels) - 1 for one in comparisons])
    return np.where(gammas < 0, -1, last - gammas).astype(np.int16)


def weigh(
    records: Records, comparisons: tuple[Comparison, ...], chance: float, rules: list[str],
    frequencies: Callable[[str], str] | None = None,
) -> Scored:  # fmt: skip
    """Every pair that shares a key and is likely enough, with what it weighs.

    ``frequencies`` gives for a column the table of how common its values are; else it is counted here.
    """
    linker = _linker(records, comparisons, rules, chance)
    for column in sorted({x.tf for one in comparisons for x in one.levels if x.tf}) if frequencies else ():
        assert frequencies is not None
        table = linker._db_api.register(frequencies(column))
        linker.table_management.register_term_frequency_lookup(table, column)
    parts = max(1, int(np.ceil(_shared(records, rules) / 10_000_000)))
    gammas = [f"gamma_{one.name}" for one in comparisons]
    taken: list[dict[str, Any]] = []
    for part in range(1, parts + 1):
        told = linker.inference.predict_chunk(
            left_chunk=(part, parts), right_chunk=(1, 1),
            threshold_match_probability=LEAST_OF_INTEREST, warning_mode="never",
        )  # fmt: skip
        columns = ", ".join(["rec_l", "rec_r", "match_weight", *gammas])
        taken.append(told.as_duckdbpyrelation().project(columns).fetchnumpy())
        told.drop_table_from_database_and_remove_from_cache()
    whole = {name: np.concatenate([one[name] for one in taken]) for name in taken[0]}
    left, right = whole["rec_l"].astype(np.int64), whole["rec_r"].astype(np.int64)
    levels = np.stack([whole[name].astype(np.int64) for name in gammas], axis=1)
    order = np.lexsort((np.maximum(left, right), np.minimum(left, right)))
    return Scored(
        np.minimum(left, right)[order],
        np.maximum(left, right)[order],
        whole["match_weight"].astype(np.float64)[order],
        _from_the_best(levels, comparisons)[order],
        comparisons,
    )


@contextmanager
def quiet() -> Iterator[None]:
    """Splink tells of everything it does; here the result tells."""
    logger = logging.getLogger("splink")
    before = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(before)
