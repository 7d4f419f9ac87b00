"""Ed25519 against the vectors of RFC 8032 and against libsodium, with both ways of computing."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core import signatures
from app.core.belenios import groups

VECTORS = [
    (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        (
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
            "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
        ),
    ),
    (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        (
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
            "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
        ),
    ),
    (
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        (
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
            "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
        ),
    ),
]


@pytest.mark.parametrize(("seed", "public", "message", "signature"), VECTORS)
def test_rfc_8032(seed: str, public: str, message: str, signature: str) -> None:
    assert signatures.public_key(bytes.fromhex(seed)).hex() == public
    assert signatures.sign(bytes.fromhex(seed), bytes.fromhex(message)).hex() == signature
    assert signatures.verify(bytes.fromhex(public), bytes.fromhex(message), bytes.fromhex(signature))


def test_rfc_8032_with_our_own_integers() -> None:
    program = (
        "import sys; from app.core import signatures as s; from app.core.belenios import groups as g\n"
        "assert g.BACKEND == 'python' and 'nacl' not in sys.modules\n"
        "seed, public, message, signature = map(bytes.fromhex, sys.argv[1:])\n"
        "assert s.public_key(seed) == public and s.sign(seed, message) == signature\n"
        "assert s.verify(public, message, signature) and not s.verify(public, message + b'!', signature)\n"
    )
    for vector in VECTORS:
        environment = os.environ | {"BELENIOS_BACKEND": "python"}
        subprocess.run([sys.executable, "-c", program, *vector], env=environment, check=True)


@settings(max_examples=20)
@given(st.binary(min_size=32, max_size=32), st.binary(max_size=100))
def test_libsodium_agrees(seed: bytes, message: bytes) -> None:
    signing = pytest.importorskip("nacl.signing")
    theirs = signing.SigningKey(seed)
    assert signatures.public_key(seed) == bytes(theirs.verify_key)
    assert signatures.sign(seed, message) == theirs.sign(message).signature
    assert signatures.verify(bytes(theirs.verify_key), message, theirs.sign(message).signature)


@settings(max_examples=30)
@given(st.integers(0, 511), st.binary(max_size=20))
def test_one_bit_changed_is_no_signature(bit: int, message: bytes) -> None:
    seed = bytes(range(32))
    public = signatures.public_key(seed)
    signature = bytearray(signatures.sign(seed, message))
    signature[bit // 8] ^= 1 << bit % 8
    assert not signatures.verify(public, message, bytes(signature))
    assert not signatures.verify(public, message + b"\x00", signatures.sign(seed, message))


def test_forms_that_libraries_disagree_on_are_refused() -> None:
    seed, message = bytes(32), b"m"
    public, signature = signatures.public_key(seed), signatures.sign(seed, message)
    larger = (int.from_bytes(signature[32:], "little") + groups.Q).to_bytes(32, "little")
    assert not signatures.verify(public, message, signature[:32] + larger)
    identity = b"\x01" + bytes(31)
    assert not signatures.verify(identity, message, identity + bytes(32))
    assert not signatures.verify(public, message, signature[:63])
    assert not signatures.verify(public[:31], message, signature)
    assert not signatures.verify(b"\xff" * 32, message, signature)


def test_a_seed_has_32_bytes() -> None:
    for use in (signatures.public_key, lambda seed: signatures.sign(seed, b"")):
        with pytest.raises(ValueError, match="32 bytes"):
            use(bytes(31))
