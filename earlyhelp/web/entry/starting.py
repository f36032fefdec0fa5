"""A sign-in that was begun: kept until the browser comes back from the council, used up by coming back."""

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert

from earlyhelp.errors import SignInRefused, TryAgainLater
from earlyhelp.store.tables import sign_in_start
from earlyhelp.web.entry.council import Council
from earlyhelp.web.entry.sessions import hashed

START_LASTS = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Begun:
    """What must come back; ``back_to``: a session asked for itself, and this page is gone back to."""

    nonce: str
    verifier: str
    back_to: str | None


def begin(
    council: Council, conn: Connection, now: datetime, *, browser: str, back_to: str | None = None
) -> str | None:
    """Where to send the browser, known by what its cookie holds; None where the council does not answer."""
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    try:
        started = council.start(state, nonce, verifier, silent=back_to is not None)
    except (TryAgainLater, SignInRefused):
        return None
    conn.execute(delete(sign_in_start).where(sign_in_start.c.made_at <= now - START_LASTS))
    conn.execute(
        insert(sign_in_start).values(
            state_hash=hashed(state), browser_hash=hashed(browser), nonce=nonce, verifier=verifier,
            made_at=now, back_to=back_to,
        )
    )  # fmt: skip
    return started.address


def begun(conn: Connection, now: datetime, state: str, browser: str, session: str) -> Begun | None:
    """The sign-in that this very browser, or this very session, began; it is used up by being asked for."""
    s = sign_in_start.c
    row = conn.execute(
        delete(sign_in_start)
        .where(s.state_hash == hashed(state), s.made_at > now - START_LASTS)
        .returning(s.browser_hash, s.nonce, s.verifier, s.back_to)
    ).one_or_none()
    if row is None:
        return None
    theirs = hashed(browser if row.back_to is None else session)
    return (
        Begun(row.nonce, row.verifier, row.back_to) if hmac.compare_digest(row.browser_hash, theirs) else None
    )
