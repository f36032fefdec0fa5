"""The versions of the weights: which runs, and what each was fitted to."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from earlyhelp.casework.weighing import EXPERT, Weights
from earlyhelp.store.tables import weights

RUNNING, REPLACED, REFUSED = "running", "replaced", "refused"


def running(conn: Connection, by: datetime | None = None) -> Weights:
    """The weights that run, or that ran at a moment; the experts' own where nothing has been fitted."""
    query = select(weights.c.version, weights.c.times).where(weights.c.state != REFUSED)
    if by is not None:
        query = query.where(weights.c.made_at <= by)
    row = conn.execute(query.order_by(weights.c.made_at.desc(), weights.c.version.desc())).first()
    return EXPERT if row is None else Weights(row.version, row.times)


def keep(
    conn: Connection, made: Weights, who: str, inputs: str, held_out: Mapping[str, Any], *, accepted: bool
) -> None:
    """Keep a fit; accepted, it runs from now on in place of the last."""
    if accepted:
        conn.execute(update(weights).where(weights.c.state == RUNNING).values(state=REPLACED))
    conn.execute(
        insert(weights).values(
            version=made.version, state=RUNNING if accepted else REFUSED, made_at=datetime.now(UTC),
            who=who, inputs=inputs, times=dict(made.times), held_out=dict(held_out),
        )
    )  # fmt: skip


def versions(conn: Connection) -> list[str]:
    """Every version that was ever fitted, refused ones too."""
    return list(conn.execute(select(weights.c.version).order_by(weights.c.made_at)).scalars())
