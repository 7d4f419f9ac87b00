"""The form in which a letter's words are changed, seen and sent to oneself."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import HiddenField, StringField, TextAreaField

from app.awards.fields import Text, tidy
from app.mail import checking
from app.mail.wording import Sample, Wording

LONGEST_SEARCH = 100


class WordsForm(FlaskForm):  # type: ignore[misc]
    """Subject and body; `seen` is the fingerprint of the words that the page began with, `sample` the row it is shown with."""

    subject = StringField(
        lazy_gettext("Subject"),
        validators=[Text(checking.SUBJECT_LIMIT, lazy_gettext("A letter needs a subject."))],
        filters=[tidy],
    )
    body = TextAreaField(
        lazy_gettext("Text"),
        validators=[Text(checking.BODY_LIMIT, lazy_gettext("A letter needs some words."), lines=True)],
        filters=[tidy],
        render_kw={"rows": 22, "data-limit": checking.BODY_LIMIT},
    )
    seen = HiddenField()
    search = StringField(lazy_gettext("Find"), filters=[tidy])
    sample = HiddenField()

    def __init__(self, letter: Wording, lang: str, *, own_host: str, **options: Any) -> None:
        super().__init__(**options)
        self.letter, self.own_host = letter, own_host
        for field in (self.subject, self.body):
            field.render_kw = {**(field.render_kw or {}), "lang": lang}

    def validate(self, extra_validators: Any = None) -> bool:
        """Every problem beside its field, not only the first."""
        sound = super().validate(extra_validators)
        checks = ((self.subject, checking.subject_problems), (self.body, checking.body_problems))
        for field, check in checks:
            if not field.errors:
                field.errors = check(self.letter, field.data or "", own_host=self.own_host)
        return bool(sound and not self.subject.errors and not self.body.errors)

    @property
    def words(self) -> tuple[str, str]:
        """What is typed."""
        return self.subject.data or "", self.body.data or ""

    @property
    def searched(self) -> str:
        """What was searched for."""
        return (self.search.data or "")[:LONGEST_SEARCH]

    @property
    def sample_id(self) -> int | None:
        """The number of the row that was chosen, None for the first."""
        text = self.sample.data or ""
        return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None

    def found(self, edition_id: int) -> list[Sample]:
        """The rows that the letter can be shown with."""
        return self.letter.samples(edition_id, self.searched) if self.letter.samples else []
