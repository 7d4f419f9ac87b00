"""What the secretariat fills in about a voter's ballot. The reason is a code that the ledger shows; the note stays inside."""

from __future__ import annotations

import re

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Email, InputRequired, Length, Optional

from app.ballots.decisions import ADD, CORRECT, REASONS, REPLACE
from app.roll.forms import VoterForm


def _reason(act: str) -> RadioField:
    return RadioField(
        _("Why? The reason is published, without the name"),
        choices=[SelectChoice(code, said) for code, said in REASONS[act].items()],
        validators=[InputRequired(_("Choose a reason."))],
    )


def _note() -> TextAreaField:
    return TextAreaField(_("Note to whoever approves"), validators=[Length(max=500)])


class AddressForm(FlaskForm):  # type: ignore[misc]
    """Where the ballot is to go from now on, and why."""

    email = StringField(
        _("New mail address"),
        validators=[
            InputRequired(_("Write the address.")),
            Length(max=254),
            Email(_("This is not a mail address.")),
        ],
    )
    reason = _reason(CORRECT)
    note = _note()


class ReplaceForm(FlaskForm):  # type: ignore[misc]
    """Why a ballot is to be void and a spare to take its place, and where that goes."""

    reason = _reason(REPLACE)
    email = StringField(
        _("Another mail address"),
        validators=[Optional(), Length(max=254), Email(_("This is not a mail address."))],
    )
    note = _note()


class LateForm(VoterForm):
    """A voter for the frozen roll, and why."""

    reason = _reason(ADD)
    note = _note()


class SendForm(FlaskForm):  # type: ignore[misc]
    """The number of letters, typed: a deliberate act."""

    count = StringField(_("Type the number of letters"))

    @property
    def number(self) -> int:
        """What was typed, spaces as people write thousands aside; -1 for what is no number."""
        typed = re.sub(r"[\s.,]", "", self.count.data or "")
        return int(typed) if re.fullmatch(r"[0-9]{1,9}", typed) else -1
