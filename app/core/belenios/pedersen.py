"""Threshold trustees: t of n members of a group hold the key (sections 4.6 and 4.7).

Here is what an archive publishes about them and what of it can be checked: every member signed the same
certificates and commitments, the commitments give the members' verification keys, and each member proved to know
its share.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from app.core.belenios.encoding import (
    array,
    canonical,
    hash_to_number,
    integer,
    members,
    parse_canonical,
    string,
)
from app.core.belenios.errors import TrusteeError
from app.core.belenios.groups import NAME, Element, G, Q, decode, power, product
from app.core.belenios.proofs import Proof
from app.core.belenios.trustees import TrusteePublicKey


@dataclass(frozen=True)
class SignedMessage:
    """A message with a Schnorr signature (section 4.6.1)."""

    message: str
    signature: Proof

    @classmethod
    def from_value(cls, value: Any) -> SignedMessage:
        """The signed message of a JSON value."""
        fields = members(value, ("message", "signature"))
        return cls(string(fields["message"]), Proof.from_value(fields["signature"]))

    def value(self) -> dict[str, Any]:
        """The signed message as a JSON value."""
        return {"message": self.message, "signature": self.signature.value()}

    def check(self, key: Element) -> None:
        """Raises TrusteeError unless it was signed by the owner of `key`."""
        if not _signed(self.message, key, self.signature):
            raise TrusteeError("pedersen-signature", "A signature of a threshold trustee is wrong.")


def _signed(message: str, key: Element, signature: Proof) -> bool:
    commitment = G.commitment(signature.response, key, signature.challenge)
    return hash_to_number(f"sigmsg|{message}|{commitment.hex()}") % Q == signature.challenge


@dataclass(frozen=True)
class Certificate:
    """A member's certificate: its place among the members and its signing key (section 4.6.2)."""

    signed: SignedMessage
    size: int
    threshold: int
    index: int
    verification: Element

    @classmethod
    def from_value(cls, value: Any) -> Certificate:
        """The certificate of a JSON value."""
        signed = SignedMessage.from_value(value)
        fields = members(parse_canonical(signed.message.encode()), ("context", "verification", "encryption"))
        context = members(fields["context"], ("group", "size", "threshold", "index"))
        if context["group"] != NAME:
            raise TrusteeError("pedersen-group", "A threshold trustee's certificate is for another group.")
        decode(fields["encryption"])
        size, threshold, index = (integer(context[name]) for name in ("size", "threshold", "index"))
        return cls(signed, size, threshold, index, decode(fields["verification"]))


@dataclass(frozen=True)
class Pedersen:
    """Threshold parameters as published (section 4.6.7)."""

    threshold: int
    certificates: tuple[Certificate, ...]
    coefexps: tuple[SignedMessage, ...]
    signatures: tuple[Proof, ...]
    publics: tuple[TrusteePublicKey, ...]
    commitments: tuple[tuple[Element, ...], ...]

    @classmethod
    def from_value(cls, value: Any) -> Pedersen:
        """The item of a JSON value. Raises a BeleniosError."""
        names = ("threshold", "certs", "coefexps", "signatures", "verification_keys")
        fields = members(value, names)
        certificates = tuple(Certificate.from_value(cert) for cert in array(fields["certs"]))
        size, threshold = len(certificates), integer(fields["threshold"])
        coefexps = tuple(SignedMessage.from_value(item) for item in array(fields["coefexps"], size))
        signatures = tuple(Proof.from_value(item) for item in array(fields["signatures"], size))
        publics = tuple(
            TrusteePublicKey.from_value(item, signed=True)
            for item in array(fields["verification_keys"], size)
        )
        if not 1 <= threshold <= size:
            raise TrusteeError("pedersen-threshold", "The threshold does not fit the number of trustees.")
        commitments = []
        for signed in coefexps:
            raw = members(parse_canonical(signed.message.encode()), ("coefexps",))
            commitments.append(tuple(decode(element) for element in array(raw["coefexps"], threshold)))
        return cls(threshold, certificates, coefexps, signatures, publics, tuple(commitments))

    def value(self) -> list[Any]:
        """The item as a JSON value."""
        return [
            "Pedersen",
            {
                "threshold": self.threshold,
                "certs": [certificate.signed.value() for certificate in self.certificates],
                "coefexps": [signed.value() for signed in self.coefexps],
                "signatures": [signature.value() for signature in self.signatures],
                "verification_keys": [public.value() for public in self.publics],
            },
        ]

    @cached_property
    def key(self) -> Element:
        """The item's part of the election's key (section 4.6.4)."""
        return product(row[0] for row in self.commitments)

    @property
    def verification_keys(self) -> tuple[Element, ...]:
        """The members' keys, in order."""
        return tuple(public.element for public in self.publics)

    def check(self) -> None:
        """Raises TrusteeError unless all that the members published fits together."""
        certs = [certificate.signed.value() for certificate in self.certificates]
        for index, certificate in enumerate(self.certificates, 1):
            member = f"threshold trustee {index}"
            place = (certificate.size, certificate.threshold, certificate.index)
            if place != (len(self.certificates), self.threshold, index):
                raise TrusteeError("pedersen-context", f"The certificate of {member} is for another place.")
            key = certificate.verification
            certificate.signed.check(key)
            self.coefexps[index - 1].check(key)
            own = [element.hex() for element in self.commitments[index - 1]]
            agreed = canonical({"certs": certs, "coefexps": own}).decode()
            if not _signed(f"certs_sig|{agreed}", key, self.signatures[index - 1]):
                raise TrusteeError(
                    "pedersen-agreement", f"The signature of {member} over all certificates is wrong."
                )
            public = self.publics[index - 1]
            public.check()
            if public.signature is None or not _signed(public.element.hex(), key, public.signature):
                raise TrusteeError(
                    "pedersen-key-signature", f"The key of {member} is not signed by its owner."
                )
            if public.element != self._expected_key(index):
                raise TrusteeError(
                    "pedersen-key", f"The key of {member} does not follow from the commitments."
                )

    def _expected_key(self, index: int) -> Element:
        columns = zip(*self.commitments, strict=True)
        return product(
            power(product(terms), pow(index, exponent, Q)) for exponent, terms in enumerate(columns)
        )


def lagrange(index: int, chosen: list[int]) -> int:
    """The Lagrange coefficient of member `index` when the members `chosen` decrypt (section 4.21)."""
    coefficient = 1
    for other in chosen:
        if other != index:
            coefficient = coefficient * other * pow(other - index, -1, Q) % Q
    return coefficient
