"""Any file: what it is is told by its content, its spelling changes nothing, and the command prints what it says."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.procurement import facts, reading
from app.procurement.notice import (
    Damaged,
    Forbidden,
    NotANotice,
    Notice,
    NoticeError,
    Source,
    TooLarge,
    as_json,
)
from tests.procurement import eforms_files, ted_files

EFORMS = eforms_files.award()
TED = ted_files.export(ted_files.form(ted_files.awarded(), total=ted_files.value("100000")))
OLDER = ted_files.older_export(ted_files.older(ted_files.older_award()))
OCDS = json.dumps(
    {
        "ocid": "ocds-abcdef-1",
        "id": "1",
        "date": "2026-03-02T00:00:00Z",
        "tag": ["award"],
        "initiationType": "tender",
        "language": "sv",
        "tender": {"id": "1", "title": "Städning"},
        "awards": [{"id": "1", "status": "active"}],
    }
)
EVERY = pytest.mark.parametrize("text", [EFORMS, TED, OLDER], ids=["eforms", "ted", "older"])


def read(data: str | bytes, name: str = "") -> Notice:
    return reading.read(data.encode() if isinstance(data, str) else data, name)


# What a file is


@pytest.mark.parametrize(
    ("text", "source"),
    [(EFORMS, Source.EFORMS), (TED, Source.TED), (OLDER, Source.TED), (OCDS, Source.OCDS)],
    ids=["eforms", "ted", "older", "ocds"],
)
@pytest.mark.parametrize("name", ["", "notice.xml", "notice.json", "photo.png", "../../etc/passwd"])
def test_the_standard_is_told_by_the_content_whatever_the_name(text: str, source: Source, name: str) -> None:
    assert read(text, name).source is source


def test_bytes_and_a_stream_read_the_same() -> None:
    assert reading.read(io.BytesIO(EFORMS.encode())) == read(EFORMS)


@pytest.mark.parametrize(
    ("data", "looks_like"),
    [
        (b"", "empty"),
        (b"   \n", "empty"),
        (b"PK\x03\x04" + b"\x00" * 400, "zip"),
        (b"\x1f\x8b\x08\x00" + b"\x00" * 400, "zip"),
        (b"%PDF-1.7\n%\xe2\xe3", "pdf"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "office"),
        (b"\xff\xd8\xff\xe0JFIF", "image"),
        (b"<!DOCTYPE html><html><body>Logga in</body></html>", "html"),
        (b"\xef\xbb\xbf\n<html lang='sv'>", "html"),
        (b"<!-- saved --><!DOCTYPE html><html></html>", "html"),
        (b"Kommunen har beslutat", "text"),
        (b"\x00\x01\x02\x03", "binary"),
        (b"\x00" * 1_000, "binary"),
    ],
)
def test_what_is_no_notice_is_said_to_be_what_it_looks_like(data: bytes, looks_like: str) -> None:
    with pytest.raises(NotANotice) as caught:
        read(data, "notice.xml")
    assert caught.value.detail["looks_like"] == looks_like


@pytest.mark.parametrize(
    ("data", "error"),
    [
        ("<svg xmlns='http://www.w3.org/2000/svg'/>", NotANotice),
        ("<html xmlns='http://www.w3.org/1999/xhtml'/>", NotANotice),
        ("<rss/>", NotANotice),
        ('<?xml version="1.0"?><!DOCTYPE TED_EXPORT SYSTEM "TED.dtd"><TED_EXPORT/>', Forbidden),
        (EFORMS[:2_000], Damaged),
        (TED[:-20], Damaged),
        ("{", Damaged),
        (b" " * 20_000_001, TooLarge),
    ],
    ids=range(8),
)
def test_each_error_says_why(data: str | bytes, error: type[NoticeError]) -> None:
    with pytest.raises(error):
        read(data)


# How a file is spelled


@EVERY
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "iso-8859-1", "windows-1252"])
def test_the_encoding_changes_nothing(text: str, encoding: str) -> None:
    declared = {"utf-8-sig": "UTF-8", "utf-16-le": "UTF-16"}.get(encoding, encoding)
    spelled = text.replace('encoding="UTF-8"', f'encoding="{declared}"')
    assert read(spelled.encode(encoding)) == read(text)


@EVERY
@pytest.mark.parametrize("other", ["\r\n", "\n\n  \t"])
def test_how_lines_end_changes_nothing(text: str, other: str) -> None:
    assert read(text.replace("\n", other)) == read(text)


@EVERY
def test_the_version_of_the_namespace_changes_nothing(text: str) -> None:
    assert read(text.replace("R2.0.9", "R2.0.9.S05")) == read(text)
    assert read(text.replace("eforms-sdk-1.13", "eforms-sdk-1.3")) == read(text)


_TAG = re.compile(
    r"<(/?)([A-Za-z_][\w.-]*(?::[\w.-]+)?)((?:\s+[\w:.-]+\s*=\s*(?:\"[^\"]*\"|'[^']*'))*)\s*(/?)>"
)
_ATTRIBUTE = re.compile(r"([\w:.-]+)\s*=\s*(\"[^\"]*\"|'[^']*')")


def _respelled(text: str, spell: Callable[[re.Match[str]], str]) -> str:
    head, declaration, body = text.partition("?>")
    return head + declaration + _TAG.sub(spell, body)


@st.composite
def _spellings(draw: st.DrawFn) -> Callable[[str], str]:
    """Another spelling of the same XML: other prefixes, order of attributes, quotes, white space, comments."""
    prefixes = draw(
        st.lists(st.from_regex(r"[a-w][a-z0-9_-]{0,5}", fullmatch=True), min_size=8, max_size=8, unique=True)
    )
    names = ["cac", "cbc", "ext", "efext", "efac", "efbc", "n", "xsi"]
    new = dict(zip(names, prefixes, strict=True))
    reverse, comments = draw(st.booleans()), draw(st.booleans())
    space = draw(st.sampled_from([" ", "\n", "\t ", "  "]))
    between = draw(st.sampled_from(["", "\n", "   ", "\t"]))

    def renamed(name: str) -> str:
        prefix, separator, local = name.rpartition(":")
        if prefix == "xmlns":
            return f"xmlns:{new.get(local, local)}"
        return f"{new.get(prefix, prefix)}{separator}{local}"

    def spell(match: re.Match[str]) -> str:
        closing, name, attributes, empty = match.groups()
        found = _ATTRIBUTE.findall(attributes)
        if reverse:
            found.reverse()
        inside = "".join(f"{space}{renamed(key)}={value}" for key, value in found)
        end = f"></{renamed(name)}" if empty and reverse else empty
        after = "<!-- a > b -->" if comments and closing else ""
        return f"<{closing}{renamed(name)}{inside}{space if not closing else ''}{end}>{after}{between if closing else ''}"

    return lambda text: _respelled(text, spell)


@EVERY
@given(spelling=_spellings())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_prefixes_attributes_and_white_space_change_nothing(
    text: str, spelling: Callable[[str], str]
) -> None:
    assert read(spelling(text)) == read(text)


@EVERY
@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_any_text_in_any_field_is_a_notice_that_can_be_printed(text: str, data: st.DataObject) -> None:
    texts = [match for match in re.finditer(r">([^<>]+)<", text) if match[1].strip()]
    chosen = data.draw(st.sampled_from(texts))
    put = data.draw(
        st.one_of(
            st.text(
                st.characters(
                    codec="utf-8", exclude_categories=["Cs", "Cc"], exclude_characters="<&>\ufffe\uffff"
                )
            ),
            st.sampled_from(
                ["0", "-1", "NaN", "Infinity", "1e400", "9" * 50, "2025-13-40", "\u202e", "ORG-0001"]
            ),
        )
    )
    printed = as_json(read(f"{text[: chosen.start(1)]}{put}{text[chosen.end(1) :]}"))
    json.dumps(printed, allow_nan=False)
    assert all(sign.isprintable() for sign in printed["title"] or "")


@given(data=st.binary(max_size=300))
@settings(max_examples=200, deadline=None)
def test_any_bytes_are_a_notice_or_an_error(data: bytes) -> None:
    for start in (b"", b"<", b"{", b"<TED_EXPORT>", b"<?xml version='1.0' encoding='utf-16'?>"):
        try:
            read(start + data)
        except NoticeError:
            continue


def test_a_very_long_text_is_cut_and_said() -> None:
    notice = read(eforms_files.award(title=f"<cbc:Name>{'Ö' * 5_000}</cbc:Name>"))
    assert len(notice.title or "") == facts.LONGEST_TITLE


# The command


def run(*names: str | Path, given_to_it: bytes = b"", code: str = "") -> subprocess.CompletedProcess[bytes]:
    command = ["-c", code] if code else ["-m", "app.procurement", *map(str, names)]
    return subprocess.run(
        [sys.executable, *command], input=given_to_it, capture_output=True, check=False, timeout=60
    )


def test_the_command_prints_what_a_notice_says(tmp_path: Path) -> None:
    path = tmp_path / "notice.bin"
    path.write_text(EFORMS)
    done = run(path)
    assert (done.returncode, done.stderr) == (0, b"")
    printed = json.loads(done.stdout)
    assert printed == json.loads(json.dumps(as_json(read(EFORMS))))
    assert "Städning av skolor" in done.stdout.decode()
    assert {
        "kind": "award-notice",
        "publication_number": "123456-2025",
        "procurement_id": eforms_files.FOLDER,
        "title": "Städning av skolor",
        "language": "sv",
        "buyer": {"name": "Växjö kommun", "id": "212000-0662", "country": "SE"},
        "cpv": ["90911200", "90919300"],
        "procedure": "open",
        "value": {"amount": 250000, "currency": "SEK"},
        "tenders_received": 3,
        "award_date": "2025-02-03",
        "issue_date": "2025-03-04",
        "awarded": True,
        "winners": [{"name": "Städ & Co AB", "id": "556036-0793"}],
        "warnings": [],
    }.items() <= printed.items()
    assert [lot["id"] for lot in printed["lots"]] == ["LOT-0001"]


def test_the_command_says_in_a_sentence_what_it_cannot_read(tmp_path: Path) -> None:
    (tmp_path / "page.xml").write_text("<!DOCTYPE html><html></html>")
    (tmp_path / "good.xml").write_text(TED)
    done = run(tmp_path / "page.xml", tmp_path / "good.xml", tmp_path / "missing.xml")
    assert done.returncode == 2
    assert json.loads(done.stdout)["publication_number"] == "123456-2020"
    said = done.stderr.decode().splitlines()
    assert [line.rpartition("/")[2].partition(":")[0] for line in said] == ["page.xml", "missing.xml"]
    assert "html" in said[0]
    assert all(line.endswith(".") for line in said)


def test_the_command_reads_standard_input_and_says_how_it_is_used() -> None:
    assert json.loads(run("-", given_to_it=OLDER.encode()).stdout)["publication_number"] == "191919-2013"
    without = run()
    assert (without.returncode, without.stdout) == (2, b"")
    assert b"usage" in without.stderr


@pytest.mark.parametrize("text", [EFORMS, TED, OCDS], ids=["eforms", "ted", "ocds"])
def test_reading_needs_neither_the_web_nor_the_database(text: str) -> None:
    code = (
        "import sys; from app.procurement.__main__ import main; from app.procurement.notice import as_json;"
        "from app.procurement.reading import read; as_json(read(sys.stdin.buffer));"
        "print(sorted({'flask', 'sqlalchemy', 'flask_babel', 'werkzeug'} & set(sys.modules)))"
    )
    done = run(code=code, given_to_it=text.encode())
    assert (done.stdout.decode().strip(), done.stderr) == ("[]", b"")
