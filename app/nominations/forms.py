"""The nomination form, as suppliers fill it in. Everything typed comes back, whatever was wrong with it."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    EmailField,
    Field,
    RadioField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import StopValidation

from app.awards.fields import tidy
from app.awards.models import Edition
from app.mail import addresses
from app.nominations import texts
from app.nominations.fields import CountryField, TypedDate, text
from app.nominations.models import Nomination
from app.nominations.show import SCHEMES, urlsplit_or_none
from app.procurement import identifiers, organisations
from app.web import language

EARLIEST_YEAR = 2000


class NominationForm(FlaskForm):  # type: ignore[misc]
    """What a supplier says about the procurement that should win."""

    category = RadioField(lazy_gettext("Category"), validate_choice=False)
    authority = text(
        "authority", lazy_gettext("Authority"), lazy_gettext("Which authority made the procurement?")
    )
    title = text(
        "title", lazy_gettext("Name of the procurement"), lazy_gettext("What is the procurement called?")
    )
    notice = text("notice", lazy_gettext("Notice number or link"))
    cpv = text("cpv", lazy_gettext("CPV code"), inputmode="numeric", class_="short")
    awarded_on = TypedDate(lazy_gettext("Date of award"), validators=[])
    value = text("value", lazy_gettext("Value"), class_="short")
    why = text(
        "why", lazy_gettext("Why should it win?"), lazy_gettext("Say why it should win, in your own words."),
        kind=TextAreaField,
    )  # fmt: skip
    remarks = text("remarks", lazy_gettext("Remarks for the jury"), kind=TextAreaField)
    company = text(
        "company",
        lazy_gettext("Your company"),
        lazy_gettext("Which company nominates?"),
        autocomplete="organization",
    )
    orgnr = StringField(
        lazy_gettext("Organisation number"),
        filters=[tidy],
        render_kw={"class": "short", "inputmode": "numeric", "autocomplete": "off"},
    )
    sole_trader = BooleanField(lazy_gettext("Sole trader (enskild firma): no number"))
    foreign_country = CountryField(lazy_gettext("Country"))
    foreign_number = text("foreign_number", lazy_gettext("Registration number there"), class_="short")
    contact_name = text(
        "contact_name",
        lazy_gettext("Your name"),
        lazy_gettext("Whom can the secretariat ask?"),
        autocomplete="name",
    )
    contact_email = EmailField(
        lazy_gettext("Your e-mail address"),
        filters=[tidy],
        render_kw={"autocomplete": "email", "spellcheck": "false"},
    )

    def __init__(self, edition: Edition, today: date, **values: Any) -> None:
        super().__init__(**values)
        lang = language()
        self.today = today
        self.category.choices = [SelectChoice(item.slug, item.name(lang)) for item in edition.categories]

    @property
    def typed(self) -> dict[str, Any]:
        """Every field as it was typed; the date as the browser sent it."""
        values = {name: field.data for name, field in self._fields.items() if name != "csrf_token"}
        return {
            **values,
            "awarded_on": (self.awarded_on.raw_data or [""])[0] or str(self.awarded_on.data or ""),
        }

    def complete(self) -> bool:
        """Whether it can be sent as it is; says what is wrong where it cannot."""
        return bool(self.validate())

    def sound_address(self) -> bool:
        """Whether a link can be mailed to the address; nothing else is asked of a draft."""
        self.contact_email.errors = []
        try:
            self.validate_contact_email(self.contact_email)
        except StopValidation as error:
            self.contact_email.errors = [str(error)]
        return not self.contact_email.errors

    def sound_number(self) -> bool:
        """Whether the organisation number, where one stands there, may be kept; a personal number is taken out."""
        self.orgnr.errors = []
        if self.orgnr.data:
            try:
                self._read_orgnr(self.orgnr)
            except StopValidation as error:
                self.orgnr.errors = [str(error)]
        return not self.orgnr.errors

    def validate_category(self, field: Field) -> None:
        """One of the edition's categories."""
        if field.data not in {choice.value for choice in field.choices}:
            raise StopValidation(gettext("Choose a category."))

    def validate_notice(self, field: Field) -> None:
        """Where it begins like an address, it is one of a web page."""
        parts = urlsplit_or_none(field.data or "")
        if parts is None or (parts.scheme and (parts.scheme.lower() not in SCHEMES or not parts.hostname)):
            raise StopValidation(
                gettext("A link begins with https:// (or http://). A notice number can stand alone.")
            )

    def validate_cpv(self, field: Field) -> None:
        """Eight digits, perhaps with a check digit."""
        if not field.data:
            return
        try:
            field.data = identifiers.cpv(field.data)
        except identifiers.IdentifierError:
            raise StopValidation(
                gettext(
                    "A CPV code has eight digits, perhaps with a ninth after a hyphen, such as 30200000-1."
                )
            ) from None

    def validate_awarded_on(self, field: Field) -> None:
        """Not in the future, not in another century."""
        if field.data and not (date(EARLIEST_YEAR, 1, 1) <= field.data <= self.today):
            raise StopValidation(gettext("The date of award lies before today, and after the year 2000."))
        if not field.data and any(field.raw_data or [""]):
            raise StopValidation(
                gettext("Write the date as year-month-day, such as 2026-03-31, or leave it empty.")
            )

    def validate_orgnr(self, field: Field) -> None:
        """A number, or a tick for a sole trader, or a country: one of the three."""
        if self.sole_trader.data or self.foreign_country.data:
            kept = field.data and self.sound_number()
            field.errors = []
            if kept:
                raise StopValidation(
                    gettext(
                        "Give the organisation number, or say that you have none: not both. Empty this field, or the other."
                    )
                )
            field.data = ""
            return
        if not field.data:
            raise StopValidation(
                gettext(
                    "Give the organisation number. Sole traders tick the box below; companies from abroad choose a country."
                )
            )
        self._read_orgnr(field)

    def _read_orgnr(self, field: Field) -> None:
        try:
            field.data = organisations.shown(organisations.swedish(field.data))
        except organisations.PersonalNumber:
            field.data = ""
            raise StopValidation(
                gettext(
                    "That was a personal number: the third digit is 0 or 1. We never keep those, so it is gone already. Tick “Sole trader” instead."
                )
            ) from None
        except organisations.WrongCheckDigit:
            raise StopValidation(
                gettext("The last digit does not fit the others. Compare with your registration certificate.")
            ) from None
        except organisations.OrganisationError:
            raise StopValidation(
                gettext("An organisation number has ten digits, such as 556036-0793.")
            ) from None

    def validate_foreign_country(self, field: Field) -> None:
        """One of the list, and not for a sole trader in Sweden."""
        if field.data and field.data not in organisations.COUNTRIES:
            raise StopValidation(gettext("Choose a country from the list."))
        if field.data and self.sole_trader.data:
            raise StopValidation(gettext("Choose a country, or tick “Sole trader”: not both."))

    def validate_foreign_number(self, field: Field) -> None:
        """Needed with a country."""
        if self.foreign_country.data and not field.data:
            raise StopValidation(gettext("Which number is the company registered under in that country?"))
        if field.data and not self.foreign_country.data:
            raise StopValidation(gettext("Choose the country that this number belongs to."))
        if field.data and not any(map(str.isdigit, field.data)):
            raise StopValidation(gettext("A registration number has digits."))

    def validate_contact_email(self, field: Field) -> None:
        """One plain address."""
        try:
            addresses.checked(field.data or "")
        except addresses.BadAddress:
            raise StopValidation(gettext("Give one e-mail address, such as anna@example.se.")) from None


def nomination_form(edition: Edition, nomination: Nomination | None, today: date) -> NominationForm:
    """The form, filled in with what a nomination holds."""
    if nomination is None:
        return NominationForm(edition, today)
    values = {
        name: getattr(nomination, name)
        for name in (*texts.LIMITS, "sole_trader", "foreign_country", "awarded_on")
    }
    values["orgnr"] = organisations.shown(nomination.orgnr)
    values["category"] = nomination.category.slug if nomination.category else None
    form = NominationForm(edition, today, data=values)
    if not form.is_submitted() and (unread := nomination.typed.get("awarded_on")):
        form.awarded_on.raw_data = [unread]
    return form
