"""Documents made from code and configuration: whatever is in code is in them."""

import re
from datetime import date

import pytest
from pydantic import Field, create_model

from earlyhelp import plugins
from earlyhelp.governance import dictionary
from earlyhelp.governance.documents import documents, house
from earlyhelp.governance.plainly import PLAINLY, ROWS
from earlyhelp.governance.vulnerabilities import risk_index
from earlyhelp.law.thresholds import law
from earlyhelp.linking.model import standing
from earlyhelp.linking.placing import PLACED_FROM
from earlyhelp.sharing.agreements import ABOUT_NOBODY, ENVELOPE
from earlyhelp.sharing.kinds import KINDS
from earlyhelp.store.columns import metadata
from schemas.fire_visit import FireVisit
from tests.practising import earlyhelp, home
from tests.twins import NIGHT

__all__ = ["home"]


@pytest.fixture(scope="module")
def pages():
    return documents(house(NIGHT))


def test_every_feed_stands_in_the_record_of_processing(pages):
    page = pages["record-of-processing.md"]
    for name, connector in plugins.connectors().items():
        section = next(
            part for part in page.split("\n## ") if f"agreements/{name.replace('-', '_')}.toml" in part
        )
        for feed in connector.feeds:
            assert f"| {feed.name} |" in section, f"{name}/{feed.name}"


def test_every_field_and_every_table_stands_in_the_data_dictionary(pages):
    sections = {p.partition("\n")[0]: p for p in re.split(r"\n### ", pages["data-dictionary.md"])}
    for kind, schema in KINDS.items():
        for name in schema.model_fields:
            assert f"| {name} |" in sections[kind.replace("_", " ")], f"{kind}.{name}"
    for table in metadata.sorted_tables:
        for column in table.c if table.name not in KINDS else ():
            assert f"| {column.name} |" in sections[table.name.replace("_", " ")], (
                f"{table.name}.{column.name}"
            )


def test_a_field_that_came_into_code_would_be_in_the_dictionary_by_itself(monkeypatch):
    wider = create_model("Wider", __base__=FireVisit, smoke_alarms=(int | None, Field(None)))
    monkeypatch.setitem(KINDS, "fire_visit", wider)
    of = house(NIGHT)
    page = dictionary.page(of.agreements, of.checks, of.day)
    row = next(line for line in page.splitlines() if line.startswith("| smoke_alarms |"))
    assert "whole number" in row
    assert "| nobody |" in row, "no agreement lists it, and that is said"


def test_every_check_has_its_transparency_record_with_both_tiers(pages):
    for name, check in plugins.checks().items():
        page = pages[f"atrs-{name.replace('_', '-')}.md"]
        assert page.count("\n## Tier 2: ") == 5
        assert "\n## Tier 1" in page
        assert check.factor.value in page
        for column in check.reads.columns:
            assert column in page
        assert (check.__doc__ or "").split("\n")[0].rstrip(".") in page
        assert "in force" in page, "who tells it what it reads, and by which power"


def test_the_annex_names_every_check_agency_and_threshold_of_the_law(pages):
    page = pages["dpia-annex.md"]
    for name in [*plugins.connectors(), *(c.replace("_", " ") for c in plugins.checks())]:
        assert f"| {name} |" in page
    for one in law().on(NIGHT):
        assert one.name in page
        assert one.source in page


def test_the_notice_tells_people_of_everything_that_is_about_them_and_in_force(pages):
    notice = pages["privacy-notice.md"]
    of = house(NIGHT)
    for one in of.agreements.all:
        about = any(
            share.rows not in ("area_crime", "local_service", "residence") for share in one.feeds.values()
        )
        assert (f"### {one.title}" in notice) == (about and one.state(NIGHT).holds), one.file
    later = documents(house(date(2031, 1, 1)))["privacy-notice.md"]
    assert "Eastborough Police" not in later, "what has expired is no longer told of as if it were done"


def test_the_notice_says_every_field_in_plain_words():
    for kind, schema in KINDS.items():
        if kind not in ABOUT_NOBODY:
            assert kind in ROWS, f"{kind}: how would one say it to whom it is about?"
            for name in {*schema.model_fields} - ENVELOPE:
                assert name in PLAINLY, f"{kind}.{name}: how would one say it to whom it is about?"


def test_no_page_of_the_notice_speaks_in_the_words_of_a_database(pages):
    told = pages["privacy-notice.md"]
    assert not re.search(r"\buprn\b|\w_\w|occurred on", told)
    for heading in ("Who sees it", "Your rights", "How we know that it is you", "Whom to ask"):
        assert f"## {heading}\n" in told


def test_the_annex_says_of_matching_what_matching_does(pages):
    told = pages["dpia-annex.md"]
    assert f"from {standing().costs.match_from:.0%} sure" in told
    assert f"from {PLACED_FROM:.0%}" in told
    assert "identifiers alone" not in told


def test_every_field_of_the_transparency_standard_is_answered_once(pages):
    sections = {"1": 4, "1.4": 5, "2": 5, "3": 6, "4.1": 4, "4.2": 8, "4.3": 11, "5": 2}
    wanted = {f"{section}.{n + 1}" for section, fields in sections.items() for n in range(fields)}
    for name in plugins.checks():
        page = pages[f"atrs-{name.replace('_', '-')}.md"]
        found = set(re.findall(r"(?:^\| ?|^|\| )([1-5]\.\d+(?:\.\d+)?) ", page, re.M))
        for first, last in re.findall(r"(1\.4\.\d) to (1\.4\.\d)", page):
            found |= {f"1.4.{n}" for n in range(int(first[-1]), int(last[-1]) + 1)}
        assert found == wanted, f"{name}: {sorted(found ^ wanted)}"
        assert "| – |" not in page, "no field is left without an answer"


def test_the_command_writes_them_and_nothing_personal(home, tmp_path, pages):
    earlyhelp("docs", "governance", "--out", str(tmp_path / "pages"))
    assert {path.name for path in (tmp_path / "pages").iterdir()} == set(pages)
    earlyhelp("docs", "risk-index", "--out", str(tmp_path / "index.json"))
    assert '"Household": []' in (tmp_path / "index.json").read_text()


def test_the_risk_index_has_the_standards_four_entities(engine):
    with engine.connect() as conn:
        told = risk_index(conn, NIGHT)
    assert {"Person", "Residence", "Household", "RiskIndicator"} < set(told)
