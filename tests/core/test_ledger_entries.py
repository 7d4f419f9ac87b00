"""The ledger's entries: kinds, shapes, commitments, and personal data that can be forgotten."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta, timezone

import pytest

from app.core import ledger_entries
from app.core.ledger_entries import KINDS, EntryError
from app.core.ledger_shapes import plain

NOW = datetime(2026, 3, 1, 12, 0, 5, tzinfo=UTC)
HEX = "ab" * 32
BY = {"role": "secretariat", "who": HEX}
NONCE = bytes(range(32))
RESULT = {"event": HEX, "height": 9, "result": HEX}


def line(**changes: object) -> bytes:
    value = {
        "at": "2026-03-01T12:00:05Z",
        "data": {"ballots": 2, "head": HEX, "height": 3},
        "kind": "box-head",
    }
    return json.dumps(value | changes, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def test_an_entry_is_one_canonical_line() -> None:
    made = ledger_entries.entry("box-head", NOW, {"height": 3, "head": HEX, "ballots": 2})
    assert made == line()
    assert ledger_entries.read(made) == ledger_entries.Entry(
        "box-head", NOW, {"ballots": 2, "head": HEX, "height": 3}
    )


def test_times_are_utc_to_the_second() -> None:
    swedish = NOW.astimezone(timezone(timedelta(hours=1))).replace(microsecond=999_999)
    assert ledger_entries.entry("result", swedish, RESULT) == ledger_entries.entry("result", NOW, RESULT)
    with pytest.raises(EntryError, match="aware"):
        ledger_entries.entry("result", NOW.replace(tzinfo=None), RESULT)


@pytest.mark.parametrize(
    "wrong",
    [
        line(kind="rumour"),
        line(kind=["box-head"]),
        line(at="2026-03-01T12:00:05+00:00"),
        line(at="2026-03-01T12:00:05.0Z"),
        line(at="2026-02-30T12:00:05Z"),
        line(at="2026-3-1T12:00:05Z"),
        line(at=5),
        line(more=1),
        line(data={"ballots": 2, "head": HEX}),
        line(data={"ballots": 2, "head": HEX, "height": 3, "note": "x"}),
        line(data={"ballots": True, "head": HEX, "height": 3}),
        line(data={"ballots": -1, "head": HEX, "height": 3}),
        line(data={"ballots": "2", "head": HEX, "height": 3}),
        line(data={"ballots": 2, "head": HEX.upper(), "height": 3}),
        line(data={"ballots": 2, "head": HEX + "\n", "height": 3}),
        line(data=[]),
        line() + b" ",
        b"[]",
        b"null",
        b"",
    ],
)
def test_what_is_no_entry(wrong: bytes) -> None:
    with pytest.raises(EntryError):
        ledger_entries.read(wrong)


def test_free_text_is_bounded_and_has_no_control_characters() -> None:
    def move(reason: str) -> bytes:
        data = {"by": BY, "from": "draft", "reason": reason, "to": "nominating"}
        return ledger_entries.entry("phase-moved", NOW, data)

    assert ledger_entries.read(move("Därför.\nPunkt\u00a0slut.")).data["reason"].startswith("Därför")
    assert ledger_entries.read(move("👩\u200d🌾 Ängs\u00adbacken \u3000")).data["reason"].startswith("👩")
    for reason in ("\x00", "\t", "\r", "\x1b[0m", "\u202e", "\u2028", "\ud800", "x" * 4001):
        with pytest.raises(EntryError):
            move(reason)
        move(plain(reason))
    assert plain("a\r\nb\rc\td\x1b") == "a\nb\nc d"


def test_an_entry_is_bounded() -> None:
    data = {"credentials": HEX, "election": "a" * 43, "setup": HEX, "spares": [HEX] * 16_000, "voters": 1}
    with pytest.raises(EntryError, match="bytes"):
        ledger_entries.entry("credentials-issued", NOW, data)
    assert len(ledger_entries.entry("credentials-issued", NOW, data | {"spares": [HEX] * 10_000})) < 1 << 20


def test_a_commitment_hides_until_it_is_opened() -> None:
    inner = ledger_entries.entry("result", NOW, RESULT)
    hidden = ledger_entries.staged(NONCE, inner)
    assert ledger_entries.read(hidden).data == {"commitment": hashlib.sha256(NONCE + inner).hexdigest()}
    assert ledger_entries.read(hidden).at == NOW
    opened = ledger_entries.read(ledger_entries.revealed(NOW, 4, NONCE, inner))
    assert opened.data == {"entry": json.loads(inner), "height": 4, "nonce": NONCE.hex()}


def test_what_is_public_at_once_cannot_be_hidden() -> None:
    inner = ledger_entries.entry(
        "ballot-voided", NOW, {"box_height": 1, "by": BY, "credential": HEX, "second": None}
    )
    with pytest.raises(EntryError, match="public"):
        ledger_entries.staged(NONCE, inner)
    with pytest.raises(EntryError):
        ledger_entries.revealed(NOW, 4, NONCE, inner)
    with pytest.raises(EntryError):
        ledger_entries.staged(
            NONCE, ledger_entries.staged(NONCE, ledger_entries.entry("result", NOW, RESULT))
        )


def test_what_may_wait_for_publication() -> None:
    assert {name for name, kind in KINDS.items() if kind.may_be_staged} == {
        "box-head",
        "strong-decryption",
        "result",
        "count-made",
        "report-made",
        "tie-decided",
        "signed-off",
        "objected",
        "recount-made",
    }


def test_erasable_data_is_an_hmac_under_its_own_nonce() -> None:
    text = "kansli@award.example"
    assert ledger_entries.erasable(NONCE, text) == hmac.new(NONCE, text.encode(), "sha256").hexdigest()
    assert ledger_entries.erasable(bytes(32), text) != ledger_entries.erasable(NONCE, text)
    for use in (ledger_entries.erasable, lambda nonce, _: ledger_entries.commitment(nonce, b"")):
        with pytest.raises(EntryError):
            use(b"short", text)


def test_a_key_is_known_by_the_hash_of_its_digits() -> None:
    assert ledger_entries.key_fingerprint(HEX) == hashlib.sha256(HEX.encode()).hexdigest()
