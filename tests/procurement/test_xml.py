"""XML as a stream: what comes out of it, in which order, and what is refused before it can do harm."""

from __future__ import annotations

import io
import time
from collections.abc import Iterator

import pytest

from app.procurement import xml
from app.procurement.notice import Damaged, Forbidden, NotANotice, NoticeError, TooLarge
from app.procurement.source import LARGEST, Source

SHAPES = {"Root": xml.Shape({"Box", "Inner"}.__contains__, {"Part", "Piece", "P", "FT", "Box"}.__contains__)}


def records(data: str | bytes) -> list[xml.Record]:
    return list(xml.records(Source(data.encode() if isinstance(data, str) else data), SHAPES))


def shown(found: list[xml.Record]) -> list[str]:
    return [
        f"{'/'.join(each.name for each in record.within)} {record.element.name}".strip() for record in found
    ]


# What comes out


def test_each_part_comes_with_the_containers_that_it_stands_in() -> None:
    found = records(
        '<Root n="1"><Part/><Box><Inner><Part><Piece>x</Piece></Part></Inner></Box><Piece/></Root>'
    )
    assert shown(found) == ["Root", "Root Part", "Root/Box/Inner Part", "Root Piece"]
    assert found[0].element.attributes == {"n": "1"}
    assert found[2].element.value("Piece") == "x"


def test_what_is_not_wanted_is_skipped_with_all_in_it() -> None:
    found = records(
        "<Root><Other><Part>no</Part></Other><Part><Other><Piece/></Other><Piece>yes</Piece></Part></Root>"
    )
    assert shown(found) == ["Root", "Root Part"]
    assert [each.value() for each in found[1].element.children] == ["yes"]


def test_names_are_told_without_their_namespaces() -> None:
    found = records('<a:Root xmlns:a="urn:a"><a:Part xmlns:b="urn:b" b:n="2"/><Part xmlns="urn:c"/></a:Root>')
    assert shown(found) == ["Root", "Root Part", "Root Part"]
    assert found[1].element.attributes == {"n": "2"}
    assert shown(records("<Root><lost:Part/></Root>")) == ["Root", "Root Part"]


def test_texts_have_single_spaces_and_comments_and_instructions_are_not_in_them() -> None:
    part = records("<Root><Part> one\n<!-- <Piece/> -->two<?x y?> <![CDATA[<three>]]> </Part></Root>")[
        1
    ].element
    assert part.value() == "one two <three>"


def test_paragraphs_are_kept_apart_and_marks_are_not() -> None:
    part = records("<Root><Part><P>H<FT>2</FT>O and</P><P>ice<Piece>no</Piece></P></Part></Root>")[1].element
    assert part.words() == "H2O and ice"


def test_elements_are_found_by_path_and_at_any_depth() -> None:
    part = records(
        "<Root><Part><P><Piece>1</Piece></P><P><Piece>2</Piece><FT><Piece>3</Piece></FT></P></Part></Root>"
    )[1]
    assert [each.value() for each in part.element.all("P/Piece")] == ["1", "2"]
    assert part.element.value("P/FT/Piece") == "3"
    assert part.element.first("P/Part") is None
    assert part.element.value("FT") == ""
    assert [each.value() for each in part.element.within("Piece")] == ["1", "2", "3"]
    assert [each.name for each in part.element.within("P", "Piece")] == ["P", "P"]


def test_parts_come_while_the_file_is_still_being_read() -> None:
    class Endless(io.RawIOBase):
        def __init__(self) -> None:
            self.given = 0

        def read(self, size: int = -1) -> bytes:
            self.given += size
            return (b"<Root>" if self.given == size else b"") + b"<Part/>" * (size // 7)

    stream = Endless()
    found: Iterator[xml.Record] = xml.records(Source(stream), SHAPES)  # type: ignore[arg-type]
    assert [next(found).element.name for _ in range(10)] == ["Root"] + ["Part"] * 9
    assert stream.given < 500_000
    with pytest.raises(TooLarge):
        list(found)


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "iso-8859-1", "windows-1252", "utf-32"],
)
def test_every_encoding_that_is_declared_or_marked_is_read(encoding: str) -> None:
    name = {"utf-8-sig": "UTF-8", "utf-16-le": "UTF-16", "utf-16-be": "UTF-16"}.get(encoding, encoding)
    text = f'<?xml version="1.0" encoding="{name}"?>\n<Root><Part>Växjö</Part></Root>'
    assert records(text.encode(encoding))[1].element.value() == "Växjö"


def test_windows_signs_in_a_file_that_says_iso_8859_1_are_read() -> None:
    data = b'<?xml version="1.0" encoding="ISO-8859-1"?><Root><Part>V\xe4g \x96 bro</Part></Root>'
    assert records(data)[1].element.value() == "Väg – bro"


def test_a_declaration_of_utf_16_over_single_bytes_is_forgiven() -> None:
    data = '<?xml version="1.0" encoding="UTF-16"?><Root><Part>Växjö</Part></Root>'.encode()
    assert records(data)[1].element.value() == "Växjö"


def test_a_character_that_falls_between_two_blocks_is_whole() -> None:
    for offset in range(4):
        text = "x" * (65_520 + offset)
        part = records(f"<Root><!--{text}--><Part>{'å' * 40}</Part></Root>")[1].element
        assert part.value() == "å" * 40


# What is refused


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (f'<!DOCTYPE Root [<!ENTITY l0 "lol">{LAUGHS}]><Root><Part>&l9;</Part></Root>', Forbidden),
        ('<!DOCTYPE Root [<!ENTITY x SYSTEM "file:///etc/passwd">]><Root><Part>&x;</Part></Root>', Forbidden),
        ('<!DOCTYPE Root SYSTEM "http://host.invalid/a.dtd"><Root/>', Forbidden),
        (
            f'<!DOCTYPE Root [<!ENTITY a "{"a" * 50_000}">]><Root><Part>{"&a;" * 50_000}</Part></Root>',
            Forbidden,
        ),
        ('<!DOCTYPE Root [<!ENTITY % p SYSTEM "http://host.invalid/">%p;]><Root/>', Forbidden),
        ("<!DOCTYPE html><html><body>Sidan finns inte</body></html>", NotANotice),
        ("<Root><Part>&undefined;</Part></Root>", Damaged),
        ("<Root><Part></Root>", Damaged),
        ("<Root><Part>", Damaged),
        ("<Root/><Root/>", Damaged),
        ("<Root><Part a='1' a='2'/></Root>", Damaged),
        ("<Root>\x00</Root>", Damaged),
        ("<Root>\x01</Root>", Damaged),
        ("", Damaged),
        ("text", Damaged),
        ("<Other/>", NotANotice),
        (b"<Root><Part>V\xe4g</Part></Root>", Damaged),
        (b'<?xml version="1.0" encoding="klingon"?><Root/>', Damaged),
        (b'<?xml version="1.0" encoding="utf-7"?><Root/>', Damaged),
        (b'<?xml version="1.0" encoding="base64"?><Root/>', Damaged),
        (b'<?xml version="1.0" encoding="punycode"?><Root/>', Damaged),
        ("<Root>" + "<Part>" * 101 + "</Part>" * 101 + "</Root>", TooLarge),
        ("<Root>" + "<Other>" * 1_000_000, TooLarge),
        ("<Root>" + "<Box>" * 1_000_000, TooLarge),
        ("<Root>" + "<Part>" * 1_000_000, TooLarge),
        ("<Root " + " ".join(f'a{n}="1"' for n in range(1_000_000)) + "/>", TooLarge),
        (f"<Root><Part>{'x' * 400_000}</Part></Root>", TooLarge),
        (f"<Root><!--{'x' * 400_000}--></Root>", TooLarge),
        (f"<Root>{' ' * 400_000}</Root>", TooLarge),
        ("<Root>" + "<Part/>" * 200_000, TooLarge),
        ("<Root>" + "<Other/>" * 1_100_000, TooLarge),
        ("<Root><Part>" + "<Piece/>" * 200_000, TooLarge),
        ("<Root>" + "".join(f"<n{n}/>" for n in range(20_000)), TooLarge),
        ("<Root>" + "".join(f'<Part n{n}="1"/>' for n in range(20_000)), TooLarge),
        (b"<Root>" + b"<!-- -->" * (50_000_000 // 8), TooLarge),
    ],
    ids=range(35),
)
def test_what_no_notice_has_is_refused_in_a_moment(data: str | bytes, error: type[NoticeError]) -> None:
    began = time.monotonic()
    with pytest.raises(error):
        records(data)
    assert time.monotonic() - began < 5  # measured alone and closely in test_hostile


def test_a_depth_that_is_allowed_is_read() -> None:
    assert len(records("<Root>" + "<Part>" * 99 + "</Part>" * 99 + "</Root>")) == 2


def test_a_long_text_is_cut() -> None:
    part = records(f"<Root><Part>{'x' * 150_000}</Part></Root>")[1].element
    assert len(part.text) <= 2 * xml.LONGEST_TEXT


def test_entities_of_xml_itself_and_numbers_of_characters_are_read() -> None:
    part = records("<Root><Part>Städ &amp; Co &lt;AB&gt; &#229;&#xE4;</Part></Root>")[1].element
    assert part.value() == "Städ & Co <AB> åä"


def test_an_instruction_to_fetch_a_stylesheet_or_to_include_a_file_does_nothing() -> None:
    found = records(
        '<?xml version="1.0"?><?xml-stylesheet href="http://host.invalid/a.xsl" type="text/xsl"?>'
        '<Root xmlns:xi="http://www.w3.org/2001/XInclude" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
        ' xsi:schemaLocation="urn:a http://host.invalid/a.xsd"><Part><xi:include href="/etc/passwd" parse="text"/>'
        "</Part></Root>"
    )
    assert (shown(found), found[1].element.words()) == (["Root", "Root Part"], "")


# What a file looks like


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"<Root/>", "xml"),
        (b"\xef\xbb\xbf\n <Root/>", "xml"),
        ("<Root/>".encode("utf-16"), "xml"),
        (b'{"releases": []}', "json"),
        (b"\xef\xbb\xbf[1]", "json"),
        (b"<!DOCTYPE HTML><p>", "html"),
        (b"<html lang=sv>", "html"),
        (b"PK\x03\x04rest", "zip"),
        (b"\x1f\x8b\x08rest", "zip"),
        (b"%PDF-1.7", "pdf"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "office"),
        (b"\x89PNG\r\n", "image"),
        (b"", "empty"),
        (b" \n ", "empty"),
        (b"Hej!", "text"),
        (b"Hej\x00", "binary"),
    ],
)
def test_what_a_file_is_is_told_by_its_first_bytes(data: bytes, expected: str) -> None:
    assert Source(data).looks_like() == expected


def test_a_file_is_too_large_by_its_bytes_wherever_they_come_from() -> None:
    with pytest.raises(TooLarge):
        Source(b" " * (LARGEST + 1))
    with pytest.raises(TooLarge):
        list(Source(io.BytesIO(b" " * (LARGEST + 1))).blocks())
    assert sum(map(len, Source(io.BytesIO(b" " * LARGEST)).blocks())) == LARGEST
