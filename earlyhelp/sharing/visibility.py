"""How far data may go before anybody decides anything: the gate of a joint case, and headlines.

Pure. `casework` asks the gate; pages and services ask for headlines.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from earlyhelp.law.policy import Factor, Sector
from earlyhelp.sharing.agreements import Agreement

LATELY = timedelta(days=365)
"""How far back a headline reaches: twelve months, as in the West Midlands' tracker, MAST (domain.md 2.1)."""


@dataclass(frozen=True, slots=True)
class Gate:
    """Whether data may be brought together, by which powers and for which kinds of need, and if not, why."""

    open: bool
    powers: tuple[str, ...]
    factors: tuple[Factor, ...]
    why: str

    @property
    def recorded(self) -> str:
        """What a joint case keeps as its ground."""
        return f"{'; '.join(self.powers)} ({', '.join(self.factors)})"


def joint_gate(
    needs: Iterable[tuple[Factor, Sector]], gateways: Mapping[Sector, str], least: int = 2
) -> Gate:
    """The two-factor gate: two or more of the thirteen factors, each from a sector with a power to share.

    Source of the two-or-more test: SI 2018/912, schedule, paragraph 2, under section 35 of the Digital
    Economy Act 2017. A sector of which no agreement in force names a power counts for
    nothing, whatever it knows.
    """
    lawful = {(factor, sector) for factor, sector in needs if sector in gateways}
    factors = tuple(sorted({factor for factor, _ in lawful}))
    powers = tuple(sorted({gateways[sector] for _, sector in lawful}))
    if len(factors) >= least:
        return Gate(True, powers, factors, f"{len(factors)} kinds of need")
    return Gate(False, powers, factors, f"fewer than {least} kinds of need that may be brought together")


@dataclass(frozen=True, slots=True)
class Contact:
    """That one agency has been in touch with a household: the first day of which we know, and the last."""

    agency: str
    since: date
    last: date


@dataclass(frozen=True, slots=True)
class Headline:
    """All that another agency's worker sees before a case is open: that, since when, and whom to ring."""

    agency: str
    since: date
    ring: str


def headlines(
    contacts: Sequence[Contact],
    agreements: Collection[Agreement],
    asking: Sector | None,
    day: date,
    *,
    restricted: bool,
) -> list[Headline]:
    """What a worker of another agency may see of a household of which no case is open, by agency.

    Nothing of a household with a domestic-abuse marker, for that somebody is in touch is itself a disclosure.
    Nothing of agencies whose agreement does not hold or does not allow it, nor of the worker's own sector,
    whose records they have (None: a key worker, who has no agency's); and never a kind of contact, a count,
    or the last day.
    """
    if restricted:
        return []
    open_to_all = {
        one.agency: one
        for one in agreements
        if one.headline and one.state(day).holds and one.sector is not asking
    }
    return [
        Headline(contact.agency, contact.since, open_to_all[contact.agency].ring)
        for contact in sorted(contacts, key=lambda c: c.agency)
        if contact.agency in open_to_all and contact.last > day - LATELY
    ]
