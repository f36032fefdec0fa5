"""All sharing agreements together: what covers a feed on a day, and which powers there are."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Self

from earlyhelp.errors import NoAgreement, SetUpWrong
from earlyhelp.law.policy import Sector
from earlyhelp.sharing.agreements import Agreement, Power, Share, read


@dataclass(frozen=True, slots=True)
class Agreements:
    """Every agreement that can be understood; ``faults`` say what is wrong with the files that cannot.

    A file with a fault stops the feeds that it would cover, and no others.
    """

    all: tuple[Agreement, ...] = ()
    faults: tuple[str, ...] = ()

    @classmethod
    def of(cls, texts: Iterable[tuple[str, str]]) -> Self:
        """Those in the texts of these files. Where two cover one feed on the same days, neither holds."""
        understood, faults = list[Agreement](), list[str]()
        for file, text in texts:
            try:
                understood.append(read(text, file))
            except SetUpWrong as fault:
                faults.append(str(fault))
        understood.sort(key=lambda one: (one.agency, one.begins_on, one.file))
        clash = [(one, other, feed) for at, one in enumerate(understood) for other in understood[at + 1 :]
                 if (feed := _both(one, other))]  # fmt: skip
        faults += [
            f"{one.file} and {other.file} cover {one.agency}/{feed} on the same days; "
            "end one before the other begins (ended_on)"
            for one, other, feed in clash
        ]
        torn = {one.file for pair in clash for one in pair[:2]}
        return cls(tuple(one for one in understood if one.file not in torn), tuple(faults))

    def share(self, key: str, day: date) -> Share:
        """What was agreed about a feed (``agency/feed``). Raises `NoAgreement` where none holds."""
        agency, _, feed = key.partition("/")
        about = [one for one in self.all if one.agency == agency and feed in one.feeds]
        for one in about:
            if one.state(day).holds:
                return one.feeds[feed]
        if not about:
            unread = " (files with faults: earlyhelp agreements check)" if self.faults else ""
            raise NoAgreement(
                f"{key}: no sharing agreement covers it, so nothing may be fetched or used{unread}; "
                f"begin one: earlyhelp agreements new {agency}"
            )
        last = about[-1]
        raise NoAgreement(
            f"{key}: its sharing agreement {last.why_not(day)}, so nothing may be fetched or used; "
            f"see {last.file}"
        )

    def holds(self, key: str, day: date) -> bool:
        """Whether an agreement covers that feed on that day."""
        try:
            self.share(key, day)
        except NoAgreement:
            return False
        return True

    def last(self, key: str) -> Share | None:
        """What was agreed about a feed last, whether or not it still holds; None where nothing ever was."""
        agency, _, feed = key.partition("/")
        about = [a for a in self.all if a.agency == agency and feed in a.feeds and a.signed_on is not None]
        return about[-1].feeds[feed] if about else None

    def gateways(self, day: date) -> dict[Sector, str]:
        """The powers by which each sector's data may enter a joint case; no agreement, no power."""
        powers: dict[Sector, set[Power]] = {}
        for one in self.all:
            if one.state(day).holds and one.gateway.power.joins:
                powers.setdefault(one.sector, set()).add(one.gateway.power)
        return {sector: "; ".join(sorted(them)) for sector, them in powers.items()}


def _both(one: Agreement, other: Agreement) -> str | None:
    """A feed that both cover on some day; drafts cover none."""
    if one.agency != other.agency or one.signed_on is None or other.signed_on is None:
        return None
    until = min(one.expires_on, other.expires_on, *(a.ended_on for a in (one, other) if a.ended_on))
    both = sorted(set(one.feeds) & set(other.feeds))
    return both[0] if both and max(one.begins_on, other.begins_on) < until else None
