"""What is filled in before many letters leave."""

from __future__ import annotations

import re

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, StringField


class SendForm(FlaskForm):  # type: ignore[misc]
    """The number of letters, typed on purpose, and what the person was shown."""

    seen = HiddenField()
    count = StringField(_l("Type the number of letters"))

    def count_is(self, number: int) -> bool:
        """Whether the number typed is *number*; spaces in it are as people write thousands."""
        return re.sub(r"[\s.,]", "", self.count.data or "") == str(number)
