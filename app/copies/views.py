"""A held copy's answer: reads work, everything else is refused, before anything else is looked at."""

from __future__ import annotations

from flask import Blueprint, Flask, current_app, g, jsonify, render_template, request
from flask.blueprints import BlueprintSetupState
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app import access
from app.copies import service
from app.extensions import db

SAFE = {"GET", "HEAD", "OPTIONS"}

bp = Blueprint("copies", __name__)


@bp.record_once
def _first_of_all(state: BlueprintSetupState) -> None:
    app: Flask = state.app  # type: ignore[assignment]
    app.before_request_funcs.setdefault(None, []).insert(0, refuse)


def refuse() -> Response | None:
    """Nothing is accepted by a copy; None where the request may go on."""
    if request.method in SAFE or not service.held():
        return None
    if access.rule_of(access.current_view()) == access.Rule("machine"):
        response: Response = jsonify(error="held", message=_("This is a copy of the service"))
    else:
        response = current_app.make_response(render_template("copies/held.html"))
    db.session.rollback()
    response.status_code = 503
    response.headers["Retry-After"] = "600"
    return response


@bp.app_template_global("copy_held")
def copy_held() -> bool:
    """Whether the staff's pages say that this is a copy."""
    if "copy_held" not in g:
        g.copy_held = service.held()
    return bool(g.copy_held)
