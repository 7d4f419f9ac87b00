"""Where a nomination begins: a notice as a file or a number, read and put into the draft."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO, cast

from flask import current_app
from flask_babel import gettext
from werkzeug.datastructures import FileStorage

from app.extensions import db
from app.nominations import doubts, drafts, notices, ted, texts
from app.nominations.models import Nomination, State
from app.nominations.steps import FIELDS, Step
from app.procurement import identifiers
from app.procurement.notice import Notice, NoticeError

LARGEST_NOTICE = 20 * 1024 * 1024
"""So many bytes of a notice are taken."""


class NoNotice(NoticeError):
    """Neither a file nor a number came."""

    code = "nothing"


class UnknownNumber(NoticeError):
    """A text that is none of the numbers that are known."""

    code = "unknown-number"


@dataclass(frozen=True)
class Found:
    """What somebody began with: a notice that was read, or a number alone (which goes into `field`)."""

    notice: Notice | None
    origin: str
    field: str = ""
    number: str = ""


def found(number: str, upload: FileStorage | None) -> Found:
    """Reads what came; the file, where both did. Raises `NoticeError`.

    Outside any transaction: a file takes a moment, and TED (where asking it is switched on) may take several.
    """
    from app.procurement import reading  # brings a parser along that most requests do not need

    if upload is not None and upload.filename:
        return Found(reading.read(cast(BinaryIO, upload.stream), upload.filename), upload.filename)
    text = texts.storable("notice", number)[: texts.LIMITS["notice"]]
    if not text:
        raise NoNotice("nothing came")
    known = identifiers.recognise(text)
    if known.what == "ted":
        content = ted.fetch(known.number, current_app.extensions["settings"].ted_url)
        return Found(reading.read(content) if content else None, known.number, "notice", known.number)
    if known.what in {"procurement-id", "procedure-id"}:
        return Found(None, known.number, "procurement_id", known.number)
    if known.what == "link":
        return Found(None, text, "notice", text)
    raise UnknownNumber("not a number that is known", text=text[:60])


def start(
    edition_id: int, public_id: str | None, begun: Found, *, language: str, now: datetime
) -> Nomination:
    """Puts what was found into the draft (a new one where there is none); raises as `drafts.save`."""
    edition = drafts.open_edition(edition_id, now)
    draft = (
        drafts.begin(edition, language=language, now=now)
        if public_id is None
        else drafts.find(edition_id, public_id)
    )
    if draft.state is not State.DRAFT:
        raise drafts.NotNow(draft.state)
    if begun.notice is not None:
        notices.fill(draft, begun.notice, origin=begun.origin, now=now)
    elif not getattr(draft, begun.field):
        drafts.write(draft, texts.stored({begun.field: begun.number}, only=[begun.field]), now=now)
    db.session.flush()
    return draft


def keep(
    edition_id: int,
    public_id: str | None,
    typed: Mapping[str, Any],
    place: Step,
    *,
    language: str,
    now: datetime,
) -> Nomination:
    """Keeps what a step holds; parts that were chosen otherwise bring their own facts. Raises as `drafts.save`."""
    names = set(FIELDS[place])
    kept = drafts.save(edition_id, public_id, typed, only=names - {"lots"}, language=language, now=now)
    if "lots" in names and kept.state is State.DRAFT:
        notices.choose_lots(kept, [str(lot) for lot in typed.get("lots") or []], now=now)
        db.session.flush()
    return kept


def problem(error: NoticeError) -> str:
    """Why the first step could not go on, and what to do."""
    if isinstance(error, NoNotice):
        return gettext("Choose a file or write a number, or go on without a notice.")
    if isinstance(error, UnknownNumber):
        return gettext(
            "That is no number or link that we know. A TED number looks like 151531-2021, a procurement ID like SE75790. "
            "You can also go on without a notice."
        )
    return doubts.unreadable(error)


def told(begun: Found, draft: Nomination) -> list[str]:
    """What to say after the first step."""
    if begun.notice is None:
        return [
            gettext(
                "The number is noted. To have the form filled in, download the notice as XML from TED and choose the file."
            )
            if begun.field == "notice"
            else gettext("The number is noted.")
        ]
    missing = bool((draft.read or {}).get("doubts"))
    if missing:
        return [gettext("We have read the notice. Some of it was unclear; look at the marked fields.")]
    return [gettext("We have read the notice and filled in what it says.")]


def sources(draft: Nomination | None) -> Callable[[str], dict[str, str] | None]:
    """For a template: where a field of the draft came from."""
    return lambda field: notices.source(draft, field) if draft is not None else None


def doubts_of(draft: Nomination | None) -> Callable[[str], str]:
    """For a template: what the notice left unclear about a field of the draft."""
    return lambda field: notices.doubt(draft, field) if draft is not None else ""
