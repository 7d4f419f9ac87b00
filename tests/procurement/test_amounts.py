"""Amounts as people write them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from babel.numbers import format_currency, format_decimal
from hypothesis import given
from hypothesis import strategies as st

from app.procurement.amounts import CURRENCIES, kronor, money
from app.procurement.notice import Money


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("4,5 mnkr", 4_500_000),
        ("SEK 3 200 000", 3_200_000),
        ("3.200.000 kr", 3_200_000),
        ("2 miljoner kronor", 2_000_000),
        ("12 MSEK", 12_000_000),
        ("750 tkr", 750_000),
        ("500 000:-", 500_000),
        ("1,2 mdkr", 1_200_000_000),
        ("1500", 1500),
        ("1500,50 kr", 1501),
        ("4,5", None),
        ("€ 5 000", None),
        ("1,234.567", None),
        ("ungefär fyra", None),
        ("", None),
        ("9" * 40, None),
    ],
)
def test_an_amount_is_read_where_it_is_beyond_doubt(text, amount) -> None:
    assert kronor(text) == amount


@pytest.mark.parametrize(
    ("text", "amount", "currency"),
    [
        ("4,5 MEUR", 4_500_000, "EUR"),
        ("4.5 MEUR", 4_500_000, "EUR"),
        ("MEUR 4,5", 4_500_000, "EUR"),
        ("4,5 M€", 4_500_000, "EUR"),
        ("€4.5m", 4_500_000, "EUR"),
        ("4,5 miljoner euro", 4_500_000, "EUR"),
        ("EUR 4.5 million", 4_500_000, "EUR"),
        ("€ 120 000", 120_000, "EUR"),
        ("120 000 €", 120_000, "EUR"),
        ("120.000,50 €", "120000.50", "EUR"),
        ("1 000 000,00 SEK", 1_000_000, "SEK"),
        ("SEK 1,000,000.00", 1_000_000, "SEK"),
        ("SEK1,000,000.00", 1_000_000, "SEK"),
        ("sek 1 000 000", 1_000_000, "SEK"),
        ("1'000'000.00 CHF", 1_000_000, "CHF"),
        ("11 000 000 GBP", 11_000_000, "GBP"),
        ("11\u00a0000\u202f000 GBP", 11_000_000, "GBP"),
        ("£11m", 11_000_000, "GBP"),
        ("£ 11bn", 11_000_000_000, "GBP"),
        ("US$ 5,000", 5_000, "USD"),
        ("5 miljoner norska kronor", 5_000_000, "NOK"),
        ("5 miljoner NOK", 5_000_000, "NOK"),
        ("5 MDKK", 5_000_000, "DKK"),
        ("200 KEUR", 200_000, "EUR"),
        ("200 kEUR", 200_000, "EUR"),
        ("4,5 mnkr", 4_500_000, "SEK"),
        ("SEK 4,5 mnkr", 4_500_000, "SEK"),
        ("0,125 MSEK", 125_000, "SEK"),
        ("1.234 EUR", 1_234, "EUR"),
        ("1 234,5 tkr", 1_234_500, "SEK"),
        ("500 000:-", 500_000, "SEK"),
        ("500 000,-", 500_000, "SEK"),
        ("12 500 000 SEK exkl. moms", 12_500_000, "SEK"),
        ("12,5 MSEK (ex. moms)", 12_500_000, "SEK"),
        ("GBP 1,000 excl. VAT", 1_000, "GBP"),
        ("１００ ０００ kr", 100_000, "SEK"),
        ("1500,50 kr", "1500.50", "SEK"),
        ("0 kr", 0, "SEK"),
        ("5 000 PLN", 5_000, "PLN"),
        ("5 000 JPY", 5_000, "JPY"),
    ],
)
def test_money_in_any_currency_is_read_as_people_write_it(text, amount, currency) -> None:
    assert money(text) == Money(Decimal(amount), currency)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1500",
        "4,5",
        "SEK",
        "$ 5 000",
        "5 000 ¥",
        "5 000 XXX",
        "top 10",
        "10 all",
        "ca 4 mnkr",
        "ungefär 4 mnkr",
        "4-5 mnkr",
        "4–5 mnkr",
        "4 mnkr - 5 mnkr",
        "-5 000 kr",
        "4,500 MSEK",
        "4.500 mnkr",
        "1,234.567 EUR",
        "1,23,456 EUR",
        "1.000,000 EUR",
        "12 34 kr",
        "5 000 SEK EUR",
        "EUR 5 000 kr",
        "5 mnkr NOK",
        "5 miljoner miljoner kr",
        "5 mnkr inkl. moms",
        "5 000 kr/år",
        "5 000 kr per månad",
        "٥٠٠٠ kr",
        "9" * 40 + " kr",
        "99 999 miljarder kronor",
    ],
)
def test_what_is_in_doubt_is_no_money(text) -> None:
    assert money(text) is None


def test_a_currency_may_be_given_for_amounts_without_one() -> None:
    assert money("1 500", default="EUR") == Money(Decimal(1500), "EUR")
    assert money("1 500 kr", default="EUR") == Money(Decimal(1500), "SEK")
    assert money("5 m", default="EUR") is None
    assert money("4,5", default="EUR") is None


AMOUNTS = st.decimals(0, 10**12, places=2)
COMMON = st.sampled_from(["SEK", "EUR", "GBP", "NOK", "DKK", "CHF", "PLN"])


@given(AMOUNTS, COMMON, st.sampled_from(["sv", "en", "en_SE"]))
def test_an_amount_written_in_swedish_or_english_reads_back(amount, currency, locale) -> None:
    assert money(format_currency(amount, currency, "#,##0.00 ¤¤", locale=locale)) == Money(amount, currency)
    assert money(format_currency(amount, currency, "¤¤ #,##0.00", locale=locale)) == Money(amount, currency)
    if currency in {"SEK", "EUR"} or (currency == "GBP" and locale == "en"):
        written = format_currency(amount, currency, locale=locale)
        assert money(written) == Money(amount, currency)


@given(st.integers(0, 99_999), st.sampled_from(sorted(CURRENCIES)), st.sampled_from(["sv", "en"]))
def test_every_currency_and_millions_read_back(tenths, currency, locale) -> None:
    millions = Decimal(tenths) / 10
    written = format_decimal(millions, "0.#", locale=locale)
    assert money(f"{written} M{currency}") == Money(millions * 10**6, currency)


@given(AMOUNTS)
def test_kronor_are_money_rounded(amount) -> None:
    written = format_currency(amount, "SEK", locale="sv")
    assert kronor(written) == int(amount.to_integral_value("ROUND_HALF_UP"))
    assert kronor(written.replace("kr", "EUR")) is None


@given(st.text("0123456789 .,'kKrRmMSEUR€£:-", max_size=20))
def test_signs_that_amounts_have_give_an_exact_amount_or_none(text) -> None:
    found = money(text)
    assert found is None or (found.amount >= 0 and found.currency in CURRENCIES)


@given(st.integers(0, 10**12))
def test_grouping_changes_nothing(amount) -> None:
    assert kronor(f"{amount:,}".replace(",", "\u00a0")) == kronor(str(amount)) == amount


@given(st.text(max_size=40))
def test_any_text_is_an_amount_or_none(text) -> None:
    assert kronor(text) is None or kronor(text) >= 0
