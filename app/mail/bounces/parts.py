"""A message's parts, read within bounds: whoever sends it may mean harm.

Not the standard library's parser: that calls itself for each level of a message within a message, and its header
classes fail in many ways on broken input. This one looks at each line once for each level, and at so many levels and
parts alone; what it cannot read it takes for plain text.
"""

from __future__ import annotations

import binascii
import re
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import dataclass

MOST_BYTES = 1024 * 1024
MOST_HEADER = 64 * 1024
MOST_FIELDS = 300
MOST_PARTS = 40
MOST_LEVELS = 6
BOUNDARY = re.compile(r'boundary\s*=\s*(?:"([^"\r\n]{1,200})"|([^\s;"]{1,200}))', re.IGNORECASE)
FIELD = re.compile(r"([!-9;-~]{1,80})[ \t]*:(.*)", re.DOTALL)
BLANK = re.compile(rb"\r?\n[ \t]*\r?\n|\A\r?\n")


@dataclass(frozen=True)
class Part:
    """One part that holds no others: what kind, its fields, its bytes without their transfer encoding."""

    kind: str
    fields: Fields
    body: bytes


class Fields:
    """Header fields, by name whatever its case, in order."""

    def __init__(self, pairs: list[tuple[str, str]]) -> None:
        self._pairs = [(name.lower(), value) for name, value in pairs]

    def first(self, name: str) -> str:
        """The first field of that name; "" where there is none."""
        return next(self.all(name), "")

    def all(self, name: str) -> Iterator[str]:
        """Every field of that name."""
        return (value for each, value in self._pairs if each == name.lower())


def fields(block: bytes) -> Fields:
    """The fields of one header or one block of a report, unfolded; what is no field is left out."""
    lines: list[str] = []
    for line in block[:MOST_HEADER].decode("utf-8", "replace").splitlines():
        if line[:1] in {" ", "\t"} and lines:
            lines[-1] += " " + line.strip()
        elif len(lines) < MOST_FIELDS:
            lines.append(line)
    matches = (FIELD.match(line) for line in lines)
    return Fields([(match[1], match[2].strip()) for match in matches if match is not None])


def split(data: bytes) -> tuple[bytes, bytes]:
    """Header and body at the first blank line; all of it is header where there is none."""
    found = BLANK.search(data, 0, MOST_HEADER)
    return (data[: found.start()], data[found.end() :]) if found else (data[:MOST_HEADER], b"")


def blocks(body: bytes) -> list[Fields]:
    """The blocks of a delivery status: one about the message, then one for each recipient."""
    return [
        fields(block) for block in re.split(rb"\r?\n[ \t]*\r?\n", body.strip())[:MOST_PARTS] if block.strip()
    ]


def read(data: bytes) -> tuple[Fields, list[Part]]:
    """The fields of the whole message and its parts in their order, of its first MOST_BYTES."""
    head, body = split(data[:MOST_BYTES])
    top = fields(head)
    found: list[Part] = []
    _walk(top, body, found, level=0)
    return top, found


def _walk(own: Fields, body: bytes, found: list[Part], *, level: int) -> None:
    said = own.first("Content-Type")
    kind = said.partition(";")[0].strip().lower() or "text/plain"
    boundary = BOUNDARY.search(said)
    if kind.startswith("multipart/") and boundary is not None and level < MOST_LEVELS:
        for piece in _pieces(body, (boundary[1] or boundary[2]).encode()):
            if len(found) >= MOST_PARTS:
                return
            head, inner = split(piece) if not piece.startswith((b"\n", b"\r\n")) else (b"", piece.lstrip())
            _walk(fields(head), inner, found, level=level + 1)
        return
    found.append(Part(kind, own, _decoded(body, own.first("Content-Transfer-Encoding"))))


def _pieces(body: bytes, boundary: bytes) -> list[bytes]:
    delimiter = re.compile(rb"(?:\A|\r?\n)--" + re.escape(boundary) + rb"(--)?[ \t]*(?=\r?\n|\Z)")
    pieces: list[bytes] = []
    start: int | None = None
    for found in delimiter.finditer(body):
        if start is not None:
            pieces.append(_without_line_end(body[start : found.start()]))
        start = None if found[1] else found.end()
        if start is None or len(pieces) >= MOST_PARTS:
            break
    if start is not None and len(pieces) < MOST_PARTS:  # cut off before its end
        pieces.append(_without_line_end(body[start:]))
    return pieces


def _without_line_end(piece: bytes) -> bytes:
    return piece[2:] if piece.startswith(b"\r\n") else piece[1:]


def _decoded(body: bytes, encoding: str) -> bytes:
    how = encoding.strip().lower()
    try:
        if how == "base64":
            return b64decode(re.sub(rb"[^A-Za-z0-9+/=]", b"", body))
        if how == "quoted-printable":
            return binascii.a2b_qp(body)
    except (ValueError, binascii.Error):
        return b""
    return body
