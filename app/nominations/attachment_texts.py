"""What is said about a file that was taken in, or was not."""

from __future__ import annotations

from flask_babel import format_decimal, gettext

from app.nominations.attachments import LARGEST, LONGEST_NAME, MOST
from app.nominations.sanitising import MOST_PAGES, MOST_PIXELS, Why

MEGABYTE = 1024 * 1024


def size(number: int) -> str:
    """840 kB, 1,2 MB."""
    if number < MEGABYTE:
        return f"{format_decimal(max(1, round(number / 1024)))}\N{NO-BREAK SPACE}kB"
    return f"{format_decimal(number / MEGABYTE, '#,##0.#')}\N{NO-BREAK SPACE}MB"


def added(name: str) -> str:
    """It is there."""
    return str(gettext("%(name)s is attached.", name=name))


def none_chosen() -> str:
    """The button was pressed with nothing in the field."""
    return str(gettext("Choose a file first."))


def too_large(name: str) -> str:
    """One file is too large."""
    return str(
        gettext(
            "%(name)s was not taken in: it is larger than %(most)s. Save it smaller, or split it.",
            name=_short(name),
            most=size(LARGEST),
        )
    )


def too_large_together() -> str:
    """The whole request is too large."""
    return str(
        gettext(
            "Nothing was taken in: the files are too large together. Each may have %(most)s; send a few at a time.",
            most=size(LARGEST),
        )
    )


def too_many(name: str) -> str:
    """There are as many as there may be."""
    return str(
        gettext(
            "%(name)s was not taken in: a nomination has %(most)s files at most. Remove one first.",
            name=_short(name),
            most=MOST,
        )
    )


def too_often(name: str) -> str:
    """Too many files from one connection."""
    return str(
        gettext(
            "%(name)s was not taken in: very many files came from your connection within an hour. Wait a while.",
            name=_short(name),
        )
    )


def busy(name: str) -> str:
    """Another file is being looked at."""
    return str(
        gettext(
            "%(name)s was not taken in: somebody else’s file is being checked just now. Try again in a moment.",
            name=_short(name),
        )
    )


def no_room(name: str) -> str:
    """The disk is nearly full."""
    return str(
        gettext(
            "%(name)s was not taken in: we have no room for files just now. Send the nomination without it, and write to "
            "the secretariat.",
            name=_short(name),
        )
    )


def refused(name: str, why: Why) -> str:
    """What is wrong with a file, and what to do."""
    return str(gettext("%(name)s was not taken in: %(why)s", name=_short(name), why=_reasons()[why]))


def _reasons() -> dict[Why, str]:
    return {
        Why.EMPTY: gettext("there is nothing in it."),
        Why.OTHER_KIND: gettext(
            "it is neither a PDF nor an image (PNG, JPEG, WebP, GIF), whatever it is called. Save it as a PDF."
        ),
        Why.HEIC: gettext("images of this kind (HEIC, AVIF) cannot be read here. Save it as JPEG."),
        Why.UNREADABLE: gettext(
            "it is damaged, cut off, or something else hangs behind it. Open it, save it anew, and send that."
        ),
        Why.PIXELS: gettext(
            "the image has more than %(most)s megapixels. Save it smaller.", most=MOST_PIXELS // 1_000_000
        ),
        Why.PAGES: gettext("it has more than %(most)s pages. Send those that matter.", most=MOST_PAGES),
        Why.ENCRYPTED: gettext("it is protected with a password. Save a copy without, and send that."),
        Why.TOO_MUCH: gettext(
            "it is too complicated to be checked here. Print it into a new PDF, or save a smaller image, and send that."
        ),
    }


def _short(name: str) -> str:
    shown = "".join(sign for sign in name if sign.isprintable())
    return shown if len(shown) <= LONGEST_NAME else f"{shown[: LONGEST_NAME - 1]}…"
