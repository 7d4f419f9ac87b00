"""Return paths name their letter, and nobody else can make one."""

from __future__ import annotations

import dataclasses

import pytest

from app.mail import returns
from config import MailSettings, Settings

ID = "ballot.0f8fad5bd9cb469fa16570867728950e"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    mail = MailSettings.from_env({"BOUNCE_ADDRESS": "studs@award.example"})
    return dataclasses.replace(settings, mail=mail, secret_keys=("n" * 43, "o" * 43))


def check(settings: Settings, address: str, letter_id: int = 4711, message_id: str = ID) -> bool:
    found = returns.read(settings, address)
    return (
        found is not None
        and found[0] == letter_id
        and returns.fits(settings, letter_id, message_id, found[1])
    )


def test_a_return_path_names_its_letter_whatever_relays_do_to_its_case(settings: Settings) -> None:
    path = returns.path(settings, 4711, ID)
    assert path.startswith("studs+4711-")
    assert path.endswith("@award.example")
    assert len(path.partition("@")[0]) <= 64
    for seen in (path, path.upper(), f"<{path}>", f"Studs <{path}>"):
        assert check(settings, seen)


def test_no_other_letter_and_no_other_delivery_of_it_has_the_same(settings: Settings) -> None:
    path = returns.path(settings, 4711, ID)
    assert not check(settings, path.replace("4711", "4712"), 4712)
    assert not check(settings, path, message_id=ID[:-1] + "f")
    last = path.partition("@")[0][-1]
    assert not check(settings, path.replace(f"{last}@", f"{'a' if last != 'a' else 'b'}@"))


@pytest.mark.parametrize(
    "address",
    ["", "studs@award.example", "studs+4711@award.example", "studs+4711-@award.example", "studs+4711-" + "a" * 12,
     "other+4711-" + "a" * 12 + "@award.example", "studs+4711-" + "a" * 12 + "@elsewhere.example",
     "studs+99999999999-" + "a" * 12 + "@award.example", "+" * 100_000, "studs+4711-" + "\N{CYRILLIC SMALL LETTER A}" * 12 + "@award.example"],
)  # fmt: skip
def test_what_is_no_return_path_of_ours_is_none(settings: Settings, address: str) -> None:
    assert returns.read(settings, address) is None


def test_a_key_that_was_replaced_still_counts_and_one_that_was_removed_does_not(settings: Settings) -> None:
    old = dataclasses.replace(settings, secret_keys=("o" * 43,))
    path = returns.path(old, 4711, ID)
    assert check(settings, path)
    assert not check(dataclasses.replace(settings, secret_keys=("n" * 43,)), path)


def test_without_the_setting_there_is_no_return_path_of_ones_own(settings: Settings) -> None:
    bare = dataclasses.replace(settings, mail=MailSettings.from_env({}))
    assert returns.path(bare, 4711, ID) == ""
    assert returns.read(bare, "+4711-" + "a" * 12 + "@") is None
