"""Receipts: the signed text to the letter, and no other receipt by the same signature."""

from __future__ import annotations

import base64
from dataclasses import replace

import pytest

from app.core import receipts, signatures
from app.core.receipts import Receipt, ReceiptError

SEED = bytes(range(32))
RECEIPT = Receipt(election="a" * 43, tracker="b" * 42 + "/", event="c" * 64, height=118)


def test_the_signed_text() -> None:
    assert receipts.signed_text(RECEIPT) == (
        b"anbud-receipt-v1\n" + b"a" * 43 + b"\n" + b"b" * 42 + b"/\n" + b"c" * 64 + b"\n118\n"
    )


def test_a_signature_is_on_one_receipt_alone() -> None:
    public = signatures.public_key(SEED)
    signature = receipts.sign(RECEIPT, SEED)
    assert receipts.verify(RECEIPT, signature, public)
    assert signature == receipts.sign(RECEIPT, SEED)
    for change in ({"election": "b" * 43}, {"tracker": "a" * 43}, {"event": "d" * 64}, {"height": 11}):
        assert not receipts.verify(replace(RECEIPT, **change), signature, public)
    assert not receipts.verify(RECEIPT, signature, signatures.public_key(bytes(32)))


def test_the_browser_gets_what_it_needs_to_verify() -> None:
    public = signatures.public_key(SEED)
    value = receipts.as_json(RECEIPT, receipts.sign(RECEIPT, SEED), public)
    assert list(value) == ["tracker", "event", "height", "signature", "key"]
    again = Receipt("a" * 43, str(value["tracker"]), str(value["event"]), int(value["height"]))
    assert receipts.verify(
        again, base64.b64decode(str(value["signature"])), base64.b64decode(str(value["key"]))
    )


@pytest.mark.parametrize(
    "change", [{"election": "a" * 42}, {"tracker": "b" * 42 + "\n"}, {"event": "C" * 64}, {"height": 0}]
)
def test_what_is_no_receipt(change: dict[str, object]) -> None:
    with pytest.raises(ReceiptError):
        replace(RECEIPT, **change)
