"""The nomination form, as suppliers fill it in. Everything typed comes back, whatever was wrong with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import gettext, lazy_gettext
from werkzeug.datastructures import MultiDict
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
from app.nominations import texts
from app.nominations.facts_form import FactsForm, plain_address
from app.nominations.fields import CountryField, text
from app.nominations.models import Nomination, Relation
from app.procurement import organisations
from app.web import language


class NominationForm(FactsForm):
    """What a supplier says about the procurement that should win, and who says it."""

    category = RadioField(lazy_gettext("Category"), validate_choice=False)
    why = text(
        "why", lazy_gettext("Why should it win?"), lazy_gettext("Say why it should win, in your own words."),
        kind=TextAreaField,
    )  # fmt: skip
    remarks = text("remarks", lazy_gettext("Remarks for the jury"), kind=TextAreaField, rows=5)
    person_name = text("person_name", lazy_gettext("A person who deserves the honour"), autocomplete="off")
    person_email = EmailField(
        lazy_gettext("That person’s e-mail address at work"),
        filters=[tidy],
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )
    relation = RadioField(
        lazy_gettext("How do you stand to the procurement?"),
        choices=[
            SelectChoice(Relation.WON, lazy_gettext("We won a contract in it")),
            SelectChoice(Relation.LOST, lazy_gettext("We tendered and did not win")),
            SelectChoice(Relation.DID_NOT_BID, lazy_gettext("We did not tender")),
            SelectChoice(Relation.OTHER, lazy_gettext("Something else")),
        ],
        validate_choice=False,
    )
    relation_words = text("relation_words", lazy_gettext("What else, in a few words?"))
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

    def __init__(
        self, edition: Edition, today: date, lots: Sequence[tuple[str, str]] = (),
        unread: Mapping[str, str] | None = None, **values: Any,
    ) -> None:  # fmt: skip
        super().__init__(**values)
        lang = language()
        self.today = today
        if not self.is_submitted():
            self._bring_back(unread or {})
        self.choose_from([*lots])
        self.category.choices = [SelectChoice(item.slug, item.name(lang)) for item in edition.categories]
        if len(edition.categories) == 1 and not self.category.data:
            self.category.data = edition.categories[0].slug

    def _bring_back(self, unread: Mapping[str, str]) -> None:
        for name, words in unread.items():
            if not self[name].data:
                self[name].raw_data = [words]
                if name != "awarded_on":
                    self[name].data = words

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
        plain_address(field, needed=True)

    def validate_person_email(self, field: Field) -> None:
        """Empty, or one plain address of the person who is named."""
        plain_address(field, needed=False)
        if field.data and not self.person_name.data:
            raise StopValidation(gettext("Whose address is it? Give the name too, or empty this field."))

    def validate_relation(self, field: Field) -> None:
        """One of the four."""
        if field.data not in set(Relation):
            raise StopValidation(gettext("Say how you stand to the procurement."))

    def validate_relation_words(self, field: Field) -> None:
        """Needed where it is something else."""
        if self.relation.data == Relation.OTHER and not field.data:
            raise StopValidation(gettext("Say in a few words how you stand to the procurement."))


def nomination_form(edition: Edition, nomination: Nomination | None, today: date) -> NominationForm:
    """The form: with what was sent, else with what a nomination holds."""
    if nomination is None:
        return NominationForm(edition, today)
    return NominationForm(edition, today, lots(nomination), data=held(nomination), **unread(nomination))


def checked_form(edition: Edition, nomination: Nomination, today: date) -> NominationForm:
    """The form as if everything that the nomination holds had just been sent: checked whole, it names every gap."""
    typed = MultiDict[str, Any]()
    for name, value in held(nomination).items():
        if isinstance(value, list):
            typed.setlist(name, value)
        elif value not in (None, False):
            typed[name] = str(value)
    for name, value in (nomination.typed or {}).items():
        if value and not typed.get(name):
            typed[name] = value
    form = NominationForm(edition, today, lots(nomination), formdata=typed, meta={"csrf": False})
    form.validate()
    return form


def lots(nomination: Nomination) -> list[tuple[str, str]]:
    """Value and words of each part that the notice names, where there are several to choose between."""
    read = (nomination.read or {}).get("lots") or []
    return [(lot["id"], lot_name(lot)) for lot in read] if len(read) > 1 else []


def lot_name(lot: Mapping[str, Any]) -> str:
    """A part by its number and title."""
    return f"{lot['id']}: {lot['title']}" if lot.get("title") else str(lot["id"])


def held(nomination: Nomination) -> dict[str, Any]:
    """What a nomination holds, field by field of the form."""
    values = {name: getattr(nomination, name) for name in texts.FIELDS}
    values["orgnr"] = organisations.shown(nomination.orgnr)
    values["category"] = nomination.category.slug if nomination.category else None
    values["tenders"] = "" if nomination.tenders is None else str(nomination.tenders)
    return values


def unread(nomination: Nomination) -> dict[str, Any]:
    """What was typed as a date or a number and could not be read: it comes back as it was."""
    return {"unread": {name: text for name, text in (nomination.typed or {}).items() if text}}
