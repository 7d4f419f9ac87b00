"""The roll's form for one voter at a time."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length

from app.roll import rows, texts
from app.roll.models import Voter

_PLACES = {
    "company": "company", "email": "email", "emails": "email", "contact": "contact", "name": "company",
    "number": "number", "digit": "number", "country": "country", "language": "language",
}  # fmt: skip


class VoterForm(FlaskForm):  # type: ignore[misc]
    """One voter. `row` judges it by the same rules as a list's rows."""

    company = StringField(_l("Company"), [Length(max=200)])
    number = StringField(_l("Organisation number"))
    sole_trader = BooleanField(_l("Sole trader (enskild firma): we keep no number"))
    country = StringField(_l("Country, if not Sweden"), [Length(max=2)])
    email = StringField(_l("Mail address"), [Length(max=254)])
    contact = StringField(_l("Contact"), [Length(max=120)])
    language = SelectField(
        _l("The ballot’s language"),
        choices=[SelectChoice("sv", _l("Swedish")), SelectChoice("en", _l("English"))],
    )

    @classmethod
    def of(cls, voter: Voter) -> VoterForm:
        """The form filled in with a voter."""
        values: dict[str, Any] = {
            "company": voter.company, "number": voter.orgnr or voter.foreign_number, "sole_trader": voter.sole_trader,
            "country": voter.foreign_country, "email": voter.shown_email, "contact": voter.contact_name,
            "language": voter.language,
        }  # fmt: skip
        return cls(data=values)

    def row(self, *, person: bool = False) -> rows.Row | None:
        """The row, or None with each field's problem said beside it."""
        made, problems = rows.judge(
            line=0,
            company=rows.tidy(self.company.data or ""),
            number=rows.tidy(self.number.data or ""),
            sole_trader="ja" if self.sole_trader.data else "",
            country=rows.tidy(self.country.data or ""),
            email=rows.tidy(self.email.data or ""),
            contact=rows.tidy(self.contact.data or ""),
            language=self.language.data or "",
            person=person,
        )
        for code in problems:
            name = _PLACES.get(code.rpartition("-")[2], "company")
            place = self["contact" if person and code == "personal-name" else name]
            place.errors = [*place.errors, texts.problem(code)]
            if code == "personal-number":
                self.number.data = ""  # never shown back, never kept
                self.number.raw_data = None
        return None if problems else made
