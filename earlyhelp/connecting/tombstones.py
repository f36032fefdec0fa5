"""Rows that say that a record has been taken away, and bear little else."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import AliasPath, create_model

from schemas.feed import FeedRow

BORNE = ("record_id", "recorded_at")
"""All that a tombstone must bear: which record, and since when it is gone."""
NUMBER = ("record_id",)
"""All by which a row that is refused can be told from others."""


@dataclass(frozen=True, slots=True)
class Tombstone:
    """How a row says that its record has been taken away: by ``says`` at the key path ``at``.

    Such a row needs no more than the record's number and time, where the agency's other rows have them.
    """

    at: str
    says: Any = True

    def stands_on(self, row: Any) -> bool:
        """Whether a row says so."""
        for key in self.at.split("."):
            row = row.get(key) if isinstance(row, dict) else None
        return bool(row == self.says)


def bare(theirs: type[FeedRow], must: Sequence[str] = BORNE) -> type[FeedRow]:
    """An agency's row, read as it always is, without the duty to bear more than a tombstone does."""
    others: dict[str, Any] = {name: (Any, None) for name in theirs.model_fields if name not in must}
    return create_model(f"{theirs.__name__}Tombstone", __base__=theirs, **others)


def borne(theirs: type[FeedRow], row: Any, must: Sequence[str] = BORNE) -> Any:
    """So much of a row as a tombstone must bear: what else it holds shall not make it illegible."""
    wanted = {path_of(theirs, name)[0] for name in must}
    return {key: row[key] for key in wanted if key in row} if isinstance(row, dict) else row


def path_of(theirs: type[FeedRow], name: str) -> Sequence[int | str]:
    """Where one of our fields stands in an agency's row."""
    alias = theirs.model_fields[name].validation_alias or name
    return alias.path if isinstance(alias, AliasPath) else [str(alias)]
