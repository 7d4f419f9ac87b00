"""What people type to get in, and to let others in."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import EmailField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, ValidationError

from app.access import Role
from app.accounts.roles import role_choices
from app.mail.addresses import BadAddress, checked

LANGUAGES = [SelectChoice("sv", "Svenska"), SelectChoice("en", "English")]


class MailAddress:
    """Accepts one plain mail address with a domain."""

    def __call__(self, _form: FlaskForm, field: EmailField) -> None:
        """Raises ValidationError with what to do."""
        try:
            field.data = checked(field.data or "")
        except BadAddress as error:
            raise ValidationError(str(_("Write one mail address, such as anna@example.se."))) from error


def _stripped(text: str | None) -> str:
    return " ".join((text or "").split())


class SignInForm(FlaskForm):
    """Asks for the address that the link goes to."""

    email = EmailField(
        _("Mail address"),
        [DataRequired(_("Write your mail address.")), MailAddress()],
        render_kw={"autocomplete": "email", "autofocus": True},
    )


class CodeForm(FlaskForm):
    """Asks for the six digits of the letter."""

    code = StringField(
        _("Six-digit code"),
        [DataRequired(_("Write the six digits from the letter.")), Length(max=20)],
        render_kw={"autocomplete": "one-time-code", "inputmode": "numeric", "class": "codeword short"},
    )


class SetUpForm(FlaskForm):
    """Asks who the first secretary is."""

    name = StringField(
        _("Your name"),
        [DataRequired(_("Write your name.")), Length(max=120)],
        filters=[_stripped],
        render_kw={"autocomplete": "name"},
    )
    email = EmailField(
        _("Mail address"),
        [DataRequired(_("Write your mail address.")), MailAddress()],
        render_kw={"autocomplete": "email"},
    )


class InvitationForm(FlaskForm):
    """Asks whom to invite, as what."""

    name = StringField(_("Name"), [DataRequired(_("Write a name.")), Length(max=120)], filters=[_stripped])
    email = EmailField(_("Mail address"), [DataRequired(_("Write a mail address.")), MailAddress()])
    role = RadioField(_("Role"), default=Role.JUROR.value)
    language = SelectField(_("Language of the letters"), choices=LANGUAGES, default="sv")

    def __init__(self) -> None:
        super().__init__()
        self.role.choices = [SelectChoice(value, label) for value, label in role_choices()]


class OwnForm(FlaskForm):
    """One's own name, and the language of letters to oneself."""

    name = StringField(_("Name"), [DataRequired(_("Write your name.")), Length(max=120)], filters=[_stripped])
    language = SelectField(_("Language of the letters"), choices=LANGUAGES)
