"""Credentials: derived, typed, listed."""

from __future__ import annotations

import collections

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.belenios import credentials
from app.core.belenios.credentials import ALPHABET, SECRET_FORM, derive_secret, parse_typed
from app.core.belenios.errors import BeleniosError, CredentialError

KEY = bytes(range(32))
secrets = st.text(ALPHABET, min_size=22, max_size=22).map(
    lambda text: f"{text[:5]}-{text[5:11]}-{text[11:16]}-{text[16:]}"
)


def test_derived_secrets_depend_on_everything_and_nothing_else():
    derived = {
        derive_secret(key, *labels)
        for key in (KEY, KEY[::-1])
        for labels in (("a", "b"), ("ab",), ("a", "b", ""), ("", "a", "b"), ("b", "a"), ())
    }
    assert len(derived) == 12
    assert all(SECRET_FORM.fullmatch(secret) for secret in derived)
    assert derive_secret(KEY, "a", "b") == derive_secret(KEY, "a", "b")
    with pytest.raises(CredentialError):
        derive_secret(KEY[:31], "a")


def test_all_characters_are_equally_likely():
    drawn = [derive_secret(KEY, str(number)).replace("-", "") for number in range(2000)]
    for place in range(22):
        counts = collections.Counter(secret[place] for secret in drawn)
        # Expected 34.5 each; eight standard deviations are 46.
        assert set(counts) == set(ALPHABET)
        assert max(counts.values()) < 82


def test_a_digest_beyond_the_last_whole_multiple_is_not_used(monkeypatch):
    digests = iter([b"\xff" * 32, (58**22 + 57).to_bytes(32, "big")])
    monkeypatch.setattr("app.core.belenios.credentials.hmac.digest", lambda *_: next(digests))
    assert derive_secret(KEY) == "11111-111111-11111-11111z"


def test_random_secrets():
    assert len({credentials.random_secret() for _ in range(100)}) == 100
    assert SECRET_FORM.fullmatch(credentials.random_secret())


@given(secrets, st.data())
def test_spaces_and_dashes_do_not_matter(secret, data):
    text = "".join(
        data.draw(st.sampled_from(["", " ", "-", "\u2013", "\u00a0", "\n", "\u200b", "_"])) + character
        for character in secret.replace("-", "")
    )
    assert parse_typed(text) == secret
    assert parse_typed(secret.replace("o", "0")) == parse_typed(secret.replace("o", "O")) == secret


@given(secrets, st.integers(0, 21), st.sampled_from("Il"))
def test_ambiguous_characters_are_named_by_place(secret, place, character):
    text = secret.replace("-", "")
    with pytest.raises(CredentialError) as caught:
        parse_typed(text[:place] + character + text[place + 1 :])
    assert (caught.value.code, caught.value.position) == ("ambiguous-character", place + 1)


@given(st.text(max_size=40))
def test_whatever_is_typed_gives_a_credential_or_a_named_error(text):
    try:
        given = parse_typed(text)
    except CredentialError as error:
        given = error.code
    assert SECRET_FORM.fullmatch(given) or given in ("ambiguous-character", "wrong-character", "wrong-length")


def test_public_credentials_depend_on_the_election():
    secret = credentials.random_secret()
    first, second = (credentials.public_credential(secret, uuid) for uuid in ("A" * 14, "B" * 14))
    assert first != second
    credentials.check_public_credentials([first, second])
    with pytest.raises(CredentialError):
        credentials.secret_scalar(secret.replace("-", ""), "A" * 14)


def test_the_list_is_sorted_and_says_weights_only_where_they_differ():
    publics = [credentials.public_credential(credentials.random_secret(), "A" * 14) for _ in range(5)]
    payload = credentials.public_credentials_payload(publics)
    assert payload == credentials.public_credentials_payload(list(reversed(publics)))
    assert credentials.parse_public_credentials(payload) == dict.fromkeys(sorted(publics), 1)
    weighted = credentials.public_credentials_payload([(public, 3) for public in publics])
    assert credentials.parse_public_credentials(weighted) == dict.fromkeys(sorted(publics), 3)
    with pytest.raises(CredentialError):
        credentials.public_credentials_payload([publics[0], *publics])


@pytest.mark.parametrize(
    "entry", ["", "a", "a" * 64 + ",", "a" * 64 + ",x", "a" * 64 + ",01", "a" * 64 + ",1,anna", "A" * 64]
)
def test_odd_entries_are_refused(entry):
    with pytest.raises(BeleniosError):
        credentials.parse_public_credentials(f'["{entry}"]'.encode())
