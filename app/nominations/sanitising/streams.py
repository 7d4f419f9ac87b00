"""What lies packed in a PDF's streams: how large it is when unpacked, and photographs without what cameras add.

Nothing is unpacked into memory: a small file can hold a stream that fills any computer.
"""

from __future__ import annotations

import base64
import re
import zlib
from collections.abc import Iterator

from app.nominations.sanitising.outcome import Refused, Why

LARGEST_UNPACKED = 160_000_000
"""All streams of a file together, in bytes."""

LARGEST_LZW = 64_000
RUN_LENGTH_FACTOR = 64
CHUNK = 1 << 16

FLATE = {"/FlateDecode", "/Fl"}
LZW = {"/LZWDecode", "/LZW"}
RUN_LENGTH = {"/RunLengthDecode", "/RL"}
TEXTUAL = {"/ASCII85Decode", "/A85", "/ASCIIHexDecode", "/AHx"}
PICTURES = {"/DCTDecode", "/DCT", "/CCITTFaxDecode", "/CCF", "/JBIG2Decode", "/JPXDecode"}
PACKED = FLATE | LZW | RUN_LENGTH
KNOWN = PACKED | TEXTUAL | PICTURES

JPEG_KEPT = {0xEE}
"""The one application segment that says how colours are stored."""


def unpacked_size(raw: bytes, filters: list[str], most: int) -> int:
    """Bytes that a stream holds once its general filters are undone; raises `Refused` beyond *most*, or where unknowable."""
    packers = [name for name in filters if name in PACKED]
    if not KNOWN.issuperset(filters) or len(packers) > 1:
        raise Refused(Why.TOO_MUCH)
    for name in filters:
        if name not in TEXTUAL:
            break
        raw = _from_text(raw, name)
    size = _inflated(raw, most) if packers and packers[0] in FLATE else len(raw)
    if packers and packers[0] in LZW and len(raw) > LARGEST_LZW:
        raise Refused(Why.TOO_MUCH)
    if packers and packers[0] in RUN_LENGTH:
        size *= RUN_LENGTH_FACTOR
    if size > most:
        raise Refused(Why.TOO_MUCH)
    return size


def bare_jpeg(data: bytes) -> bytes:
    """A JPEG without the segments in which cameras and programs write (EXIF, XMP, comments); as it is where unreadable."""
    kept = [data[:2]]
    for start, end, marker in _segments(data):
        if marker == 0xDA:
            return b"".join([*kept, data[start:]])
        if not (0xE0 <= marker <= 0xEF or marker == 0xFE) or marker in JPEG_KEPT:
            kept.append(data[start:end])
    return data


def _segments(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Start, end and marker of each segment up to the first scan (ITU-T T.81, annex B)."""
    place = 2
    while place + 4 <= len(data) and data[place] == 0xFF:
        marker = data[place + 1]
        if marker == 0xFF:
            place += 1
            continue
        end = place + 2 + int.from_bytes(data[place + 2 : place + 4], "big")
        yield place, end, marker
        place = end


def _inflated(raw: bytes, most: int) -> int:
    """How much comes out, counted without keeping it; a stream that breaks off counts as far as it goes."""
    machine = zlib.decompressobj()
    size = 0
    try:
        while raw and not machine.eof and size <= most:
            size += len(machine.decompress(raw, CHUNK))
            raw = machine.unconsumed_tail
    except zlib.error:
        pass
    return size


def _from_text(raw: bytes, name: str) -> bytes:
    try:
        if name in {"/ASCIIHexDecode", "/AHx"}:
            return bytes.fromhex(re.sub(rb"\s+|>.*", b"", raw, flags=re.DOTALL).decode("ascii"))
        return base64.a85decode(raw.split(b"~>")[0].removeprefix(b"<~"), ignorechars=b" \t\n\r\v\f\0")
    except ValueError as error:
        raise Refused(Why.UNREADABLE) from error
