"""Which kind a file is, by its first bytes, and who cleans that kind."""

from __future__ import annotations

from collections.abc import Callable

from app.nominations.sanitising.outcome import Clean, Refused, Why

MEGABYTE = 1 << 20
MEMORY_FOR_PDF = 96 * MEGABYTE
MEMORY_FOR_IMAGE = 768 * MEGABYTE
HEIF_BRANDS = {b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1", b"avif", b"avis"}


def clean(data: bytes, before: Callable[[int], object] = int) -> Clean:
    """A harmless copy of *data*, or `Refused`; *before* is told how much memory the work may take.

    What reads the kind is loaded only when it is needed, and before *before* is called.
    """
    if not data.strip(b"\0\t\n\r "):
        raise Refused(Why.EMPTY)
    if data.startswith(b"%PDF-"):
        from app.nominations.sanitising import pdf

        before(MEMORY_FOR_PDF)
        return pdf.clean(data)
    if data[4:8] == b"ftyp" and data[8:12] in HEIF_BRANDS:
        raise Refused(Why.HEIC)
    from app.nominations.sanitising import images

    form = images.form(data)
    if form is None:
        raise Refused(Why.OTHER_KIND)
    before(MEMORY_FOR_IMAGE)
    return images.clean(data, form)
