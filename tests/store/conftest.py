import pytest

from earlyhelp.store.unit_of_work import Work


@pytest.fixture
def conn(engine):
    """Nothing is kept: whatever a test lands is undone when it ends."""
    with Work(engine) as work:
        yield work.conn
