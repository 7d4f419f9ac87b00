"""The forms of decisions: what is decided, and the letter as it will leave."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from wtforms import BooleanField, EmailField, Field, HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import StopValidation

from app.awards.fields import Text, tidy
from app.nominations.facts_form import plain_address
from app.nominations.fields import TypedDate, no_personal_number
from app.screening.decisions.wording import SUBJECT_LIMIT, WORDS_LIMIT, Written
from app.screening.models import Verb

REASON_LIMIT = 2000
COMPLETE_WITHIN = timedelta(days=10)
"""So long a completion takes where nobody says otherwise."""

LATEST = timedelta(days=365)
NEEDS_REASON = (Verb.ASK, Verb.DECLINE)


def subject_field(label: Any, lang: str = "sv") -> StringField:
    """A letter's subject: one line."""
    checks = [Text(SUBJECT_LIMIT, lazy_gettext("A letter needs a subject.")), no_personal_number]
    return StringField(label, validators=checks, filters=[tidy], render_kw={"lang": lang})


def words_field(label: Any, lang: str = "sv") -> TextAreaField:
    """A letter's words."""
    needed = lazy_gettext("A letter needs some words.")
    checks = [Text(WORDS_LIMIT, needed, lines=True), no_personal_number]
    options = {"rows": 9, "data-limit": WORDS_LIMIT, "lang": lang}
    return TextAreaField(label, validators=checks, filters=[tidy], render_kw=options)


class DecisionForm(FlaskForm):  # type: ignore[misc]
    """A decision with its letter, in the languages that its recipients read. `seen_…` say what the page showed.

    `despite` is there where a nomination that does not meet the rules is accepted.
    """

    reason = TextAreaField(filters=[tidy], render_kw={"rows": 5, "data-limit": REASON_LIMIT})
    reason_en = TextAreaField(filters=[tidy], render_kw={"rows": 5, "data-limit": REASON_LIMIT, "lang": "en"})
    complete_by = TypedDate(lazy_gettext("To be completed by"), validators=[])
    despite = TextAreaField(
        lazy_gettext("Why it is accepted all the same"),
        filters=[tidy],
        validators=[
            Text(
                REASON_LIMIT,
                lazy_gettext("It does not meet the rules. Say why it is accepted all the same."),
                lines=True,
            ),
            no_personal_number,
        ],
        render_kw={"rows": 3, "data-limit": REASON_LIMIT},
    )
    category = SelectField(lazy_gettext("New category"), validate_choice=False)
    tell = BooleanField(lazy_gettext("Tell the nominators"))
    subject_sv = subject_field(lazy_gettext("Subject"))
    words_sv = words_field(lazy_gettext("Text"))
    subject_en = subject_field(lazy_gettext("Subject in English"), "en")
    words_en = words_field(lazy_gettext("Text in English"), "en")
    seen_nomination = HiddenField()
    seen_recipients = HiddenField()

    def __init__(
        self,
        verb: Verb,
        languages: Sequence[str],
        *,
        words: Mapping[str, Written],
        categories: Sequence[tuple[str, str]],
        today: date,
        despite: bool = False,
    ) -> None:
        first = {f"subject_{lang}": written.subject for lang, written in words.items()}
        first |= {f"words_{lang}": written.words for lang, written in words.items()}
        super().__init__(data={**first, "tell": True, "complete_by": today + COMPLETE_WITHIN})
        self.verb, self.today, self.languages = verb, today, languages
        self.category.choices = [("", gettext("Choose a category")), *categories]
        self._name_reasons()
        self._leave_out(despite)

    @property
    def written(self) -> dict[str, Written]:
        """The letter as it was typed, by language."""
        return {
            lang: Written(self[f"subject_{lang}"].data or "", self[f"words_{lang}"].data or "")
            for lang in self.languages
        }

    def text(self, name: str) -> str:
        """What was typed into a field, "" where the form lacks it."""
        return str(self[name].data or "") if name in self else ""

    def validate_complete_by(self, field: Field) -> None:
        """A day that lies ahead."""
        if field.data is None or not (self.today < field.data <= self.today + LATEST):
            raise StopValidation(
                gettext("Give a day that lies ahead, as year-month-day, such as %(day)s.", day=self.today + COMPLETE_WITHIN)
            )  # fmt: skip

    def validate_category(self, field: Field) -> None:
        """One of the others."""
        if field.data not in {choice for choice, _ in field.choices if choice}:
            raise StopValidation(gettext("Choose a category."))

    def _name_reasons(self) -> None:
        missing = self.verb is Verb.ASK
        both = {
            "reason": gettext("What is missing") if missing else gettext("Reason"),
            "reason_en": gettext("What is missing, in English") if missing else gettext("Reason, in English"),
        }
        needed = {
            "reason": gettext("Say what is missing: the author will read it.") if missing else gettext("Give a reason: its author will read it."),
            "reason_en": gettext("Say it in English too: somebody who reads English gets the letter."),
        }  # fmt: skip
        for name, label in both.items():
            self[name].label.text = label
            must = needed[name] if self.verb in NEEDS_REASON else None
            self[name].validators = [Text(REASON_LIMIT, must, lines=True), no_personal_number]

    def _leave_out(self, despite: bool) -> None:
        """Takes away what this verb, or this letter, does not need."""
        unneeded = {
            "reason": self.verb is Verb.ACCEPT,
            "reason_en": self.verb is Verb.ACCEPT or "en" not in self.languages,
            "complete_by": self.verb is not Verb.ASK,
            "despite": not despite,
            "category": self.verb is not Verb.MOVE,
            "tell": self.verb is not Verb.MOVE,
        }
        for lang in ("sv", "en"):
            unneeded[f"subject_{lang}"] = unneeded[f"words_{lang}"] = lang not in self.languages
        for name in [name for name, gone in unneeded.items() if gone]:
            del self[name]


class TellForm(FlaskForm):  # type: ignore[misc]
    """A letter to an authority or a person; *known* where an address is known. On another form's page it is optional."""

    tell = BooleanField()
    email = EmailField(
        lazy_gettext("Address"), filters=[tidy], render_kw={"autocomplete": "off", "spellcheck": "false"}
    )
    subject = subject_field(lazy_gettext("Subject"))
    words = words_field(lazy_gettext("Text"))
    version = HiddenField()

    def __init__(
        self, prefix: str, *, email: str, words: Written, version: int, lang: str, optional: bool
    ) -> None:
        first = {"tell": bool(email), "email": email, "subject": words.subject, "words": words.words}
        super().__init__(prefix=prefix, data={**first, "version": str(version)})
        self.known, self.optional = bool(email), optional
        for field in (self.subject, self.words):
            field.render_kw = {**field.render_kw, "lang": lang}
        if not optional:
            del self.tell

    @property
    def wanted(self) -> bool:
        """Whether the letter is to leave."""
        return not self.optional or bool(self.tell.data)

    @property
    def written(self) -> Written:
        """The letter as it was typed."""
        return Written(self.subject.data or "", self.words.data or "")

    def sound(self) -> bool:
        """Whether it can be done as it was typed; what is not wanted need not be right."""
        if not self.wanted:
            if self.optional and not self.known and self.email.data:
                self.tell.errors = [
                    gettext("You typed an address. Tick this to send the letter, or empty the address.")
                ]
                return False
            return True
        return bool(self.validate())

    def validate_email(self, field: Field) -> None:
        """One plain address."""
        plain_address(field, needed=True)
