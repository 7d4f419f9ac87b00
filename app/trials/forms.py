"""The form that begins a trial vote."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField, SelectMultipleField
from wtforms.validators import ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from app.access import Role
from app.accounts.models import Account
from app.trials.service import DEFAULT_MINUTES, MINUTES


class TrialForm(FlaskForm):  # type: ignore[misc]
    """Who gets a ballot (accounts alone can be chosen), and for how long one can vote."""

    people = SelectMultipleField(
        _l("Who gets a trial ballot"),
        coerce=int,
        option_widget=CheckboxInput(),
        widget=ListWidget(),
    )
    minutes = RadioField(_l("How long one can vote"), coerce=int, choices=[], default=DEFAULT_MINUTES)

    def validate_people(self, field: SelectMultipleField) -> None:
        """Somebody votes. (A required field would make the browser ask for every one of them.)"""
        if not field.data:
            raise ValidationError(_("Choose at least one person."))


def trial_form(people: Sequence[Account], me: int) -> TrialForm:
    """The form over these accounts; whoever asks is ticked already."""
    form = TrialForm(data={"people": [me], "minutes": DEFAULT_MINUTES})
    form.people.choices = [(each.id, f"{each.name}, {each.email} ({_role(each.role)})") for each in people]
    form.minutes.choices = [(minutes, _duration(minutes)) for minutes in MINUTES]
    return form


def _role(role: str) -> str:
    return {
        Role.SECRETARIAT: _("the secretariat"),
        Role.JUROR: _("the jury"),
        Role.OBSERVER: _("an observer"),
    }.get(Role(role), "")


def _duration(minutes: int) -> str:
    return {
        15: _("A quarter of an hour"),
        60: _("One hour"),
        240: _("Four hours"),
        1440: _("A day"),
    }[minutes]
