"""Lists as people really keep them."""

from __future__ import annotations

import io
import tracemalloc

import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import given
from hypothesis import strategies as st

from app.core import spreadsheet
from app.roll import columns
from app.roll.reading import Table, UnreadableList
from app.roll.rows import DROPPED, Row, address, make_row, tidy, without_personal_numbers

ONE = "556036-0793"
TWO = "556012-5790"
LIST = f"Företag;Organisationsnummer;E-post;Kontaktperson;Språk\nÅkes Bygg AB;{ONE};info@akes.se;Åke Ö;sv\nBeta AB;{TWO};post@beta.se;;en\n"


def read(data: bytes, *, person: bool = False) -> list[Row]:
    """The rows of a list whose columns can be told, judged."""
    lines = list(Table(io.BytesIO(data)))
    layout = columns.recognise([cells for _, cells in lines[:30]], person=person)
    assert layout.complete(person=person)
    return [
        make_row(line, without_personal_numbers(cells), layout.columns, person=person)
        for line, cells in lines[layout.begins :]
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_encodings_separators_and_line_ends(encoding: str, separator: str, newline: str) -> None:
    text = LIST.replace(";", separator).replace("\n", newline)
    rows = read(text.encode(encoding))
    assert [(row.company, row.orgnr, row.email, row.contact_name, row.language) for row in rows] == [
        ("Åkes Bygg AB", "5560360793", "info@akes.se", "Åke Ö", "sv"),
        ("Beta AB", "5560125790", "post@beta.se", "", "en"),
    ]
    assert not any(row.problems for row in rows)


def test_headings_in_english_in_any_order_with_columns_nobody_asked_for() -> None:
    text = f"Phone,Email address,Notes,Company name,Organisation number\n070,a@b.se,x,Acme,{ONE}\n"
    (row,) = read(text.encode())
    assert (row.company, row.orgnr, row.email, row.problems) == ("Acme", "5560360793", "a@b.se", ())


def test_a_title_above_the_headings_and_a_separator_hint() -> None:
    text = f"sep=;\nMedlemslista 2026;;;\n\nNamn;Org.nr;Mejladress;Namn\nAcme;{ONE};a@b.se;Eva\n;;;\n"
    (row,) = read(text.encode())
    assert (row.line, row.company, row.contact_name) == (5, "Acme", "Eva")


def test_pasted_rows_without_headings_are_told_apart_by_what_stands_in_them() -> None:
    (row,) = read(f"{ONE}\tAcme AB\tinfo@acme.se\tEva Ek\ten".encode())
    assert (row.company, row.orgnr, row.email, row.contact_name, row.language) == (
        "Acme AB", "5560360793", "info@acme.se", "Eva Ek", "en",
    )  # fmt: skip


def test_quotes_line_breaks_in_cells_and_missing_cells() -> None:
    text = f'Företag;Orgnr;E-post;Kontakt\n"Två ""snabba""\nrader; AB";{ONE};a@b.se\n'
    (row,) = read(text.encode())
    assert (row.line, row.company, row.contact_name, row.problems) == (2, 'Två "snabba" rader; AB', "", ())


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"\r\n \r\n;;;\n", "empty"),
        (b"%PDF-1.7", "pdf"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR", "encoding"),
        (b"a;b\n" + b"x" * 200_000 + b";y\n", "open-quote"),
        (b'a;b\n"1\n' + b"2\n" * 3000, "open-quote"),
    ],
)
def test_what_cannot_be_read_says_why(data: bytes, code: str) -> None:
    with pytest.raises(UnreadableList) as error:
        list(Table(io.BytesIO(data)))
    assert error.value.code == code


def test_mac_roman_is_told_apart_where_it_can_be_nothing_else() -> None:
    text = f"Företag;Orgnr;E-post;Kontakt\nÅkes måleri;{ONE};a@b.se;Pär Sjögren\n"
    (row,) = read(text.encode("mac_roman"))
    assert (row.company, row.contact_name) == ("Åkes måleri", "Pär Sjögren")
    slovene = f"Company;Orgnr;E-mail;Contact\nŠtampiljke d.o.o.;{ONE};a@b.se;Œuvre Kocjančič\n"
    (row,) = read(slovene.replace("č", "c").encode("cp1252"))
    assert (row.company, row.contact_name) == ("Štampiljke d.o.o.", "Œuvre Kocjancic")


def test_the_separator_that_the_first_line_names_is_taken() -> None:
    text = f"sep=;\r\nFöretag;Orgnr;E-post\r\nA, B, C och D AB;{ONE};a@b.se\r\n"
    (row,) = read(text.encode("utf-8-sig"))
    assert (row.line, row.company) == (3, "A, B, C och D AB")


@pytest.mark.parametrize(
    "number",
    [
        "5560360793.0",
        "5560360793,0",
        "'5560360793",
        "’556036-0793",
        "556036\u20110793",
        "556036\u00a00793",
        "5,560360793E+09",
        "5.560360793e9",
    ],
)
def test_what_a_spreadsheet_makes_of_a_number_is_undone_where_nothing_is_lost(number: str) -> None:
    assert one(number=number).orgnr == "5560360793"


def test_headings_that_say_nothing_are_asked_about() -> None:
    rows = [["Q", "W", "Vem"], ["Acme", ONE, "a@b.se"]]
    found = columns.recognise(rows)
    assert (found.begins, found.columns, found.guessed) == (1, {"company": 0, "number": 1, "email": 2}, True)
    assert not found.complete(person=False)


def test_a_missing_column_is_named_and_the_rest_kept() -> None:
    found = columns.recognise([["Lista"], ["Företag", "Org.nr", "Nås på"], ["Acme", ONE, "a@b.se"]])
    assert (found.begins, found.columns) == (2, {"company": 0, "number": 1})
    assert columns.missing(found.columns, person=False) == ["email"]
    assert columns.missing(found.columns, person=True) == ["contact", "email"]


def test_a_list_of_any_length_takes_the_memory_of_a_row() -> None:
    def peak(rows: int) -> int:
        data = "Företag;Orgnr;E-post\n".encode() + f"Acme;{ONE};a@b.se\n".encode() * rows
        file = io.BytesIO(data)
        tracemalloc.start()
        assert sum(1 for _ in Table(file)) == rows + 1
        used = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return used

    assert peak(80_000) < 1.5 * peak(20_000)


def test_a_quotation_mark_that_is_never_closed_is_named_by_its_line() -> None:
    text = "Företag;Orgnr;E-post\n" + f"Acme;{ONE};a@b.se\n" + '"Beta;1;b@b.se\n' + f"X;{TWO};c@d.se\n" * 30
    with pytest.raises(UnreadableList) as error:
        read(text.encode())
    assert (error.value.code, error.value.line) == ("open-quote", 3)


def one(company: str = "Acme", number: str = ONE, email: str = "a@b.se", **more: str) -> Row:
    headings = ["Företag", "Orgnr", "E-post", *more]
    quoted = [f'"{cell}"' for cell in (company, number, email, *more.values())]
    (row,) = read((";".join(headings) + "\n" + ";".join(quoted)).encode())
    return row


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ({"company": "  "}, "missing-company"),
        ({"company": "---"}, "bad-company"),
        ({"company": "A" * 201}, "long-company"),
        ({"number": ""}, "missing-number"),
        ({"number": "556"}, "bad-number"),
        ({"number": "556036-0794"}, "wrong-check-digit"),
        ({"number": "5,56036E+09"}, "excel-number"),
        ({"number": "850709-9805"}, "personal-number"),
        ({"number": "19850709-9805"}, "personal-number"),
        ({"company": "Eva Ek 850709-9805"}, "personal-name"),
        ({"email": ""}, "missing-email"),
        ({"email": "a@b.se, c@d.se"}, "several-emails"),
        ({"email": "a b@c.se"}, "bad-email"),
        ({"email": "a@localhost"}, "bad-email"),
        ({"email": "a@b.se\r\nBcc: x@y.se"}, "several-emails"),
        ({"Språk": "fi"}, "bad-language"),
        ({"Land": "XX", "number": "123"}, "bad-country"),
        ({"Land": "DE", "number": ""}, "missing-number"),
        ({"Enskild firma": "kanske", "number": ""}, "bad-sole-trader"),
    ],
)
def test_each_fault_has_its_own_name(row: dict[str, str], problem: str) -> None:
    assert problem in one(**row).problems


def test_a_personal_number_is_dropped_as_soon_as_it_is_seen() -> None:
    for row in (
        one(number="850709-9805"),
        one(company="Eva Ek 850709-9805"),
        one(number="850709-9805", **{"Enskild firma": "ja"}),
    ):
        assert "9805" not in repr(row)


@pytest.mark.parametrize(
    ("cells", "kept"),
    [
        (["Eva Ek 850709-9805", "x"], [f"Eva Ek {DROPPED}", "x"]),
        (["8507099805"], [DROPPED]),
        (["198507099805", "19850709 9805"], [DROPPED, DROPPED]),
        (["850769-9805"], [DROPPED]),
        (["８５０７０９\u20139805"], [DROPPED]),
        ([ONE, "5560360793", "16 556036-0793"], [ONE, "5560360793", "16 556036-0793"]),
        (["8507099805@example.se"], ["8507099805@example.se"]),
        (["5213017228", "PL"], ["5213017228", "PL"]),
        (["1012011235", "NO"], ["1012011235", "NO"]),
        (["850709-9805", "NO"], [DROPPED, "NO"]),
        (["8,507099805E+09", "1.98507099805E+11"], [DROPPED, DROPPED]),
        (["85 07 09-98 05", "85.07.09.9805", "1985-07-09-9805", "850709/9805"], [DROPPED] * 4),
        (["8 5 0 7 0 9 9 8 0 5", "SE850709980501", "850709 - 9805"], [DROPPED] * 3),
        (["5,560360793E+09", "55 60 36-07 93"], ["5,560360793E+09", "55 60 36-07 93"]),
        (["10 12 01-1235", "NO"], ["10 12 01-1235", "NO"]),
    ],
)
def test_personal_numbers_are_dropped_before_anything_is_kept(cells: list[str], kept: list[str]) -> None:
    assert without_personal_numbers(cells) == kept


def test_what_makes_a_company_one() -> None:
    assert one(number="SE556036079301").key == one(number="16 556036-0793").key == "se:5560360793"
    assert one(number="hrb 12-345", Land="de").key == one(number="HRB12345", Land="DE").key == "de:HRB12345"
    trader = {"number": "", "Enskild firma": "ja"}
    same = one(company="Evas  EL", email="Eva@el.se", **trader)
    assert same.key == one(company="evas el", email="eva@EL.se", **trader).key
    assert same.key != one(company="Evas El", email="eva2@el.se", **trader).key


LETTERS = "ab1.-_+AB\u00e5"


@given(
    st.text(LETTERS, max_size=12),
    st.text(LETTERS, max_size=12),
    st.sampled_from(["se", "Test", "x1", "xn--abc", "com", "local", ""]),
)
def test_plain_addresses_are_judged_as_all_others(local: str, domain: str, top: str) -> None:
    text = f"{local}@{domain}.{top}"
    try:
        checked = validate_email(text.strip("<> "), check_deliverability=False, allow_smtputf8=False)
        expected = checked.ascii_email or checked.normalized
    except EmailNotValidError:
        expected = ""
    try:
        assert address(text) == expected
    except ValueError:
        assert expected == ""


def test_addresses_with_a_swedish_domain_are_kept_as_mail_wants_them() -> None:
    assert one(email="Eva@ÅKES.se").email == "Eva@xn--kes-tla.se"


def test_a_foreign_company_gets_english_unless_it_says_otherwise() -> None:
    assert one(number="HRB 1", Land="DE").language == "en"
    assert one(number="HRB 1", Land="DE", Språk="svenska").language == "sv"


@given(st.lists(st.text(max_size=30), min_size=1, max_size=5))
def test_whatever_is_written_comes_back_and_no_cell_is_a_formula(cells: list[str]) -> None:
    data = spreadsheet.write(["a"] * len(cells), [cells])
    assert data.startswith(b"\xef\xbb\xbf")
    for value in cells:
        written = spreadsheet.cell(value)
        assert not written.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r"))
        assert tidy(written) in {tidy(value), tidy("'" + value)}


@given(st.binary(max_size=400))
def test_no_bytes_break_the_reader(data: bytes) -> None:
    try:
        lines = list(Table(io.BytesIO(data)))
    except UnreadableList:
        return
    for person in (False, True):
        columns.recognise([cells for _, cells in lines], person=person)
    for line, cells in lines:
        everything = {name: place for place, name in enumerate(columns.HEADINGS)}
        assert make_row(line, without_personal_numbers(cells), everything).line == line
