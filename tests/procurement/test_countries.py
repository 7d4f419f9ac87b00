"""Codes of countries and languages in the spellings of all standards."""

from __future__ import annotations

import pytest

from app.procurement import countries


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("SWE", "SE"),
        ("swe", "SE"),
        (" SE ", "SE"),
        ("DEU", "DE"),
        ("AUT", "AT"),
        ("AUS", "AU"),
        ("GBR", "GB"),
        ("UK", "GB"),
        ("EL", "GR"),
        ("GRC", "GR"),
        ("1A0", "XK"),
        ("XKX", "XK"),
        ("ALA", "AX"),
        ("ROU", "RO"),
        ("USA", "US"),
        ("EU", None),
        ("XX", None),
        ("Sverige", None),
        ("", None),
    ],
)
def test_a_country_is_iso_3166_alpha_2(code: str, expected: str | None) -> None:
    assert countries.country(code) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("SWE", "sv"),
        ("SV", "sv"),
        ("sv", "sv"),
        ("ENG", "en"),
        ("FIN", "fi"),
        ("NOB", "nb"),
        ("GLE", "ga"),
        ("EL", "el"),
        ("MUL", None),
        ("svenska", None),
        ("", None),
    ],
)
def test_a_language_is_iso_639_1(code: str, expected: str | None) -> None:
    assert countries.language(code) == expected


def test_the_tables_are_whole() -> None:
    assert len(countries.COUNTRIES) == len(set(countries.COUNTRIES.values())) == 250
    assert all(len(code) == 3 and len(short) == 2 for code, short in countries.COUNTRIES.items())
    of_the_union = "bg cs da de el en es et fi fr ga hr hu it lt lv mt nl pl pt ro sk sl sv"
    assert set(of_the_union.split()) <= set(countries.LANGUAGES.values())
