"""The form's steps: which fields stand on which, what comes next, and what is still missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from flask_babel import gettext

from app.awards.models import Edition
from app.nominations.forms import NominationForm, checked_form
from app.nominations.models import Nomination


class Step(StrEnum):
    """A step by its place in the address; the first has none."""

    NOTICE = ""
    FACTS = "upphandlingen"
    NOMINATION = "nomineringen"
    REVIEW = "granska"


ORDER = tuple(Step)
FIELDS: dict[Step, tuple[str, ...]] = {
    Step.NOTICE: (),
    Step.FACTS: (
        "authority", "buyer_number", "authority_email", "title", "lots", "notice", "procurement_id", "reference",
        "procedure", "cpv", "awarded_on", "value", "tenders", "winners",
    ),
    Step.NOMINATION: (
        "category", "why", "remarks", "person_name", "person_email", "relation", "relation_words", "company", "orgnr",
        "sole_trader", "foreign_country", "foreign_number", "contact_name", "contact_email",
    ),
    Step.REVIEW: (),
}  # fmt: skip
WISHED = ("awarded_on", "value", "cpv", "buyer_number", "notice")
"""Nothing fails without them, but the secretariat will ask."""


@dataclass(frozen=True)
class Gap:
    """Something that is missing or wrong: on which step, at which field, and what to do about it."""

    step: Step
    field: str
    label: str
    message: str


def titles() -> list[tuple[Step, str]]:
    """Each step with its name."""
    return [
        (Step.NOTICE, gettext("The notice")),
        (Step.FACTS, gettext("The procurement")),
        (Step.NOMINATION, gettext("Your nomination")),
        (Step.REVIEW, gettext("Check and send")),
    ]


def after(step: Step) -> Step:
    """The step that follows."""
    return ORDER[min(ORDER.index(step) + 1, len(ORDER) - 1)]


def step_of(field: str) -> Step:
    """The step on which a field stands."""
    return next((step for step, names in FIELDS.items() if field in names), Step.NOMINATION)


def gaps(edition: Edition, nomination: Nomination, today: date) -> list[Gap]:
    """Everything that stands between the draft and its sending, in the order of the form; the whole is checked anew."""
    form = checked_form(edition, nomination, today)
    found = [
        Gap(step_of(name), name, str(form[name].label.text), str(problems[0]))
        for name, problems in form.errors.items()
        if name in form and problems
    ]
    return sorted(found, key=lambda gap: _place(gap.field))


def wishes(nomination: Nomination) -> list[str]:
    """The fields that could be empty, but would save a question."""
    return [name for name in WISHED if not getattr(nomination, name)]


def first_open(edition: Edition, nomination: Nomination, today: date) -> Step:
    """Where whoever comes back goes on: the first step with a gap, else the last one."""
    found = gaps(edition, nomination, today)
    return found[0].step if found else Step.REVIEW


def after_notice(edition: Edition, nomination: Nomination, today: date) -> Step:
    """Past the facts where the notice gave all of them without a doubt, else to the facts."""
    unclear = (
        bool((nomination.read or {}).get("doubts")) or len((nomination.read or {}).get("lots") or []) > 1
    )
    wrong = any(gap.step is Step.FACTS for gap in gaps(edition, nomination, today))
    return Step.FACTS if unclear or wrong or wishes(nomination) else Step.NOMINATION


def sound(form: NominationForm, step: Step) -> bool:
    """Whether what was typed on a step can be kept as it is; checks those of its fields that are filled in.

    Nothing has to be there yet: a draft may be incomplete, and the last step names every gap.
    """
    form.validate()
    for name, field in form._fields.items():
        if name not in FIELDS[step] or _empty(form, name):
            field.errors = []
    return not any(form[name].errors for name in FIELDS[step])


def _empty(form: NominationForm, name: str) -> bool:
    raw = form[name].raw_data or []
    return not any(str(part).strip() for part in raw)


def _place(field: str) -> int:
    order: Sequence[str] = [name for names in FIELDS.values() for name in names]
    return order.index(field) if field in order else len(order)
