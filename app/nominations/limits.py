"""How often the form can come from one connection, and what is said when it was too often."""

from __future__ import annotations

from flask_babel import gettext
from flask_limiter import RateLimitExceeded

from app.extensions import limiter

SAVES = "300 per hour"
"""So often one connection can send a step."""

AUTOSAVES = "1800 per hour"
"""So often a form saves itself from one connection: once in two seconds."""


class TooOften(Exception):
    """The form came too often from one connection."""


def not_too_often(limit: str) -> None:
    """Counts this request; raises `TooOften`."""
    try:
        with limiter.limit(limit):
            return
    except RateLimitExceeded as error:
        raise TooOften from error


def enough_letters() -> str:
    """An address has had as many letters as one gets."""
    return str(
        gettext(
            "This address has had as many letters from us as one address gets in a day. What you wrote is saved as a "
            "draft: send it tomorrow, or give another address."
        )
    )


def wait_a_while() -> str:
    """Too many forms from one connection."""
    return str(
        gettext(
            "The form has come very often from your connection within an hour. What you typed stands below, and "
            "nothing was saved this time. Wait a while, then send it again."
        )
    )
