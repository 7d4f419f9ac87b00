"""The public pages: the first one, an edition, contact, accessibility, privacy."""

from __future__ import annotations

from flask import Blueprint, current_app, render_template
from werkzeug.wrappers import Response

from app import access, error_pages
from app.awards import conditions, kept, outlook, page_parts, privacy, service  # noqa: F401 (kept: registers what the page says)
from app.awards.models import Edition
from app.awards.service import NoSuchEdition
from app.core.phases import Phase
from app.extensions import clock
from app.web import language

bp = Blueprint("awards", __name__)
"""Of all pages of this domain; the secretariat's are in `views`."""

REVIEWED_ON = "2026-11-23"
"""When the accessibility statement was last gone through."""


@bp.app_errorhandler(NoSuchEdition)
def no_such_edition(_error: NoSuchEdition) -> Response:
    """An address of an edition that is not there."""
    return error_pages.error_response(404)


@bp.get("/")
@access.public
def home() -> str:
    """The first page: the current edition, what one can do now, what comes next; earlier results."""
    edition = service.current()
    return render_template("awards/home.html", earlier=_earlier(edition), **_standing(edition))


@bp.get("/arg/<slug>")
@access.public
def edition(slug: str) -> str:
    """One edition: what it is about, its categories and rules, its dates."""
    edition = service.public_edition(slug)
    return render_template(
        "awards/edition.html",
        conditions=conditions.said(edition, language()),
        parts=page_parts.parts(edition, language()),
        **_standing(edition),
    )


@bp.get("/kontakt")
@access.public
def contact() -> str:
    """Whom to write to, and about what."""
    return render_template("awards/contact.html", edition=service.current())


@bp.get("/tillganglighet")
@access.public
def accessibility() -> str:
    """The accessibility statement."""
    return render_template("awards/accessibility.html", edition=service.current(), reviewed_on=REVIEWED_ON)


@bp.get("/integritet", endpoint="privacy")
@access.public
def privacy_page() -> str:
    """What is kept about people, why, and for how long."""
    settings = current_app.extensions["settings"]
    return render_template(
        "awards/privacy.html", edition=service.current(), kept=privacy.all_kept(), https=settings.https
    )


def _standing(edition: Edition | None) -> dict[str, object]:
    if edition is None:
        return {"edition": None}
    now = clock.now()
    return {
        "edition": edition,
        "steps": outlook.steps(edition, now),
        "outlook": outlook.outlook(edition, now),
    }


def _earlier(current: Edition | None) -> list[Edition]:
    """Published editions other than the one that the page is about."""
    published = (Phase.PUBLISHED, Phase.ARCHIVED)
    return [item for item in service.editions() if item.phase in published and item is not current]
