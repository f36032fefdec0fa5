"""A sign-in that was begun: kept until the browser comes back from the council, used up by coming back."""

import base64
import hmac
import logging
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from fastapi import Request
from sqlalchemy import Connection, delete, insert

from earlyhelp.errors import SignInRefused, TryAgainLater
from earlyhelp.store.tables import sign_in_start
from earlyhelp.web.entry.cookies import HINT_COOKIE
from earlyhelp.web.entry.council import Council
from earlyhelp.web.entry.sessions import hashed

log = logging.getLogger(__name__)
START_LASTS = timedelta(minutes=10)
LONGEST_HINT = 400


@dataclass(frozen=True, slots=True)
class Begun:
    """What must come back; ``back_to``: a session asked for itself, and this page is gone back to."""

    nonce: str
    verifier: str
    back_to: str | None


def begin(
    council: Council,
    conn: Connection,
    now: datetime,
    *,
    browser: str,
    back_to: str | None = None,
    hint: str = "",
) -> str | None:
    """Where to send the browser, known by what its cookie holds; None where the council does not answer."""
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    try:
        started = council.start(state, nonce, verifier, silent=back_to is not None, hint=hint)
    except (TryAgainLater, SignInRefused) as why:
        log.error("nobody can sign in: %s", why)
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


def hidden(hint: str) -> str:
    """An account's name as a cookie can hold it."""
    return base64.urlsafe_b64encode(hint.encode()).decode() if len(hint) <= LONGEST_HINT else ""


def hinted(request: Request) -> str:
    """Which account is meant, as far as the cookie says; nothing where it says nothing that can be read."""
    try:
        hint = base64.urlsafe_b64decode(request.cookies.get(HINT_COOKIE, "")).decode()
    except ValueError:
        return ""
    return hint if hint.isprintable() and len(hint) <= LONGEST_HINT else ""
