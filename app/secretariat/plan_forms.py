"""What is filled in about the plan."""

from __future__ import annotations

import re
from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from app.awards.fields import SwedishTime
from app.awards.models import Edition
from app.secretariat import plan, planned_acts
from app.secretariat.models import PlanKind


class AddForm(FlaskForm):  # type: ignore[misc]
    """Something new for the plan. The choices are what is not planned yet."""

    what = SelectField(_l("What is to happen"))
    at = SwedishTime(_l("When"), validators=[InputRequired(_l("Write a day and a time."))])

    def offer(self, edition: Edition, now: datetime) -> None:
        """Sets what can be chosen."""
        self.what.choices = [
            (f"{kind.value} {number}", _name(kind, number)) for kind, number in plan.missing(edition, now)
        ]

    @property
    def chosen(self) -> tuple[PlanKind, int]:
        """The kind and the number that were chosen."""
        kind, _space, number = (self.what.data or "").partition(" ")
        return PlanKind(kind), int(number)


def _name(kind: PlanKind, number: int) -> str:
    if kind is PlanKind.REMINDER:
        return _("Reminder %(number)s", number=number)
    return str(planned_acts.KINDS[kind].title)


class TimeForm(FlaskForm):  # type: ignore[misc]
    """Another time."""

    at = SwedishTime(_l("When"), validators=[InputRequired(_l("Write a day and a time."))])


class ConfirmForm(FlaskForm):  # type: ignore[misc]
    """How many the voters are, typed on purpose; where two people decide, also why."""

    count = StringField(_l("Type the number of voters"))
    reason = TextAreaField(_l("Reason"), [Length(max=2000)])

    @property
    def voters(self) -> int | None:
        """The number typed, or None when it is none."""
        typed = re.sub(r"[\s.,]", "", self.count.data or "")
        return int(typed) if re.fullmatch(r"[0-9]{1,9}", typed) else None
