"""Trustees: whoever holds a key that opens the box (sections 4.5 and 4.7).

The server's key, and any other mandatory one, is a "Single" item. A jury's is a "Pedersen" item, of which a number
of members is enough (`pedersen`). The election's key is the product of the items' keys.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from app.core.belenios.encoding import array, canonical, decimal, members, parse_canonical, sha256_hex
from app.core.belenios.errors import TrusteeError
from app.core.belenios.groups import NAME, Element, Q, Rng, base_power, decode, product, random_scalar
from app.core.belenios.proofs import Proof, holds_knowledge, prove_knowledge

MAX_TRUSTEES = 1000


@dataclass(frozen=True)
class TrusteePublicKey:
    """A public key with the proof that its owner knows the private one; `signature` only in a Pedersen item."""

    element: Element
    pok: Proof
    signature: Proof | None = None

    def value(self) -> dict[str, Any]:
        """The key as a JSON value."""
        signature = {} if self.signature is None else {"signature": self.signature.value()}
        return {"pok": self.pok.value(), "public_key": self.element.hex(), **signature}

    @classmethod
    def from_value(cls, value: Any, *, signed: bool = False) -> TrusteePublicKey:
        """The key of a JSON value. Raises EncodingError or GroupError."""
        fields = members(value, ("pok", "public_key"), ("signature",) if signed else ())
        signature = Proof.from_value(fields["signature"]) if "signature" in fields else None
        return cls(decode(fields["public_key"]), Proof.from_value(fields["pok"]), signature)

    def check(self) -> None:
        """Raises TrusteeError unless the proof of knowledge holds."""
        if not holds_knowledge(_pok_prefix(self.element), self.element, self.pok):
            raise TrusteeError(
                "trustee-pok", f"The proof of knowledge of the key {self.element.hex()} is wrong."
            )


def _pok_prefix(public: Element) -> str:
    return f"pok|{NAME}|{public.hex()}"


@dataclass(frozen=True, repr=False)
class TrusteeKey:
    """A trustee's private key with its public one. Its `repr` shows the public key only."""

    private: int
    public: TrusteePublicKey

    def __repr__(self) -> str:
        return f"TrusteeKey(public={self.public.element.hex()})"

    @classmethod
    def generate(cls, rng: Rng = random_scalar) -> TrusteeKey:
        """A fresh key."""
        return cls._of(rng(), rng)

    @classmethod
    def from_private(cls, data: bytes, rng: Rng = random_scalar) -> TrusteeKey:
        """The key of `private_payload`'s bytes, with a fresh proof of knowledge."""
        return cls._of(decimal(parse_canonical(data.strip()), Q), rng)

    @classmethod
    def _of(cls, private: int, rng: Rng) -> TrusteeKey:
        if private == 0:
            raise TrusteeError("zero-key", "Zero is no private key.")
        public = base_power(private)
        return cls(private, TrusteePublicKey(public, prove_knowledge(_pok_prefix(public), private, rng)))

    def private_payload(self) -> bytes:
        """The private key as belenios-tool writes and reads it."""
        return canonical(str(self.private))


@dataclass(frozen=True)
class Single:
    """A mandatory trustee."""

    public: TrusteePublicKey

    @property
    def key(self) -> Element:
        """The item's part of the election's key."""
        return self.public.element

    @property
    def verification_keys(self) -> tuple[Element, ...]:
        """The keys that check partial decryptions, one for each trustee of the item."""
        return (self.public.element,)

    @property
    def threshold(self) -> int:
        """How many of the item's trustees must decrypt."""
        return 1

    def check(self) -> None:
        """Raises TrusteeError unless the item holds."""
        self.public.check()

    def value(self) -> list[Any]:
        """The item as a JSON value."""
        return ["Single", self.public.value()]


@dataclass(frozen=True)
class Trustees:
    """All trustees of an election, in order; made by `build` or `parse`."""

    payload: bytes
    items: tuple[Any, ...]  # Single or pedersen.Pedersen, which have the same properties

    @classmethod
    def build(cls, keys: Sequence[TrusteePublicKey]) -> Trustees:
        """Mandatory trustees with these keys."""
        items = tuple(Single(key) for key in keys)
        return cls.parse(canonical([item.value() for item in items]))

    @classmethod
    def parse(cls, data: bytes) -> Trustees:
        """The trustees of their serialised form; proofs are left to `check`. Raises a BeleniosError."""
        from app.core.belenios.pedersen import Pedersen

        items: list[Single | Pedersen] = []
        for raw in array(parse_canonical(data)):
            kind, value = array(raw, 2)
            if kind == "Single":
                items.append(Single(TrusteePublicKey.from_value(value)))
            elif kind == "Pedersen":
                items.append(Pedersen.from_value(value))
            else:
                raise TrusteeError("trustee-kind", f"A trustee is Single or Pedersen, not {str(kind)[:40]}.")
        if not items:
            raise TrusteeError("no-trustees", "There are no trustees.")
        trustees = cls(data, tuple(items))
        if len(trustees.verification_keys) > MAX_TRUSTEES:
            raise TrusteeError("too-many-trustees", f"There are more than {MAX_TRUSTEES} trustees.")
        if canonical([item.value() for item in items]) != data:
            raise TrusteeError("not-canonical", "The trustees' keys are not in their canonical form.")
        return trustees

    @cached_property
    def hash(self) -> str:
        """The payload's SHA-256 in hexadecimal: its name in the archive."""
        return sha256_hex(self.payload)

    @cached_property
    def election_key(self) -> Element:
        """The election's public key: the product of the items' keys."""
        return product(item.key for item in self.items)

    @cached_property
    def verification_keys(self) -> tuple[Element, ...]:
        """The key of each trustee, in the order in which `owner` counts them from 1."""
        return tuple(key for item in self.items for key in item.verification_keys)

    def check(self) -> None:
        """Raises TrusteeError unless every item's proofs hold."""
        for item in self.items:
            item.check()
