"""What tests of the engineer's commands share: an empty home, a project of its own, the practice agency."""

import json
import os
import shutil
import sys
from collections.abc import Iterator
from http.server import ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from types import NoneType
from typing import Any

import pytest
from typer.testing import CliRunner

import connectors
from earlyhelp.cli import app
from earlyhelp.demo import practice
from earlyhelp.errors import EarlyHelpError
from earlyhelp.settings import settings
from tests.agreed import write_all

HOUSE = Path(__file__).parent.parent
RIVERSIDE = '''"""Riverside Council Tax: what is overdue on each account, a statement a week."""

from datetime import timedelta

from earlyhelp.connecting.agency import Agency, RestFeed
from earlyhelp.connecting.dialects import coded, named, padded_uprn, pence, spelt
from earlyhelp.connecting.paging import Cursor
from earlyhelp.connecting.signing_in import ApiKey
from earlyhelp.law.policy import Sector
from schemas.council_tax_account import CouncilTaxAccount

STAGE = {"NIL": "none", "REM": "reminder", "FIN": "final_notice", "SUM": "summons"}
WORDS = named(
    record_id="stmt", recorded_at="changed", occurred_on="asAt", account="acctRef", uprn="propRef",
    arrears="overdue", stage="recovery",
)  # fmt: skip


class _Row(CouncilTaxAccount, extra="ignore", alias_generator=WORDS):
    _stage = spelt("stage", coded(STAGE))
    _uprn = spelt("uprn", padded_uprn)
    _arrears = spelt("arrears", pence)


class RiversideCouncilTax(Agency):
    name = "riverside-council-tax"
    sector = Sector.COUNCIL
    sign_in = ApiKey("X-Riverside-Key")
    feeds = (
        RestFeed("accounts", schema=CouncilTaxAccount, theirs=_Row, path="/statements", since="changed_from",
                 paging=Cursor(rows_at="statements", cursor_at="next", cursor="after"),
                 stale_after=timedelta(days=21)),
    )  # fmt: skip
'''


class Project:
    """A folder with connectors/ and tests/, whose connectors are found beside ours."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "connectors").mkdir()
        (folder / "tests").mkdir()

    def put(self, stem: str, text: str) -> None:
        """Write a connector, or write it anew, as an editor would."""
        (self.folder / "connectors" / f"{stem}.py").write_text(text)
        shutil.rmtree(self.folder / "connectors" / "__pycache__", ignore_errors=True)
        sys.modules.pop(f"connectors.{stem}", None)

    def files(self) -> set[str]:
        """What stands in it."""
        return {str(path.relative_to(self.folder)) for path in self.folder.rglob("*.py")}


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Nothing set but where everything is written; nothing is there yet."""
    for name in [name for name in os.environ if name.startswith("EARLYHELP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("EARLYHELP_HOME", str(tmp_path / "home"))
    settings.cache_clear()
    yield tmp_path / "home"
    settings.cache_clear()


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Project]:
    """A project of its own to stand in."""
    (tmp_path / "project").mkdir()
    here = Project(tmp_path / "project")
    monkeypatch.chdir(here.folder)
    monkeypatch.setattr(connectors, "__path__", [*connectors.__path__, str(here.folder / "connectors")])
    before = set(sys.modules)
    yield here
    for name in set(sys.modules) - before:
        if name.startswith("connectors."):
            del sys.modules[name]
            vars(connectors).pop(name.partition(".")[2], None)


@pytest.fixture
def riverside(project: Project, monkeypatch: pytest.MonkeyPatch) -> Iterator[Project]:
    """The practice agency, open, with its settings and a connector that is right."""
    with ThreadingHTTPServer(("127.0.0.1", 0), practice.Riverside) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        address = f"http://127.0.0.1:{server.server_port}/api"
        monkeypatch.setenv("EARLYHELP_RIVERSIDE_COUNCIL_TAX_URL", address)
        monkeypatch.setenv("EARLYHELP_RIVERSIDE_COUNCIL_TAX_KEY", practice.KEY)
        project.put("riverside_council_tax", RIVERSIDE)
        (project.folder / "agreements").mkdir()
        monkeypatch.setenv("EARLYHELP_AGREEMENTS", str(write_all(project.folder / "agreements")))
        settings.cache_clear()
        yield project
        server.shutdown()
        thread.join()


def earlyhelp(*words: str, code: int = 0) -> str:
    """What the command says on both outputs; an error of ours is said as `main` says it."""
    answer = CliRunner().invoke(app, words, terminal_width=200, env={"COLUMNS": "200"})
    ours = isinstance(answer.exception, EarlyHelpError | SystemExit | NoneType)
    if not ours and answer.exception:
        raise answer.exception
    assert answer.exit_code == code, answer.output
    return f"{answer.output}{answer.exception or ''}"


def told(*words: str, code: int = 0) -> Any:
    """The JSON that the command answers."""
    answer = CliRunner().invoke(app, [*words, "--json"])
    assert answer.exit_code == code, answer.output
    return json.loads(answer.stdout)
