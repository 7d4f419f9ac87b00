"""What makes two voters the same."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.roll.keys import same_address, same_name
from app.roll.rows import Row, judge


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Eva@Example.se", "eva@example.SE", True),
        (" eva@example.se ", "eva@example.se", True),
        ("eva@åkes.se", "eva@xn--kes-tla.se", True),
        ("eva@A\u030akes.se", "eva@ÅKES.se", True),
        ("e\u0301va@b.se", "\u00e9va@b.se", True),
        ("eva@example.se", "eva+x@example.se", False),
        ("eva@åkes.se", "eva@akes.se", False),
    ],
)
def test_addresses(one: str, other: str, same: bool) -> None:
    assert (same_address(one) == same_address(other)) is same


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Evas  El", "evas el", True),
        ("Evas-El, HB", "EVAS EL HB", True),
        ("\u00c9va", "E\u0301VA", True),
        ("Stra\u00dfe", "STRASSE", True),
        ("Ｅvas", "evas", True),
        ("Åsa", "Asa", False),
        ("Eva Ek", "Eva Eka", False),
    ],
)
def test_names(one: str, other: str, same: bool) -> None:
    assert (same_name(one) == same_name(other)) is same


@given(st.text(max_size=60))
def test_a_name_is_itself_however_it_is_composed(name: str) -> None:
    for form in ("NFC", "NFD", "NFKC"):
        assert same_name(unicodedata.normalize(form, name)) == same_name(name)
    assert same_name(same_name(name)) == same_name(name)


def judged(*, person: bool, **texts: str) -> Row:
    given_ = {
        "company": "", "number": "", "sole_trader": "", "country": "", "email": "eva@b.se", "contact": "", "language": "",
    }  # fmt: skip
    row, problems = judge(line=1, person=person, **{**given_, **texts})
    assert problems == []
    return row


def test_a_persons_number_is_never_needed_and_a_personal_one_is_dropped() -> None:
    plain = judged(person=True, contact="Eva Ek")
    assert (plain.company, plain.orgnr) == ("Eva Ek", "")
    numbered = judged(person=True, contact="EVA EK", company="Acme", number="556036-0793")
    assert (numbered.company, numbered.orgnr) == ("Acme", "5560360793")
    dropped = judged(person=True, contact="Eva Ek", number="850709-9805")
    assert "9805" not in repr(dropped)
    assert plain.key == numbered.key == dropped.key
    assert plain.key.startswith("person:")


def test_a_sole_trader_and_a_company_are_never_one() -> None:
    trader = judged(person=False, company="Evas El", sole_trader="ja")
    company = judged(person=False, company="Evas El", number="556036-0793")
    person = judged(person=True, contact="Evas El")
    assert len({trader.key, company.key, person.key}) == 3
