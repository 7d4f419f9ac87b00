"""The form of one rule of what can be nominated."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from wtforms import Field, RadioField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import StopValidation

from app.awards.fields import Text, tidy
from app.awards.models import Edition
from app.nominations.fields import TypedDate, no_personal_number
from app.nominations.rules import Check, Rule
from app.web import language

TEXT_LIMIT, NOTE_LIMIT = 300, 1000


def checks() -> dict[Check, str]:
    """Each way in which a rule is answered, in a sentence."""
    return {
        Check.PERIOD: gettext("Awarded within a period: the date of award answers"),
        Check.AWARDED: gettext("Awarded and not discontinued: the notice answers"),
        Check.SWEDISH_AUTHORITY: gettext("A Swedish authority: its organisation number answers"),
        Check.QUESTION: gettext("A question of your own: a person answers"),
    }


def _sentence(label: Any, lang: str) -> TextAreaField:
    needed = lazy_gettext("Suppliers read this sentence in both languages: it cannot be empty.")
    options = {"rows": 3, "data-limit": TEXT_LIMIT, "lang": lang}
    return TextAreaField(label, validators=[Text(TEXT_LIMIT, needed)], filters=[tidy], render_kw=options)


class RuleForm(FlaskForm):  # type: ignore[misc]
    """What a rule says, for which category, and how it is answered."""

    text_sv = _sentence(lazy_gettext("The rule in Swedish"), "sv")
    text_en = _sentence(lazy_gettext("The rule in English"), "en")
    category = SelectField(lazy_gettext("Holds in"), validate_choice=False)
    check = RadioField(lazy_gettext("How it is answered"), validate_choice=False)
    starts_on = TypedDate(lazy_gettext("First day"), validators=[])
    ends_on = TypedDate(lazy_gettext("Last day"), validators=[])

    @classmethod
    def of(cls, edition: Edition, rule: Rule | None) -> RuleForm:
        """The form, filled in with what a rule says."""
        slugs = {item.id: item.slug for item in edition.categories}
        values: dict[str, Any] = {"check": Check.QUESTION}
        if rule is not None:
            values = {
                name: getattr(rule, name) for name in ("text_sv", "text_en", "check", "starts_on", "ends_on")
            }
            values["category"] = slugs.get(rule.category_id or 0, "")
        form = cls(data=values)
        form.category.choices = [
            SelectChoice("", gettext("every category")),
            *(SelectChoice(item.slug, item.name(language())) for item in edition.categories),
        ]
        form.check.choices = [SelectChoice(str(check), said) for check, said in checks().items()]
        return form

    def validate_category(self, field: Field) -> None:
        """One of the list."""
        if (field.data or "") not in {choice.value for choice in field.choices}:
            raise StopValidation(gettext("Choose a category from the list."))

    def validate_check(self, field: Field) -> None:
        """One of the list."""
        if field.data not in set(Check):
            raise StopValidation(gettext("Choose how the rule is answered."))

    def validate_starts_on(self, field: Field) -> None:
        """A date, or nothing; a period has at least one of its two days."""
        self._readable(field)
        empty = not field.data and not self.ends_on.data and not any(self.ends_on.raw_data or [""])
        if self.check.data == Check.PERIOD and empty:
            raise StopValidation(gettext("Give the first day of the period, the last one, or both."))

    def validate_ends_on(self, field: Field) -> None:
        """A date that does not lie before the first day, or nothing."""
        self._readable(field)
        if field.data and self.starts_on.data and field.data < self.starts_on.data:
            raise StopValidation(gettext("The last day lies before the first one."))

    def values(self, edition: Edition) -> dict[str, Any]:
        """The fields as the service takes them."""
        ids = {item.slug: item.id for item in edition.categories}
        return {
            "category_id": ids.get(self.category.data or ""),
            "check": Check(self.check.data),
            **{name: self[name].data for name in ("text_sv", "text_en", "starts_on", "ends_on")},
        }

    def _readable(self, field: Field) -> None:
        if not field.data and any(field.raw_data or [""]):
            raise StopValidation(gettext("Write the date as year-month-day, such as 2026-03-31."))


class AnswerForm(FlaskForm):  # type: ignore[misc]
    """A person's answer to a rule: yes or no is the button, the note is here."""

    note = TextAreaField(
        lazy_gettext("Note"),
        validators=[Text(NOTE_LIMIT, lines=True), no_personal_number],
        filters=[tidy],
        render_kw={"rows": 2, "data-limit": NOTE_LIMIT},
    )
