"""`earlyhelp audit`: shows who did what, is itself written down, and says whether anybody has tampered."""

import json
import sqlite3
from contextlib import closing

from tests.practising import earlyhelp, home, told

__all__ = ["home"]


def test_what_is_done_by_hand_is_shown_chained_and_verified(home):
    earlyhelp("audit", "show")
    shown = told("audit", "show")["entries"]
    assert [one["what"] for one in shown] == ["audit show", "audit show"]
    whole = told("audit", "verify")
    assert (whole["whole"], whole["entries"]) == (True, 2)
    assert "2 entries, whole." in earlyhelp("audit", "verify", "--head", whole["head"])
    with closing(sqlite3.connect(home / "earlyhelp.db")) as store:
        store.execute("DROP TRIGGER operation_no_update")
        store.execute("UPDATE operation SET operator = 'somebody else' WHERE id = 1")
        store.commit()
    broken = told("audit", "verify", code=1)["broken"]
    assert broken == [{"entry": 1, "row": "operation 1", "why": "the row was changed"}]
    assert json.dumps(broken)


def test_a_household_that_is_not_there_is_said(home):
    assert "no household of that reference" in earlyhelp("audit", "show", "--household", "nobody", code=1)
