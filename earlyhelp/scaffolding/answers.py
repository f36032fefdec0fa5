"""What is asked of whoever begins a new connector, and what stands where nothing was said."""

import keyword
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from earlyhelp.errors import SetUpWrong
from earlyhelp.law.policy import Sector
from schemas.feed import FeedRow

NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
DAYS = 7
"""Days of silence where nothing was said: a guess, so the connector's docstring asks for a reason."""


class Kind(StrEnum):
    """How an agency hands its rows over."""

    REST = "rest"
    FHIR = "fhir"
    CSV = "csv"
    XLSX = "xlsx"
    FIXED = "fixed"
    JSONL = "jsonl"

    @property
    def files(self) -> bool:
        """Whether it drops files, rather than answering when asked."""
        return self not in (Kind.REST, Kind.FHIR)


class SigningIn(StrEnum):
    """How we show an agency who we are."""

    API_KEY = "api-key"
    BASIC = "basic"
    CLIENT_CREDENTIALS = "client-credentials"
    SIGNED_JWT = "signed-jwt"
    CERTIFICATE = "certificate"


class Holds(StrEnum):
    """What is in a dropped file."""

    CHANGES = "changes"
    EVERYTHING = "everything"


class PagingBy(StrEnum):
    """How a web service goes on after a page."""

    CURSOR = "cursor"
    PAGE_NUMBER = "page-number"
    OFFSET = "offset"
    LINK_HEADER = "link-header"
    NEXT_LINK = "next-link"


@dataclass(frozen=True, slots=True)
class Answers:
    """All that a new connector's files are made from. ``named`` holds the agency's words for our fields."""

    name: str
    kind: Kind
    rows: type[FeedRow]
    where: str
    feed: str
    sector: Sector
    sign_in: SigningIn = SigningIn.API_KEY
    paging: PagingBy = PagingBy.CURSOR
    holds: Holds = Holds.CHANGES
    days: int = DAYS
    named: Mapping[str, str] = field(default_factory=dict)

    @property
    def module(self) -> str:
        """The file's name without its ending."""
        return self.name.replace("-", "_")

    @property
    def class_name(self) -> str:
        """The connector's class."""
        return "".join(part.capitalize() for part in self.name.split("-"))


def checked_name(name: str) -> str:
    """An agency's name, if a file and a class may be called so. Raises `SetUpWrong`."""
    if not NAME.fullmatch(name) or len(name) > 40 or keyword.iskeyword(name):
        raise SetUpWrong("write the name in small letters with dashes, such as riverside-council-tax")
    return name


def likely_rows(name: str, kinds: Iterable[str]) -> str | None:
    """The kind of rows whose words the agency's name has most of, None where it has none."""
    words = set(name.split("-"))
    shared = {kind: len(words & set(kind.split("_"))) for kind in kinds}
    best = max(shared, key=lambda kind: shared[kind], default=None)
    return best if best and shared[best] else None


def likely_feed(rows: str) -> str:
    """What a feed of such rows may be called: the last word of the kind, of more than one."""
    last = rows.rpartition("_")[2]
    return f"{last[:-1]}ies" if last.endswith("y") else f"{last}s"


def checked_where(where: str, kind: Kind) -> str:
    """A path, or a pattern of file names, that may stand in a connector. Raises `SetUpWrong`."""
    if not where.isprintable() or any(sign in where for sign in "\"'\\ "):
        raise SetUpWrong("a path or pattern is written without spaces, quotation marks and backslashes")
    if kind.files and (where.count("*") != 1 or "/" in where):
        raise SetUpWrong('write the files\' names with one * where the day stands, such as "visits_*.csv"')
    if not kind.files and not where.startswith("/"):
        raise SetUpWrong("write the path from its first slash on, such as /v2/incidents")
    return where
