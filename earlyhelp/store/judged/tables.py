"""What was judged: readings of the checks, nights, verdicts, and the weights they were weighed by."""

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

reading = Table(
    "reading",
    metadata,
    Column("check", String(60), primary_key=True),
    Column("household_id", ForeignKey("household.id"), primary_key=True, autoincrement=False),
    Column("version", String(20), nullable=False),
    Column("as_of", Date, nullable=False),
    Column("weight", Float, nullable=False),
    Column("since", Date, nullable=False),
    Column("facts", Document, nullable=False),
)

night = Table(
    "night",
    metadata,
    Column("day", Date, primary_key=True),
    Column("state", String(20), nullable=False, comment="running, complete, partial or failed"),
    Column("counts", Document, nullable=False, comment="what each stage counted"),
    Column("started_at", Moment(), nullable=False),
    Column("ended_at", Moment()),
)

check_state = Table(
    "check_state",
    metadata,
    Column("id", Id, primary_key=True),
    Column("check", String(60), nullable=False, comment="its newest row is the state it is in"),
    Column("state", String(10), nullable=False, comment="shadow, live, paused or retired"),
    Column("version", String(20), nullable=False, comment="of the check when this was said"),
    Column("day", Date, nullable=False, comment="from when"),
    Column("at", Moment(), nullable=False),
    Column("who", String(80), nullable=False, comment="login name; earlyhelp where the house did it itself"),
    Column("why", String(400), nullable=False),
    Column("backtest_id", ForeignKey("backtest.id"), comment="on which a promotion rests"),
    Index("ix_check_state_check", "check"),
)

backtest = Table(
    "backtest",
    metadata,
    Column("id", Id, primary_key=True),
    Column("check", String(60), nullable=False),
    Column("version", String(20), nullable=False),
    Column("first_on", Date, nullable=False),
    Column("last_on", Date, nullable=False),
    Column("labels", Text, nullable=False, comment="which escalations it was judged by"),
    Column("made_at", Moment(), nullable=False),
    Column("who", String(80), nullable=False),
    Column("summary", Document, nullable=False, comment="its figures, small numbers suppressed"),
    Index("ix_backtest_check", "check"),
)

shadow_night = Table(
    "shadow_night",
    metadata,
    Column("check", String(60), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("version", String(20), nullable=False),
    Column("notable", Integer, nullable=False, comment="households of which it would have said something"),
    Column("beside", Integer, nullable=False, comment="those of them of which a live check did so too"),
)

verdict = Table(
    "verdict",
    metadata,
    Column("id", Id, primary_key=True),
    Column("check", String(60), nullable=False),
    Column("case_id", ForeignKey("case.id"), nullable=False),
    Column("decided_at", Moment(), nullable=False),
    Column(
        "was_right", Boolean, nullable=False, comment="false: a worker said that the signal was not right"
    ),
    Column(
        "of_need",
        Boolean,
        nullable=False,
        server_default=text("false"),
        comment="true: it says whether help was needed, and nothing of whether the check was right",
    ),
    UniqueConstraint("check", "case_id", "decided_at"),
)

weighed = Table(
    "weighed",
    metadata,
    Column("day", Date, primary_key=True),
    Column("household_id", ForeignKey("household.id"), primary_key=True, autoincrement=False),
    Column("place", Integer, nullable=False, comment="in the night's order, the heaviest first"),
    Column("of", Integer, nullable=False, comment="how many were weighed that night"),
    Column("total", Float, nullable=False),
    Column("decision", String(20), nullable=False, comment="opened, added, held back and so on"),
    Column("why", Text, nullable=False),
    Column("by_lot", Boolean, nullable=False, comment="the place was given by lot"),
    Column("weights", String(20), nullable=False, comment="version of the weights"),
    Index("ix_weighed_household", "household_id"),
)

weights = Table(
    "weights",
    metadata,
    Column("version", String(20), primary_key=True),
    Column("state", String(10), nullable=False, comment="running, replaced or refused"),
    Column("made_at", Moment(), nullable=False),
    Column("who", String(80), nullable=False),
    Column("inputs", String(64), nullable=False, comment="hash of everything it was fitted to"),
    Column("times", Document, nullable=False, comment="by how much each check's weight is multiplied"),
    Column("held_out", Document, nullable=False, comment="how it did against the running one"),
)
