"""What the secretariat fills in about a voter's ballot."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import StringField, TextAreaField
from wtforms.validators import Email, InputRequired, Length


class AddressForm(FlaskForm):
    """Where the ballot is to go from now on."""

    email = StringField(
        _("New mail address"),
        validators=[
            InputRequired(_("Write the address.")),
            Length(max=254),
            Email(_("This is not a mail address.")),
        ],
    )


class ReplaceForm(FlaskForm):
    """Why a ballot is void and a spare takes its place."""

    reason = TextAreaField(
        _("Why?"), validators=[InputRequired(_("Write why; it is kept with the edition.")), Length(max=500)]
    )
