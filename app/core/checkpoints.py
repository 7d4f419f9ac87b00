"""Signed checkpoints of a log: C2SP tlog-checkpoint in a C2SP signed-note, Ed25519, one signature, no extension lines.

Sources: https://c2sp.org/tlog-checkpoint and https://c2sp.org/signed-note. A checkpoint of the log
``award.example/2026`` with three entries is the text::

    award.example/2026
    3
    cl1SMNto9VdHDcNfHYhlgTrNfrsHrRUndBQd7LrnEyc=

    — award.example/2026 CYC0Bmd/3ypc9DPlOhatHmHVR33y74qfGAxgz4SimUCRnl3354p/Vu5iQe3xtugi8hAY/ZHiydZ70LqYEQ7KQ4Mn4AQ=

where the third line is the root hash and the signature line carries four bytes of key hash, then the signature on
everything up to the empty line. The key is named as the log is, and is itself written as a "verifier key":
``name+hash+key``, the hash in hexadecimal, the key in base64 behind a byte 0x01 for Ed25519.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass

from app.core import signatures

_ALGORITHM = b"\x01"
_ORIGIN = re.compile(r"[a-z0-9][a-z0-9.:-]*(/[A-Za-z0-9._~-]+)+")
_NOTE = re.compile(
    r"(?P<origin>[^\n]+)\n(?P<size>0|[1-9][0-9]{0,15})\n(?P<root>[A-Za-z0-9+/=]+)\n"
    r"\n— (?P<name>[^ \n]+) (?P<signature>[A-Za-z0-9+/=]+)\n"
)
LONGEST_ORIGIN = 200


class CheckpointError(ValueError):
    """The text is no checkpoint of this form, or its signature is not by the expected key."""


@dataclass(frozen=True)
class Checkpoint:
    """What a log was at one time: its name, how many entries, and the root hash over them."""

    origin: str
    size: int
    root: bytes

    def body(self) -> bytes:
        """The note's text, which is what gets signed."""
        root = base64.b64encode(self.root).decode()
        return f"{self.origin}\n{self.size}\n{root}\n".encode()


def check_origin(origin: str) -> str:
    """`origin` itself if it can name a log: a host and a path, without a scheme; raises `CheckpointError`."""
    if len(origin) > LONGEST_ORIGIN or not _ORIGIN.fullmatch(origin):
        raise CheckpointError(f"{origin!r} cannot name a log")
    return origin


def verifier_key(origin: str, public: bytes) -> str:
    """The public key (32 bytes) with the log's name, in one line of text."""
    if len(public) != signatures.KEY_BYTES:
        raise CheckpointError("an Ed25519 public key has 32 bytes")
    encoded = base64.b64encode(_ALGORITHM + public).decode()
    return f"{check_origin(origin)}+{_key_hash(origin, public).hex()}+{encoded}"


def read_verifier_key(text: str) -> tuple[str, bytes]:
    """The log's name and public key from what `verifier_key` wrote; raises `CheckpointError`."""
    origin, _, rest = text.partition("+")
    encoded = rest.partition("+")[2]
    data = _base64(encoded)
    if data[:1] != _ALGORITHM or verifier_key(origin, data[1:]) != text:
        raise CheckpointError("not the key of an Ed25519 log")
    return origin, data[1:]


def sign(checkpoint: Checkpoint, seed: bytes) -> bytes:
    """The signed note of `checkpoint` by the log's secret seed (32 bytes)."""
    check_origin(checkpoint.origin)
    body = checkpoint.body()
    public = signatures.public_key(seed)
    signed = _key_hash(checkpoint.origin, public) + signatures.sign(seed, body)
    return body + f"\n— {checkpoint.origin} {base64.b64encode(signed).decode()}\n".encode()


def read(note: bytes) -> Checkpoint:
    """The checkpoint in a note, its signature not yet checked; raises `CheckpointError` on another form."""
    return _parse(note)[0]


def verify(note: bytes, key: str) -> Checkpoint:
    """The checkpoint in a note signed by the verifier key `key`; raises `CheckpointError`."""
    origin, public = read_verifier_key(key)
    checkpoint, signed = _parse(note)
    if checkpoint.origin != origin:
        raise CheckpointError(f"a checkpoint of {checkpoint.origin}, not of {origin}")
    if signed[:4] != _key_hash(origin, public):
        raise CheckpointError("signed with another key")
    if not signatures.verify(public, checkpoint.body(), signed[4:]):
        raise CheckpointError("the signature does not hold")
    return checkpoint


def _parse(note: bytes) -> tuple[Checkpoint, bytes]:
    try:
        match = _NOTE.fullmatch(note.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise CheckpointError("not UTF-8") from error
    if match is None:
        raise CheckpointError("not a signed checkpoint")
    checkpoint = Checkpoint(check_origin(match["origin"]), int(match["size"]), _base64(match["root"]))
    signed = _base64(match["signature"])
    if match["name"] != checkpoint.origin:
        raise CheckpointError("the key is not named as the log is")
    if len(checkpoint.root) != 32 or len(signed) != 4 + signatures.SIGNATURE_BYTES:
        raise CheckpointError("a hash or signature of the wrong length")
    return checkpoint, signed


def _key_hash(origin: str, public: bytes) -> bytes:
    return hashlib.sha256(origin.encode() + b"\n" + _ALGORITHM + public).digest()[:4]


def _base64(text: str) -> bytes:
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise CheckpointError("not base64") from error
    if base64.b64encode(data).decode() != text:
        raise CheckpointError("not canonical base64")
    return data
