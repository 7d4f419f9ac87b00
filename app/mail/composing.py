"""A letter put together: the edition's words or the usual ones, a reader's values, the frame."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from textwrap import shorten
from typing import Any

import structlog
from markupsafe import escape

from app.mail import bodies, frames
from app.mail.message import one_line
from app.mail.wording import Look, Wording

SUBJECT_WIDTH = 200

Saved = Callable[[int, str, str], tuple[str, str] | None]

log = structlog.get_logger("mail")
_saved: list[Saved] = []


def words_are_kept_by(function: Saved) -> Saved:
    """Registers who keeps an edition's own words: (edition, letter, language) → subject and body, None for the usual."""
    _saved[:] = [function]
    return function


def words_for(wording: Wording, edition_id: int | None, language: str) -> tuple[str, str]:
    """Subject and body that a letter of that edition has; the usual ones where those that were kept do not fit it."""
    if wording.editable and edition_id is not None and _saved:
        own = _saved[0](edition_id, wording.name, language)
        if own is not None and fits(*own, shape=wording.shape):
            return own
        if own is not None:
            log.warning(
                "letter's words do not fit", letter=wording.name, edition=edition_id, language=language
            )
    return wording.usual


@lru_cache(maxsize=256)
def fits(subject: str, body: str, *, shape: bodies.Shape) -> bool:
    """Whether every placeholder is one that the letter has a value for."""
    known = {name for name, _look in shape}
    sentence = {name for name, look in shape if look is Look.TEXT}
    return set(bodies.read(body, shape).names) <= known and bodies.line(subject).names <= sentence


def compose(
    wording: Wording, subject: str, body: str, given: Mapping[str, Any], language: str
) -> tuple[str, str, str]:
    """Subject, text and HTML. KeyError where *given* lacks a placeholder that is used."""
    values = {
        name: one_line(str(given[name])) if look is Look.TEXT else given[name] for name, look in wording.shape
    }
    labels = {each.name: str(each.label) for each in wording.placeholders if each.label}
    labels |= given.get("labels", {})
    heading = one_line(bodies.line(subject).text(values))
    if label := given.get("subject_label"):
        heading = f"{heading} – {one_line(str(label))}"
    groups = list(bodies.said(bodies.read(body, wording.shape), values))
    sentences = [one_line(str(each)) for each in given.get("notices", ())]
    foot = frames.Foot(
        bodies.line(str(wording.why)).text(values),
        *(str(given.get(name) or "") for name in ("contact", "contact_name", "unsubscribe")),
    )
    text = "\n\n".join([*map(bodies.wrapped, sentences), bodies.text(groups, values, labels)])
    main = f"<h1>{escape(heading)}</h1>\n{frames.notices(sentences)}{bodies.html(groups, values, labels)}"
    html = frames.html(
        title=heading, preheader=bodies.preheader(groups, values), main=main, foot=foot, language=language
    )
    mark = f"[{one_line(str(given['mark']))}] " if given.get("mark") else ""
    subject = mark + shorten(heading, SUBJECT_WIDTH, placeholder="…")
    return subject, frames.text(main=text, foot=foot, language=language), html
