"""The secretariat's forms for an edition, its categories and its deadlines."""

from __future__ import annotations

import re
from typing import Any

from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from wtforms import BooleanField, EmailField, Field, IntegerField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, NumberRange, StopValidation

from app.awards import records
from app.awards.fields import SwedishTime, Text, tidy
from app.awards.locks import locked
from app.awards.models import Category, Edition, Unit
from app.core.phases import Phase
from app.core.rules import MOST_NOMINEES, Kind, TieRule
from app.mail import addresses

SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
RESERVED = frozenset({"service", "ny", "personer", "inbjudan", "en", "static"})
NAME_LIMIT, HEADING_LIMIT, TEXT_LIMIT, DESCRIPTION_LIMIT = 80, 120, 4000, 1000
MOST_SIGNOFFS, MOST_SPARES = 20, 500
MOST_GRACE_MINUTES, MOST_KEPT_DAYS = 60, 3650
MOST_REMINDERS, MOST_REMINDER_DAYS = 5, 30
NEEDED = lazy_gettext("This cannot be empty.")
WHOLE = lazy_gettext("Give a whole number.")


def _line(label: Any, limit: int, needed: Any = NEEDED, **options: Any) -> StringField:
    return StringField(label, validators=[Text(limit, needed)], filters=[tidy], render_kw=options)


def _paragraphs(label: Any, limit: int, lang: str) -> TextAreaField:
    options = {"rows": 7, "data-limit": limit, "lang": lang}
    return TextAreaField(label, validators=[Text(limit, lines=True)], filters=[tidy], render_kw=options)


def _slug(_form: Any, field: Field) -> None:
    if not SLUG.fullmatch(field.data or "") or field.data in RESERVED:
        raise StopValidation(gettext("Use small letters a–z, digits and hyphens, at most 40, such as 2026."))


def _number(label: Any, least: int, most: int) -> IntegerField:
    between = NumberRange(
        least, most, lazy_gettext("Give a number from %(least)s to %(most)s.", least=least, most=most)
    )
    return IntegerField(label, validators=[InputRequired(WHOLE), between])


class EditionForm(FlaskForm):  # type: ignore[misc]
    """Everything about an edition but its categories."""

    slug = StringField(
        lazy_gettext("Address"), validators=[_slug], filters=[tidy], render_kw={"class": "short"}
    )
    year = _number(lazy_gettext("Year"), 2000, 2200)
    name_sv = _line(lazy_gettext("Name in Swedish"), NAME_LIMIT, lang="sv")
    name_en = _line(lazy_gettext("Name in English"), NAME_LIMIT, lang="en")
    heading_sv = _line(lazy_gettext("Question on the ballot in Swedish"), HEADING_LIMIT, lang="sv")
    heading_en = _line(lazy_gettext("Question on the ballot in English"), HEADING_LIMIT, lang="en")
    intro_sv = _paragraphs(lazy_gettext("About the award in Swedish"), TEXT_LIMIT, "sv")
    intro_en = _paragraphs(lazy_gettext("About the award in English"), TEXT_LIMIT, "en")
    nominations_close_at = SwedishTime(lazy_gettext("Nominations close"))
    voting_opens_at = SwedishTime(lazy_gettext("Voting opens (planned)"))
    voting_closes_at = SwedishTime(lazy_gettext("Voting closes"))
    result_at = SwedishTime(lazy_gettext("Result (planned)"))
    signoffs_needed = _number(lazy_gettext("Signatures needed to publish"), 1, MOST_SIGNOFFS)
    spare_count = _number(lazy_gettext("Spare ballots"), 0, MOST_SPARES)
    plain_voting = BooleanField(lazy_gettext("Allow voting without JavaScript"))
    grace_minutes = _number(lazy_gettext("Quiet minutes after the deadline"), 0, MOST_GRACE_MINUTES)
    publish_relation = BooleanField(lazy_gettext("Publish how nominators stand to the procurement"))
    people_kept_days = _number(lazy_gettext("Days that people are kept"), 30, MOST_KEPT_DAYS)
    unit = RadioField(
        lazy_gettext("One ballot for each"),
        choices=[
            SelectChoice(Unit.COMPANY, lazy_gettext("company")),
            SelectChoice(Unit.PERSON, lazy_gettext("person")),
        ],
        coerce=Unit,
    )
    nominators_vote = BooleanField(lazy_gettext("Those who nominated may vote"))
    self_registration = BooleanField(lazy_gettext("Companies can ask for a ballot themselves"))
    winners_vote = BooleanField(lazy_gettext("Companies that won a contract on the ballot may vote"))
    reminders_at_most = _number(lazy_gettext("Reminders to a voter, at most"), 0, MOST_REMINDERS)
    reminder_days = _number(lazy_gettext("Days between two reminders, at least"), 1, MOST_REMINDER_DAYS)
    contact_name = _line(lazy_gettext("Contact's name"), 120, None)
    contact_email = EmailField(lazy_gettext("Contact's e-mail address"), filters=[tidy])

    def validate_contact_email(self, field: Field) -> None:
        """Empty, or one plain address."""
        if not field.data:
            return
        try:
            addresses.checked(field.data)
        except addresses.BadAddress:
            raise StopValidation(gettext("Give one e-mail address, such as anna@example.se.")) from None

    def validate_voting_closes_at(self, field: Field) -> None:
        """After nominations have closed and voting has opened."""
        self._after(field, "nominations_close_at", gettext("Voting closes after nominations have closed."))
        self._after(field, "voting_opens_at", gettext("Voting closes after it has opened."))

    def validate_voting_opens_at(self, field: Field) -> None:
        """After nominations have closed."""
        self._after(field, "nominations_close_at", gettext("Voting opens after nominations have closed."))

    def validate_result_at(self, field: Field) -> None:
        """After voting has closed."""
        self._after(field, "voting_closes_at", gettext("The result comes after voting has closed."))

    def values(self) -> dict[str, Any]:
        """The fields that this form still has, as the service takes them; deadlines are not among them."""
        return {name: self[name].data for name in records.FIELDS if name in self}

    def _after(self, field: Field, earlier: str, message: str) -> None:
        if earlier in self and self[earlier].data and field.data and field.data <= self[earlier].data:
            raise StopValidation(message)


def edition_form(edition: Edition) -> EditionForm:
    """The form of an edition without the fields that can no longer be changed."""
    form = EditionForm(obj=edition)
    gone = set(locked(edition))
    if edition.phase is not Phase.DRAFT:
        gone |= set(records.DEADLINES)
    for name in gone:
        del form[name]
    return form


class CategoryForm(FlaskForm):  # type: ignore[misc]
    """One contest: what it honours, how one votes in it, and what a tie means."""

    slug = StringField(
        lazy_gettext("Address"), validators=[_slug], filters=[tidy], render_kw={"class": "short"}
    )
    name_sv = _line(lazy_gettext("Name in Swedish"), NAME_LIMIT, lang="sv")
    name_en = _line(lazy_gettext("Name in English"), NAME_LIMIT, lang="en")
    description_sv = _paragraphs(lazy_gettext("What it honours, in Swedish"), DESCRIPTION_LIMIT, "sv")
    description_en = _paragraphs(lazy_gettext("What it honours, in English"), DESCRIPTION_LIMIT, "en")
    kind = RadioField(
        lazy_gettext("How one votes"),
        choices=[
            SelectChoice(Kind.CHOOSE_ONE, lazy_gettext("Choose one nominee")),
            SelectChoice(Kind.APPROVE, lazy_gettext("Choose several, up to a number")),
        ],
        coerce=Kind,
    )
    max_choices = _number(lazy_gettext("At most so many"), 1, MOST_NOMINEES)
    tie_rule = RadioField(
        lazy_gettext("If several come first"),
        choices=[
            SelectChoice(TieRule.SHARED, lazy_gettext("They share the award")),
            SelectChoice(TieRule.JURY, lazy_gettext("The jury decides, and publishes its reason")),
        ],
        coerce=TieRule,
    )

    def values(self) -> dict[str, Any]:
        """The fields as the service takes them."""
        return {name: field.data for name, field in self._fields.items() if name != "csrf_token"}


def category_form(category: Category | None) -> CategoryForm:
    """The form of a category; its address can be chosen only once."""
    form = (
        CategoryForm(obj=category)
        if category
        else CategoryForm(data={"kind": Kind.CHOOSE_ONE, "max_choices": 1, "tie_rule": TieRule.SHARED})
    )
    if category is not None:
        del form.slug
    return form


class DeadlineForm(FlaskForm):  # type: ignore[misc]
    """A later time for a deadline."""

    to = SwedishTime(lazy_gettext("New time"), validators=[InputRequired(NEEDED)])
