"""A file that cannot be read stands in nobody's way."""

import sys

import pytest

import checks
import connectors
from earlyhelp import plugins
from earlyhelp.errors import SetUpWrong

BROKEN = {
    "half_written": ("class HalfWritten(\n", "SyntaxError in line 1"),
    "lost_import": ("import no_such_thing\n", "ModuleNotFoundError in line 1 of lost_import.py"),
    "two_of_them": ("class One: ...\n\n\nclass Two: ...\n", "must define exactly one public class"),
}


@pytest.fixture
def room(tmp_path, monkeypatch):
    """A folder whose files stand beside our connectors."""
    monkeypatch.setattr(connectors, "__path__", [*connectors.__path__, str(tmp_path)])
    yield tmp_path
    for name in [name for name in sys.modules if name.removeprefix("connectors.") in BROKEN]:
        del sys.modules[name]


@pytest.mark.parametrize("name", BROKEN)
def test_a_connector_that_cannot_be_read_is_named_with_its_fault_and_the_others_are_found(room, name):
    source, fault = BROKEN[name]
    ours = plugins.connectors()
    (room / f"{name}.py").write_text(source)
    assert list(plugins.connectors()) == list(ours)
    ((known, said),) = plugins.unreadable().items()
    assert known == name.replace("_", "-")
    assert f"connectors.{name} cannot be read" in said
    assert fault in said


def test_a_connector_and_a_check_of_a_stranger_that_fail_stop_nobody(monkeypatch):
    class Strange:
        name, value = "strange", "stranger:Strange"

        def load(self):
            raise ImportError("a library of theirs is missing")

    monkeypatch.setattr(plugins, "entry_points", lambda group: [Strange()])
    assert "strange" not in plugins.connectors()
    assert plugins.unreadable()["strange"].startswith("stranger:Strange cannot be read: ImportError in line")


def test_a_name_claimed_twice_stops_the_program_for_nobody_can_tell_which_was_meant(monkeypatch):
    class Double:
        name, value = next(iter(plugins.checks())), "stranger:Double"

    monkeypatch.setattr(plugins, "entry_points", lambda group: [Double()])
    with pytest.raises(SetUpWrong, match="both called"):
        plugins.checks()


def test_all_of_ours_can_be_read():
    assert checks.__path__
    assert plugins.unreadable() == {}
