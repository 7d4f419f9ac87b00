"""Fields that several forms share: plain text with a limit, and a time that people give in Swedish time."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask_babel import gettext
from wtforms import DateTimeLocalField, Field
from wtforms.validators import StopValidation

from app.awards import plaintext
from app.web import STOCKHOLM


class Text:
    """A text of at most *limit* characters that a page can show; *needed* is what to say where it is empty."""

    def __init__(self, limit: int, needed: Any = None, *, lines: bool = False) -> None:
        self.limit, self.needed, self.lines = limit, needed, lines

    def __call__(self, _form: Any, field: Field) -> None:
        """Raises the message for the person who typed it."""
        text = field.data or ""
        if not text:
            if self.needed:
                raise StopValidation(str(self.needed))
            return
        if strange := plaintext.strange(text, lines=self.lines):
            raise StopValidation(
                gettext(
                    "There are invisible characters in this text that cannot be kept (%(which)s). Type that part again.",
                    which=", ".join(strange[:3]),
                )
            )
        if len(text) > self.limit:
            over = len(text) - self.limit
            raise StopValidation(
                gettext(
                    "The text is %(over)s characters too long. At most %(limit)s fit.",
                    over=over,
                    limit=self.limit,
                )
            )


class SwedishTime(DateTimeLocalField):  # type: ignore[misc]
    """A time as the browser sends it, without a zone: it is meant, and shown, in Swedish time."""

    def __init__(self, label: Any, **options: Any) -> None:
        super().__init__(label, format=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"], **options)

    def process_data(self, value: datetime | None) -> None:
        """Takes an aware time."""
        self.data = value.astimezone(STOCKHOLM) if value is not None else None

    def process_formdata(self, valuelist: list[str]) -> None:
        """Reads an aware time; an empty field is None."""
        if not valuelist or not valuelist[0].strip():
            self.data = None
            return
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(
                gettext("Write the time as year-month-day hour:minute, such as 2026-12-13 18:00.")
            ) from None
        if self.data is not None:
            self.data = self.data.replace(tzinfo=STOCKHOLM)


def tidy(text: str | None) -> str:
    """What the browser sent, tidied."""
    return plaintext.tidy(text or "")
