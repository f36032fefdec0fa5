"""docs/add-a-connector.md, followed word by word in a copy of the project: begin, look, edit, test, run."""

import inspect
import os
import pkgutil
import re
import shutil
import socket
import sys
from importlib import import_module
from pathlib import Path

import pytest

from earlyhelp import connecting
from earlyhelp.connecting.dropping import FileFeed
from earlyhelp.connecting.wire.rest import RestFeed
from tests.guide import Shell, blocks, is_said

HOUSE = Path(__file__).parent.parent
GUIDE = HOUSE / "docs" / "add-a-connector.md"
CODE = re.compile(r"`([^`]+)`")
ROOMS = ("schemas", "connectors", "agreements", "checks", "flows", "earlyhelp", "tests")


@pytest.fixture
def copy(tmp_path):
    """The project as a newcomer has it, and a shell that stands in it."""
    folder = tmp_path / "project"
    for room in ROOMS:
        shutil.copytree(HOUSE / room, folder / room, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(HOUSE / "pyproject.toml", folder)
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("EARLYHELP_", "PYTEST_"))
    }
    environment = kept | {
        "PYTHONPATH": str(folder),
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "COLUMNS": "130",
        "TERM": "dumb",
    }
    with Shell(folder, environment) as shell:
        yield folder, shell


def free_port():
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return str(door.getsockname()[1])


def test_the_guide_is_true_word_by_word(copy):
    folder, shell = copy
    port, said, done = free_port(), "", []
    for block in blocks(GUIDE):
        text = block.text.replace("8799", port)
        if block.kind == "sh":
            said, code = shell.run(text)
            assert code == 0, f"{text}\n{said}"
        elif block.kind == "console":
            assert is_said(text.split("\n", 1)[1], shell.type(text))
        elif block.kind == "text":
            assert is_said(text, said), f"the page says:\n{text}\nand this was said:\n{said}"
        elif block.path:
            (folder / block.path).write_text(block.text)
        done.append(block.kind)
    assert {"sh", "console", "text", "python"} <= set(done)


def test_all_that_the_tables_name_is_in_the_kit():
    kit = {
        name
        for found in pkgutil.walk_packages(connecting.__path__, "earlyhelp.connecting.")
        for name in vars(import_module(found.name))
    }
    options = {name for kind in (RestFeed, FileFeed) for name in inspect.signature(kind).parameters}
    cells = [
        code for row in GUIDE.read_text().splitlines() if row.startswith("| ") for code in CODE.findall(row)
    ]
    called = {name for code in cells for name in re.findall(r"\b([A-Za-z_]+)\(", code)}
    assert called - {"named"} <= kit | {"Terms", "Sweep", "timedelta", "AliasPath"}
    given = {
        name
        for code in cells
        for name in re.findall(r"(?:^|[, ])([a-z_]+)=(?!=)", re.sub(r"\(.*\)", "()", code))
    }
    assert given <= options | {"sign_in", "rate", "recorded_at", "rows_at"}
    assert len(called) > 25
