"""Numbers of organisations in every odd spelling."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn

from app.procurement import organisations
from app.procurement.organisations import (
    ExcelNumber,
    NotANumber,
    OrganisationError,
    PersonalNumber,
    UnknownCountry,
    WrongCheckDigit,
    country,
    foreign,
    shown,
    swedish,
)

NUMBERS = st.integers(0, 10**9 - 1).map(lambda number: f"{number:09}").filter(lambda digits: digits[2] >= "2")
ORGANISATIONS = NUMBERS.map(lambda digits: digits + luhn.calc_check_digit(digits))
PERSONS = (
    st.dates().map(lambda day: f"{day:%y%m%d}123").map(lambda digits: digits + luhn.calc_check_digit(digits))
)


@pytest.mark.parametrize(
    "text",
    [
        "5560360793",
        "556036-0793",
        " 556036 0793 ",
        "556 036 07 93",
        "556036\u20130793",
        "556036\u20110793",
        "556036\u22120793",
        "556036\u00ad0793",
        "556036\u00a0-\u00a00793",
        "５５６０３６－０７９３",
        "16556036-0793",
        "165560360793",
        "16 556036-0793",
        "SE556036079301",
        "SE 556036 0793 01",
        "SE556036-0793 01",
        "se556036079301",
        "SE5560360793",
        "5560360793.0",
        "5560360793,00",
        "org.nr 556036-0793",
        "Org.nr. 556036-0793",
        "Org nr: 556036-0793",
        "orgnr:556036-0793",
        "Organisationsnummer: 556036-0793",
        "Organisation number 556036-0793",
        "Org. no: 556036-0793",
        "VAT: SE556036079301",
        "VAT no. SE 556036079301",
        "Momsreg.nr SE556036079301",
        "Momsregistreringsnummer: SE556036079301",
    ],
)
def test_every_spelling_is_one_number(text) -> None:
    assert swedish(text) == "5560360793"


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", NotANumber),
        ("556036", NotANumber),
        ("55603607931", NotANumber),
        ("5560360793 5560360793", NotANumber),
        ("Ericsson", NotANumber),
        ("DK13585628", NotANumber),
        ("٥٥٦٠٣٦٠٧٩٣", NotANumber),
        ("556036-0794", WrongCheckDigit),
        ("SE556036079401", WrongCheckDigit),
        ("5,56E+09", ExcelNumber),
        ("5.56036E+09", ExcelNumber),
        ("5,56036 E+09", ExcelNumber),
        ("6E9", ExcelNumber),
        ("850101-1236", PersonalNumber),
        ("8501011236", PersonalNumber),
        ("850101-1235", PersonalNumber),
        ("19850101-1236", PersonalNumber),
        ("198501011236", PersonalNumber),
        ("850101+1236", PersonalNumber),
        ("SE850101123601", PersonalNumber),
        ("SE 850101-1236 01", PersonalNumber),
        ("VAT SE850101123601", PersonalNumber),
        ("Org.nr 850101-1236", PersonalNumber),
        ("16850101-1236", PersonalNumber),
        ("850161-1231", PersonalNumber),
        ("850101\u00ad1236", PersonalNumber),
    ],
)
def test_what_is_none_says_in_which_way(text, error) -> None:
    with pytest.raises(error) as refused:
        swedish(text)
    assert type(refused.value) is error


@given(
    ORGANISATIONS,
    st.sampled_from(["{}-{}", "{} {}", "16{}{}", "SE{}{}01", "{}{}.0", "org.nr {}–{}", "se {}-{}"]),
)
def test_any_number_reads_back_from_any_spelling(digits, spelling) -> None:
    assert swedish(spelling.format(digits[:6], digits[6:])) == digits
    assert swedish(shown(digits)) == digits


@given(ORGANISATIONS, st.integers(0, 9), st.integers(1, 9))
def test_any_digit_wrong_is_noticed(digits, place, more) -> None:
    wrong = f"{digits[:place]}{(int(digits[place]) + more) % 10}{digits[place + 1 :]}"
    with pytest.raises((WrongCheckDigit, PersonalNumber)):
        swedish(wrong)


@given(PERSONS, st.sampled_from(["{}", "19{}", "20{}", "SE{}01", "SE{}", "16{}", "{}.0", "Org.nr {}"]))
def test_a_person_is_never_kept(digits, spelling) -> None:
    with pytest.raises(PersonalNumber):
        swedish(spelling.format(digits))


CODES = {"bad-number", "wrong-check-digit", "personal-number", "excel-number", "bad-country"}


@given(
    st.text(max_size=40), st.sampled_from([swedish, foreign, lambda number: foreign(number, "DK"), country])
)
def test_any_text_is_a_number_or_a_named_error(text, read) -> None:
    try:
        outcome = read(text)
    except OrganisationError as error:
        outcome = error.code in CODES
    assert outcome


def test_a_number_is_shown_as_it_is_written() -> None:
    assert shown("5560360793") == "556036-0793"
    assert shown("974760673") == "974760673"


# Elsewhere


@pytest.mark.parametrize(
    ("code", "spellings", "number"),
    [
        ("DK", ["13585628", "DK13585628", "DK 13 58 56 28", "dk-13585628"], "13585628"),
        (
            "NO",
            ["995525828", "995 525 828", "NO995525828MVA", "995 525 828 MVA", "NO 995525828"],
            "995525828",
        ),
        ("FI", ["2077474-0", "20774740", "FI20774740"], "20774740"),
        ("GR", ["094259216", "EL094259216", "EL 094259216"], "094259216"),
        ("BE", ["0403.019.261", "BE0403019261", "BE 0403.019.261"], "0403019261"),
        ("CH", ["CHE-107.787.577", "CHE-107.787.577 MWST"], "CHE107787577"),
    ],
)
def test_a_vat_number_and_the_number_in_it_are_one(code, spellings, number) -> None:
    assert {foreign(each, code) for each in spellings} == {number}


@pytest.mark.parametrize(
    ("code", "text", "number"),
    [
        ("GB", "SC 123456", "SC123456"),
        ("GB", "01234567", "01234567"),
        ("DE", "HRB 12345 B", "HRB12345B"),
        ("DK", "DK13585627", "DK13585627"),
        ("US", "12-3456789", "123456789"),
        ("AX", "1", "1"),
        ("EE", "EE 12345678", "EE12345678"),
        ("", "DK13585628", "DK13585628"),
    ],
)
def test_no_number_is_refused_for_its_check_digits(code, text, number) -> None:
    assert foreign(text, code) == number


@pytest.mark.parametrize(
    ("text", "error"),
    [("", NotANumber), ("ABC", NotANumber), ("1" * 41, NotANumber), ("850101-1236", PersonalNumber)],
)
def test_what_is_no_foreign_number(text, error) -> None:
    with pytest.raises(error):
        foreign(text, "NO")


def test_countries() -> None:
    assert country(" dk ") == "DK"
    assert country("ＮＯ") == "NO"
    for text in ("SE", "XX", "Danmark", ""):
        with pytest.raises(UnknownCountry):
            country(text)
    assert len(organisations.COUNTRIES) == 248
