"""A letter's words, made when it is sent, in its language: from its wording (`wording.worded`) or from its templates."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from flask import current_app, g
from flask_babel import force_locale

from app.mail import marks, service
from app.mail.composing import compose, words_for
from app.mail.models import Letter
from app.mail.wording import wording


@dataclass(frozen=True)
class Words:
    """What a letter says."""

    subject: str
    text: str
    html: str
    reply_to: str | None = None
    unsubscribe: str | None = None


def words(letter: Letter, now: datetime) -> Words | None:
    """What *letter* says now; None when it must not be sent any more. Raises what its context function raises."""
    found = written(letter.name, letter.subject_id, letter.language, now)
    return found and _marked(found, letter)


def _marked(words: Words, letter: Letter) -> Words:
    """With the band that the letters of its edition bear, where they bear one."""
    with in_language(letter.language):
        mark = marks.mark_of(letter.edition_id)
    if mark is None:
        return words
    return replace(
        words,
        subject=marks.subject(mark, words.subject),
        text=marks.plain(mark, words.text),
        html=marks.html(mark, words.html),
    )


def written(name: str, subject_id: int, language: str, now: datetime) -> Words | None:
    """What the letter *name* about that subject says, for sending."""
    kind = service.kinds()[name]
    return filled(name, lambda: kind.context(subject_id, now), language)


def filled(
    name: str,
    context: Callable[[], dict[str, Any] | None],
    language: str,
    *,
    words: tuple[str, str] | None = None,
) -> Words | None:
    """What the letter *name* says with what *context* gives, asked for in the letter's language: also for a preview.

    *words* are a subject and a body to be seen instead of those that the letter has.
    """
    with in_language(language):
        given = context()
        if given is None:
            return None
        worded = wording(given.get("wording", name))
        if worded is not None:
            subject, body = (
                words or given.get("own_words") or words_for(worded, given["edition_id"], language)
            )
            parts = compose(worded, subject, body, given, language)
        else:
            parts = _from_templates(name, given)
        return Words(*parts, given.get("reply_to"), given.get("unsubscribe"))


def _from_templates(name: str, given: dict[str, Any]) -> tuple[str, str, str]:
    """Subject, text and HTML of a letter whose words nobody changes."""
    subject, text, html = (
        current_app.jinja_env.get_template(f"mail/{name}.{part}").render(given)
        for part in ("subject.txt", "txt", "html")
    )
    return subject.strip(), text.strip() + "\n", html


@contextmanager
def in_language(language: str) -> Iterator[None]:
    """Everything inside is said in *language*, whatever the page's own is."""
    before = g.get("language")
    g.language = language
    try:
        with force_locale(language):
            yield
    finally:
        g.language = before
        if before is None:
            g.pop("language")
