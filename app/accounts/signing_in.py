"""Signing in with a mailed link, or with the six-digit code beside it in the browser that asked.

A mail program often opens a browser of its own: there the link signs in; the code is for the first one. Whoever asks
gets the same answer, and the same rows are written, whether the address is known or not. Neither link nor code is
stored: both follow from the row and the service's secret, when the letter is written.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import delete, func, select, update

from app import tokens
from app.access import Role
from app.accounts import once, service
from app.accounts.models import Account, SignIn
from app.extensions import db
from app.ledger import service as ledger
from app.mail import service as mail
from app.tokens import Purpose, TokenExpired, TokenUsed, TokenWrong
from config import Settings

VALID = timedelta(minutes=15)
TRIES = 5
ASKS_AN_HOUR = 6
NOBODY = "nobody@invalid"


class TooOften(Exception):
    """Too many letters were asked for to this address within the hour."""


class CodeWrong(Exception):
    """Not the code of the letter that this browser asked for; `left` tries remain."""

    def __init__(self, left: int) -> None:
        super().__init__(left)
        self.left = left


class CodeGone(Exception):
    """This browser asked for no code, or it is used, too old or was guessed at too often."""


def ask(*, email: str, browser: str, next_path: str, language: str, now: datetime) -> None:
    """Sends a letter to *email* if it is staff's; *browser* is the random value of the cookie that binds the code.

    Raises `TooOften`.
    """
    address_hash = _keyed(b"address", service.normal(email).encode())
    asked = select(func.count()).where(
        SignIn.address_hash == address_hash, SignIn.created_at > now - timedelta(hours=1)
    )
    if db.session.scalars(asked).one() >= ASKS_AN_HOUR:
        raise TooOften
    account = service.by_address(email)
    known = account is not None and account.disabled_at is None
    row = SignIn(
        account_id=account.id if account is not None and known else None, address_hash=address_hash,
        browser_hash=_hash(browser), nonce=secrets.token_bytes(16), tries=0, next_path=next_path,
        created_at=now, expires_at=now + VALID,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    to = account.email if account is not None and known else NOBODY
    mail.queue("sign-in", subject_id=row.id, to=to, language=language, now=now)


def context(sign_in_id: int, now: datetime) -> dict[str, object] | None:
    """What the letter says; None when there is nobody to write to, or no time left."""
    row = db.session.get(SignIn, sign_in_id)
    if (
        row is None
        or row.account_id is None
        or row.expires_at <= now
        or once.is_spent(Purpose.SIGN_IN, row.nonce.hex())
    ):
        return None
    account = service.account(row.account_id)
    code = _code(row, _settings().secret_keys[0])
    return {
        "name": account.name, "token": tokens.make(Purpose.SIGN_IN, row.id), "code": f"{code[:3]} {code[3:]}",
        "minutes": max(1, int((row.expires_at - now).total_seconds() // 60)),
    }  # fmt: skip


def look(token: str, now: datetime) -> Account:
    """Whom the link would sign in; raises `TokenMissing`, `TokenWrong`, `TokenExpired` or `TokenUsed`."""
    return _account(_row(token, now))


def by_link(token: str, now: datetime) -> tuple[Account, str]:
    """Uses the link: the account that is now to be signed in, and where to go. Raises as `look`."""
    row = _row(token, now)
    return _enter(row, now), row.next_path


def _row(token: str, now: datetime) -> SignIn:
    row = db.session.get(SignIn, tokens.read(Purpose.SIGN_IN, token, max_age=VALID))
    if row is None:
        raise TokenWrong
    if once.is_spent(Purpose.SIGN_IN, row.nonce.hex()):
        raise TokenUsed
    if row.expires_at <= now:
        raise TokenExpired
    return row


def count_try(browser: str | None, now: datetime) -> int:
    """Counts one guess of this browser, in a transaction that must commit before `by_code`; gives how many remain.

    Raises `CodeGone`.
    """
    row = _asked(browser, now)
    counted = db.session.execute(
        update(SignIn).where(SignIn.id == row.id, SignIn.tries < TRIES).values(tries=SignIn.tries + 1)
    )
    if counted.rowcount != 1:  # type: ignore[attr-defined]
        raise CodeGone
    db.session.refresh(row)
    return TRIES - row.tries


def by_code(browser: str | None, typed: str, now: datetime, *, left: int) -> tuple[Account, str]:
    """Uses the code: the account that is now to be signed in, and where to go. Raises `CodeWrong` or `CodeGone`."""
    row = _asked(browser, now)
    digits = re.sub(r"[\s\u2010-\u2015-]", "", typed)
    right = [
        hmac.compare_digest(_code(row, key).encode(), digits.encode()) for key in _settings().secret_keys
    ]
    if row.account_id is None or not any(right):
        raise CodeWrong(left)
    try:
        return _enter(row, now), row.next_path
    except (TokenUsed, TokenWrong) as error:
        raise CodeGone from error


def _asked(browser: str | None, now: datetime) -> SignIn:
    """The newest request of this browser that can still be answered."""
    row: SignIn | None = None
    if browser:
        mine = select(SignIn).where(SignIn.browser_hash == _hash(browser))
        row = db.session.scalar(mine.order_by(SignIn.id.desc()).limit(1))
    if row is None or row.expires_at <= now or once.is_spent(Purpose.SIGN_IN, row.nonce.hex()):
        raise CodeGone
    return row


def _enter(row: SignIn, now: datetime) -> Account:
    account = _account(row)
    once.spend(Purpose.SIGN_IN, row.nonce.hex(), now)
    record(account, now)
    return account


def _account(row: SignIn) -> Account:
    account = service.account(row.account_id) if row.account_id is not None else None
    if account is None or account.disabled_at is not None:
        raise TokenWrong
    return account


def record(account: Account, now: datetime) -> None:
    """Writes into the service's ledger that somebody signed in."""
    by = ledger.by(edition=None, role=Role(account.role).value, account=account, now=now)
    ledger.append(edition=None, kind="staff-signed-in", data={"by": by}, now=now)


def forget_old(before: datetime) -> None:
    """Deletes requests older than *before*, used or not."""
    once.forget(Purpose.SIGN_IN, before)
    db.session.execute(delete(SignIn).where(SignIn.created_at < before))


def _code(row: SignIn, key: str) -> str:
    """Six digits that follow from the row and the secret alone."""
    digest = hmac.digest(key.encode(), b"anbudspriset.sign-in-code|" + row.nonce, "sha256")
    return f"{int.from_bytes(digest, 'big') % 1_000_000:06d}"


def _keyed(purpose: bytes, data: bytes) -> bytes:
    return hmac.digest(
        _settings().secret_keys[0].encode(), b"anbudspriset." + purpose + b"|" + data, "sha256"
    )


def _hash(browser: str) -> bytes:
    return hashlib.sha256(browser.encode()).digest()


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings
