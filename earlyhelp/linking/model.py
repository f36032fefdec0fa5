"""The model of likeness as its file has it: comparisons and their levels, keys, costs."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any, Final

ELSE: Final = "else"


@dataclass(frozen=True, slots=True)
class Level:
    """One way in which two records may agree; ``m`` and ``u`` as Fellegi and Sunter have them (1969)."""

    says: str
    when: str
    m: float
    u: float
    tf: str | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """One thing that two records are compared by, its levels from the best to the last."""

    name: str
    blank: str
    levels: tuple[Level, ...]
    fixed: bool = False

    def place_of(self, gamma: int) -> int:
        """Splink counts levels from the last, ours from the best."""
        return len(self.levels) - 1 - gamma

    def without_frequencies(self) -> "Comparison":
        """The same, with every value as common as any other."""
        return replace(self, levels=tuple(replace(level, tf=None) for level in self.levels))

    def with_levels(self, m: Sequence[float], u: Sequence[float]) -> "Comparison":
        """The same with what was learnt."""
        learnt = zip(self.levels, m, u, strict=True)
        return replace(self, levels=tuple(replace(old, m=a, u=b) for old, a, b in learnt))


@dataclass(frozen=True, slots=True)
class Costs:
    """What a mistake costs, in reviews; the two thresholds follow from it."""

    wrong_merge: float
    missed: float
    review: float

    @property
    def match_from(self) -> float:
        """At this probability a review costs as much as the risk of a wrong merge."""
        return 1 - self.review / self.wrong_merge

    @property
    def review_from(self) -> float:
        """At this probability a review costs as much as the risk of missing a link."""
        return self.review / self.missed


@dataclass(frozen=True, slots=True)
class Model:
    """Everything that the file says."""

    version: str
    costs: Costs
    effort: Mapping[str, float]
    keys: Mapping[str, str]
    comparisons: tuple[Comparison, ...]


@cache
def standing() -> Model:
    """The model under version control."""
    told = tomllib.loads(files("earlyhelp.linking").joinpath("model.toml").read_text(encoding="utf-8"))
    return Model(
        told["version"],
        Costs(**told["costs"]),
        told["effort"],
        told["keys"],
        tuple(_comparison(one) for one in told["comparison"]),
    )


def _comparison(told: Mapping[str, Any]) -> Comparison:
    levels = tuple(Level(**level) for level in told["level"])
    return Comparison(told["name"], told["blank"], levels, told.get("fixed", False))


def for_splink(comparison: Comparison) -> dict[str, Any]:
    """One comparison as Splink's settings want it; the first level is for what cannot be compared."""
    levels: list[dict[str, Any]] = [
        {"sql_condition": comparison.blank, "label_for_charts": "blank", "is_null_level": True}
    ]
    for level in comparison.levels:
        one: dict[str, Any] = {
            "sql_condition": "ELSE" if level.when == ELSE else level.when,
            "label_for_charts": level.says,
            "m_probability": level.m,
            "u_probability": level.u,
        }
        if level.tf:
            one |= {"tf_adjustment_column": level.tf, "disable_tf_exact_match_detection": True}
        levels.append(one)
    return {"output_column_name": comparison.name, "comparison_levels": levels}
