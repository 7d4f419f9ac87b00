"""The jury's forms. Each that answers a count carries what the page showed."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, SelectMultipleField, TextAreaField
from wtforms.validators import InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from app.review.acts import LONGEST_REASON, LONGEST_WORDS
from app.review.standing import Seen


class Answer(FlaskForm):  # type: ignore[misc]
    """What every answer to a count carries: the hashes of what the juror saw."""

    archive = HiddenField()
    result = HiddenField()
    report = HiddenField()
    outcomes = HiddenField()

    def seen(self) -> Seen:
        """What the page showed."""
        return Seen(self.archive.data, self.result.data, self.report.data, self.outcomes.data)


class Sign(Answer):
    """Signing has nothing to fill in."""


class Object(Answer):
    """An objection and its reason."""

    reason = TextAreaField(
        _l("What is wrong, or what do you need to know?"),
        validators=[InputRequired(_l("Write why you object.")), Length(max=LONGEST_REASON)],
    )


class Tie(FlaskForm):  # type: ignore[misc]
    """Whom the jury chose among the tied, and why."""

    winners = SelectMultipleField(
        _l("Who wins?"),
        coerce=int,
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
        validators=[InputRequired(_l("Choose at least one of them."))],
    )
    tie_reason = TextAreaField(
        _l("The jury's reason"),
        validators=[InputRequired(_l("Write the jury's reason.")), Length(max=LONGEST_REASON)],
    )


class Words(FlaskForm):  # type: ignore[misc]
    """The jury's words about a category's winner."""

    sv = TextAreaField(_l("In Swedish"), validators=[Length(max=LONGEST_WORDS)])
    en = TextAreaField(_l("In English"), validators=[Length(max=LONGEST_WORDS)])


class Again(FlaskForm):  # type: ignore[misc]
    """Why the count should be made again."""

    why = TextAreaField(
        _l("Why should it be counted again?"),
        validators=[InputRequired(_l("Write why it should be counted again.")), Length(max=LONGEST_REASON)],
    )
