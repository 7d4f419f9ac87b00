"""The forms with which those who were told answer: what is wrong, their words, and whether they take part."""

from __future__ import annotations

from datetime import date

from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from wtforms import BooleanField, EmailField, Field, TextAreaField

from app.awards.fields import Text, tidy
from app.nominations.facts_form import FactsForm, plain_address
from app.nominations.fields import no_personal_number, text
from app.screening.models import Party, Told
from app.screening.told.replying import REPLY_LIMIT, current


class Answering(FlaskForm):  # type: ignore[misc]
    """What everyone can say who was told."""

    reply = TextAreaField(
        lazy_gettext("Your words to the secretariat"),
        validators=[Text(REPLY_LIMIT, lines=True), no_personal_number],
        filters=[tidy],
        render_kw={"rows": 6, "data-limit": REPLY_LIMIT},
    )
    declines = BooleanField()
    told: Told

    @property
    def names(self) -> list[str]:
        """The fields that can be corrected, in the order of the form."""
        return [name for name in current(self.told) if name in self]

    @property
    def corrections(self) -> dict[str, str]:
        """The fields that were typed otherwise than they stand, with what was typed."""
        stands = current(self.told)
        return {name: self._typed(name) for name in self.names if self._typed(name) != tidy(stands[name])}

    def sound(self) -> bool:
        """Whether it can be kept. What stands as it stood is not theirs to put right."""
        self.validate()
        for name in set(self.names) - set(self.corrections):
            self[name].errors = []
        return not any(field.errors for field in self)

    def says_nothing(self) -> bool:
        """Whether nothing was typed, corrected or ticked."""
        return not (self.reply.data or self.declines.data or self.corrections)

    def _typed(self, name: str) -> str:
        field: Field = self[name]
        if isinstance(field.data, date):
            return field.data.isoformat()
        raw = (field.raw_data or [""])[0] if name == "awarded_on" else field.data
        return tidy(str(raw or ""))


class AuthorityAnswer(Answering, FactsForm):
    """An authority's answer."""


class PersonAnswer(Answering):
    """A named person's answer."""

    person_name = text("person_name", lazy_gettext("Your name"), autocomplete="name")
    person_email = EmailField(
        lazy_gettext("Your e-mail address"),
        filters=[tidy],
        render_kw={"autocomplete": "email", "spellcheck": "false"},
    )

    def validate_person_email(self, field: Field) -> None:
        """Empty, or one plain address."""
        plain_address(field, needed=False)


def answer_form(told: Told, today: date) -> Answering:
    """The form, filled in with what stands now, and above it with their newest answer."""
    values: dict[str, object] = {**current(told), **(told.corrections or {})}
    values |= {"reply": told.reply, "declines": told.declines}
    form: Answering
    if told.party is Party.PERSON:
        form = PersonAnswer(data=values)
    else:
        day = str(values["awarded_on"])
        form = AuthorityAnswer(data={**values, "awarded_on": date.fromisoformat(day) if day else None})
        form.today = today
        form.choose_from([])
        del form.lots
    form.told = told
    form.declines.label.text = (
        gettext("I do not want to be named")
        if told.party is Party.PERSON
        else gettext("We do not want to take part in the award")
    )
    return form
