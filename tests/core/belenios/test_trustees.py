"""Trustees' keys and their proofs."""

from __future__ import annotations

import json

import pytest

from app.core.belenios.encoding import canonical
from app.core.belenios.errors import BeleniosError, TrusteeError
from app.core.belenios.groups import Q, base_power, multiply
from app.core.belenios.pedersen import lagrange
from app.core.belenios.trustees import TrusteeKey, Trustees


def test_keys():
    key = TrusteeKey.generate()
    assert key.public.element == base_power(key.private)
    key.public.check()
    assert str(key.private) not in repr(key)
    again = TrusteeKey.from_private(key.private_payload() + b"\n")
    assert (again.private, again.public.element) == (key.private, key.public.element)
    assert again.public.pok != key.public.pok
    for data in (b"", b"5", b'"05"', b'"0"', f'"{Q}"'.encode(), b'"-1"', b'"1" '[:2]):
        with pytest.raises(BeleniosError):
            TrusteeKey.from_private(data)


def test_the_election_key_is_the_product():
    keys = [TrusteeKey.generate() for _ in range(2)]
    trustees = Trustees.build([key.public for key in keys])
    assert trustees.election_key == multiply(keys[0].public.element, keys[1].public.element)
    assert trustees.verification_keys == tuple(key.public.element for key in keys)
    assert Trustees.parse(trustees.payload) == trustees
    trustees.check()


def test_a_wrong_proof_of_knowledge():
    keys = [TrusteeKey.generate() for _ in range(2)]
    value = json.loads(Trustees.build([key.public for key in keys]).payload)
    value[0][1]["pok"], value[1][1]["pok"] = value[1][1]["pok"], value[0][1]["pok"]
    with pytest.raises(TrusteeError) as caught:
        Trustees.parse(canonical(value)).check()
    assert caught.value.code == "trustee-pok"


@pytest.mark.parametrize(
    "payload", [b"[]", b"{}", b'[["Other",{}]]', b'[["Single"]]', b'[["Single",{}]]', b'[["Pedersen",{}]]']
)
def test_malformed_trustees(payload):
    with pytest.raises(BeleniosError):
        Trustees.parse(payload)


def test_other_orders_of_fields_are_refused():
    value = json.loads(Trustees.build([TrusteeKey.generate().public]).payload)
    value[0][1] = dict(reversed(value[0][1].items()))
    with pytest.raises(TrusteeError):
        Trustees.parse(canonical(value))


def test_lagrange_coefficients_open_a_polynomial():
    def share(x: int) -> int:
        return (1234 + 77 * x + 5 * x * x) % Q

    for chosen in ([1, 2, 3], [2, 5, 9]):
        assert sum(lagrange(index, chosen) * share(index) for index in chosen) % Q == 1234
