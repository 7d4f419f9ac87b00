"""Reports by a signed POST: who has BOUNCE_WEBHOOK_KEY may bring a message, for five minutes after signing it.

    {"message": "<the whole message, base64>"}

`Anbudspriset-Signature: t=<seconds since 1970>,v1=<HMAC-SHA256 over "<t>." and the body, hex>`. A request that is
caught and sent again changes nothing: a report counts once, whatever the way it comes.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import json
import re
from datetime import datetime

from app.mail.bounces.parts import MOST_BYTES

HEADER = "Anbudspriset-Signature"
FORM = re.compile(r"t=([0-9]{1,12}),v1=([0-9a-f]{64})")
FRESH = 300


class NotSigned(Exception):
    """No signature of this body with this key, or one that is too old."""


class NoMessage(Exception):
    """Signed, but no message in it."""


def signature(key: str, body: bytes, at: int) -> str:
    """The header's value."""
    return f"t={at},v1={hmac.digest(key.encode(), b'%d.' % at + body, 'sha256').hex()}"


def check(key: str, header: str, body: bytes, now: datetime) -> None:
    """Raises `NotSigned`."""
    match = FORM.fullmatch(header.strip())
    at = int(match[1]) if match else 0
    right = hmac.compare_digest(signature(key, body, at), match[0] if match else "")
    if not right or abs(now.timestamp() - at) > FRESH:
        raise NotSigned


def message(body: bytes) -> bytes:
    """The message in *body*; raises `NoMessage`."""
    try:
        return base64.b64decode(json.loads(body)["message"], validate=True)[:MOST_BYTES]
    except (ValueError, TypeError, KeyError, RecursionError, binascii.Error) as error:
        raise NoMessage from error
