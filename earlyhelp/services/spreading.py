"""Has the parts of a city asked in other processes: each opens the store for itself and reads its own part.

Nothing about anybody goes out with the question. What comes back goes to the one process that writes.
"""

from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from itertools import repeat
from multiprocessing import get_context

from sqlalchemy import Engine

from earlyhelp.services.listening import Listened, Question, Spread, answer
from earlyhelp.settings import settings
from earlyhelp.store.unit_of_work import opened_once, reading


def answer_from(url: str, question: Question, part: int) -> Listened:
    """What the checks say of one part, from the store behind that address; none: that of the settings."""
    with reading(opened_once(url or settings().database)) as conn:
        return answer(conn, question, part)


@contextmanager
def processes(engine: Engine, number: int) -> Iterator[Spread | None]:
    """Some processes of this machine that answer parts; None for one, which is this."""
    if number < 2:
        yield None
        return
    url = engine.url.render_as_string(hide_password=False)
    # Begun anew and not forked: a copy of our connections would speak to the database with our voice.
    with ProcessPoolExecutor(number, mp_context=get_context("spawn")) as pool:

        def spread(question: Question, parts: Iterable[int]) -> Iterable[Listened]:
            return pool.map(partial(answer_from, url), repeat(question), parts)

        yield spread
