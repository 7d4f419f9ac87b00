"""The part of the nomination form that says which procurement it is: what a notice fills in, and people correct."""

from __future__ import annotations

from datetime import date

from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from wtforms import EmailField, Field, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import StopValidation
from wtforms.widgets import CheckboxInput, ListWidget

from app.awards.fields import tidy
from app.mail import addresses
from app.nominations import texts
from app.nominations.fields import TypedDate, text
from app.nominations.show import SCHEMES, procedures, urlsplit_or_none
from app.procurement import identifiers, organisations

EARLIEST_YEAR = 2000


class FactsForm(FlaskForm):  # type: ignore[misc]
    """The procurement's facts. `today` is set by whoever makes the form."""

    today: date

    authority = text(
        "authority", lazy_gettext("Authority"), lazy_gettext("Which authority made the procurement?")
    )
    buyer_number = text(
        "buyer_number",
        lazy_gettext("The authority’s organisation number"),
        inputmode="numeric",
        class_="short",
    )
    authority_email = EmailField(
        lazy_gettext("The authority’s e-mail address"),
        filters=[tidy],
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )
    title = text(
        "title", lazy_gettext("Name of the procurement"), lazy_gettext("What is the procurement called?")
    )
    notice = text("notice", lazy_gettext("Notice number or link"))
    procurement_id = text("procurement_id", lazy_gettext("Procurement ID"), class_="short")
    reference = text("reference", lazy_gettext("The authority’s reference number"), class_="short")
    cpv = text("cpv", lazy_gettext("CPV code"), class_="short", autocomplete="off")
    procedure = SelectField(lazy_gettext("Procedure"), validate_choice=False)
    awarded_on = TypedDate(lazy_gettext("Date of award"), validators=[])
    value = text("value", lazy_gettext("Value"), class_="short")
    tenders = StringField(
        lazy_gettext("Tenders received"),
        filters=[tidy],
        render_kw={"inputmode": "numeric", "class": "short", "autocomplete": "off"},
    )
    winners = text("winners", lazy_gettext("Winners"), kind=TextAreaField, rows=3)
    lots = SelectMultipleField(
        lazy_gettext("Which parts are meant?"),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        validate_choice=False,
    )

    def choose_from(self, lots: list[tuple[str, str]]) -> None:
        """The choices that depend on the notice and the language."""
        self.lots.choices = lots
        self.procedure.choices = [("", gettext("Not known")), *procedures().items()]

    def validate_notice(self, field: Field) -> None:
        """Where it begins like an address, it is one of a web page."""
        parts = urlsplit_or_none(field.data or "")
        if parts is None or (parts.scheme and (parts.scheme.lower() not in SCHEMES or not parts.hostname)):
            raise StopValidation(
                gettext("A link begins with https:// (or http://). A notice number can stand alone.")
            )

    def validate_procurement_id(self, field: Field) -> None:
        """A Swedish upphandlings-ID, or a procedure's identifier, in the form in which they are compared."""
        if not field.data:
            return
        for read in (identifiers.procurement_id, identifiers.procedure_id):
            try:
                field.data = read(field.data)
            except identifiers.IdentifierError:
                continue
            return
        if field.data.lower().startswith("ocds-"):
            return
        raise StopValidation(
            gettext("A procurement ID is letters for the database and a number, such as SE75790.")
        )

    def validate_cpv(self, field: Field) -> None:
        """Eight digits, perhaps with a check digit; several codes with commas between."""
        if not field.data:
            return
        try:
            codes = [
                identifiers.cpv(part) for part in field.data.replace(";", ",").split(",") if part.strip()
            ]
        except identifiers.IdentifierError:
            raise StopValidation(
                gettext(
                    "A CPV code has eight digits, perhaps with a ninth after a hyphen, such as 30200000-1."
                )
            ) from None
        field.data = ", ".join(dict.fromkeys(codes))

    def validate_procedure(self, field: Field) -> None:
        """One of the list."""
        if field.data and field.data not in {choice for choice, _ in field.choices}:
            raise StopValidation(gettext("Choose a procedure from the list."))

    def validate_awarded_on(self, field: Field) -> None:
        """Not in the future, not in another century."""
        if field.data and not (date(EARLIEST_YEAR, 1, 1) <= field.data <= self.today):
            raise StopValidation(gettext("The date of award lies before today, and after the year 2000."))
        if not field.data and any(field.raw_data or [""]):
            raise StopValidation(
                gettext("Write the date as year-month-day, such as 2026-03-31, or leave it empty.")
            )

    def validate_tenders(self, field: Field) -> None:
        """A whole number."""
        if field.data and texts.read_count(field.data) is None:
            raise StopValidation(gettext("Write how many tenders came in as a number, such as 4."))

    def validate_buyer_number(self, field: Field) -> None:
        """A Swedish number with its check digit, or another country's; never a personal number."""
        if not field.data:
            return
        try:
            field.data = organisations.shown(organisations.swedish(field.data))
        except organisations.PersonalNumber:
            field.data = ""
            raise StopValidation(
                gettext("That was a personal number. We never keep those, so it is gone already.")
            ) from None
        except organisations.WrongCheckDigit:
            raise StopValidation(
                gettext("The last digit does not fit the others. Compare with the notice.")
            ) from None
        except organisations.OrganisationError:
            if not any(map(str.isdigit, field.data)):
                raise StopValidation(gettext("A registration number has digits.")) from None

    def validate_authority_email(self, field: Field) -> None:
        """Empty, or one plain address."""
        plain_address(field, needed=False)


def plain_address(field: Field, *, needed: bool) -> None:
    """Refuses what is not one plain address."""
    if not field.data and not needed:
        return
    try:
        addresses.checked(field.data or "")
    except addresses.BadAddress:
        raise StopValidation(gettext("Give one e-mail address, such as anna@example.se.")) from None
