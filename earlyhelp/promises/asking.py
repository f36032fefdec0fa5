"""What every connector that asks a web service promises, as tests. Three lines of one's own keep them all:

    class TestNorthsideHomes(ConnectorPromises):
        agency, feed, spoil = NorthsideHomes, "rent", "realValue"
        sample = {"transNo": "000000000001", …}

``sample`` is one good row in the agency's own words; ``spoil`` the field whose value the tests make wrong.
The tests make an agency of the connector's own declaration, give it a truth of many rows like the sample, and
let it misbehave. Each that fetches ends with one question: does the store hold that truth, or is what is
missing in quarantine with its reason? See `earlyhelp.promises.oracle`.
"""

from earlyhelp.promises.arriving import ArrivingPromises
from earlyhelp.promises.dying import DyingPromises
from earlyhelp.promises.enduring import EnduringPromises
from earlyhelp.promises.refusing import RefusingPromises
from earlyhelp.promises.renewing import RenewingPromises
from earlyhelp.promises.riding_out import RidingOutPromises
from earlyhelp.promises.signing import SigningPromises


class ConnectorPromises(
    ArrivingPromises,
    RenewingPromises,
    RidingOutPromises,
    RefusingPromises,
    SigningPromises,
    EnduringPromises,
    DyingPromises,
):
    """All of them; see `earlyhelp.promises.dropping` for connectors that take files."""
