"""Signed-in browsers. The session is a row; the cookie holds its random token and, sealed, when it was last seen.

A session ends 12 hours after sign-in, two hours after the browser was last seen, at sign-out, or when its owner or the
secretariat ends it. "Last seen" lives in the cookie, under an HMAC, so that a GET needs no write; the row holds only
the token's SHA-256, so that a copy of the database opens nothing.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import UTC, datetime, timedelta

from flask import current_app
from sqlalchemy import delete, select

from app.accounts.models import Account, StaffSession
from app.extensions import db
from config import Settings

ABSOLUTE = timedelta(hours=12)
IDLE = timedelta(hours=2)
RESEAL = timedelta(minutes=5)
LABEL = b"anbudspriset.session|"


def begin(*, account_id: int, browser: str, now: datetime) -> str:
    """A new session of that account, in the caller's transaction; gives the token for the cookie."""
    token = secrets.token_urlsafe(32)
    db.session.add(
        StaffSession(
            account_id=account_id, token_hash=_hash(token), browser=browser[:80], created_at=now,
            expires_at=now + ABSOLUTE,
        )
    )  # fmt: skip
    db.session.flush()
    return token


def find(token: str, now: datetime) -> StaffSession | None:
    """The living session of *token*, with its account; None when it ended or the person was removed."""
    query = (
        select(StaffSession)
        .join(Account)
        .where(
            StaffSession.token_hash == _hash(token),
            StaffSession.expires_at > now,
            Account.disabled_at.is_(None),
        )
    )
    found: StaffSession | None = db.session.scalar(query)
    return found


def of(account_id: int, now: datetime) -> list[StaffSession]:
    """An account's living sessions, newest first."""
    query = select(StaffSession).where(StaffSession.account_id == account_id, StaffSession.expires_at > now)
    return list(db.session.scalars(query.order_by(StaffSession.id.desc())))


def end(token: str) -> None:
    """Ends the session of *token*, if there is one."""
    db.session.execute(delete(StaffSession).where(StaffSession.token_hash == _hash(token)))


def end_one(*, account_id: int, session_id: int) -> None:
    """Ends one session of that account; another account's is left alone."""
    own = StaffSession.account_id == account_id
    db.session.execute(delete(StaffSession).where(own, StaffSession.id == session_id))


def end_all(account_id: int, *, but: str | None = None) -> None:
    """Ends every session of that account (except the one of the token *but*)."""
    where = [StaffSession.account_id == account_id]
    if but is not None:
        where.append(StaffSession.token_hash != _hash(but))
    db.session.execute(delete(StaffSession).where(*where))


def forget_ended(now: datetime) -> None:
    """Deletes sessions that ran out."""
    db.session.execute(delete(StaffSession).where(StaffSession.expires_at <= now))


def seal(token: str, now: datetime) -> str:
    """The cookie's value: the token and when it was seen, under an HMAC."""
    said = f"{token}.{int(now.timestamp())}"
    return f"{said}.{_mac(_keys()[0], said)}"


def unseal(value: str | None, now: datetime) -> tuple[str, datetime] | None:
    """The token of a cookie and when it was last seen; None when the seal is wrong or too long ago."""
    said, _, mac = (value or "").rpartition(".")
    if not said.isascii() or not any(
        hmac.compare_digest(mac.encode(), _mac(key, said).encode()) for key in _keys()
    ):
        return None
    token, _, second = said.partition(".")
    seen = datetime.fromtimestamp(int(second), UTC)
    return (token, seen) if now - seen < IDLE else None


def _mac(key: str, said: str) -> str:
    return hmac.digest(key.encode(), LABEL + said.encode(), "sha256").hex()


def _keys() -> tuple[str, ...]:
    settings: Settings = current_app.extensions["settings"]
    return settings.secret_keys


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
