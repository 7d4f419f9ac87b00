"""Images: read by their content, turned upright, reduced, and drawn anew as PNG or JPEG without anything beside."""

from __future__ import annotations

import io
import warnings

from PIL import Image, WebPImagePlugin

from app.nominations.sanitising.outcome import MOST_PIXELS, Clean, Kind, Refused, Why

LONGEST_SIDE = 3000
LARGEST_PNG = 4_000_000
QUALITY = 88
MOST_SCANS = 60
"""A progressive JPEG has about ten; each costs as much as the whole picture."""

PLAIN_MODES = {"1", "L", "LA", "RGB", "RGBA"}
ORIENTATION = 0x0112
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}

Image.preinit()
assert (
    WebPImagePlugin
)  # registered by its import: nothing is loaded later, when files can no longer be opened


def form(data: bytes) -> str | None:
    """The image format that the first bytes say, as Pillow calls it; None where they say none of ours."""
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if data.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if data[:6] in {b"GIF87a", b"GIF89a"}:
        return "GIF"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WEBP"
    return None


def clean(data: bytes, form: str) -> Clean:
    """The picture drawn anew. Raises `Refused` and nothing else, whatever the bytes are."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter(
                "ignore"
            )  # the size is checked below; what else is odd does not outlive this
            return _drawn(data, form)
    except Refused:
        raise
    except Image.DecompressionBombError as error:
        raise Refused(Why.PIXELS) from error
    except MemoryError as error:
        raise Refused(Why.TOO_MUCH) from error
    except Exception as error:  # decoders raise whatever broken bytes lead them to
        raise Refused(Why.UNREADABLE) from error


def _drawn(data: bytes, form: str) -> Clean:
    if form == "WEBP":  # its decoder sets a whole canvas aside before the size can be asked for
        _check_size(*_webp_size(data))
    if form == "JPEG" and data.count(b"\xff\xda") > MOST_SCANS:
        raise Refused(Why.TOO_MUCH)
    with Image.open(io.BytesIO(data), formats=[form]) as image:
        _check_size(*image.size)
        drawn = _upright(image)
    if form in {"PNG", "GIF"} or "A" in drawn.mode:
        out = io.BytesIO()
        drawn.save(out, "PNG")
        if out.tell() <= LARGEST_PNG:
            return Clean(Kind.PNG, out.getvalue())
    out = io.BytesIO()
    _on_paper(drawn).save(out, "JPEG", quality=QUALITY)
    return Clean(Kind.JPEG, out.getvalue())


def _upright(image: Image.Image) -> Image.Image:
    """The first frame, at most LONGEST_SIDE wide and high, turned as its camera was held, and nothing but its dots."""
    image.draft("", (LONGEST_SIDE, LONGEST_SIDE))  # a JPEG is decoded no larger than is needed
    turn = TURNS.get(_orientation(image))
    if image.mode.startswith("I"):  # sixteen bits a dot
        image = image.convert("I").point(lambda value: value * (1 / 256) + 0).convert("L")
    elif image.mode not in PLAIN_MODES:
        image = image.convert("RGBA" if image.has_transparency_data else "RGB")
    elif image.mode == "1" and max(image.size) > LONGEST_SIDE:
        image = image.convert("L")
    image.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    drawn = image.copy() if turn is None else image.transpose(turn)
    drawn.info = {}
    return drawn


def _orientation(image: Image.Image) -> int:
    try:
        return int(image.getexif().get(ORIENTATION, 1))
    except Exception:  # a broken EXIF block says nothing, and goes with the rest
        return 1


def _on_paper(image: Image.Image) -> Image.Image:
    """What is see-through becomes white: JPEG knows no other way."""
    if "A" not in image.mode:
        return image.convert("L" if image.mode in {"1", "L"} else "RGB")
    paper = Image.new("RGB", image.size, "white")
    paper.paste(image.convert("RGB"), mask=image.getchannel("A"))
    return paper


def _check_size(width: int, height: int) -> None:
    if width < 1 or height < 1:
        raise Refused(Why.UNREADABLE)
    if width * height > MOST_PIXELS:
        raise Refused(Why.PIXELS)


def _webp_size(data: bytes) -> tuple[int, int]:
    """Width and height as the file's first chunk says (RFC 9649, sections 2.5 to 2.7)."""
    chunk, start = data[12:16], data[20:30]
    if len(start) < 10 or chunk not in {b"VP8X", b"VP8L", b"VP8 "}:
        raise Refused(Why.UNREADABLE)
    if chunk == b"VP8X":
        return 1 + _little(start[4:7]), 1 + _little(start[7:10])
    if chunk == b"VP8L":
        bits = _little(start[1:5])
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    return _little(start[6:8]) & 0x3FFF, _little(start[8:10]) & 0x3FFF


def _little(data: bytes) -> int:
    return int.from_bytes(data, "little")
