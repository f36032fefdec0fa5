"""What the promises about a connector that asks a web service share: the pretend agency."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, ClassVar

import pytest

from earlyhelp.connecting import signing_in
from earlyhelp.connecting.agency import Agency
from earlyhelp.feeds import Page, Position, Window
from earlyhelp.promises.landed import Landed
from earlyhelp.promises.oracle import BAD_VALUE, Partner
from earlyhelp.promises.papers import KeysReadOnce
from earlyhelp.promises.pretending import PretendAgency
from earlyhelp.promises.truth import Truth, assert_fit, by_declaration

NIGHT = timedelta(days=1)


class Asked(Landed):
    """A connector under test. ``sample`` is one good row in the agency's own words, ``spoil`` the field of it
    whose value the tests make wrong. Override `vary` where the declaration does not say how rows differ.
    """

    agency: ClassVar[type[Agency]]
    feed: ClassVar[str]
    sample: ClassVar[Mapping[str, Any]]
    spoil: ClassVar[str]

    @pytest.fixture(autouse=True)
    def _key_read_once(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """To make sure of a signing key takes longer than all the rest of a test."""
        monkeypatch.setattr(signing_in, "signing_key", KeysReadOnce.import_key)

    def vary(self, row: Any, number: int, moment: datetime) -> Any:
        """Make of a copy of the sample the row with that number, recorded at that moment."""
        return by_declaration(self.declared.theirs, row, number, moment)

    @property
    def declared(self) -> Any:
        """The feed as the connector declares it."""
        return next(one for one in self.agency.feeds if one.name == self.feed)

    def pretend(self, count: int = 6, *, bad: int = 0, per_page: int = 2, **declared: Any) -> PretendAgency:
        """An agency with so many rows, the first ``bad`` of them spoilt; ``declared`` changes the feed."""
        truth = Truth(self.declared.theirs, self.sample, self.vary)
        truth.add(bad, refused=self.spoil, **{self.spoil: BAD_VALUE})
        truth.add(count - bad)
        assert_fit(truth)
        agency = self.agency
        if declared:
            feeds = (replace(self.declared, **declared),)
            agency = type(agency.__name__, (agency,), {"feeds": feeds})
        return PretendAgency(agency, self.feed, truth, per_page)

    def partner(self) -> Partner:
        """Three pages, one row of them not as agreed."""
        return self.pretend(5, bad=1)

    def next_night(self, pretend: PretendAgency, nights: int = 1) -> None:
        """The clock at the agency goes on."""
        pretend.clock += NIGHT * nights

    def pages(self, pretend: PretendAgency, position: Position | None = None) -> list[Page]:
        """All pages of a window, as the connector hands them to the house."""
        return list(pretend.connector.pages(pretend.feed, Window(position=position)))
