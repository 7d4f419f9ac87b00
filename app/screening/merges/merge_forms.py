"""The forms with which two nominations are put together, and taken apart again."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import StopValidation

from app.awards.fields import Text, tidy
from app.nominations.fields import no_personal_number
from app.screening.merges.choices import CATEGORY, FIRST, SECOND
from app.screening.merges.comparison import LETTERS, Comparison, Line
from app.screening.merges.merging import SOURCE, TARGET

REASON_LIMIT = 500


class MergeForm(FlaskForm):  # type: ignore[misc]
    """Which of the two stands for both, and whose each differing fact is; `seen_…` say what the page showed."""

    stands = RadioField(lazy_gettext("Which of the two stands for both?"), validate_choice=False)
    seen_first = HiddenField()
    seen_second = HiddenField()

    @classmethod
    def of(cls, page: Comparison) -> MergeForm:
        """The form of two nominations, with what was sent, else with what is proposed."""
        fields = {line.name: _choice(line) for line in page.differing}
        made: MergeForm = type("MergeFormOfTwo", (cls,), fields)(
            data={"stands": page.stands, **{line.name: line.proposed for line in page.differing}}
        )
        made.stands.choices = [SelectChoice(side.key, side.letter) for side in page.possible]
        for line in page.differing:  # what differs since the page was opened has not been sent
            made[line.name].data = made[line.name].data or line.proposed
        return made

    def validate_stands(self, field: RadioField) -> None:
        """One of those that can."""
        if field.data not in {each.value for each in field.choices}:
            raise StopValidation(gettext("Choose which of the two stands for both."))

    def take(self, lines: Sequence[Line]) -> dict[str, str]:
        """What was chosen, as `merging.merge` takes it."""
        return {
            line.choice.name: TARGET if self[line.name].data == self.stands.data else SOURCE for line in lines
        }


class UndoForm(FlaskForm):  # type: ignore[misc]
    """Why two are taken apart again."""

    reason = TextAreaField(
        lazy_gettext("Why"),
        validators=[Text(REASON_LIMIT, lines=True), no_personal_number],
        filters=[tidy],
        render_kw={"rows": 3, "data-limit": REASON_LIMIT},
    )


def _choice(line: Line) -> RadioField:
    checks = [_side_of_category if line.choice is CATEGORY else _side]
    sides = [SelectChoice(side, LETTERS[side]) for side in (FIRST, SECOND)]
    return RadioField(line.label, choices=sides, validators=checks, validate_choice=False)


def _side(_form: FlaskForm, field: RadioField) -> None:
    if field.data not in LETTERS:
        raise StopValidation(gettext("Choose one of the two."))


def _side_of_category(_form: FlaskForm, field: RadioField) -> None:
    if field.data not in LETTERS:
        raise StopValidation(gettext("Choose in which category they stand together."))
