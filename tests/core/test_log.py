"""The Merkle log against RFC 6962's own definitions, the test tree that logs share, and its properties."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core import log

LEAVES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def mth(data: list[bytes]) -> bytes:
    """The tree hash exactly as RFC 6962, 2.1 defines it."""
    if not data:
        return hashlib.sha256().digest()
    if len(data) == 1:
        return hashlib.sha256(b"\x00" + data[0]).digest()
    k = 1
    while 2 * k < len(data):
        k *= 2
    return hashlib.sha256(b"\x01" + mth(data[:k]) + mth(data[k:])).digest()


def leaves(count: int) -> list[bytes]:
    return [log.leaf_hash(str(number).encode()) for number in range(count)]


def test_the_shared_test_tree_has_its_roots() -> None:
    frontier = log.Frontier()
    assert frontier.root().hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    for data, expected in zip(LEAVES, ROOTS, strict=True):
        frontier = frontier.append(log.leaf_hash(data))
        assert frontier.root().hex() == expected


@given(st.lists(st.binary(max_size=4), max_size=40))
def test_growing_leaf_by_leaf_gives_the_defined_root(data: list[bytes]) -> None:
    hashes = [log.leaf_hash(item) for item in data]
    assert log.root(hashes) == mth(data)


@given(st.integers(0, 300))
def test_a_frontier_survives_storage(size: int) -> None:
    frontier = log.Frontier()
    for leaf in leaves(size):
        frontier = frontier.append(leaf)
    assert log.Frontier.from_bytes(frontier.to_bytes()) == frontier
    assert len(frontier.nodes) <= 9


@pytest.mark.parametrize("data", [b"", bytes(7), bytes(8) + bytes(32), bytes(7) + b"\x01", bytes(9)])
def test_anything_else_is_no_frontier(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"frontier|subtree"):
        log.Frontier.from_bytes(data)


def test_the_proofs_of_the_rfc_example() -> None:
    d = leaves(7)
    a, b, c, e, f, j = d[0], d[1], d[2], d[4], d[5], d[6]
    g, h, i = log.node_hash(a, b), log.node_hash(c, d[3]), log.node_hash(e, f)
    k, last = log.node_hash(g, h), log.node_hash(i, j)
    assert log.inclusion_proof(d, 0) == [b, h, last]
    assert log.inclusion_proof(d, 3) == [c, g, last]
    assert log.inclusion_proof(d, 4) == [f, j, k]
    assert log.inclusion_proof(d, 6) == [i, k]
    assert log.consistency_proof(d, 3) == [c, d[3], g, last]
    assert log.consistency_proof(d, 4) == [last]
    assert log.consistency_proof(d, 6) == [i, j, k]


def test_every_inclusion_in_every_small_log() -> None:
    for size in range(1, 20):
        hashes = leaves(size)
        root = log.root(hashes)
        for index in range(size):
            proof = log.inclusion_proof(hashes, index)
            assert log.verify_inclusion(hashes[index], index, size, proof, root)
            for other in range(size):
                if other != index:
                    assert not log.verify_inclusion(hashes[index], other, size, proof, root)
            assert not log.verify_inclusion(hashes[index], index, size, [*proof, root], root)
            assert not log.verify_inclusion(hashes[index], index, size, proof, hashes[index][::-1])
        assert not log.verify_inclusion(hashes[0], size, size, [], root)
        assert not log.verify_inclusion(hashes[0], -1, size, [], root)
    with pytest.raises(IndexError):
        log.inclusion_proof(leaves(3), 3)


def test_every_beginning_of_every_small_log() -> None:
    for new in range(20):
        hashes = leaves(new)
        root = log.root(hashes)
        for old in range(new + 1):
            proof = log.consistency_proof(hashes, old)
            beginning = log.root(hashes[:old])
            assert log.verify_consistency(old, new, beginning, root, proof)
            changed = log.root([*hashes[: max(old - 1, 0)], log.leaf_hash(b"changed")])
            assert not log.verify_consistency(old, new, changed, root, proof)
            assert not log.verify_consistency(old, new, beginning, root, [*proof, root])
            for place in range(len(proof)):
                damaged = [*proof]
                damaged[place] = bytes(32)
                assert not log.verify_consistency(old, new, beginning, root, damaged)
                assert not log.verify_consistency(old, new, beginning, root, proof[:place])
    assert not log.verify_consistency(3, 2, log.root(leaves(3)), log.root(leaves(2)), [])
    with pytest.raises(IndexError):
        log.consistency_proof(leaves(3), 4)
