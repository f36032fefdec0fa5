"""Who does what about it: key workers, cases, what was decided, and whom they pull in."""

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from earlyhelp.sharing.kinds import EVENT_KINDS as EVENT_KINDS
from earlyhelp.sharing.kinds import KINDS as KINDS
from earlyhelp.store.columns import Document, Id, Moment, metadata

worker = Table(
    "worker",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", String(120), nullable=False),
    Column("role", String(20), nullable=False, comment="key_worker, agency_worker, manager or reviewer"),
    Column("sector", String(20), comment="an agency's own worker sees that sector's data alone"),
    Column("ward", String(80), comment="null: the whole city"),
    Column("caseload", Integer, nullable=False),
    Column("new_cases_a_week", Integer, nullable=False),
    Column("domestic_abuse_trained", Boolean, nullable=False, default=False),
    Column("email", String(200), nullable=False),
    Column("agency", String(60), comment="whose own worker: what that agency is asked, they may answer"),
    Column("left_on", Date, comment="from this day on they neither sign in nor are given cases"),
    Column("subject", String(80), unique=True, comment="tenant and object id at the council's sign-in"),
)

case = Table(
    "case",
    metadata,
    Column("id", Id, primary_key=True),
    Column("reference", String(20), nullable=False, unique=True),
    Column("household_id", ForeignKey("household.id"), nullable=False),
    Column("scope", String(20), nullable=False, comment="joint, or the one sector whose data it rests on"),
    Column("gateway", Text, nullable=False, comment="the power under which data are brought together"),
    Column("opened_on", Date, nullable=False),
    Column("look_by", Date, nullable=False),
    Column("weight", Float, nullable=False),
    Column("reason", Text, nullable=False, comment="one plain sentence for the list"),
    Column("state", String(20), nullable=False, comment="as earlyhelp.keywork.states has them"),
    Column("worker_id", ForeignKey("worker.id")),
    Column("due_on", Date, comment="the worker's next move, once they have answered"),
    Column("closed_on", Date),
    Column("closing", String(200), comment="why it was closed or withdrawn"),
    Index(
        "uq_case_open",
        "household_id",
        unique=True,
        sqlite_where=text("closed_on IS NULL"),
        postgresql_where=text("closed_on IS NULL"),
    ),
    Index("ix_case_worker", "worker_id"),
)

signal = Table(
    "signal",
    metadata,
    Column("id", Id, primary_key=True),
    Column("case_id", ForeignKey("case.id"), nullable=False),
    Column("household_id", ForeignKey("household.id"), nullable=False),
    Column("check", String(60), nullable=False),
    Column("version", String(20), nullable=False),
    Column("sector", String(20), nullable=False),
    Column("factor", String(40), nullable=False),
    Column("as_of", Date, nullable=False),
    Column("since", Date, nullable=False),
    Column("weight", Float, nullable=False),
    Column("sentence", Text, nullable=False),
    Column("would_lower", Text, nullable=False),
    Column("facts", Document, nullable=False),
    Column("evidence_kind", String(40), nullable=False),
    Column("evidence", Document, nullable=False, comment="ids of landed rows"),
    Column("current", Boolean, nullable=False, comment="false: replaced by a later signal of that check"),
    UniqueConstraint("case_id", "check", "as_of"),
)

case_event = Table(
    "case_event",
    metadata,
    Column("id", Id, primary_key=True),
    Column("case_id", ForeignKey("case.id"), nullable=False),
    Column("day", Date, nullable=False),
    Column("what", String(30), nullable=False, comment="opened, added, widened, withdrawn, allocated, seen"),
    Column("why", Text, nullable=False),
    Column("policy", String(20), nullable=False),
    Column("worker_id", ForeignKey("worker.id")),
    UniqueConstraint("case_id", "day", "what", "why"),
)

undone = Table(
    "undone",
    metadata,
    Column("id", Id, primary_key=True),
    Column("case_id", ForeignKey("case.id"), nullable=False),
    Column("day", Date, nullable=False, comment="on which it came out"),
    Column("checks", Document, nullable=False, comment="whose signals rested on another household's rows"),
    Column("rows", Integer, nullable=False, comment="of those that they rested on, so many were not theirs"),
    Column("alerts", Document, nullable=False, comment="ids of the alerts raised on it until then"),
    Column("sent", Integer, nullable=False, comment="so many of them had been sent"),
    UniqueConstraint("case_id", "day"),
)
"""Which cases rested on a match that did not hold; what became of them stands in their own history."""

decision = Table(
    "decision",
    metadata,
    Column("id", Id, primary_key=True),
    Column("case_id", ForeignKey("case.id"), nullable=False),
    Column("worker_id", ForeignKey("worker.id"), nullable=False),
    Column("at", Moment(), nullable=False),
    Column("day", Date, nullable=False),
    Column("answer", String(20), nullable=False, comment="as earlyhelp.keywork.answers has them"),
    Column("not_right", String(20), comment="what was not right, where the answer says so"),
    Column("due_on", Date, comment="by when the next step is to be taken, or when to look again"),
    Column("why", Text, nullable=False, comment="in the worker's own words"),
    Column("saw", Document, nullable=False, comment="what the page said that was answered"),
    Column("verdicts", Document, nullable=False, comment="what the answer says of each check seen"),
    Column("policy", String(20), nullable=False),
    Index("ix_decision_case", "case_id"),
)

pull_in = Table(
    "pull_in",
    metadata,
    Column("id", Id, primary_key=True),
    Column("reference", String(20), nullable=False, unique=True, comment="opaque, for addresses of pages"),
    Column("case_id", ForeignKey("case.id"), nullable=False),
    Column("asked_by", ForeignKey("worker.id"), nullable=False),
    Column("asked_on", Date, nullable=False),
    Column("agency", String(60), comment="who is asked to join; null: a local service"),
    Column("sector", String(20), comment="the agency's"),
    Column("service", String(80), comment="record id of the local service; null: an agency"),
    Column("name", String(300), nullable=False, comment="of agency or service, as it was asked"),
    Column("ground", Text, nullable=False, comment="on what power, or whose agreement, facts are shared"),
    Column("question", Text, nullable=False),
    Column("facts", Document, nullable=False, comment="exactly what is shared, as it was previewed"),
    Column("with_words", Boolean, nullable=False, comment="the household's own words too, by its agreement"),
    Column("answer_by", Date, nullable=False),
    Column("state", String(12), nullable=False, comment="as earlyhelp.keywork.pull_ins has them"),
    Column("state_on", Date, nullable=False),
    Column("worker_id", ForeignKey("worker.id"), comment="the agency's worker who joined"),
    Index("ix_pull_in_case", "case_id"),
    Index("ix_pull_in_agency", "agency", "state"),
)

pull_in_reply = Table(
    "pull_in_reply",
    metadata,
    Column("id", Id, primary_key=True),
    Column("pull_in_id", ForeignKey("pull_in.id"), nullable=False),
    Column("day", Date, nullable=False),
    Column("what", String(12), nullable=False, comment="joined, answered, declined or called_off"),
    Column("words", Text, nullable=False),
    Column("worker_id", ForeignKey("worker.id"), nullable=False, comment="who said it, or took it down"),
    Index("ix_pull_in_reply_pull_in", "pull_in_id"),
)

outcome = Table(
    "outcome",
    metadata,
    Column("id", Id, primary_key=True),
    Column("case_id", ForeignKey("case.id"), nullable=False),
    Column("words", Text, nullable=False, comment="as agreed with the household"),
    Column("agreed_on", Date, nullable=False),
    Column("worker_id", ForeignKey("worker.id"), nullable=False),
    Column("state", String(10), nullable=False, comment="open, reached or let_go"),
    Column("state_on", Date, nullable=False),
    Column("check_on", Date, comment="six months after closing: has it held?"),
    Column("held", Boolean),
    Column("held_on", Date, comment="the day on which somebody asked"),
    Column("held_words", Text),
    Index("ix_outcome_case", "case_id"),
)

story = Table(
    "story",
    metadata,
    Column("id", Id, primary_key=True),
    Column("household_id", ForeignKey("household.id"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("words", Text, nullable=False, comment="told once, in the household's own words"),
    Column("told_on", Date, nullable=False),
    Column("worker_id", ForeignKey("worker.id"), nullable=False, comment="who took it down"),
    Column("shared", Boolean, nullable=False, comment="agreed: whoever is pulled in may read it"),
    UniqueConstraint("household_id", "version"),
)

own_word = Table(
    "own_word",
    metadata,
    Column("id", Id, primary_key=True),
    Column("household_id", ForeignKey("household.id"), nullable=False),
    Column("kind", String(10), nullable=False, comment="goal, step, skill or offer"),
    Column("goal_id", ForeignKey("own_word.id"), comment="the goal that a step leads to"),
    Column("words", Text, nullable=False),
    Column("said_on", Date, nullable=False),
    Column("done_on", Date, comment="when a goal was reached or a step taken"),
    Column("worker_id", ForeignKey("worker.id"), nullable=False, comment="who took it down"),
    Index("ix_own_word_household", "household_id"),
)

fact_check = Table(
    "fact_check",
    metadata,
    Column("id", Id, primary_key=True),
    Column("reference", String(20), nullable=False, unique=True, comment="opaque, for addresses of pages"),
    Column("case_id", ForeignKey("case.id"), nullable=False),
    Column("kind", String(40), nullable=False),
    Column("row", Id, nullable=False, comment="id of the landed row"),
    Column("agency", String(60), nullable=False, comment="whose data owner is asked"),
    Column("why", Text, nullable=False),
    Column("marked_by", ForeignKey("worker.id"), nullable=False),
    Column("marked_on", Date, nullable=False),
    Column("state", String(10), nullable=False, comment="open, right or wrong"),
    Column("state_on", Date, nullable=False),
    Column("reply", Text),
    Column("answered_by", ForeignKey("worker.id")),
    Index("ix_fact_check_case", "case_id"),
    Index("ix_fact_check_agency", "agency", "state"),
)
