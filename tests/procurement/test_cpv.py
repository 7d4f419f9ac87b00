"""The CPV: its divisions, loading a list of codes, and finding one by typing."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.procurement.cpv import DIVISIONS, Code, Index, ListError, parent, parse_list, search, shown
from tests.needs import sample_data

HEADER = "code,sv,en\n"


@pytest.fixture(scope="module")
def whole() -> list[Code]:
    with (sample_data() / "cpv2008_sv_en.csv").open("rb") as file:
        return list(parse_list(file))


@pytest.fixture(scope="module")
def index(whole) -> Index:
    return Index(whole)


# Divisions


def test_the_divisions_are_the_45_of_the_regulation() -> None:
    codes = [division.code for division in DIVISIONS]
    assert len(codes) == 45
    assert codes == sorted(set(codes))
    assert all(code.endswith("000000") and parent(code) is None for code in codes)
    assert (codes[0], codes[-1]) == ("03000000", "98000000")


def test_the_divisions_are_named_as_in_the_list(whole) -> None:
    listed = {code.code: code for code in whole if code.code.endswith("000000")}
    different = [division.code for division in DIVISIONS if division != listed[division.code]]
    assert different == ["32000000"]  # the list has a misprint there
    assert len(listed) == len(DIVISIONS)


@pytest.mark.parametrize(
    ("code", "broader"),
    [
        ("45233162", "45233160"),
        ("45233160", "45233100"),
        ("45200000", "45000000"),
        ("45000000", None),
        ("30000000", None),
        ("30100000", "30000000"),
        ("03000000", None),
    ],
)
def test_parents(code, broader) -> None:
    assert parent(code) == broader


def test_nearly_every_code_has_its_parent_in_the_list(whole) -> None:
    codes = {code.code for code in whole}
    assert (
        sum(parent(code) not in codes for code in codes) == 45 + 35
    )  # divisions, and gaps of the vocabulary itself


def test_a_code_is_shown_with_its_name() -> None:
    code = Code("39100000", "Möbler", "Furniture")
    assert (shown(code), shown(code, "en")) == ("39100000 Möbler", "39100000 Furniture")


# Loading


def test_the_whole_list_loads(whole) -> None:
    assert len(whole) == 9454
    assert whole[0].code == "03000000"
    assert Code("90919300", "Städning av skolor", "School cleaning services") in whole


ONE = [Code("39100000", "Möbler, bord", "Furniture")]


@pytest.mark.parametrize(
    "text",
    [
        'code,sv,en\n39100000,"Möbler, bord",Furniture\n',
        "code;sv;en\n39100000;Möbler, bord;Furniture\n",
        "code\tsv\ten\r\n39100000\tMöbler, bord\tFurniture\r\n",
        "\ufeffcode;sv;en\n39100000;Möbler, bord;Furniture",
        "Kod;Engelska;Svenska\n39100000-3;Furniture;Möbler, bord\n",
        'nr;sv;CODE;en\n1;" Möbler, bord ";39100000-3; Furniture \n\n;;;\n',
        'code;sv;en\n39100000;"Möbler, bord";Furniture;;;\n',
    ],
)
def test_lists_out_of_any_program_are_taken(text) -> None:
    assert list(parse_list(text.splitlines(keepends=True))) == ONE
    assert list(parse_list(text.encode().splitlines(keepends=True))) == ONE


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("", "headings", 0),
        ("39100000,Möbler,Furniture\n", "headings", 1),
        ("code,sv\n39100000,Möbler\n", "headings", 1),
        (HEADER, "empty", 1),
        (HEADER + "3910000,Möbler,Furniture\n", "code", 2),
        (HEADER + "39100000,Möbler,Furniture\nabc,Bord,Tables\n", "code", 3),
        (HEADER + "00100000,Möbler,Furniture\n", "code", 2),
        (HEADER + "39100000,,Furniture\n", "name", 2),
        (HEADER + "39100000,Möbler\n", "name", 2),
        (HEADER + "39100000,M\x07bler,Furniture\n", "name", 2),
        (HEADER + "39100000,Möbler,Furniture\n\n39100000-3,Möbler,Furniture\n", "repeated", 4),
        (HEADER + '39100000,"Möbler,Furniture\n', "columns", 2),
        (HEADER + "39100000,Möb\0ler,Furniture\n", "encoding", 2),
        (HEADER + f"39100000,{'M' * 301},Furniture\n", "too-long", 2),
        (HEADER + f"39100000,{'M' * 9000},Furniture\n", "too-long", 2),
    ],
)
def test_a_wrong_row_is_named_with_its_line(text, code, line) -> None:
    for rows in (text.splitlines(keepends=True), text.encode().splitlines(keepends=True)):
        with pytest.raises(ListError) as refused:
            list(parse_list(rows))
        assert (refused.value.code, refused.value.line) == (code, line)


def test_a_list_in_another_encoding_is_named_with_its_line() -> None:
    with pytest.raises(ListError) as refused:
        list(parse_list([HEADER.encode(), "39100000,Möbler,Furniture\n".encode("latin-1")]))
    assert (refused.value.code, refused.value.line) == ("encoding", 2)


def test_a_list_without_end_ends() -> None:
    def rows():
        yield HEADER
        number = 10_000_000
        while True:
            number += 1
            yield f"{number},Möbler,Furniture\n"

    with pytest.raises(ListError) as refused:
        for _ in parse_list(rows()):
            pass
    assert refused.value.code == "too-many"


@given(st.lists(st.text(max_size=30) | st.binary(max_size=30), max_size=6))
def test_any_rows_are_codes_or_an_error_with_a_line(rows) -> None:
    try:
        found = list(parse_list([HEADER, *rows]))
    except ListError as error:
        refused = error.line
    else:
        refused = 1
        assert all(len(code.code) == 8 for code in found)
    assert 0 < refused <= len(rows) + 1


# Finding


@pytest.mark.parametrize(
    ("typed", "lang", "expected"),
    [
        ("45233162", "sv", "45233162"),
        ("45233162-2", "sv", "45233162"),
        ("4523 31", "sv", "45233100"),
        ("39", "sv", "39000000"),
        ("möbler", "sv", "39100000"),
        ("mobler", "sv", "39100000"),
        ("MÖBLER", "sv", "39100000"),
        ("furniture", "en", "39100000"),
        ("skolmöbler", "sv", "39160000"),
        ("cykelväg", "sv", "45233162"),
        ("städning av skolor", "sv", "90919300"),
        ("skolor städ", "sv", "90919300"),
        ("school cleaning", "en", "90919300"),
        ("school cleaning", "sv", "90919300"),
        ("städtjänster", "sv", "90910000"),
        ("lokalvård", "sv", "90910000"),
        ("programvara", "sv", "48000000"),
        ("läkemedel", "sv", "33600000"),
        ("snöröjning", "sv", "90620000"),
        ("elevdatorer", "sv", "30200000"),
        ("bemanning", "sv", "79620000"),
        ("utbildning", "sv", "80000000"),
        ("tolk", "sv", "79540000"),
    ],
)
def test_what_people_type_finds_what_they_mean_first(index, typed, lang, expected) -> None:
    assert search(index, typed, lang, limit=5)[0].code == expected


def test_a_part_of_a_word_is_found(index) -> None:
    names = [code.sv for code in search(index, "möbler", "sv", limit=50)]
    assert "Kontorsmöbler" in names
    assert not any("utom möbler" in name.lower() and "kontors" not in name.lower() for name in names[:3])


@pytest.mark.parametrize("typed", ["", " ", "xyzzyq", "999", "%", "\\", "[", "\n", "👍", "\u202e", "0"])
def test_what_finds_nothing_finds_nothing(index, typed) -> None:
    assert search(index, typed, "sv") in ([], search(index, "0", "sv"))


def test_a_plain_sequence_is_searched_too() -> None:
    assert search(DIVISIONS, "4", "sv", limit=2) == [DIVISIONS[18], DIVISIONS[19]]
    assert search(DIVISIONS, "furniture", "en", limit=0) == []
    assert search([], "möbler", "sv") == []


@given(st.text(max_size=40), st.sampled_from(["sv", "en"]), st.integers(0, 30))
def test_any_text_finds_codes_of_the_list_at_most_so_many(typed, lang, limit) -> None:
    found = search(DIVISIONS, typed, lang, limit)
    assert len(found) == len(set(found)) <= limit
    assert set(found) <= set(DIVISIONS)


@given(st.sampled_from(DIVISIONS), st.integers(1, 8))
def test_the_beginning_of_a_code_finds_it(code, length) -> None:
    found = search(DIVISIONS, code.code[:length], "sv", 45)
    assert code in found
    assert all(each.code.startswith(code.code[:length]) for each in found)


def test_a_search_of_the_whole_list_takes_no_time(index, capsys) -> None:
    typed = [
        "a",
        "e",
        "4",
        "städ",
        "möbler",
        "school cleaning",
        "tjänster för",
        "å" * 200,
        "drift och underhåll av väg",
    ]
    took = {}
    for text in typed:
        before = time.process_time()
        for _ in range(5):
            search(index, text, "sv")
        took[text[:20]] = (time.process_time() - before) * 200
    with capsys.disabled():
        print("\nms a search of 9,454 codes:", {text: round(each, 1) for text, each in took.items()})
    assert max(took.values()) < 100
