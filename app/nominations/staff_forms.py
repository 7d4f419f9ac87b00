"""The form of the words on the ballot."""

from __future__ import annotations

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import StringField, TextAreaField

from app.awards.fields import Text, tidy
from app.nominations import shortlist
from app.nominations.models import Nominee


class NomineeForm(FlaskForm):  # type: ignore[misc]
    """The words on the ballot."""

    title = StringField(
        lazy_gettext("Name on the ballot"),
        validators=[Text(shortlist.TITLE_LIMIT, lazy_gettext("A nominee needs a name."))],
        filters=[tidy],
    )
    authority = StringField(
        lazy_gettext("Authority"),
        validators=[Text(shortlist.TITLE_LIMIT, lazy_gettext("Which authority is it?"))],
        filters=[tidy],
    )
    summary_sv = TextAreaField(
        lazy_gettext("Summary in Swedish"),
        validators=[Text(shortlist.SUMMARY_LIMIT, lines=True)],
        filters=[tidy],
        render_kw={"rows": 4, "data-limit": shortlist.SUMMARY_LIMIT, "lang": "sv"},
    )
    summary_en = TextAreaField(
        lazy_gettext("Summary in English"),
        validators=[Text(shortlist.SUMMARY_LIMIT, lines=True)],
        filters=[tidy],
        render_kw={"rows": 4, "data-limit": shortlist.SUMMARY_LIMIT, "lang": "en"},
    )

    @classmethod
    def of(cls, nominee: Nominee) -> NomineeForm:
        """The form, filled in with what stands on the ballot now."""
        return cls(data={name: getattr(nominee, name) for name in shortlist.FIELDS})
