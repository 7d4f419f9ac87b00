"""Strong decryption proofs bind everything that they speak of."""

from __future__ import annotations

import copy
import json

import pytest

from app.core import decryption
from app.core.belenios.encoding import canonical
from app.core.belenios.errors import DecryptionError
from app.core.belenios.tallies import EncryptedTally, sized_payload
from tests.core.belenios.made import Made, make


@pytest.fixture(scope="module")
def made() -> Made:
    return make(trustees=2, upto="PartialDecryption")


@pytest.fixture(scope="module")
def value(made):
    return decryption.prove(made.election, made.tally, made.partials[1], made.keys[0], 1)


def _code(made, value, *, owner=1, partial=1, tally=None, election=None, key=0) -> str:
    try:
        decryption.check(
            election or made.election, tally or made.tally, made.partials[partial],
            made.trustees.verification_keys[key], owner, value,
        )  # fmt: skip
    except DecryptionError as error:
        return error.code
    return "ok"


def test_it_holds_and_is_json(made, value):
    assert _code(made, value) == "ok"
    assert json.loads(canonical(value)) == value
    assert list(value) == list(decryption.FIELDS)
    assert [len(row) for row in value["proofs"]] == [4, 2]


def test_nobody_can_prove_with_another_key(made):
    with pytest.raises(DecryptionError):
        decryption.prove(made.election, made.tally, made.partials[1], made.keys[1], 1)


def test_it_is_for_this_trustee_and_this_decryption(made, value):
    assert _code(made, value, owner=2) == "strong-owner"
    assert _code(made, {**value, "owner": 2}) == "strong-owner"
    assert _code(made, value, partial=2) == "strong-subject"
    assert _code(made, value, key=1) == "strong-subject"
    other = decryption.prove(made.election, made.tally, made.partials[2], made.keys[1], 2)
    assert _code(made, {**value, "proofs": other["proofs"]}) == "strong-proof"


def test_it_is_for_this_election(made, value):
    other = make(trustees=2, upto="Ballot", votes=[], voters=2, questions=made.election.questions[::-1])
    assert _code(made, value, election=other.election) in ("strong-shape", "strong-proof")


def test_it_is_for_this_tally(made, value):
    rows = json.loads(made.tally.payload)
    rows[0][0], rows[0][1] = rows[0][1], rows[0][0]
    payload = canonical(rows)
    swapped = EncryptedTally.parse(
        made.election, payload, sized_payload(3, 3, EncryptedTally(payload, b"", (), 0, 0).hash)
    )
    assert _code(made, value, tally=swapped) == "strong-subject"
    assert _code(made, {**value, "encrypted_tally": swapped.hash}, tally=swapped) == "strong-proof"


def test_each_proof_is_for_its_place(made, value):
    swapped = copy.deepcopy(value)
    swapped["proofs"][0][0], swapped["proofs"][0][1] = swapped["proofs"][0][1], swapped["proofs"][0][0]
    assert _code(made, swapped) == "strong-proof"


def test_the_archive_s_own_proof_is_not_enough(made, value):
    own = json.loads(made.partials[1])["decryption_proofs"]
    assert _code(made, {**value, "proofs": own}) == "strong-proof"


@pytest.mark.parametrize(
    "change",
    [
        lambda value: value.pop("proofs"),
        lambda value: value.update(extra=1),
        lambda value: value.update(owner="1"),
        lambda value: value["proofs"].pop(),
        lambda value: value["proofs"][0].pop(),
        lambda value: value["proofs"][0][0].update(challenge="-1"),
        lambda value: value["proofs"][0][0].update(challenge=5),
    ],
)
def test_other_shapes(made, value, change):
    changed = copy.deepcopy(value)
    change(changed)
    assert _code(made, changed) == "strong-shape"
    assert _code(made, None) == "strong-shape"


def test_no_ballots():
    made = make(votes=[], upto="PartialDecryption")
    value = decryption.prove(made.election, made.tally, made.partials[1], made.keys[0], 1)
    assert _code(made, value) == "ok"
