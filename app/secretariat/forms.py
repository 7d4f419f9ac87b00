"""The forms of the moves: what the person saw, and the deliberate act that the graver moves ask for."""

from __future__ import annotations

import re
import unicodedata

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, StringField, TextAreaField
from wtforms.validators import Length

from app.core.phases import Phase


class MoveForm(FlaskForm):  # type: ignore[misc]
    """One form for every move; each page shows the fields that its move asks for."""

    expected = HiddenField()
    reason = TextAreaField(_l("Reason"), [Length(max=2000)])
    count = StringField(_l("Type the number of letters"))
    undelivered = BooleanField(_l("Open the vote although not every ballot has arrived"))
    name = StringField(_l("Type the edition’s name"))

    @property
    def seen(self) -> Phase | None:
        """The phase that the person saw, or None when the form does not say."""
        try:
            return Phase(self.expected.data or "")
        except ValueError:
            return None

    def count_is(self, number: int) -> bool:
        """Whether the number typed is *number*; spaces in it are as people write thousands."""
        return re.sub(r"[\s.,]", "", self.count.data or "") == str(number)

    def name_is(self, *names: str) -> bool:
        """Whether the name typed is one of *names*, however it is cased and spaced."""
        return _same(self.name.data or "") in {_same(name) for name in names}


def _same(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())
