"""The signed receipt of a cast ballot: whoever holds one can show that the box has, or once had, this ballot.

It binds the election's fingerprint φ, the ballot's tracker, the hash of the Ballot event and that event's height, and
carries no time: the same ballot has the same receipt, byte for byte, for ever. The signature is Ed25519 by the
ledger's key over the UTF-8 text::

    anbud-receipt-v1
    <φ>
    <tracker>
    <event>
    <height>

each line ended by one line feed. (A checkpoint, signed by the same key, begins with a log's name, which contains a
stroke: neither can be taken for the other.)
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass

from app.core import signatures

_B64 = re.compile(r"[A-Za-z0-9+/]{43}")
_HEX = re.compile(r"[0-9a-f]{64}")


class ReceiptError(ValueError):
    """The values do not make a receipt."""


@dataclass(frozen=True)
class Receipt:
    """What the box confirms. `election` (φ) and `tracker`: 43 characters of base64; `event`: 64 of hexadecimal."""

    election: str
    tracker: str
    event: str
    height: int

    def __post_init__(self) -> None:
        if not _B64.fullmatch(self.election) or not _B64.fullmatch(self.tracker):
            raise ReceiptError("a fingerprint and a tracker have 43 characters of base64")
        if not _HEX.fullmatch(self.event):
            raise ReceiptError("an event's hash has 64 hexadecimal digits")
        if self.height < 1:
            raise ReceiptError("a ballot's event comes after the set-up")


def signed_text(receipt: Receipt) -> bytes:
    """The bytes that are signed."""
    lines = ("anbud-receipt-v1", receipt.election, receipt.tracker, receipt.event, str(receipt.height))
    return "".join(f"{line}\n" for line in lines).encode("ascii")


def sign(receipt: Receipt, seed: bytes) -> bytes:
    """The signature (64 bytes) by the ledger's secret seed (32 bytes); the same each time."""
    return signatures.sign(seed, signed_text(receipt))


def verify(receipt: Receipt, signature: bytes, public: bytes) -> bool:
    """Whether the holder of the ledger's public key (32 bytes) signed this receipt."""
    return signatures.verify(public, signed_text(receipt), signature)


def as_json(receipt: Receipt, signature: bytes, public: bytes) -> dict[str, str | int]:
    """The receipt as the browser gets it: tracker, event, height, signature and key (both base64)."""
    return {
        "tracker": receipt.tracker,
        "event": receipt.event,
        "height": receipt.height,
        "signature": base64.b64encode(signature).decode(),
        "key": base64.b64encode(public).decode(),
    }
