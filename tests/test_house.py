"""Rules about the house itself: tests, not wishes."""

import ast
import re
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from earlyhelp import plugins
from earlyhelp.checking.describing import checks_page
from earlyhelp.running.reporting import ROOMS
from schemas.feed import FeedRow

HOUSE = Path(__file__).parent.parent
OURS = [path for room in ROOMS for path in (HOUSE / room).rglob("*.py")]


def test_each_of_our_names_belongs_to_one_distribution_at_most():
    owners = packages_distributions()
    for room in ROOMS:
        assert len(set(owners.get(room, []))) <= 1, f"{room} is claimed by {owners[room]}"


@pytest.mark.parametrize("room", ["connectors", "checks"])
def test_every_file_of_a_front_room_is_plugged_in_and_tested(room):
    found = {"connectors": plugins.connectors, "checks": plugins.checks}[room]()
    files = {path.stem for path in (HOUSE / room).glob("*.py")} - {"__init__"}
    assert {name.replace("-", "_") for name in found} >= files
    for stem in files:
        assert (HOUSE / "tests" / room / f"test_{stem}.py").exists(), f"{room}/{stem}.py has no test"


def test_no_flow_takes_the_name_of_a_room():
    stems = {path.stem for path in (HOUSE / "flows").glob("*.py")}
    assert not stems & {*ROOMS, "tests", "deployments"}


def test_every_check_says_what_and_why():
    for check in plugins.checks().values():
        what, _, why = (type(check).__doc__ or "").partition("\n\n")
        assert what.strip(), check.name
        assert len(why.strip()) > 60, f"{check.name} does not say why"
        assert re.fullmatch(r"\d+(\.\d+)*", check.version), check.name


def test_the_page_about_checks_is_as_they_are():
    page = (HOUSE / "docs" / "checks.md").read_text()
    assert page == checks_page(plugins.checks()), "write it anew: .venv/bin/earlyhelp checks > docs/checks.md"


def test_every_schema_refuses_what_nobody_told_us_of():
    for schema in FeedRow.__subclasses__():
        assert schema.model_config.get("extra") == "forbid", schema
        assert schema.model_config.get("frozen"), schema
        assert schema.model_config.get("hide_input_in_errors"), schema


@pytest.mark.parametrize("path", OURS, ids=lambda p: str(p.relative_to(HOUSE)))
def test_no_print_and_no_blind_except(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ExceptHandler):
            names = {n.id for n in ast.walk(node.type) if isinstance(n, ast.Name)} if node.type else {"bare"}
            blind = names & {"bare", "BaseException", "Exception"}
            last = node.body[-1]
            if isinstance(last, ast.Raise) and last.exc is None:
                continue  # what was caught goes on as it came
            assert not blind or "noqa: BLE001" in path.read_text(), f"{path.name}:{node.lineno}"


def test_a_package_face_imports_nothing():
    """An ``__init__`` that re-exports ties knots (models.md 4)."""
    for path in OURS:
        if path.name == "__init__.py":
            body = ast.parse(path.read_text()).body
            named = {alias.name for node in body if isinstance(node, ast.Import) for alias in node.names}
            assert not any(
                isinstance(node, ast.ImportFrom | ast.ClassDef | ast.FunctionDef) for node in body
            ), path
            assert named <= {"pytest"}, path  # which is told whose assertions to explain


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_the_locks_are_hashed_and_name_no_index(lock):
    text = (HOUSE / lock).read_text()
    assert "://" not in text
    for block in re.split(r"\n(?=[a-z0-9])", text.strip()):
        if "==" in block:
            assert "--hash=sha256:" in block, block.splitlines()[0]


def test_the_readme_names_every_command_and_target():
    readme = (HOUSE / "README.md").read_text()
    for target in re.findall(r"^([a-z]+):.*## ", (HOUSE / "Makefile").read_text(), re.M):
        assert f"make {target}" in readme, target
