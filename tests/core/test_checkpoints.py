"""Checkpoints as signed notes: known notes, every changed byte, and what the form leaves out."""

from __future__ import annotations

import base64

import pytest

from app.core import checkpoints, log, signatures
from app.core.checkpoints import Checkpoint, CheckpointError

SEED = bytes(range(32))
ORIGIN = "award.example/2026"
KEY = checkpoints.verifier_key(ORIGIN, signatures.public_key(SEED))
CHECKPOINT = Checkpoint(ORIGIN, 3, log.root([log.leaf_hash(b"%d" % n) for n in range(3)]))
NOTE = checkpoints.sign(CHECKPOINT, SEED)


def test_the_example_in_the_module() -> None:
    documented = checkpoints.__doc__ or ""
    for line in NOTE.decode().split("\n"):
        assert line in documented


def test_the_key_hash_and_signature_of_a_note_made_elsewhere() -> None:
    """The example note of Go's package golang.org/x/mod/sumdb/note, where the form comes from."""
    name, key_hash, encoded = ["PeterNeumann", "c74f20a3", "ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"]
    public = base64.b64decode(encoded)[1:]
    text = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
    signed = base64.b64decode(
        "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
    )
    assert checkpoints._key_hash(name, public).hex() == key_hash == signed[:4].hex()
    assert signatures.verify(public, text.encode(), signed[4:])


def test_a_signed_checkpoint_is_read_back() -> None:
    assert checkpoints.verify(NOTE, KEY) == checkpoints.read(NOTE) == CHECKPOINT
    assert checkpoints.sign(CHECKPOINT, SEED) == NOTE
    assert checkpoints.read_verifier_key(KEY) == (ORIGIN, signatures.public_key(SEED))


def test_every_changed_byte_is_refused() -> None:
    for place in range(len(NOTE)):
        for change in (1, 32, 128):
            damaged = bytearray(NOTE)
            damaged[place] ^= change
            with pytest.raises(CheckpointError):
                checkpoints.verify(bytes(damaged), KEY)


@pytest.mark.parametrize(
    "note",
    [
        b"",
        NOTE + b"\n",
        NOTE[:-1],
        b"\n" + NOTE,
        NOTE.replace(b"\n", b"\r\n"),
        NOTE.replace(b"\n3\n", b"\n03\n"),
        NOTE.replace(b"\n\n", b"\nextension\n\n"),
        NOTE + NOTE.split(b"\n\n")[1],
        NOTE.replace("\n— ".encode(), b"\n-- "),
        NOTE.replace("— award".encode(), "— other".encode()),
    ],
)
def test_another_form_is_refused(note: bytes) -> None:
    with pytest.raises(CheckpointError):
        checkpoints.verify(note, KEY)


def test_another_key_or_log_is_refused() -> None:
    other = signatures.public_key(bytes(32))
    with pytest.raises(CheckpointError, match="another key"):
        checkpoints.verify(NOTE, checkpoints.verifier_key(ORIGIN, other))
    with pytest.raises(CheckpointError, match="not of"):
        checkpoints.verify(NOTE, checkpoints.verifier_key("award.example/2027", other))
    forged = checkpoints.sign(CHECKPOINT, bytes(32))
    with pytest.raises(CheckpointError, match="another key"):
        checkpoints.verify(forged, KEY)


def test_base64_has_one_form() -> None:
    body, signature = NOTE.split(b"\n\n")
    line = signature.decode().rstrip("\n")
    assert line.endswith("=")
    last = line.rstrip("=")[-1]
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    spare_bit = alphabet[alphabet.index(last) ^ 1]
    changed = line.replace(f"{last}=", f"{spare_bit}=", 1)
    with pytest.raises(CheckpointError, match="canonical"):
        checkpoints.verify(body + b"\n\n" + changed.encode() + b"\n", KEY)


@pytest.mark.parametrize(
    "origin", ["", "award.example", "https://a/b", "a b/c", "a/b+c", "a/å", "a/", "a" * 300 + "/b"]
)
def test_what_cannot_name_a_log(origin: str) -> None:
    with pytest.raises(CheckpointError):
        checkpoints.verifier_key(origin, bytes(32))


@pytest.mark.parametrize(
    "key", ["", ORIGIN, KEY[:-4], KEY + "=", KEY.replace("+", " ", 1), "x" + KEY, KEY.replace("+A", "+B")]
)
def test_what_is_no_key(key: str) -> None:
    with pytest.raises(CheckpointError):
        checkpoints.read_verifier_key(key)
