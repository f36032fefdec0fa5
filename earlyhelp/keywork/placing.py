"""Who may hold a case: what a manager may place with whom."""

from dataclasses import dataclass

from earlyhelp.casework.desks import JOINT

HOLD_CASES = ("key_worker", "agency_worker")
"""The roles that hold cases; managers place them, reviewers never see one."""


@dataclass(frozen=True, slots=True)
class Holder:
    """A worker who could hold a case."""

    worker: int
    role: str
    sector: str | None
    trained: bool
    gone: bool = False


def may_hold(holder: Holder, scope: str, *, restricted: bool) -> bool:
    """Whether this worker may hold a case of that scope.

    A joint case belongs with a key worker, a sector's own case with that sector's worker, and a household
    with a domestic-abuse marker with somebody trained for it. The ward does not matter: cover comes from
    wherever there is room.
    """
    if holder.gone or (restricted and not holder.trained):
        return False
    if scope == JOINT:
        return holder.role == "key_worker"
    return holder.role == "agency_worker" and holder.sector == scope
