"""A file as it comes in: bounded, its first bytes looked at, its characters decoded.

What a file is, is told by its content, never by its name. The character encoding is the one that its byte order mark
shows or that the XML declaration names (XML 1.0, appendix F), with one forgiveness: a declaration of UTF-16 in a file
of single bytes, which some programs write, is read as UTF-8.
"""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterator
from typing import BinaryIO

from app.procurement.notice import Damaged, NotANotice, TooLarge

LARGEST = 20_000_000
"""Bytes. The largest notices on TED have some 5 MB."""
BLOCK = 65_536

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (b"<\x00", "utf-16-le"),
    (b"\x00<", "utf-16-be"),
)
_SIGNATURES = (
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"\x1f\x8b", "zip"),
    (b"7z\xbc\xaf\x27\x1c", "zip"),
    (b"Rar!", "zip"),
    (b"%PDF", "pdf"),
    (b"\xd0\xcf\x11\xe0", "office"),
    (b"{\\rtf", "office"),
    (b"\x89PNG", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"),
)
_DECLARED = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
_DECLARATION = re.compile(r"<\?xml(?:\s[^?>]{0,300})?\?>")
_SINGLE_BYTE = re.compile(r"iso8859-\d+|cp125\d|koi8-[ru]|ascii|utf-8|mac-roman")


class Source:
    """The bytes of one file, from bytes or from a stream that is read once."""

    def __init__(self, source: bytes | BinaryIO) -> None:
        self._stream = io.BytesIO(source) if isinstance(source, bytes) else source
        if self._size() > LARGEST:
            raise _too_large()
        self._head = self._stream.read(BLOCK)

    def _size(self) -> int:
        """How many bytes there are, where that can be told without reading them; else 0."""
        if not self._stream.seekable():
            return 0
        here = self._stream.tell()
        size = self._stream.seek(0, io.SEEK_END) - here
        self._stream.seek(here)
        return size

    def blocks(self) -> Iterator[bytes]:
        """All bytes, in blocks; raises `TooLarge` as soon as there are more than any notice has."""
        count, block = 0, self._head
        while block:
            count += len(block)
            if count > LARGEST:
                raise _too_large()
            yield block
            block = self._stream.read(BLOCK)

    def looks_like(self) -> str:
        """What the first bytes show: "xml", "json", "html", "zip", "pdf", "office", "image", "empty", "text", "binary"."""
        head = self._head[:1024]
        for signature, name in _SIGNATURES:
            if head.startswith(signature):
                return name
        if any(head.startswith(mark) for mark, name in _MARKS if "8" not in name):
            return "xml"
        plain = head.removeprefix(codecs.BOM_UTF8).lstrip().lower()
        if not plain:
            return "empty" if len(self._head) < BLOCK else "text"
        if re.match(rb"<!doctype\s+html|<html[\s>]", plain):
            return "html"
        if plain[:1] in {b"<", b"{", b"["}:
            return {b"<": "xml"}.get(plain[:1], "json")
        return "binary" if b"\x00" in plain else "text"

    def text(self) -> Iterator[str]:
        """The characters of an XML file, in pieces, without its XML declaration; raises `Damaged`."""
        name = self._encoding()
        decoder = codecs.getincrementaldecoder(name)("strict")
        first = True
        try:
            for block in self.blocks():
                piece = decoder.decode(block)
                yield _DECLARATION.sub("", piece.lstrip("\ufeff \t\r\n"), count=1) if first else piece
                first = False
            yield decoder.decode(b"", True)
        except UnicodeDecodeError:
            raise Damaged("characters that the encoding does not have", encoding=name) from None

    def _encoding(self) -> str:
        for mark, name in _MARKS:
            if self._head.startswith(mark):
                return name
        declared = _DECLARED.match(self._head)
        if declared is None:
            return "utf-8"
        try:
            name = codecs.lookup(declared[1].decode("ascii")).name
        except LookupError:
            raise Damaged("an unknown encoding", encoding=declared[1].decode("ascii")) from None
        if name.startswith(("utf-16", "utf-32")):
            return "utf-8"
        if not _SINGLE_BYTE.fullmatch(name):
            raise Damaged("an encoding that no notice has", encoding=name)
        return "cp1252" if name == "iso8859-1" else name


def unreadable(looks_like: str) -> NotANotice:
    """The error for a file that is neither XML nor JSON."""
    return NotANotice("neither XML nor JSON", looks_like=looks_like)


def _too_large() -> TooLarge:
    return TooLarge("more bytes than any notice has", most=str(LARGEST))
