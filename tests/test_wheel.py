"""The wheel holds all that is needed: templates, migrations, style sheet, every connector and check."""

import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

HOUSE = Path(__file__).parent.parent

LOOK = """
import importlib.resources as res, pathlib
from earlyhelp import plugins
import schemas, connectors, checks, flows, earlyhelp, flows.nightly
here = pathlib.Path({house!r})
for room in (schemas, connectors, checks, flows, earlyhelp):
    assert here not in pathlib.Path(room.__file__).parents, room.__file__
web = res.files("earlyhelp.web")
assert "<" in (web / "templates" / "household.html").read_text()
assert any(p.name.endswith(".css") for p in (web / "static").iterdir())
steps = res.files("earlyhelp.store") / "migrations" / "versions"
assert any(p.name.endswith(".py") for p in steps.iterdir())
print(*plugins.connectors(), *plugins.checks())
"""


@pytest.fixture(scope="module")
def clean(tmp_path_factory):
    """An environment with our dependencies as they stand, but ours only from the wheel.

    The dependencies come by a path entry; an editable install among them is not followed from there.
    """
    made = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(made), str(HOUSE)]
    subprocess.run(build, check=True, capture_output=True)
    venv.create(made / "env", with_pip=False, symlinks=True)
    site = next((made / "env").glob("lib/python*/site-packages"))
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    wheel = next(made.glob("*.whl"))
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--quiet", "--no-deps", "--no-index"]
    subprocess.run([*install, "--prefix", str(made / "env"), "--ignore-installed", str(wheel)], check=True)
    return made / "env" / "bin", made


def test_every_plugin_loads_and_a_template_is_read_from_another_folder(clean):
    binaries, elsewhere = clean
    command = [str(binaries / "python"), "-c", LOOK.format(house=str(HOUSE))]
    answer = subprocess.run(command, cwd=elsewhere, capture_output=True, text=True)
    assert answer.returncode == 0, answer.stderr
    for name in ("northside-homes", "eastborough-police", "riverside-health", "moorland-fire"):
        assert name in answer.stdout
    for name in ("rent_arrears_trend", "repeat_police_callouts", "missed_appointments"):
        assert name in answer.stdout


def test_the_command_runs_from_another_folder(clean):
    binaries, elsewhere = clean
    script = (binaries / "earlyhelp").read_text().splitlines()
    command = [str(binaries / "python"), str(binaries / "earlyhelp"), "doctor", "--json"]
    assert script, "the wheel installs a command"
    answer = subprocess.run(command, cwd=elsewhere, capture_output=True, text=True)
    assert '"findings"' in answer.stdout, answer.stderr
