"""A ballot's label: the same in Python and in the browser, and not to be found from what is public."""

from __future__ import annotations

import json
import random
from pathlib import Path

from app.core.ballot_labels import ALPHABET, LENGTH, ballot_label
from app.core.belenios.credentials import derive_secret

VECTORS = json.loads((Path(__file__).parent.parent / "vectors/ballot_labels.json").read_text("utf-8"))


def test_the_vectors() -> None:
    assert len(VECTORS) == 10
    for each in VECTORS:
        assert ballot_label(each["secret"]) == each["label"]


def test_every_label_can_be_read_aloud_and_two_are_seldom_the_same() -> None:
    labels = [ballot_label(derive_secret(bytes(32), str(number))) for number in range(2000)]
    assert {len(label) for label in labels} == {LENGTH}
    assert set("".join(labels)) == set(ALPHABET)
    assert not set("0O1IL2Z5S8AEUY") & set(ALPHABET) - {"Y"}
    assert len(set(labels)) > 1970


def test_one_character_of_the_code_changes_the_label() -> None:
    secret = VECTORS[0]["secret"]
    rng = random.Random(4)
    places = [place for place, character in enumerate(secret) if character != "-"]
    changed = {
        ballot_label(secret[:place] + rng.choice("abcdefgh") + secret[place + 1 :]) for place in places
    }
    assert len(changed) > len(places) - 4
