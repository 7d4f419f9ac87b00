"""Kinds of procedures in one vocabulary."""

from __future__ import annotations

import pytest

from app.procurement import procedures


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("open", "open"),
        ("restricted", "restricted"),
        ("neg-w-call", "negotiated-with-call"),
        ("neg-wo-call", "negotiated-without-call"),
        ("comp-dial", "competitive-dialogue"),
        ("innovation", "innovation-partnership"),
        ("comp-tend", "competitive-tendering"),
        ("oth-single", "other"),
        ("something-new", "other"),
        ("", None),
    ],
)
def test_codes_of_eforms(code: str, expected: str | None) -> None:
    assert procedures.of_eforms(code) == expected


@pytest.mark.parametrize(
    ("element", "expected"),
    [
        ("PT_OPEN", "open"),
        ("F03_PT_OPEN", "open"),
        ("PT_ACCELERATED_RESTRICTED", "restricted"),
        ("PT_RESTRICTED", "restricted"),
        ("PT_COMPETITIVE_NEGOTIATION", "negotiated-with-call"),
        ("PT_NEGOTIATED_WITHOUT_COMPETITION", "negotiated-without-call"),
        ("PT_AWARD_CONTRACT_WITHOUT_CALL", "award-without-call"),
        ("PT_AWARD_CONTRACT_WITH_PRIOR_PUBLICATION", "concession-with-call"),
        ("PT_COMPETITIVE_DIALOGUE", "competitive-dialogue"),
        ("PT_INNOVATION_PARTNERSHIP", "innovation-partnership"),
        ("PT_SOMETHING_NEW", "other"),
        ("PROCEDURE", None),
        ("OPTIONS", None),
    ],
)
def test_elements_of_the_older_schema(element: str, expected: str | None) -> None:
    assert procedures.of_element(element) == expected


def test_codes_of_the_older_schema() -> None:
    assert [procedures.of_code(code) for code in "14VTZ"] == [
        "open",
        "negotiated-with-call",
        "award-without-call",
        "negotiated-without-call",
        None,
    ]
