"""The guide to a new check is true: what it tells to write is found, and passes what every check must."""

import os
import subprocess
import sys
from pathlib import Path

from tests.guide import blocks

HOUSE = Path(__file__).parent.parent
ASKED = "tests/checks/test_every_check.py"
GENERAL = 6 + 2
"""What is asked of every check, and its two stories."""


def test_a_check_added_as_the_guide_says_passes_what_every_check_must(tmp_path):
    for room in ("checks", "tests/checks"):
        (tmp_path / room).mkdir(parents=True)
    for path in ("checks/__init__.py", ASKED):
        (tmp_path / path).write_text((HOUSE / path).read_text())
    written = [block for block in blocks(HOUSE / "docs" / "add-a-check.md") if block.path]
    for block in written:
        (tmp_path / block.path).write_text(block.text)
    (own,) = [block.path for block in written if block.path.startswith("tests")]
    asked = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", own, ASKED],
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": f"{tmp_path}{os.pathsep}{HOUSE}"}, text=True,
        capture_output=True, check=False,
    )  # fmt: skip
    assert asked.returncode == 0, asked.stdout + asked.stderr
    assert f"{GENERAL + 2} passed" in asked.stdout, asked.stdout
