"""How many promises a connector's author gets for one sample row."""

import pytest

from earlyhelp.testing import ConnectorPromises, DropPromises


def cases(promises):
    """How many tests a class of promises becomes."""
    found = 0
    for name in dir(promises):
        if name.startswith("test_"):
            times = 1
            for mark in getattr(getattr(promises, name), "pytestmark", []):
                times *= len(mark.args[1]) if mark.name == "parametrize" else 1
            found += times
    return found


@pytest.mark.parametrize(("promises", "fewest"), [(ConnectorPromises, 120), (DropPromises, 40)])
def test_forty_and_more(promises, fewest):
    assert cases(promises) >= fewest
