"""The Merkle log of RFC 6962, section 2: its hashes, roots, inclusion proofs and consistency proofs.

A leaf's hash is SHA-256(0x00 ‖ leaf), a node's SHA-256(0x01 ‖ left ‖ right); the left part of a tree of n leaves has
the largest power of two below n. Worked example (RFC 6962, 2.1.3), seven leaves::

                hash
               /    \\
              k      l
             / \\    / \\
            g   h  i   j
           /|   |\\ |\\   \\
           a b  c d e f  d6

The proof that d3 is included is [c, g, l]; that the tree of three leaves is a beginning of it, [c, d, g, l].

Everything here takes leaf hashes (32 bytes each), as `leaf_hash` makes them. `Frontier` grows a log leaf by leaf in
O(log n) time and space, without its earlier leaves.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

HASH_BYTES = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()


def leaf_hash(data: bytes) -> bytes:
    """The hash of a leaf's bytes."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of a node with these two children."""
    return hashlib.sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True)
class Frontier:
    """A log's size and the roots of its complete subtrees, the largest first: all that growing it takes."""

    size: int = 0
    nodes: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        if self.size < 0 or len(self.nodes) != self.size.bit_count():
            raise ValueError(f"{len(self.nodes)} subtrees do not make a log of {self.size} leaves")
        if any(len(node) != HASH_BYTES for node in self.nodes):
            raise ValueError("a subtree's root has 32 bytes")

    def append(self, leaf: bytes) -> Frontier:
        """The log with one more leaf hash."""
        nodes = [*self.nodes, leaf]
        size = self.size
        while size & 1:
            right, left = nodes.pop(), nodes.pop()
            nodes.append(node_hash(left, right))
            size >>= 1
        return Frontier(self.size + 1, tuple(nodes))

    def root(self) -> bytes:
        """The log's root hash."""
        if not self.nodes:
            return EMPTY_ROOT
        result = self.nodes[-1]
        for node in reversed(self.nodes[:-1]):
            result = node_hash(node, result)
        return result

    def to_bytes(self) -> bytes:
        """Eight bytes of size, then the subtrees' roots."""
        return self.size.to_bytes(8, "big") + b"".join(self.nodes)

    @classmethod
    def from_bytes(cls, data: bytes) -> Frontier:
        """What `to_bytes` wrote; raises ValueError on anything else."""
        if len(data) < 8 or (len(data) - 8) % HASH_BYTES:
            raise ValueError("not a log's frontier")
        nodes = tuple(data[i : i + HASH_BYTES] for i in range(8, len(data), HASH_BYTES))
        return cls(int.from_bytes(data[:8], "big"), nodes)


def root(leaves: Sequence[bytes]) -> bytes:
    """The root hash over these leaf hashes."""
    frontier = Frontier()
    for leaf in leaves:
        frontier = frontier.append(leaf)
    return frontier.root()


def inclusion_proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """The path that shows that leaf `index` is in the log of `leaves`; raises IndexError."""
    if not 0 <= index < len(leaves):
        raise IndexError(f"there is no leaf {index} in a log of {len(leaves)}")
    if len(leaves) == 1:
        return []
    split = _split(len(leaves))
    if index < split:
        return [*inclusion_proof(leaves[:split], index), root(leaves[split:])]
    return [*inclusion_proof(leaves[split:], index - split), root(leaves[:split])]


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root_hash: bytes) -> bool:
    """Whether `proof` shows that the leaf hash stands at `index` in the log of `size` leaves with that root."""
    if not 0 <= index < size:
        return False
    sides = _sides(index, size)
    if len(sides) != len(proof):
        return False
    result = leaf
    for sibling, sibling_is_left in zip(proof, sides, strict=True):
        result = node_hash(sibling, result) if sibling_is_left else node_hash(result, sibling)
    return result == root_hash


def consistency_proof(leaves: Sequence[bytes], old: int) -> list[bytes]:
    """What shows that the log's first `old` leaves are unchanged (RFC 6962, 2.1.2); raises IndexError."""
    if not 0 <= old <= len(leaves):
        raise IndexError(f"a log of {len(leaves)} never had {old} leaves")
    if old in (0, len(leaves)):
        return []
    return _subproof(leaves, old, known=True)


def verify_consistency(old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether the log of `new` leaves begins with the log of `old` leaves, by their roots (RFC 9162, 2.1.4.2)."""
    if old == new:
        return not proof and old_root == new_root
    if old == 0:
        return not proof and old_root == EMPTY_ROOT
    if not 0 < old < new:
        return False
    node, last = old - 1, new - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    path = list(proof) if node else [old_root, *proof]
    if not path:
        return False
    small = large = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if node & 1 or node == last:
            small, large = node_hash(sibling, small), node_hash(sibling, large)
            while node and not node & 1:
                node, last = node >> 1, last >> 1
        else:
            large = node_hash(large, sibling)
        node, last = node >> 1, last >> 1
    return last == 0 and small == old_root and large == new_root


def _split(size: int) -> int:
    return 1 << ((size - 1).bit_length() - 1)


def _sides(index: int, size: int) -> list[bool]:
    """From the leaf to the root: whether the sibling stands to the left."""
    sides: list[bool] = []
    while size > 1:
        split = _split(size)
        sides.append(index >= split)
        index, size = (index - split, size - split) if index >= split else (index, split)
    return sides[::-1]


def _subproof(leaves: Sequence[bytes], old: int, *, known: bool) -> list[bytes]:
    if old == len(leaves):
        return [] if known else [root(leaves)]
    split = _split(len(leaves))
    if old <= split:
        return [*_subproof(leaves[:split], old, known=known), root(leaves[split:])]
    return [*_subproof(leaves[split:], old - split, known=False), root(leaves[:split])]
