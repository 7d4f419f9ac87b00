"""Amounts as people write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.procurement.amounts import kronor


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


@given(st.integers(0, 10**12))
def test_grouping_changes_nothing(amount) -> None:
    assert kronor(f"{amount:,}".replace(",", "\u00a0")) == kronor(str(amount)) == amount


@given(st.text(max_size=40))
def test_any_text_is_an_amount_or_none(text) -> None:
    assert kronor(text) is None or kronor(text) >= 0
