"""A letter's words, made when it is sent, in its language, from its templates."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import current_app, g
from flask_babel import force_locale

from app.mail import service
from app.mail.models import Letter


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
    return written(letter.name, letter.subject_id, letter.language, now)


def written(name: str, subject_id: int, language: str, now: datetime) -> Words | None:
    """What the letter *name* about that subject says, for sending."""
    kind = service.kinds()[name]
    return filled(name, lambda: kind.context(subject_id, now), language)


def filled(name: str, context: Callable[[], dict[str, Any] | None], language: str) -> Words | None:
    """What the letter *name* says with what *context* gives, asked for in the letter's language: also for a preview."""
    before = g.get("language")
    g.language = language
    try:
        with force_locale(language):
            given = context()
            if given is None:
                return None
            subject, text, html = (
                current_app.jinja_env.get_template(f"mail/{name}.{part}").render(given)
                for part in ("subject.txt", "txt", "html")
            )
            return Words(
                subject.strip(), text.strip() + "\n", html, given.get("reply_to"), given.get("unsubscribe")
            )
    finally:
        g.language = before
        if before is None:
            g.pop("language")
