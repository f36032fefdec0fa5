"""One-time links and sessions: rows on our side, of which the browser holds only a random key.

Keys are stored hashed, so that reading the database lets nobody in.
"""

import hashlib
import hmac
import secrets
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, Connection, Engine, and_, delete, insert, select, update

from earlyhelp.store.tables import session, sign_in_link, worker
from earlyhelp.web.entry.access import Reader

LINK_LASTS = timedelta(minutes=10)
IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=10)


def utc_now() -> datetime:
    """The moment it is, to the second: sessions and the audit go by the real clock."""
    return datetime.now(UTC).replace(microsecond=0)


def hashed(key: str) -> str:
    """What is stored of a key."""
    return hashlib.sha256(key.encode()).hexdigest()


def make_link(engine: Engine, base_url: str, *, now: datetime | None = None) -> str:
    """A new address that signs somebody in once, within ten minutes. Print it; never log it."""
    token, at = secrets.token_urlsafe(32), now or utc_now()
    with engine.begin() as conn:
        conn.execute(delete(sign_in_link).where(sign_in_link.c.made_at <= at - LINK_LASTS))
        conn.execute(insert(sign_in_link).values(token_hash=hashed(token), made_at=at))
    return f"{base_url.rstrip('/')}/sign-in/{token}"


def link_is_fresh(conn: Connection, token: str, now: datetime) -> bool:
    """Whether a link could still be used; asking does not use it, since machines open links too."""
    return bool(conn.execute(select(sign_in_link.c.made_at).where(_fresh(token, now))).first())


def use_link(conn: Connection, token: str, now: datetime) -> bool:
    """Use a link up. False if it was used before, is too old, or never was."""
    return conn.execute(update(sign_in_link).where(_fresh(token, now)).values(used_at=now)).rowcount == 1


def open_session(conn: Connection, worker_id: int, now: datetime, role: str | None = None) -> str:
    """Begin a session and return its key for the cookie; sessions that ran out are swept away.

    ``role`` is what the council said at sign-in; when the worker's is another one day, the session is over.
    """
    key = secrets.token_urlsafe(32)
    conn.execute(
        delete(session).where((session.c.last_seen_at <= now - IDLE) | (session.c.made_at <= now - LONGEST))
    )
    conn.execute(
        insert(session).values(
            id_hash=hashed(key),
            worker_id=worker_id,
            made_at=now,
            last_seen_at=now,
            role=role,
            confirmed_at=now if role else None,
        )
    )
    return key


def confirm_session(conn: Connection, key: str, now: datetime) -> None:
    """The council has said again who this is: the same session goes on, and ends when it would have ended."""
    conn.execute(update(session).where(session.c.id_hash == hashed(key)).values(confirmed_at=now))


def end_every_session(conn: Connection, worker_id: int) -> None:
    """Sign somebody out wherever they are."""
    conn.execute(delete(session).where(session.c.worker_id == worker_id))


def close_session(conn: Connection, key: str) -> None:
    """End a session for good."""
    conn.execute(delete(session).where(session.c.id_hash == hashed(key)))


def reader(conn: Connection, key: str | None, now: datetime) -> Reader | None:
    """Who is signed in with that key, if the session has run out neither by idleness nor by age."""
    if not key:
        return None
    found = conn.execute(
        update(session)
        .where(
            session.c.id_hash == hashed(key),
            session.c.last_seen_at > now - IDLE,
            session.c.made_at > now - LONGEST,
        )
        .values(last_seen_at=now)
        .returning(session.c.worker_id, session.c.role, session.c.confirmed_at)
    ).one_or_none()
    if found is None:
        return None
    c = worker.c
    columns = (c.id, c.name, c.role, c.sector, c.ward, c.domestic_abuse_trained, c.agency)
    stays = select(*columns).where(c.id == found.worker_id, c.left_on.is_(None))
    row = conn.execute(stays).one_or_none()
    who = replace(Reader(*row), confirmed_at=found.confirmed_at) if row else None
    if who is None or found.role not in (None, who.role):
        close_session(conn, key)
        return None
    return who


def form_token(key: str) -> str:
    """What every form of a session carries: known to its own pages alone.

    Each time in another guise, so that nothing can be learnt of it from how well a page is compressed.
    """
    pad = secrets.token_bytes(32)
    return pad.hex() + _masked(key, pad).hex()


def is_form_token(key: str, said: str) -> bool:
    """Whether a form carries what its own session's pages carry, in whatever guise."""
    try:
        both = bytes.fromhex(said)
    except ValueError:
        return False
    return len(both) == 64 and hmac.compare_digest(both[32:], _masked(key, both[:32]))


def _masked(key: str, pad: bytes) -> bytes:
    token = hashlib.sha256(f"form {key}".encode()).digest()
    return bytes(one ^ other for one, other in zip(token, pad, strict=True))


def _fresh(token: str, now: datetime) -> ColumnElement[bool]:
    c = sign_in_link.c
    return and_(c.token_hash == hashed(token), c.used_at.is_(None), c.made_at > now - LINK_LASTS)
