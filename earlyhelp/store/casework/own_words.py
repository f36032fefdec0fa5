"""The household's own words: its story, told once and versioned; goals, steps, skills and offers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, func, insert, select, update

from earlyhelp.store.tables import own_word, story, worker

KINDS = ("goal", "step", "skill", "offer")


@dataclass(frozen=True, slots=True)
class Story:
    """One version of what a household told; ``shared``: whoever is pulled in may read it."""

    version: int
    words: str
    told_on: date
    by: str
    shared: bool


@dataclass(frozen=True, slots=True)
class Word:
    """A goal, a step towards one, a skill gained, or something they might one day offer."""

    id: int
    kind: str
    words: str
    said_on: date
    done_on: date | None
    goal_id: int | None


def tell(conn: Connection, household_id: int, words: str, worker_id: int, day: date, *, shared: bool) -> None:
    """Keep a new version of the story; earlier ones stay. The same words again are no new version."""
    last = newest(conn, household_id)
    if last and (last.words, last.shared) == (words.strip(), shared):
        return
    version = (last.version if last else 0) + 1
    conn.execute(
        insert(story).values(
            household_id=household_id, version=version, words=words.strip(), told_on=day,
            worker_id=worker_id, shared=shared,
        )
    )  # fmt: skip


def versions(conn: Connection, household_id: int) -> list[Story]:
    """Every version of the story, the newest first."""
    s = story.c
    rows = conn.execute(
        select(s.version, s.words, s.told_on, worker.c.name, s.shared)
        .join(worker, worker.c.id == s.worker_id)
        .where(s.household_id == household_id)
        .order_by(s.version.desc())
    )
    return [Story(*row) for row in rows]


def newest(conn: Connection, household_id: int) -> Story | None:
    """The story as it was told last."""
    told = versions(conn, household_id)
    return told[0] if told else None


def note(
    conn: Connection,
    household_id: int,
    kind: str,
    words: str,
    worker_id: int,
    day: date,
    goal_id: int | None = None,
) -> None:
    """Take down a goal, a step, a skill or an offer; the same one twice is once."""
    line = {"household_id": household_id, "kind": kind, "words": words.strip(), "goal_id": goal_id}
    alike = [own_word.c[name].is_not_distinct_from(value) for name, value in line.items()]
    same = select(own_word.c.id).where(*alike)
    if conn.execute(same).first() is None:
        conn.execute(insert(own_word).values(**line, said_on=day, worker_id=worker_id))


def done(conn: Connection, household_id: int, number: int, day: date) -> None:
    """A goal was reached, or a step taken: by them."""
    conn.execute(
        update(own_word)
        .where(own_word.c.id == number, own_word.c.household_id == household_id)
        .values(done_on=func.coalesce(own_word.c.done_on, day))
    )


def all_of(conn: Connection, household_id: int) -> Sequence[Word]:
    """Everything taken down but the story, the oldest first."""
    w = own_word.c
    rows = conn.execute(
        select(w.id, w.kind, w.words, w.said_on, w.done_on, w.goal_id)
        .where(w.household_id == household_id)
        .order_by(w.id)
    )
    return [Word(*row) for row in rows]
