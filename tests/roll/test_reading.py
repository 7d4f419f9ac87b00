"""Lists as people really keep them."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core import spreadsheet
from app.roll import reading
from app.roll.reading import UnreadableList, read
from app.roll.rows import Row, tidy

ONE = "556036-0793"
TWO = "556012-5790"
LIST = f"Företag;Organisationsnummer;E-post;Kontaktperson;Språk\nÅkes Bygg AB;{ONE};info@akes.se;Åke Ö;sv\nBeta AB;{TWO};post@beta.se;;en\n"


def companies(data: bytes | str) -> list[str]:
    return [row.company for row in read(data.encode() if isinstance(data, str) else data)]


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
        ("Företag;E-post\n".encode(), "no-rows"),
        (b"hello there\nnothing here", "no-headings"),
        (b"PK\x03\x04 rest of a workbook", "spreadsheet"),
        (b"\xd0\xcf\x11\xe0 an old workbook", "spreadsheet"),
        (b"%PDF-1.7", "pdf"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR", "encoding"),
        (b"F" * (reading.MOST_BYTES + 1), "too-large"),
    ],
)
def test_what_cannot_be_read_says_why(data: bytes, code: str) -> None:
    with pytest.raises(UnreadableList) as error:
        read(data)
    assert error.value.code == code


def test_a_quotation_mark_that_is_never_closed_is_named_by_its_line() -> None:
    text = "Företag;Orgnr;E-post\n" + f"Acme;{ONE};a@b.se\n" + '"Beta;1;b@b.se\n' + f"X;{TWO};c@d.se\n" * 30
    with pytest.raises(UnreadableList) as error:
        read(text.encode())
    assert (error.value.code, error.value.line) == ("open-quote", 3)


def test_too_many_rows_are_refused() -> None:
    text = "Företag;Orgnr;E-post\n" + "A;1;a\n" * (reading.MOST_ROWS + 1)
    with pytest.raises(UnreadableList) as error:
        read(text.encode())
    assert error.value.code == "too-many-rows"


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


def test_what_makes_a_company_one() -> None:
    assert one(number="SE556036079301").key == one(number="16 556036-0793").key == "se:5560360793"
    assert one(number="hrb 12-345", Land="de").key == one(number="HRB12345", Land="DE").key == "de:HRB12345"
    trader = {"number": "", "Enskild firma": "ja"}
    same = one(company="Evas  EL", email="Eva@el.se", **trader)
    assert same.key == one(company="evas el", email="eva@EL.se", **trader).key
    assert same.key != one(company="Evas El", email="eva2@el.se", **trader).key


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
        rows = read(data)
    except UnreadableList:
        return
    assert all(isinstance(row.problems, tuple) for row in rows)


def test_ten_thousand_rows_are_read_quickly() -> None:
    text = "Företag;Orgnr;E-post\n" + "".join(f"Bolag {n};{ONE};info{n}@example.se\n" for n in range(10_000))
    begun = time.perf_counter()
    assert len(read(text.encode())) == 10_000
    assert time.perf_counter() - begun < 10
