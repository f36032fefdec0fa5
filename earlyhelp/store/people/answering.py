"""What a reviewer says is kept: never changed, and of one question the last answer holds.

It wins over the model, always. It takes effect at the next matching, or at once by
`earlyhelp.services.matching.rematch`.
"""

from datetime import datetime

from sqlalchemy import Connection, func, insert, select

from earlyhelp.errors import SetUpWrong
from earlyhelp.linking.placing import DIFFERENT as DIFFERENT
from earlyhelp.linking.placing import SAME as SAME
from earlyhelp.linking.placing import UNSURE as UNSURE
from earlyhelp.store.people.registers import current
from earlyhelp.store.people.reviews import ADDRESS, PERSON, named
from earlyhelp.store.tables import landing, reviewed, same_person, written_address

ANSWERS = (SAME, DIFFERENT, UNSURE)
GONE = "there is no such question any more: what it asked about has changed"

s, w = same_person.c, written_address.c


def answer(
    conn: Connection, worker_id: int, question_id: str, said: str, now: datetime, note: str = ""
) -> None:
    """Keep an answer: one of `ANSWERS`. Raises `SetUpWrong` for another, or a question that is not there."""
    if said not in ANSWERS:
        raise SetUpWrong(f"an answer is one of: {', '.join(ANSWERS)}")
    kind, number = named(question_id)
    if kind == PERSON:
        fields = (s.left_agency, s.left_record, s.right_agency, s.right_record)
        row = conn.execute(select(*fields).where(s.id == number)).one_or_none()
        ends = tuple(row) if row else ()
    else:
        there = select(w.address, func.coalesce(w.uprn, w.asked)).where(w.id == number)
        row = conn.execute(there).one_or_none()
        ends = ("", row[0], "", row[1]) if row and row[1] else ()
    if not ends:
        raise SetUpWrong(GONE)
    _keep(conn, worker_id, kind, ends, said, now, note)


def correct_address(
    conn: Connection, worker_id: int, question_id: str, uprn: str, now: datetime, note: str = ""
) -> None:
    """A reviewer says which residence an address means. Raises `SetUpWrong` for one that is no dwelling."""
    kind, number = named(question_id)
    text = conn.execute(select(w.address).where(w.id == number)).scalar() if kind == ADDRESS else None
    t = landing["residence"]
    home = conn.execute(select(t.c.usage).where(t.c.uprn == uprn, current(t))).scalars().first()
    if text is None:
        raise SetUpWrong(GONE)
    if home != "dwelling":
        raise SetUpWrong("that is no home in the gazetteer; give the UPRN of the dwelling")
    _keep(conn, worker_id, ADDRESS, ("", text, "", uprn), SAME, now, note)


def _keep(
    conn: Connection, worker_id: int, kind: str, ends: tuple[str, ...], said: str, now: datetime, note: str
) -> None:
    conn.execute(
        insert(reviewed).values(
            kind=kind, left_agency=ends[0], left_record=ends[1], right_agency=ends[2], right_record=ends[3],
            answer=said, worker_id=worker_id, answered_at=now, note=note.strip() or None,
        )
    )  # fmt: skip
