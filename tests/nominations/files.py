"""Files as people send them, and as nobody should: made here, so that each says what it is."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, Stream, String
from PIL import Image

SECRET = "HEMLIGT-4711"
"""Stands where nothing that is handed out may show it."""


def picture(form: str = "PNG", mode: str = "RGB", size: tuple[int, int] = (60, 40), **options: Any) -> bytes:
    """An image of two halves, the left one dark."""
    image = Image.new("L", size, "white")
    image.paste(0, (0, 0, size[0] // 2, size[1]))
    image = image.convert("I").point(lambda value: value * 257 + 0) if mode == "I;16" else image
    image = image.convert("RGB").convert(mode) if mode == "CMYK" else image.convert(mode)
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def photograph(orientation: int = 1) -> bytes:
    """A JPEG as a camera makes it: turned, with the place, a comment and a program's block."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010F], exif[0x9286] = orientation, SECRET, SECRET
    exif.get_ifd(0x8825)[1] = "N"
    return picture("JPEG", exif=exif, comment=SECRET.encode(), icc_profile=SECRET.encode() * 4, quality=95)


def pdf(pages: int = 2, **saved: Any) -> bytes:
    """A plain PDF with a line of text on each page."""
    document = Pdf.new()
    font = document.make_indirect(Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica))
    for number in range(pages):
        page = document.add_blank_page(page_size=(595, 842))
        page.Resources = Dictionary(Font=Dictionary(F1=font))
        page.Contents = Stream(document, b"BT /F1 24 Tf 72 720 Td (Sida %d) Tj ET" % (number + 1))
    return saved_pdf(document, **saved)


def saved_pdf(document: Pdf, **options: Any) -> bytes:
    out = io.BytesIO()
    document.save(out, **options)
    return out.getvalue()


def acting_pdf() -> bytes:
    """One of everything that a PDF can do or hide, and one link that may stay."""
    document = Pdf.open(io.BytesIO(pdf()))
    script = Dictionary(S=Name.JavaScript, JS=String(f"app.alert('{SECRET}')"))
    document.docinfo["/Author"] = SECRET
    with document.open_metadata() as metadata:
        metadata["dc:title"] = SECRET
    document.attachments["hemligt.txt"] = pikepdf.AttachedFileSpec(document, SECRET.encode())
    root = document.Root
    root.OpenAction = script
    root.AA = Dictionary(WC=script)
    root.Names["/JavaScript"] = Dictionary(Names=Array([String("a"), script]))
    root.PieceInfo = Dictionary(Program=Dictionary(Private=String(SECRET)))
    shown = Stream(document, b"0 0 9 9 re f", Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 9, 9]))
    field = document.make_indirect(
        _mark(
            Name.Widget, FT=Name.Tx, T=String("f"), V=String("ifyllt"), F=4, AP=Dictionary(N=shown),
            A=Dictionary(S=Name.SubmitForm, F=String(SECRET)), AA=Dictionary(K=script),
        )
    )  # fmt: skip
    root.AcroForm = Dictionary(Fields=Array([field]), XFA=Stream(document, SECRET.encode()))
    page = document.pages[0]
    page.AA = Dictionary(O=script)
    page.Metadata = Stream(document, SECRET.encode())
    page.Annots = document.make_indirect(
        Array(
            [
                _mark(Name.Link, A=Dictionary(S=Name.URI, URI=String("https://example.se/"))),
                _mark(Name.Link, A=Dictionary(S=Name.URI, URI=String("javascript:alert(1)"))),
                _mark(Name.Link, A=Dictionary(S=Name.Launch, F=String(SECRET))),
                _mark(Name.Link, A=Dictionary(S=Name.GoTo, D=String("x"), Next=script)),
                _mark(Name.Link, A=Dictionary(S=Name.GoToR, F=String(SECRET))),
                field,
                _mark(Name.FileAttachment, FS=Dictionary(EF=Dictionary(F=Stream(document, SECRET.encode())))),
                _mark(Name.RichMedia, RichMediaContent=String(SECRET)),
                _mark(Name.Screen, A=Dictionary(S=Name.Rendition, JS=String(SECRET))),
            ]
        )
    )
    return saved_pdf(document)


def pdf_with_photograph() -> bytes:
    """A page that holds a camera's JPEG as it is."""
    document = Pdf.open(io.BytesIO(pdf(1)))
    photo = Stream(document, photograph())
    photo.stream_dict = Dictionary(
        Type=Name.XObject, Subtype=Name.Image, Width=60, Height=40, ColorSpace=Name.DeviceRGB,
        BitsPerComponent=8, Filter=Name.DCTDecode,
    )  # fmt: skip
    document.pages[0].Resources.XObject = Dictionary(Im0=photo)
    return saved_pdf(document)


def pdf_with_stream(data: bytes, filters: list[str]) -> bytes:
    """A page whose contents are *data*, packed as *filters* say."""
    document = Pdf.open(io.BytesIO(pdf(1)))
    contents = Stream(document, b"")
    contents.write(data, filter=Array([Name(name) for name in filters]))
    document.pages[0].Contents = contents
    return saved_pdf(document, compress_streams=False)


def stream_bomb(size: int = 900_000_000) -> bytes:
    """A page whose contents unpack to *size* zeros."""
    machine, zeros = zlib.compressobj(9), bytes(10_000_000)
    packed = b"".join(machine.compress(zeros) for _ in range(size // len(zeros)))
    return pdf_with_stream(packed + machine.flush(), ["/FlateDecode"])


def crowded_pdf(objects: int = 1_000_000, *, bundle: str = "/N") -> bytes:
    """A small file with as many objects as its bundle says, listed in a packed table (ISO 32000-1, 7.5.7 and 7.5.8)."""
    out, places = bytearray(b"%PDF-1.5\n"), {}
    for number, body in (
        (1, b"<</Type/Catalog/Pages 2 0 R>>"),
        (2, b"<</Type/Pages/Kids[3 0 R]/Count 1>>"),
        (3, b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Annots 11 0 R>>"),
    ):
        places[number] = len(out)
        out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    listed = b"".join(b"%d 0 " % (number + 10) for number in range(objects))
    packed = zlib.compress(listed + b"0", 1)
    places[4] = len(out)
    out += b"4 0 obj\n<</Type/ObjStm%b %d/First %d/Filter/FlateDecode/Length %d>>stream\n%b\nendstream\nendobj\n" % (
        bundle.encode(), objects, len(listed), len(packed), packed,
    )  # fmt: skip
    here = places[5] = len(out)
    rows = [struct.pack(">BIH", 1, places.get(number, 0), 0) for number in range(10)]
    table = b"".join(rows) + b"".join(struct.pack(">BIH", 2, 4, number & 0xFFFF) for number in range(objects))
    packed = zlib.compress(table, 1)
    out += (
        b"5 0 obj\n<</Type/XRef/Size %d/Root 1 0 R/W[1 4 2]/Filter/FlateDecode/Length %d>>stream\n%b\nendstream\nendobj\n"
        b"startxref\n%d\n%%%%EOF\n" % (objects + 10, len(packed), packed, here)
    )
    return bytes(out)


def page_loop() -> bytes:
    """A tree of pages that bites its tail."""
    document = Pdf.open(io.BytesIO(pdf(1)))
    document.Root.Pages.Kids.append(document.Root.Pages)
    return saved_pdf(document)


def same_page_often(times: int = 100_000) -> bytes:
    """One page, listed again and again."""
    data = pdf(1, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    document = Pdf.open(io.BytesIO(data))
    page = document.Root.Pages.Kids[0]
    document.Root.Pages.Kids = Array([page] * times)
    return saved_pdf(document)


def png_header(width: int, height: int) -> bytes:
    """A PNG that says how large it is, and nothing else."""
    head = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", head) + png_chunk(b"IDAT", zlib.compress(b"\0" * 99)) + png_chunk(b"IEND", b"")  # fmt: skip


def png_chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def gif_header(width: int, height: int) -> bytes:
    """A GIF whose first frame is as large as it says."""
    return b"GIF89a" + struct.pack("<HHBBB", width, height, 0, 0, 0) + b"," + struct.pack("<HHHHB", 0, 0, width, height, 0) + b"\x02\x02L\x01\x00;"  # fmt: skip


def webp_header(width: int, height: int) -> bytes:
    """A WebP whose canvas is as large as it says."""
    body = b"WEBPVP8X" + struct.pack("<I", 10) + bytes(4) + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")  # fmt: skip
    return b"RIFF" + struct.pack("<I", len(body)) + body


def jpeg_header(width: int, height: int) -> bytes:
    """A JPEG whose frame is as large as it says."""
    data = bytearray(picture("JPEG"))
    place = data.index(b"\xff\xc0")
    data[place + 5 : place + 9] = struct.pack(">HH", height, width)
    return bytes(data)


def _mark(subtype: Name, **more: Any) -> Dictionary:
    return Dictionary(Type=Name.Annot, Subtype=subtype, Rect=Array([0, 0, 9, 9]), **more)
