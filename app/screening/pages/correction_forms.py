"""The form in which the secretariat corrects a procurement's facts."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms import EmailField, Field, HiddenField, TextAreaField
from wtforms.validators import StopValidation

from app.awards.fields import Text, tidy
from app.nominations.facts_form import FactsForm, plain_address
from app.nominations.fields import no_personal_number, text
from app.nominations.forms import held, lots
from app.nominations.models import Nomination
from app.screening.pages.correcting import FIELDS, stamp

REASON_LIMIT = 1000


class CorrectionForm(FactsForm):
    """The facts, who is named, and why something is corrected; `seen` says what the page showed."""

    person_name = text("person_name", lazy_gettext("Person to honour"), autocomplete="off")
    person_email = EmailField(
        lazy_gettext("The person’s address"),
        filters=[tidy],
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )
    reason = TextAreaField(
        lazy_gettext("Why it is corrected"),
        validators=[Text(REASON_LIMIT, lines=True), no_personal_number],
        filters=[tidy],
        render_kw={"rows": 3, "data-limit": REASON_LIMIT},
    )
    seen = HiddenField()

    @classmethod
    def of(cls, nomination: Nomination, today: date) -> CorrectionForm:
        """The form with what the nomination says."""
        values = held(nomination)
        form = cls(data={**{name: values[name] for name in FIELDS}, "seen": stamp(nomination)})
        form.today = today
        form.choose_from(lots(nomination))
        if not form.is_submitted():
            for name, words in (nomination.typed or {}).items():
                if words and name in form and not form[name].data:
                    form[name].raw_data = [words]
        return form

    def values(self) -> dict[str, Any]:
        """The fields as they were typed; the parts stay as they are where there are none to choose between."""
        return {name: self[name].data for name in FIELDS}

    def validate_person_email(self, field: Field) -> None:
        """Empty, or one plain address of the person who is named."""
        plain_address(field, needed=False)
        if field.data and not self.person_name.data:
            raise StopValidation(gettext("Whose address is it? Give the name too, or empty this field."))
