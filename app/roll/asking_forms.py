"""The form with which a company asks for a ballot, and the secretariat's answer."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, EmailField, Field, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import StopValidation

from app.awards.fields import Text, tidy
from app.awards.models import Edition, Unit
from app.nominations.fields import CountryField, no_link
from app.roll import rows, texts
from app.roll.rows import Row
from app.web import language

_PLACES = {"company": "company", "email": "email", "emails": "email", "contact": "contact", "name": "contact",
           "number": "number", "digit": "number", "country": "country"}  # fmt: skip


class AskForm(FlaskForm):  # type: ignore[misc]
    """Who asks. `row` judges it by the same rules as a list's rows."""

    company = StringField(_l("Company"), [Text(200), no_link], render_kw={"autocomplete": "organization"})
    number = StringField(
        _l("Organisation number"), filters=[tidy],
        render_kw={"class": "short", "inputmode": "numeric", "autocomplete": "off"},
    )  # fmt: skip
    sole_trader = BooleanField(_l("Sole trader (enskild firma): no number"))
    country = CountryField(_l("Country"))
    foreign_number = StringField(
        _l("Registration number there"), filters=[tidy], render_kw={"class": "short"}
    )
    contact = StringField(_l("Your name"), [Text(120), no_link], render_kw={"autocomplete": "name"})
    email = EmailField(
        _l("Your e-mail address"), filters=[tidy], render_kw={"autocomplete": "email", "spellcheck": "false"}
    )
    language = SelectField(
        _l("The ballot’s language"),
        choices=[SelectChoice("sv", _l("Swedish")), SelectChoice("en", _l("English"))],
        default=language,
    )

    def __init__(self, edition: Edition, **values: Any) -> None:
        super().__init__(**values)
        self.person = edition.unit is Unit.PERSON

    def row(self) -> Row | None:
        """The row, or None with each field's problem said beside it."""
        abroad = bool(self.country.data) and not self.sole_trader.data
        if abroad and self.number.data:
            self._problem(
                "number", gettext("Choose a country and give its number, or give a Swedish number: not both.")
            )
        made, problems = rows.judge(
            line=0,
            company=rows.tidy(self.company.data or ""),
            number=rows.tidy((self.foreign_number if abroad else self.number).data or ""),
            sole_trader="ja" if self.sole_trader.data else "",
            country=self.country.data or "",
            email=rows.tidy(self.email.data or ""),
            contact=rows.tidy(self.contact.data or ""),
            language=self.language.data or "",
            person=self.person,
        )
        if not self.person and not made.contact_name:
            self._problem("contact", gettext("Whom can the secretariat ask?"))
        for code in problems:
            place = _PLACES.get(code.rpartition("-")[2], "company")
            self._problem("foreign_number" if place == "number" and abroad else place, self._said(code))
            if code == "personal-number":  # never shown back, never kept
                for field in (self.number, self.foreign_number):
                    field.data = ""
                    field.raw_data = None
        return None if self.errors else made

    def _said(self, code: str) -> str:
        if code == "missing-number":
            return gettext(
                "Give the organisation number. Sole traders tick the box below; companies from abroad choose a country."
            )
        if code == "personal-number":
            return gettext(
                "That was a personal number: the third digit is 0 or 1. We never keep those, so it is gone already. Tick “Sole trader” instead."
            )
        return texts.problem(code)

    def _problem(self, name: str, said: str) -> None:
        self[name].errors = [*self[name].errors, said]


class DeclineForm(FlaskForm):  # type: ignore[misc]
    """Why a company gets no ballot."""

    reason = TextAreaField(_l("The reason, as the company reads it"), [Text(1000, lines=True)], filters=[tidy],
                           render_kw={"rows": 4})  # fmt: skip

    def validate_reason(self, field: Field) -> None:
        """Nobody is declined without one."""
        if not field.data:
            raise StopValidation(gettext("Write a reason. It is mailed to the company."))
