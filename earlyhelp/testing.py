"""What tests of connectors and checks stand on; shipped, so that whoever writes one elsewhere has it too.

    from earlyhelp.testing import ConnectorPromises, DropPromises, told

The promises are tests to subclass: see `earlyhelp.promises`. Drawn stories are for checks: see
`earlyhelp.checking.drawn`.
"""

from earlyhelp.checking.drawn import DrawnStory, told
from earlyhelp.promises.asking import ConnectorPromises
from earlyhelp.promises.dropping import DropPromises

__all__ = ["ConnectorPromises", "DrawnStory", "DropPromises", "told"]
