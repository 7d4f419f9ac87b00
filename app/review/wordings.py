"""The usual words of the letter that asks a juror to review a count."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from app.awards import service as awards
from app.awards.models import Edition
from app.mail.wording import Look, Placeholder, worded
from app.web import absolute_url, language

AGAIN = "review_again"
PLACEHOLDERS = (
    Placeholder("edition", _l("The award and its year"), "Anbudspriset 2026"),
    Placeholder("name", _l("The juror’s name"), "Anna Ek"),
    Placeholder("needed", _l("How many signatures are needed"), "2"),
    Placeholder("link", _l("The link to the count, which asks one to sign in, as a button"), "https://…", look=Look.BUTTON, label=_l("Review the count"), required=True),
)  # fmt: skip
SEES = _l(
    "You see the result, the turnout and what has been checked. If it agrees with what you know of the vote, sign. Otherwise object and write why."
)
QUIET = _l("{needed} Until then it is shown to the jury alone, so please don't speak of it outside the jury.")


def of_count(edition: Edition, name: str) -> dict[str, Any]:
    """What the letter can say."""
    needed = edition.signoffs_needed
    return {
        "edition_id": edition.id,
        "edition": edition.name(language()),
        "name": name,
        "needed": ngettext("%(num)d signature is needed before the result can be published.", "%(num)d signatures are needed before the result can be published.", needed),
        "link": absolute_url("review.count", language(), slug=edition.slug),
        "contact": edition.contact_email,
        "contact_name": edition.contact_name,
    }  # fmt: skip


def _preview(edition_id: int, _sample_id: int | None, _now: datetime) -> dict[str, Any]:
    return of_count(awards.by_id(edition_id), "Anna Ek")


def _worded(name: str, title: Any, occasion: Any, subject: Any, first: Any) -> None:
    worded(
        name,
        section=_l("The jury"),
        title=title,
        occasion=occasion,
        subject=subject,
        body=(_l("Hello {name},"), first, SEES, "{link}", QUIET),
        placeholders=PLACEHOLDERS,
        why=_l("You get this letter because you are on the jury."),
        secret=True,
        preview=_preview,
    )


_worded(
    "review",
    _l("The count is ready to review"),
    _l("To every juror, when the votes are counted. It says nothing of the result."),
    _l("{edition}: the count is ready for you to review"),
    _l("The votes in {edition} are counted. Before the result becomes public, the jury reviews the count."),
)
_worded(
    AGAIN,
    _l("The votes were counted again"),
    _l("To every juror, when the votes have been counted anew."),
    _l("{edition}: counted again, for you to review"),
    _l("The votes in {edition} have been counted again. Signatures from before that no longer hold, so please look at the count once more."),
)  # fmt: skip
