"""The vectors that the booth's JavaScript is tested with hold here, and the file is what its program makes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.core.belenios import credentials, encoding, groups
from app.core.belenios.ballots import check_ballot, make_ballot
from app.core.belenios.elections import Election
from tests.vectors import belenios

VECTORS = json.loads((Path(belenios.__file__).parent / "belenios.json").read_text())


def test_the_file_is_what_its_program_makes():
    assert json.loads(belenios.text()) == VECTORS


@pytest.mark.parametrize("ballot", VECTORS["ballots"], ids=lambda ballot: ballot["name"])
def test_ballots(ballot):
    election = Election.parse(ballot["election"].encode())
    draws = iter(ballot["draws"])
    data = make_ballot(election, ballot["credential"], ballot["choices"], lambda: int(next(draws)))
    assert data.decode() == ballot["ballot"]
    assert next(draws, None) is None
    assert check_ballot(election, data).tracker == ballot["tracker"]


def test_elements():
    group = VECTORS["group"]
    for row in group["base_powers"]:
        assert groups.base_power(int(row["scalar"])).hex() == row["element"]
    for text in group["not_elements"]:
        with pytest.raises(groups.GroupError):
            groups.decode(text)


def test_canonical_json():
    for row in VECTORS["json"]:
        assert encoding.canonical(json.loads(row["text"])).decode() == row["canonical"]


def test_typed_codes():
    for row in VECTORS["credentials"]["typed"]:
        try:
            given = credentials.parse_typed(row["typed"])
        except credentials.CredentialError as error:
            given = error.code
        assert given == row.get("secret", row.get("error"))
