"""Any notice: tells by its content what a file is, and gives it to the reader of that standard."""

from __future__ import annotations

from typing import BinaryIO

from app.procurement import eforms, eforms_parts, ted, xml
from app.procurement.notice import Notice
from app.procurement.source import Source, unreadable

SHAPES = {
    **dict.fromkeys((*eforms.ROOTS, eforms.REGISTRATION), eforms_parts.SHAPE),
    **dict.fromkeys(ted.ROOTS, ted.SHAPE),
}


def read(source: bytes | BinaryIO, name: str = "") -> Notice:  # noqa: ARG001 — a name may lie; the content does not
    """The notice in a file; *name* is what the file is called and decides nothing.

    Raises `NotANotice`, `Damaged`, `Forbidden` or `TooLarge`, and nothing else.
    """
    file = Source(source)
    looks_like = file.looks_like()
    if looks_like == "json":
        from app.procurement import ocds

        return ocds.read(b"".join(file.blocks()))
    if looks_like != "xml":
        raise unreadable(looks_like)
    stream = xml.records(file, SHAPES)
    root = next(stream).element
    return ted.read(root, stream) if root.name in ted.ROOTS else eforms.read(root, stream)
