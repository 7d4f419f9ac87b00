"""The page about keys: which there are, and that a copy of the one that opens the votes is safe."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app import access
from app.access import Role
from app.awards import service as awards
from app.error_pages import error_response
from app.extensions import clock, transaction
from app.trustees import service
from app.trustees.models import Purpose
from app.web import language

bp = Blueprint("trustees", __name__)


@bp.errorhandler(awards.NoSuchEdition)
def _no_edition(_error: awards.NoSuchEdition) -> Response:
    return error_response(404)


@bp.get("/sekretariat/<slug>/nycklar")
@access.staff(Role.SECRETARIAT)
def keys(slug: str) -> str:
    """Every key: what it does, its fingerprint, where it stands; and how a copy is stored."""
    edition = awards.edition(slug)
    return render_template(
        "trustees/keys.html", edition=edition, keys=service.keys(edition.id), Purpose=Purpose,
        trust=service.trust_text(edition, language()), server_only=service.server_only(edition),
    )  # fmt: skip


@bp.post("/sekretariat/<slug>/nycklar/<int:key_id>/kopia")
@access.staff(Role.SECRETARIAT)
def confirm_copy(slug: str, key_id: int) -> Response:
    """Somebody says that the sealed copy is stored."""
    me = access.principal()
    assert me is not None
    try:
        with transaction():
            service.confirm_copy(key_id, edition_id=awards.edition(slug).id, by=me.id, now=clock.now())
    except service.AlreadyConfirmed:
        flash(_("Somebody has confirmed this copy already."), "good")
    except service.NoSuchKey:
        flash(_("That key is destroyed, so no copy of it is needed."), "error")
    else:
        flash(_("The copy is confirmed, on record."), "good")
    return redirect(url_for("trustees.keys", slug=slug))
