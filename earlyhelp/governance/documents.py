"""All governance documents together, made from agreements, schemas, checks and policy as they stand."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from earlyhelp import plugins
from earlyhelp.checking.check import Check
from earlyhelp.feeds import Connector
from earlyhelp.governance import assessment, dictionary, notice, processing, transparency
from earlyhelp.in_force import agreements
from earlyhelp.sharing.agreed import Agreements

HEAD = "Made by `earlyhelp docs governance` on {day} from code and configuration: change those, not this.\n"


@dataclass(frozen=True, slots=True)
class House:
    """What the documents are made from."""

    day: date
    agreements: Agreements
    connectors: Mapping[str, Connector]
    checks: Mapping[str, Check]


def house(day: date) -> House:
    """What stands in this installation."""
    return House(day, agreements(), plugins.connectors(), plugins.checks())


def documents(of: House) -> dict[str, str]:
    """Every document by the name of its file, in Markdown."""
    made = {
        "record-of-processing.md": processing.page(of.agreements, of.connectors, of.day),
        "dpia-annex.md": assessment.page(of.agreements, of.checks, of.day),
        "data-dictionary.md": dictionary.page(of.agreements, of.checks, of.day),
        "privacy-notice.md": notice.page(of.agreements, of.day),
    }
    for name, check in of.checks.items():
        made[f"atrs-{name.replace('_', '-')}.md"] = transparency.page(check, of.agreements, of.day)
    return {name: f"{title(text)}\n\n{HEAD.format(day=of.day)}\n{rest(text)}" for name, text in made.items()}


def title(text: str) -> str:
    """The first line of a page."""
    return text.partition("\n")[0]


def rest(text: str) -> str:
    """What follows it."""
    return text.partition("\n")[2].lstrip("\n")
