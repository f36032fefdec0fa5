"""The pretend agency has a twin of every paging and sign-in, and the kit keeps its promises with each."""

import pytest

from earlyhelp.connecting.paging import Cursor, Offset
from earlyhelp.promises.arriving import ArrivingPromises
from earlyhelp.promises.asked import Asked
from earlyhelp.promises.dying import DyingPromises
from earlyhelp.promises.riding_out import RidingOutPromises
from earlyhelp.promises.signing import SigningPromises
from tests.promises.agencies import PAGINGS, POSTING, SIGN_INS, agency


class Small(Asked):
    feed, spoil, sample = "rent", "pounds", POSTING


@pytest.mark.parametrize("paging", PAGINGS)
class TestEveryPaging(Small, ArrivingPromises):
    @pytest.fixture(autouse=True)
    def _agency(self, paging):
        self.agency = agency(PAGINGS[paging])

    test_pages_without_an_end_end = RidingOutPromises.test_pages_without_an_end_end
    test_pages_that_go_round_are_noticed = RidingOutPromises.test_pages_that_go_round_are_noticed
    mended = RidingOutPromises.mended


class TestPagesThatOverlap(Small, RidingOutPromises, DyingPromises):
    """What has to be remembered of the page before stands in the saved position."""

    agency = agency(Offset(overlap=1))


@pytest.mark.parametrize("sign_in", SIGN_INS)
class TestEverySignIn(Small, SigningPromises):
    @pytest.fixture(autouse=True)
    def _agency(self, sign_in):
        self.agency = agency(Cursor(), SIGN_INS[sign_in])
