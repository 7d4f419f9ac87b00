"""Single facts in the spellings that notices have: amounts, dates, counts, numbers, titles."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.procurement import facts
from app.procurement.doubts import Doubts
from app.procurement.notice import Money, Why


def whys(said: Doubts) -> list[Why]:
    return [doubt.why for doubt in said.all()]


@pytest.mark.parametrize(
    ("amount", "expected"),
    [
        ("1000000", "1000000"),
        ("1000000.00", "1000000"),
        ("390697.84", "390697.84"),
        ("0.5", "0.5"),
        (" 12\n", "12"),
        ("1 000 000", "1000000"),
        ("1\u00a0000\u00a0000,50", "1000000.5"),
        ("1\u202f000", "1000"),
        ("1234,5", "1234.5"),
        ("１２", "12"),
        ("999999999999999.99", "999999999999999.99"),
    ],
)
def test_an_amount_is_exact(amount: str, expected: str) -> None:
    said = Doubts()
    assert facts.money(amount, " sek ", said) == Money(Decimal(expected), "SEK")
    assert said.all() == ()


@pytest.mark.parametrize(
    ("amount", "currency", "why"),
    [
        ("1.000.000", "SEK", Why.UNREADABLE_VALUE),
        ("1,000,000", "SEK", Why.UNREADABLE_VALUE),
        ("1,234.50", "SEK", Why.UNREADABLE_VALUE),
        ("-100", "SEK", Why.UNREADABLE_VALUE),
        ("1e6", "SEK", Why.UNREADABLE_VALUE),
        ("NaN", "SEK", Why.UNREADABLE_VALUE),
        ("12 mkr", "SEK", Why.UNREADABLE_VALUE),
        ("9" * 16, "SEK", Why.UNREADABLE_VALUE),
        ("5", "kronor", Why.NO_CURRENCY),
        ("5", "", Why.NO_CURRENCY),
        ("-1", "SEK", Why.UNPUBLISHED),
        ("unpublished", "SEK", Why.UNPUBLISHED),
    ],
)
def test_an_amount_in_doubt_is_none_and_said(amount: str, currency: str, why: Why) -> None:
    said = Doubts()
    assert facts.money(amount, currency, said) is None
    assert whys(said) == [why]


def test_no_amount_is_no_doubt() -> None:
    said = Doubts()
    assert facts.money("", "SEK", said) is None
    assert said.all() == ()


@given(st.decimals(min_value=0, max_value=10**14, places=2))
def test_an_amount_survives_being_written(amount: Decimal) -> None:
    assert facts.money(f"{amount:f}", "EUR", Doubts()) == Money(amount, "EUR")


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2021-03-22", date(2021, 3, 22)),
        ("2021-03-22+01:00", date(2021, 3, 22)),
        ("2021-03-22Z", date(2021, 3, 22)),
        ("2021-03-22T23:59:00+01:00", date(2021, 3, 22)),
        ("2021-03-22-05:00", date(2021, 3, 22)),
        ("20210322", date(2021, 3, 22)),
        ("2024-02-29", date(2024, 2, 29)),
    ],
)
def test_a_date_is_read_in_every_spelling(written: str, expected: date) -> None:
    said = Doubts()
    assert facts.day(f" {written} ", said, field="award_date") == expected
    assert said.all() == ()


@pytest.mark.parametrize(
    ("written", "field", "why"),
    [
        ("2021-02-29", "award_date", Why.UNREADABLE_DATE),
        ("22/03/2021", "award_date", Why.UNREADABLE_DATE),
        ("0021-03-22", "award_date", Why.UNREADABLE_DATE),
        ("9999-01-01", "award_date", Why.UNREADABLE_DATE),
        ("igår", "issue_date", Why.UNREADABLE_DATE),
        ("2000-01-01Z", "award_date", Why.PLACEHOLDER_DATE),
        ("1970-01-01Z", "award_date", Why.UNPUBLISHED),
    ],
)
def test_a_date_in_doubt_is_none_and_said(written: str, field: str, why: Why) -> None:
    said = Doubts()
    assert facts.day(written, said, field=field) is None
    assert [(doubt.field, doubt.why) for doubt in said.all()] == [(field, why)]


@pytest.mark.parametrize(
    ("parts", "expected", "doubts"),
    [
        (("2013", "5", "17"), date(2013, 5, 17), []),
        (("2013", "05", "17"), date(2013, 5, 17), []),
        (("", "", ""), None, []),
        (("2013", "5", ""), None, [Why.UNREADABLE_DATE]),
        (("2013", "13", "1"), None, [Why.UNREADABLE_DATE]),
    ],
)
def test_a_date_in_three_parts_is_read(
    parts: tuple[str, str, str], expected: date | None, doubts: list[Why]
) -> None:
    said = Doubts()
    assert facts.day_of(*parts, said, field="award_date") == expected
    assert whys(said) == doubts


@pytest.mark.parametrize(
    ("written", "expected", "doubts"),
    [
        ("4", 4, []),
        (" 0 ", 0, []),
        ("4.0", 4, []),
        ("", None, []),
        ("fyra", None, [Why.UNREADABLE_TENDERS]),
        ("4.5", None, [Why.UNREADABLE_TENDERS]),
        ("1234567", None, [Why.UNREADABLE_TENDERS]),
        ("-1", None, [Why.UNPUBLISHED]),
        ("unpublished", None, [Why.UNPUBLISHED]),
    ],
)
def test_a_number_of_tenders_is_whole(written: str, expected: int | None, doubts: list[Why]) -> None:
    said = Doubts()
    assert facts.count(written, said) == expected
    assert whys(said) == doubts


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ("  Väg\n och\tbro ", "Väg och bro"),
        ("a\x00b\u200b\u202ec", "abc"),
        ("🎈", "🎈"),
        ("\x1b[31m", "[31m"),
        (" \u00a0 ", None),
        ("", None),
    ],
)
def test_a_text_has_single_spaces_and_nothing_that_is_not_seen(found: str, expected: str | None) -> None:
    assert facts.text(found, Doubts(), field="title") == expected


def test_codes_are_each_given_once_and_what_is_none_is_said() -> None:
    said = Doubts()
    assert facts.cpv(["45233141-9", "45233141", "", "90911200", "vägar"], said) == ("45233141", "90911200")
    assert [(doubt.field, doubt.why, dict(doubt.detail)) for doubt in said.all()] == [
        ("cpv", Why.UNREADABLE_CPV, {"found": "vägar"})
    ]


def test_codes_are_bounded() -> None:
    assert (
        len(facts.cpv((f"{number:08}" for number in range(10_000_000, 10_001_000)), Doubts()))
        <= facts.MOST_CPV
    )


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ("KS 2020/17", "KS 2020/17"),
        ("  dnr  1 ", "dnr 1"),
        ("0a0b0c0d-1111-4222-8333-444455556666", None),
        ("", None),
    ],
)
def test_a_reference_is_the_buyers_own(found: str, expected: str | None) -> None:
    assert facts.reference(found) == expected


@pytest.mark.parametrize(
    ("texts", "languages", "expected"),
    [
        ([("en", "Roads"), ("sv", "Vägar")], ("sv", "en"), ("sv", "Vägar")),
        ([("en", "Roads"), ("sv", "")], ("sv", "en"), ("en", "Roads")),
        ([("de", "Straßen"), ("fi", "Tiet")], ("sv", "en"), ("de", "Straßen")),
        ([("sv", "first"), ("sv", "second")], ("sv",), ("sv", "first")),
        ([("", "Roads")], ("sv", ""), ("", "Roads")),
        ([], ("sv",), ("", "")),
    ],
)
def test_a_text_is_read_in_the_first_language_that_has_one(
    texts: list[tuple[str, str]], languages: tuple[str, ...], expected: tuple[str, str]
) -> None:
    assert facts.in_language(texts, languages) == expected


@pytest.mark.parametrize(
    ("numbers", "country", "expected", "doubts"),
    [
        (["saknas", "556036-0793"], "SE", "556036-0793", []),
        (["GLN 7350000000000", "5560360793"], "SE", "556036-0793", [Why.UNREADABLE_NUMBER]),
        (["5560360793"], None, "556036-0793", []),
        (["HRB 1"], "DE", "HRB 1", []),
        (["19121212-1212"], "SE", None, [Why.PERSONAL_NUMBER]),
        (["121212-1212"], None, None, [Why.PERSONAL_NUMBER]),
        (["121212-1212", "556036-0793"], "SE", "556036-0793", [Why.PERSONAL_NUMBER]),
        (["Anna 121212-1212"], "SE", None, [Why.PERSONAL_NUMBER]),
        ([], "SE", None, []),
    ],
)
def test_of_several_numbers_the_swedish_one_is_given_and_never_a_persons(
    numbers: list[str], country: str | None, expected: str | None, doubts: list[Why]
) -> None:
    said = Doubts()
    assert facts.organisation("X", numbers, country, said, field="winners").id == expected
    assert whys(said) == doubts


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Annas Städ, 121212-1212", "Annas Städ"),
        ("19121212-1212 Annas Städ", "Annas Städ"),
        ("121212-1212", None),
        ("Städ 2020 AB", "Städ 2020 AB"),
        ("Städ AB 556036-0793", "Städ AB 556036-0793"),
    ],
)
def test_a_personal_number_in_a_name_is_left_out(name: str, expected: str | None) -> None:
    said = Doubts()
    assert facts.organisation(name, [], "SE", said, field="winners").name == expected
    assert whys(said) == ([] if name == expected else [Why.PERSONAL_NUMBER])


@given(
    st.dates(min_value=date(1900, 1, 1), max_value=date(2030, 1, 1)),
    st.integers(min_value=0, max_value=999),
    st.sampled_from(["", "-", "+", " ", "–"]),
    st.booleans(),
    st.sampled_from(["{}", "Pnr {}", "{} (enskild firma)", "SE{}01", "{}, 556036-0793x", "1 {}"]),
)
def test_no_spelling_of_a_personal_number_comes_out(
    born: date, serial: int, between: str, century: bool, around: str
) -> None:
    nine = f"{born:%y%m%d}{serial:03}"
    doubled = "".join(str(int(digit) * (2 - place % 2)) for place, digit in enumerate(nine))
    number = nine + str(-sum(map(int, doubled)) % 10)
    written = around.format(f"{born:%Y}"[:2] * century + number[:6] + between + number[6:])
    found = facts.organisation("X", [written], "SE", Doubts(), field="winners").id
    assert found is None or number[:6] not in found.replace("-", "")


def test_a_number_of_a_notice_has_no_leading_zeros() -> None:
    assert facts.notice_number("00123456-2025") == "123456-2025"
    assert facts.notice_number(" 2021/S 060-151531 ") == "151531-2021"
    assert facts.notice_number("nothing") is None
