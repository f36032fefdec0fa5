"""The policy table: every route of the app, who may come in, and by which name a look is recorded."""

from dataclasses import dataclass
from enum import StrEnum


class Door(StrEnum):
    """Who may come in."""

    OPEN = "anyone"
    LINK = "whoever holds a fresh one-time link"
    STAFF = "anyone signed in"
    CASE = "the worker who holds the household's case, or in outline the manager of its ward"
    HOLDER = "the worker who holds the household's case"
    CASEWORKER = "a key worker, or an agency's own worker where an agreement gives that agency a power"
    EMERGENCY = "a key worker or a manager, whose reach is every agency's records"
    MANAGER = "a manager, for their ward or the whole city"
    REVIEWER = "a reviewer"
    QUESTION = "a reviewer; about somebody guarded, one who is trained for domestic abuse"
    CLOSED = "the worker who held the household's case when it was closed"
    DATA_OWNER = "a worker of the agency whose record was marked as wrong"
    PULLED_IN = "a worker of the agency that was asked to join the case, or the one who joined"


@dataclass(frozen=True, slots=True)
class Rule:
    """Who may come in, and under which name the look is recorded (None: it shows no case).

    ``limited``: so often a minute from one address, and no more.
    """

    door: Door
    page: str | None = None
    limited: bool = False


POLICY: dict[str, Rule] = {
    "GET /": Rule(Door.STAFF, "your cases"),
    "GET /cases.json": Rule(Door.STAFF, "your cases as JSON"),
    "GET /cases.csv": Rule(Door.STAFF, "your cases as CSV"),
    "GET /cases.ods": Rule(Door.STAFF, "your cases as ODS"),
    "GET /openapi.json": Rule(Door.STAFF),
    "GET /search": Rule(Door.STAFF),
    "POST /search": Rule(Door.STAFF, "search"),
    "POST /search.json": Rule(Door.STAFF, "search as JSON"),
    "POST /search.csv": Rule(Door.STAFF, "search as CSV"),
    "POST /search.ods": Rule(Door.STAFF, "search as ODS"),
    "GET /in-contact": Rule(Door.CASEWORKER, "who is in contact"),
    "POST /in-contact": Rule(Door.STAFF),
    "GET /households/{reference}.json": Rule(Door.CASE, "household as JSON"),
    "GET /pull-ins/{reference}.json": Rule(Door.PULLED_IN, "pull-in as JSON"),
    "GET /manage.json": Rule(Door.MANAGER, "managing as JSON"),
    "GET /manage/wards.csv": Rule(Door.MANAGER, "wards as CSV"),
    "GET /manage/wards.ods": Rule(Door.MANAGER, "wards as ODS"),
    "GET /manage/checks.csv": Rule(Door.MANAGER, "checks as CSV"),
    "GET /manage/checks.ods": Rule(Door.MANAGER, "checks as ODS"),
    "GET /manage/overdue.csv": Rule(Door.MANAGER, "overdue as CSV"),
    "GET /manage/overdue.ods": Rule(Door.MANAGER, "overdue as ODS"),
    "GET /manage/room.csv": Rule(Door.MANAGER, "who has room as CSV"),
    "GET /manage/room.ods": Rule(Door.MANAGER, "who has room as ODS"),
    "GET /households/{reference}": Rule(Door.CASE, "household"),
    "POST /households/{reference}/seen": Rule(Door.HOLDER, "looked at"),
    "GET /review": Rule(Door.REVIEWER, "questions"),
    "GET /review/answers": Rule(Door.REVIEWER, "answers so far"),
    "GET /review/followed": Rule(Door.REVIEWER, "what followed today"),
    "POST /review/household": Rule(Door.REVIEWER, "what was matched"),
    "GET /review/questions/{question}": Rule(Door.QUESTION, "question"),
    "POST /review/questions/{question}": Rule(Door.QUESTION, "answered a question"),
    "GET /review/questions/{question}/undo": Rule(Door.QUESTION, "what would follow"),
    "POST /review/questions/{question}/undo": Rule(Door.QUESTION, "took a match back"),
    "GET /review/questions/{question}/correct": Rule(Door.QUESTION, "which home it may mean"),
    "POST /review/questions/{question}/correct": Rule(Door.QUESTION, "said which home it means"),
    "GET /break-glass": Rule(Door.EMERGENCY, "in an emergency"),
    "POST /break-glass": Rule(Door.STAFF),
    "POST /break-glass/read": Rule(Door.STAFF),
    "POST /households/{reference}/decision": Rule(Door.HOLDER, "decided"),
    "POST /households/{reference}/pull-in": Rule(Door.HOLDER, "pulling in"),
    "POST /households/{reference}/pull-in/reply": Rule(Door.HOLDER, "pull-in answered"),
    "GET /households/{reference}/pull-in": Rule(Door.HOLDER, "pulling in"),
    "GET /households/{reference}/plan": Rule(Door.HOLDER, "their words"),
    "POST /households/{reference}/words": Rule(Door.HOLDER, "their words taken down"),
    "POST /households/{reference}/outcomes": Rule(Door.HOLDER, "outcome"),
    "POST /households/{reference}/closing": Rule(Door.HOLDER, "closed"),
    "GET /six-months/{reference}": Rule(Door.CLOSED, "six months on"),
    "POST /six-months/{reference}": Rule(Door.CLOSED, "six months on"),
    "GET /pull-ins/{reference}": Rule(Door.PULLED_IN, "pull-in"),
    "POST /pull-ins/{reference}": Rule(Door.PULLED_IN, "pull-in answered"),
    "GET /households/{reference}/facts/{kind}/{row}": Rule(Door.HOLDER, "fact"),
    "POST /households/{reference}/facts/{kind}/{row}": Rule(Door.HOLDER, "marked a fact"),
    "GET /fact-checks/{reference}": Rule(Door.DATA_OWNER, "fact to check"),
    "POST /fact-checks/{reference}": Rule(Door.DATA_OWNER, "fact checked"),
    "GET /manage": Rule(Door.MANAGER, "managing"),
    "POST /manage/place": Rule(Door.MANAGER, "placed a case"),
    "POST /manage/cover": Rule(Door.MANAGER, "covered an absence"),
    "GET /sign-in": Rule(Door.OPEN),
    "GET /sign-in/{token}": Rule(Door.LINK, limited=True),
    "POST /sign-in/{token}": Rule(Door.LINK, limited=True),
    "GET /council/sign-in": Rule(Door.OPEN, limited=True),
    "GET /council/signed-in": Rule(Door.OPEN, limited=True),
    "GET /council/confirm": Rule(Door.OPEN),
    "POST /sign-out": Rule(Door.STAFF),
    "MOUNT /static": Rule(Door.OPEN),
}
"""Every route of the app. A route that does not stand here cannot be built (`earlyhelp.web.app`)."""
