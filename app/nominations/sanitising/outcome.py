"""What becomes of a file: a clean one of a known kind, or a refusal that says why."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

MOST_PIXELS = 40_000_000
MOST_PAGES = 200


class Kind(StrEnum):
    """What a clean file is."""

    PDF = "pdf"
    PNG = "png"
    JPEG = "jpeg"


class Why(StrEnum):
    """Why a file is refused."""

    EMPTY = "empty"
    OTHER_KIND = "other-kind"
    HEIC = "heic"
    UNREADABLE = "unreadable"
    PIXELS = "pixels"
    PAGES = "pages"
    ENCRYPTED = "encrypted"
    TOO_MUCH = "too-much"


class Refused(ValueError):
    """The file is not taken; `why` says what is wrong with it."""

    def __init__(self, why: Why) -> None:
        self.why = why
        super().__init__(why.value)


@dataclass(frozen=True)
class Clean:
    """A file that is safe to keep and to hand out."""

    kind: Kind
    data: bytes
