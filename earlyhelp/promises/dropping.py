"""What every connector that takes dropped files promises, as tests. Subclass in three lines:

    class TestMoorlandFire(DropPromises):
        agency, feed, spoil = MoorlandFire, "visits", "Outcome"
        sample = {"VisitRef": "HV1", …}

``sample`` is one good row by the file's own headings; ``spoil`` the column whose value the tests make wrong.
The tests write files in the layout that the feed declares, half of them broken in some way, and let some be
landed in a real store: see `earlyhelp.promises.drops` and `earlyhelp.promises.oracle`.
"""

from earlyhelp.promises.dropped_order import OrderPromises
from earlyhelp.promises.dropped_rows import RowPromises
from earlyhelp.promises.dropped_whole import WholePromises
from earlyhelp.promises.dying import DyingPromises


class DropPromises(OrderPromises, WholePromises, RowPromises, DyingPromises):
    """All of them; see `earlyhelp.promises.asking` for connectors that ask a web service."""
