"""Numbers of procurements in the forms that people paste."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.procurement.identifiers import (
    NO_CODES,
    IdentifierError,
    Recognised,
    cpv,
    personal_numbers,
    procedure_id,
    procurement_id,
    recognise,
    ted,
    ted_address,
)


@pytest.mark.parametrize(
    "text",
    [
        "151531-2021",
        "00151531-2021",
        " 151531–2021 ",
        "151531 - 2021",
        "１５１５３１-２０２１",
        "151531\u00a0\u2011\u202f2021",
        "15\u00ad15\u00ad31-2021",
        "151531\u00ad2021",
        "\ufeff151531\u200b-2021",
        "2021/S 060-151531",
        "2021/S060-151531",
        "2021/s060-151531",
        "2021/S 60–151531",
        "2021 / S 060 - 151531",
        "2021/S 060-00151531",
        "OJ S 60/2021 151531-2021",
        "OJ S 60/2021, 151531-2021",
        "EUT S 60/2021 151531-2021",
        "TED:NOTICE:151531-2021:TEXT:SV:HTML",
        "TED-nr: 151531-2021",
        "TED 151531-2021",
        "Publiceringsnummer i TED: 00151531-2021.",
        "Se annonsen 2021/S 060-151531 i TED, dnr KS 2021-0012.",
        "TED-nr: 151531-2021, dnr KS 12-2021",
        "Publication number: 151531-2021",
        "151531-2021 (https://ted.europa.eu/sv/notice/-/detail/151531-2021)",
        "Länk: https://ted.europa.eu/sv/notice/-/detail/151531-2021",
        "https://ted.europa.eu/sv/notice/-/detail/151531-2021",
        "https://ted.europa.eu/en/notice/151531-2021/pdf",
        "https://ted.europa.eu/en/notice/-/detail/151531-2021?scope=ACTIVE&page=2#top",
        "https://ted.europa.eu/udl?uri=TED:NOTICE:151531-2021:TEXT:SV:HTML",
        "https://ted.europa.eu/udl?uri=TED%3ANOTICE%3A151531-2021%3ATEXT%3ASV%3AHTML&src=0",
        "http://ted.europa.eu/udl?uri=TED:NOTICE:151531-2021:DATA:EN:HTML",
        "https://www.ted.europa.eu/notice/00151531-2021",
        "ted.europa.eu/sv/notice/-/detail/151531-2021",
        "TED.EUROPA.EU/sv/notice/-/detail/151531-2021",
    ],
)
def test_every_form_of_a_ted_number_is_one_number(text) -> None:
    assert ted(text) == "151531-2021"
    assert recognise(text) == Recognised("ted", "151531-2021", ted_address("151531-2021", "sv"))
    assert ted(ted_address(ted(text), "en")) == "151531-2021"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "151531",
        "1-2",
        "dnr 151531-2021",
        "https://x.example/151531-2021",
        "https://ted.europa.eu.evil.example/notice/151531-2021",
        "https://evil.example/ted.europa.eu/151531-2021",
        "https://ted.europa.eu@evil.example/151531-2021",
        "2021-151531",
        "KS 2021-0012",
        "KS 12-2021",
        "KS 123-2021",
        "TED-nr saknas, dnr 12345-2021",
        "2020-2021",
        "2025–2028",
        "2020 - 2021",
        "12-2021",
        "05-2021",
        "2021-05-12",
        "1/5 2020 - 1/5 2021",
        "0470-2021",
        "08-123 45 67",
        "070-123 20 21",
        "+46 70-123-2021",
        "850101-1236",
        "19850101-1236",
        "850101-2028",
        "556036-0793",
        "151531-1985",
        "151531-20211",
        "1151531531-2021",
        "151531-2021 och 151532-2021",
        "2021/S 060-151531, 2021/S 061-151532",
        "https://ted.europa.eu/compare?a=151531-2021&b=151532-2021",
        "https://ted.europa.eu/sv/search?q=2021",
        "2021/S 060",
        "OJ S 60/2021",
        "٠٠١٥١٥٣١-٢٠٢١",
    ],
)
def test_what_is_no_ted_number(text) -> None:
    with pytest.raises(IdentifierError):
        ted(text)
    assert recognise(text).what != "ted"


def test_a_number_that_may_be_a_persons_is_teds_only_where_that_is_said() -> None:
    number = next(f"{each}-2028" for each in range(850101, 850132) if personal_numbers(f"{each}-2028"))
    with pytest.raises(IdentifierError):
        ted(number)
    for said in (f"TED {number}", f"00{number}", ted_address(number, "sv")):
        assert ted(said) == number
    assert ted(number, said=True) == number
    assert ted("2020-2021", said=True) == "2020-2021"
    assert personal_numbers(ted_address(number, "sv")) == []
    assert personal_numbers(f"{number}, se {ted_address('1-2021', 'sv')}") == [number]


@given(st.integers(1, 99_999_999), st.integers(1993, 2099))
def test_leading_zeros_change_nothing(number, year) -> None:
    assert ted(f"{number:08}-{year}") == f"{number}-{year}"


@pytest.mark.parametrize(
    ("text", "code"), [("30200000", "30200000"), ("30200000-1", "30200000-1"), ("30200000 – 1", "30200000-1")]
)
def test_cpv_codes_have_eight_digits_and_perhaps_a_ninth(text, code) -> None:
    assert cpv(text) == code


@pytest.mark.parametrize("text", ["", "3020000", "302000001", "30200000-12", "00000000", "abc", "٣٠٢٠٠٠٠٠"])
def test_what_is_no_cpv_code(text) -> None:
    with pytest.raises(IdentifierError):
        cpv(text)


@pytest.mark.parametrize(
    "text",
    [
        "850101-1236",
        "19850101-1236",
        "198501011236",
        "850161-1239",
        "850101+1236",
        "850101–1236",
        "850101\u00ad1236",
    ],
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


# Upphandlings-IDs and procedures


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("SE75790", "SE75790"),
        ("se75790", "SE75790"),
        ("SE 75790", "SE75790"),
        ("SE-75790", "SE75790"),
        (" SE – 75790 ", "SE75790"),
        ("ＳＥ７５７９０", "SE75790"),
        ("SE\u00ad75790", "SE75790"),
        ("Upphandlings-ID: SE75790", "SE75790"),
        ("Upphandlings-id SE 75790.", "SE75790"),
        ("MERC123456", "MERC123456"),
        ("AVROP-20345", "AVROP20345"),
        ("AB1", "AB1"),
    ],
)
def test_every_form_of_an_upphandlings_id_is_one(text, number) -> None:
    assert procurement_id(text) == number
    assert recognise(text) == Recognised("procurement-id", number)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "75790",
        "S75790",
        "SE",
        "Bilaga 123",
        "bilaga 123",
        "Lot 3",
        "LOT 123",
        "KS 2021",
        "KS 2021-0012",
        "KS2021/123",
        "dnr 12345",
        "DNR12345",
        "SE556036079301",
        "SE 556036-0793",
        "SE5560360793",
        "SEK 100000",
        "EUR 5000",
        "S 060",
        "OJ S 60",
        "TED 151531",
        "CPV 45233130",
        "CPV45233130",
        "ÅÄ12345",
        "SE75790 SE75791",
        "Upphandlingen SE75790 gäller städning",
        "väg 734",
        "TEL 0701234",
    ],
)
def test_what_is_no_upphandlings_id(text) -> None:
    with pytest.raises(IdentifierError):
        procurement_id(text)


@given(
    st.from_regex(r"[A-Z]{2,4}[0-9]{3,8}", fullmatch=True).filter(
        lambda text: not text.startswith(("LOT", "TED"))
    )
)
def test_an_upphandlings_id_reads_back(number) -> None:
    try:
        assert procurement_id(number) == number
    except IdentifierError:
        assert number.rstrip("0123456789") in NO_CODES
    else:
        assert procurement_id(number.lower()) == number


UUID = "0a5d3f0e-9c1b-4a57-8a51-0e4b8f1f2c3d"


@pytest.mark.parametrize(
    "text",
    [UUID, UUID.upper(), f"{{{UUID}}}", f"urn:uuid:{UUID}", f"BT-04: {UUID}", f" {UUID.replace('-', '–')}\n"],
)
def test_procedures_are_recognised_separately(text) -> None:
    assert procedure_id(text) == UUID
    assert recognise(text) == Recognised("procedure-id", UUID)


@pytest.mark.parametrize(
    "text",
    [
        "",
        UUID[:-1],
        UUID + "0",
        f"{UUID} {UUID[:-1]}0",
        UUID.replace("-", ""),
        f"https://x.example/{UUID}",
        UUID.replace("4a57", "ga57"),
    ],
)
def test_what_is_no_procedure(text) -> None:
    with pytest.raises(IdentifierError):
        procedure_id(text)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("https://www.kommersannons.se/eLite/Notice/123", "https://www.kommersannons.se/eLite/Notice/123"),
        (" http://x.example/a?b=c#d ", "http://x.example/a?b=c#d"),
        ("www.e-avrop.com/stockholm", "https://www.e-avrop.com/stockholm"),
        ("tendsign.com/doc.aspx?MeFormsNoticeId=5", "https://tendsign.com/doc.aspx?MeFormsNoticeId=5"),
        (f"https://x.example/{UUID}", f"https://x.example/{UUID}"),
        ("https://x.example/notice/SE75790", "https://x.example/notice/SE75790"),
        ("https://ted.europa.eu/sv/search?q=2021", "https://ted.europa.eu/sv/search?q=2021"),
    ],
)
def test_a_link_to_elsewhere_is_a_link(text, address) -> None:
    assert recognise(text) == Recognised("link", "", address)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Städtjänster",
        "javascript:alert(1)",
        "https://",
        "https://localhost/x",
        "https://a b.example/",
        "https://user:word@x.example/",
        "ftp://x.example/a",
        "anna@x.example",
        "KS 2021-0012",
        "556036-0793",
        '"><script>alert(1)</script>',
        "https://x.example/\u202e",
        "x.example/" + "a" * 3000,
        "2.4.1-1234-2025",
    ],
)
def test_anything_else_is_nothing(text) -> None:
    assert recognise(text) == Recognised("nothing")


@given(st.text(max_size=60))
def test_any_text_is_recognised_as_something(text) -> None:
    known = recognise(text)
    assert known.what in {"ted", "procurement-id", "procedure-id", "link", "nothing"}
    assert bool(known.number) == (known.what in {"ted", "procurement-id", "procedure-id"})


@given(st.text("0123456789-/ S.TED:KSa–\u00ad", max_size=24))
def test_texts_of_the_signs_that_numbers_have_are_read_the_same_again(text) -> None:
    known = recognise(text)
    if known.what == "ted":
        assert ted(known.address) == known.number
    if known.what == "procurement-id":
        assert procurement_id(known.number) == known.number


def test_long_texts_take_no_time() -> None:
    for text in (
        "1" * 100_000,
        "TED " * 50_000,
        "2021/S " * 50_000,
        "a-" * 100_000,
        "0" * 100_000 + "-2021",
        "/" * 100_000,
    ):
        recognise(text)
        personal_numbers(text)
