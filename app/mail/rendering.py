"""A letter's words, made when it is sent, in its language, from its templates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

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


def words(letter: Letter, now: datetime) -> Words | None:
    """What *letter* says now; None when it must not be sent any more. Raises what its context function raises."""
    return written(letter.name, letter.subject_id, letter.language, now)


def written(name: str, subject_id: int, language: str, now: datetime) -> Words | None:
    """What the letter *name* about that subject says, for sending or for a preview."""
    kind = service.kinds()[name]
    before = g.get("language")
    g.language = language
    try:
        with force_locale(language):
            context = kind.context(subject_id, now)
            if context is None:
                return None
            subject, text, html = (
                current_app.jinja_env.get_template(f"mail/{name}.{part}").render(context)
                for part in ("subject.txt", "txt", "html")
            )
            return Words(subject.strip(), text.strip() + "\n", html, context.get("reply_to"))
    finally:
        g.language = before
        if before is None:
            g.pop("language")
