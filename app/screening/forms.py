"""The secretariat's forms about a nomination."""

from __future__ import annotations

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import TextAreaField

from app.awards.fields import Text, tidy
from app.nominations.fields import no_personal_number

REASON_LIMIT = 2000


class DeclineForm(FlaskForm):  # type: ignore[misc]
    """Why a nomination does not go on."""

    reason = TextAreaField(
        lazy_gettext("Reason"),
        validators=[
            Text(REASON_LIMIT, lazy_gettext("Give a reason: its author will read it."), lines=True),
            no_personal_number,
        ],
        filters=[tidy],
        render_kw={"rows": 5, "data-limit": REASON_LIMIT},
    )
