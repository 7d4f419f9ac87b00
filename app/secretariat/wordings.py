"""The usual words of the letter that says that the result is public."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l

from app.awards import service as awards
from app.awards.models import Edition
from app.mail.wording import Look, Placeholder, worded
from app.web import absolute_url, language

RESULT = "result"


def of_result(edition: Edition) -> dict[str, Any]:
    """What the letter can say."""
    lang = language()
    return {
        "edition_id": edition.id,
        "edition": edition.name(lang),
        "link": absolute_url("results.page", lang=lang, slug=edition.slug),
        "contact": edition.contact_email,
        "contact_name": edition.contact_name,
        "reply_to": edition.contact_email or None,
    }


def _preview(edition_id: int, _sample_id: int | None, _now: datetime) -> dict[str, Any]:
    return of_result(awards.by_id(edition_id))


worded(
    RESULT,
    section=_l("The result"),
    title=_l("The result is public"),
    occasion=_l("To those whose ballot arrived, and to those who nominated, when the secretariat or the plan sends it."),
    subject=_l("{edition}: the result is public"),
    body=(
        _l("The result of {edition} is public. You can read who won, how the votes fell and what the jury says:"),
        "{link}",
        _l("Did you vote? With your receipt you can check on that page that your ballot is among those that were counted."),
        _l("Thank you for taking part."),
    ),
    placeholders=(
        Placeholder("edition", _l("The award and its year"), "Anbudspriset 2026"),
        Placeholder("link", _l("The page with the result, as a button"), "https://…", look=Look.BUTTON, label=_l("Read the result"), required=True),
    ),
    why=_l("You get this letter because you had a ballot in {edition}, or nominated in it. It is the last one about it."),
    preview=_preview,
)  # fmt: skip
