"""Every token that a mailed link carries, except the ballot's (that is a Belenios credential).

itsdangerous URLSafeTimedSerializer with a list of keys, newest first, so that keys can be rotated; a salt of its own
for each purpose, so that a token made for one can never be used for another. One-time purposes also consume a row
(`accounts.service`, `nominations.service`): a token alone proves only who was written to.
"""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import Any

from flask import current_app
from itsdangerous import BadSignature, SignatureExpired, TimestampSigner, URLSafeTimedSerializer

from app.extensions import clock


class Purpose(StrEnum):
    """What a token is for; the value is part of its salt."""

    CONFIRM_NOMINATION = "confirm-nomination"
    EDIT_NOMINATION = "edit-nomination"
    NOMINEE = "nominee"
    NOMINATION_DRAFT = "nomination-draft"
    CONFIRM_REQUEST = "confirm-request"
    SIGN_IN = "sign-in"
    INVITATION = "invitation"
    SET_UP = "set-up"
    OPT_OUT = "opt-out"


class TokenError(Exception):
    """A token that opens nothing."""


class TokenMissing(TokenError):
    """No token came."""


class TokenWrong(TokenError):
    """Not a token of ours, or for something else."""


class TokenExpired(TokenError):
    """Ours, but too old."""


class TokenUsed(TokenError):
    """Ours, and used already."""


class _Signer(TimestampSigner):
    """Stamps and judges by the service's clock, so that a rehearsed year ages tokens too."""

    def get_timestamp(self) -> int:
        return int(clock.now().timestamp())


def _serializer(purpose: Purpose) -> URLSafeTimedSerializer:
    keys: tuple[str, ...] = current_app.extensions["settings"].secret_keys
    return URLSafeTimedSerializer(list(reversed(keys)), salt=f"anbudspriset.{purpose}", signer=_Signer)


def make(purpose: Purpose, data: Any) -> str:
    """A token for *purpose* that carries *data* (JSON; readable by whoever holds it, so never a secret)."""
    return _serializer(purpose).dumps(data)


def read(purpose: Purpose, token: str | None, *, max_age: timedelta) -> Any:
    """The data of a token; raises `TokenMissing`, `TokenWrong` or `TokenExpired`."""
    if not token:
        raise TokenMissing
    try:
        return _serializer(purpose).loads(token, max_age=int(max_age.total_seconds()))
    except SignatureExpired as error:
        raise TokenExpired from error
    except BadSignature as error:
        raise TokenWrong from error
