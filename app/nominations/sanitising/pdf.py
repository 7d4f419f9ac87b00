"""PDFs: opened, counted, and written anew with their pages and nothing that acts, hides or tells where they come from.

What goes: document information and XMP, scripts, actions other than a jump or a web address, forms, embedded files and
other documents, sound, film and 3D, private data of programs, and what cameras write into photographs. What stays:
pages, their marks and links, outlines, and the structure that screen readers read. Names are those of ISO 32000-1.
"""

from __future__ import annotations

import io
import re

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream

from app.nominations.sanitising import streams
from app.nominations.sanitising.outcome import MOST_PAGES, Clean, Kind, Refused, Why

MOST_OBJECTS = 60_000
MOST_VISITS = 400_000
MOST_NODES = 2_000
LONGEST_TAIL = 2_000
MOST_UNPACKED_AT_ONCE = 2_000_000
"""Tables and bundles of objects, which have to be unpacked to open the file at all."""

END = re.compile(rb"%%EOF[\s\0]*\Z")
BUNDLE = re.compile(rb"/N\s+(\d{5,12})\b(?!\s+\d+\s+R)")

KEPT_IN_ROOT = {
    "/Type", "/Pages", "/PageLabels", "/PageLayout", "/Outlines", "/StructTreeRoot", "/MarkInfo", "/Lang",
    "/OCProperties", "/Dests", "/Names",
}  # fmt: skip
GOES_EVERYWHERE = (
    "/AA", "/OpenAction", "/JS", "/JavaScript", "/EmbeddedFiles", "/EF", "/RF", "/AF", "/XFA", "/Metadata",
    "/PieceInfo", "/LastModified", "/Ref", "/OPI", "/PresSteps", "/Trans", "/Thumb", "/SeparationInfo",
)  # fmt: skip
GOES_FROM_STREAMS = ("/F", "/FFilter", "/FDecodeParms")
ACTIONS = ("/A", "/PA")
SAFE_ACTIONS = {"/GoTo", "/URI"}
SAFE_ADDRESS = re.compile(r"(?:https?|mailto):", re.IGNORECASE)
MARKS = {
    "/Link", "/Text", "/FreeText", "/Line", "/Square", "/Circle", "/Polygon", "/PolyLine", "/Highlight",
    "/Underline", "/Squiggly", "/StrikeOut", "/Stamp", "/Caret", "/Ink", "/Popup", "/Watermark",
}  # fmt: skip

CONTAINERS = (Array, Dictionary, Stream)

pikepdf.settings.set_qpdf_limits(
    parser_max_nesting=100,
    parser_max_container_size=200_000,
    max_stream_filters=4,
    flate_max_memory=MOST_UNPACKED_AT_ONCE,
)


def clean(data: bytes) -> Clean:
    """The PDF written anew. Raises `Refused` and nothing else, whatever the bytes are."""
    try:
        _check_outside(data)
        with pikepdf.open(
            io.BytesIO(data), attempt_recovery=False, inherit_page_attributes=False
        ) as document:
            return Clean(Kind.PDF, _written(document))
    except Refused:
        raise
    except pikepdf.PasswordError as error:
        raise Refused(Why.ENCRYPTED) from error
    except MemoryError as error:
        raise Refused(Why.TOO_MUCH) from error
    except Exception as error:  # the reader raises whatever broken bytes lead it to
        raise Refused(Why.UNREADABLE) from error


def _check_outside(data: bytes) -> None:
    """What the bytes say before anything reads them as a PDF."""
    if not END.search(data, max(0, len(data) - LONGEST_TAIL)):  # cut off, or another file hangs behind it
        raise Refused(Why.UNREADABLE)
    if BUNDLE.search(data) or data.count(b"endobj") > MOST_OBJECTS:
        raise Refused(Why.TOO_MUCH)


def _written(document: Pdf) -> bytes:
    if document.is_encrypted:
        raise Refused(Why.ENCRYPTED)
    if int(document.trailer.get("/Size", 0)) > 2 * MOST_OBJECTS:
        raise Refused(Why.TOO_MUCH)
    root = document.Root
    _count_pages(root)
    _flatten_form(document)
    _keep(root, KEPT_IN_ROOT)
    if "/Names" in root and (not isinstance(root["/Names"], Dictionary) or "/Dests" not in root["/Names"]):
        del root["/Names"]
    elif "/Names" in root:
        _keep(root["/Names"], {"/Dests"})
    _Cleaner(document).clean(root)
    _keep(document.trailer, {"/Root", "/Size"})
    out = io.BytesIO()
    document.save(
        out,
        fix_metadata_version=False,
        stream_decode_level=pikepdf.StreamDecodeLevel.none,
        object_stream_mode=pikepdf.ObjectStreamMode.generate,
        deterministic_id=True,
    )
    return out.getvalue()


def _flatten_form(document: Pdf) -> None:
    """What was filled into a form becomes part of the page: without its form, no reader would show it."""
    form = document.Root.get("/AcroForm")
    if not isinstance(form, Dictionary) or not form.get("/Fields"):
        return
    if form.get("/NeedAppearances"):
        document.generate_appearance_streams()
    document.flatten_annotations("all")


def _count_pages(root: Object) -> None:
    """Walks the tree of pages; raises `Refused` where there are none, too many, or the tree is no tree."""
    waiting, seen, pages = [root["/Pages"]], set(), 0
    while waiting:
        node = waiting.pop()
        if not isinstance(node, Dictionary) or node.objgen in seen:
            raise Refused(Why.UNREADABLE)
        if node.is_indirect:
            seen.add(node.objgen)
        if "/Kids" in node:
            kids = node["/Kids"]
            if len(seen) + len(waiting) + len(kids) > MOST_NODES:
                raise Refused(Why.PAGES)
            waiting += list(kids)
        else:
            pages += 1
    if not pages:
        raise Refused(Why.UNREADABLE)
    if pages > MOST_PAGES:
        raise Refused(Why.PAGES)


class _Cleaner:
    """Visits everything that can be reached from the root, once, and takes out what does not stay."""

    def __init__(self, document: Pdf) -> None:
        self.document = document
        self.seen: set[tuple[int, int]] = set()
        self.unpacked = 0

    def clean(self, root: Object) -> None:
        """Does it; raises `Refused` where there is more than anybody needs."""
        waiting, visited = [root], 0
        while waiting:
            item = waiting.pop()
            if item.is_indirect:
                if item.objgen in self.seen:
                    continue
                self.seen.add(item.objgen)
            visited += 1
            if len(self.seen) > MOST_OBJECTS or visited > MOST_VISITS:
                raise Refused(Why.TOO_MUCH)
            waiting += self._inside(item)

    def _inside(self, item: Object) -> list[Object]:
        """Cleans one object and gives those that it holds."""
        if isinstance(item, Array):
            return [each for each in item if isinstance(each, CONTAINERS)]
        if isinstance(item, Stream):
            self._clean_stream(item)
        for key in GOES_EVERYWHERE:
            if key in item:
                del item[key]
        for key in ACTIONS:
            if key in item and _acts(item[key]):
                del item[key]
            elif key in item and isinstance(item[key], Dictionary) and "/Next" in item[key]:
                del item[key]["/Next"]
        if isinstance(item.get("/Annots"), Array):
            item["/Annots"] = Array([mark for mark in item["/Annots"] if _stays(mark)])
        return [value for _, value in item.items() if isinstance(value, CONTAINERS)]

    def _clean_stream(self, stream: Stream) -> None:
        for key in GOES_FROM_STREAMS:
            if key in stream:
                del stream[key]
        names = stream.get("/Filter", Array([]))
        filters = [str(name) for name in (names if isinstance(names, Array) else [names])]
        raw = stream.read_raw_bytes()
        self.unpacked += streams.unpacked_size(raw, filters, streams.LARGEST_UNPACKED - self.unpacked)
        if filters in (["/DCTDecode"], ["/DCT"]) and (bare := streams.bare_jpeg(raw)) != raw:
            parameters = stream.get("/DecodeParms")
            stream.write(bare, filter=Name.DCTDecode, decode_parms=parameters)  # type: ignore[arg-type]


def _acts(action: Object) -> bool:
    """Whether an entry /A is an action that does more than jump or open a web address; structure has an /A of its own."""
    if not isinstance(action, Dictionary) or "/S" not in action:
        return False
    kind = str(action["/S"])
    return kind not in SAFE_ACTIONS or (
        kind == "/URI" and not SAFE_ADDRESS.match(str(action.get("/URI", "")))
    )


def _stays(mark: Object) -> bool:
    return isinstance(mark, Dictionary) and str(mark.get("/Subtype", "")) in MARKS


def _keep(dictionary: Object, names: set[str]) -> None:
    for key in [key for key in dictionary.keys() if key not in names]:  # noqa: SIM118 (not a dict)
        del dictionary[key]
