"""What every page needs at hand: the store, the clock, the sources, and the templates."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import ChoiceLoader, Environment, PackageLoader, PrefixLoader
from sqlalchemy import Connection, Engine

from earlyhelp.store.access.audit import bind
from earlyhelp.store.casework.fact_checks import FactCheck
from earlyhelp.store.casework.pull_ins import PullIn
from earlyhelp.store.people.reviews import BothSides
from earlyhelp.web import words
from earlyhelp.web.entry import access
from earlyhelp.web.entry.access import Reader, Relation, Subject
from earlyhelp.web.entry.council import Council
from earlyhelp.web.entry.rates import Rates
from earlyhelp.web.entry.sessions import form_token
from earlyhelp.web.shown import review_words
from earlyhelp.web.shown.answers import said
from earlyhelp.web.shown.sources import Sources
from earlyhelp.web.shown.undelivered import what_happened

STATIC = Path(__file__).parent / "static"
STYLE_SHEET = STATIC / "early-help.css"
COUNCIL = "Northmoor Council"
SERVICE = "Early help"


@dataclass(frozen=True, slots=True)
class Visit:
    """One request that was let in: who, to what, and in which transaction."""

    request: Request
    conn: Connection
    form: Mapping[str, str]
    today: date
    now: datetime
    key: str | None
    reader: Reader | None
    about: Subject | None = None
    whole: bool = False
    asked: PullIn | None = None
    marked: FactCheck | None = None
    two: BothSides | None = None
    looks: list[int] = field(default_factory=list)
    """Numbers of the looks that this visit has written, to be bound into the audit at its end."""

    def look(self, page: str, about: Subject | None, found: Relation) -> None:
        """Write down that a page was asked for, whether it is given or refused."""
        self.looks.append(access.record(self.conn, self.now, self.signed_in, page, about, found))

    def look_at(self, page: str, household: int | None, found: Relation) -> None:
        """The same, of a household that is known by its number alone."""
        self.looks.append(access.record_of(self.conn, self.now, self.signed_in, page, household, found))

    def keep(self) -> None:
        """Bind the looks so far to the audit's chain, and keep what was done, in one commit."""
        while self.looks:
            bind(self.conn, "look", self.looks.pop(0), self.now)
        self.conn.commit()

    @property
    def signed_in(self) -> Reader:
        """The reader, on a page that only somebody signed in can reach."""
        assert self.reader is not None
        return self.reader

    @property
    def household(self) -> Subject:
        """The household, on a page about one."""
        assert self.about is not None
        return self.about

    @property
    def pull_in(self) -> PullIn:
        """The pull-in, on a page about one."""
        assert self.asked is not None
        return self.asked

    @property
    def question(self) -> BothSides:
        """The question whether two records are one, on a reviewer's page about it."""
        assert self.two is not None
        return self.two

    @property
    def fact_check(self) -> FactCheck:
        """The marked fact, on a page about one."""
        assert self.marked is not None
        return self.marked


@dataclass(frozen=True, slots=True)
class Desk:
    """Made once for an app, and handed to every page."""

    engine: Engine
    demo: bool
    today: Callable[[], date]
    now: Callable[[], datetime]
    sources: Sources
    council: Council | None = None
    rates: Rates = field(default_factory=Rates)
    templates: Environment = field(default_factory=lambda: environment())

    def page(
        self, name: str, visit: Visit | None = None, *, status: int = 200, **content: Any
    ) -> HTMLResponse:
        """A page made from a template; ``visit`` puts the reader's name at its head."""
        html = self.templates.get_template(name).render(
            demo=self.demo,
            council_sign_in=self.council is not None,
            today=self.today(),
            reader=visit.reader if visit else None,
            form_token=form_token(visit.key) if visit and visit.key else "",
            **content,
        )
        return HTMLResponse(html, status)

    def not_found(self) -> HTMLResponse:
        """The one answer to what does not exist and to what may not be seen."""
        return self.page("problem.html", status=404, title="Page not found", lines=NOT_FOUND)


NOT_FOUND = (
    "This page does not exist, or it is not one of your cases.",
    "A case that you could open last week may have closed, or gone to somebody else.",
)


def environment() -> Environment:
    """Our templates and GOV.UK Frontend's macros, with our words as filters. Everything is escaped."""
    made = Environment(
        loader=ChoiceLoader([
            PackageLoader("earlyhelp.web"),
            PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")}),
        ]),
        autoescape=True,
        auto_reload=False,  # templates change with the program: nobody looks at eighty files for each page
        trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    for word in (
        words.long_day,
        words.short_day,
        words.when,
        words.clock,
        words.money,
        words.many,
        words.agency_name,
        said,
        review_words.asks,
        review_words.sentence,
        review_words.seen_words,
        what_happened,
    ):
        made.filters[word.__name__] = word
    made.globals.update(
        council=COUNCIL,
        service=SERVICE,
        roles=words.ROLES,
        style_version=hashlib.sha256(STYLE_SHEET.read_bytes()).hexdigest()[:10],
    )
    return made
