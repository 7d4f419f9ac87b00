"""The result's public addresses: the page, the data, the report that was signed."""

from __future__ import annotations

from flask import Blueprint, Response, abort, make_response, render_template
from flask.blueprints import BlueprintSetupState

from app import access, web
from app.awards import service as awards
from app.awards.models import Edition
from app.results import cache, data, page, service

bp = Blueprint("results", __name__, url_prefix="/resultat/<slug>")


@bp.record_once
def _install(state: BlueprintSetupState) -> None:
    cache.install(state.app)  # type: ignore[arg-type]


@bp.get("", endpoint="page")
@access.public
def show(slug: str) -> Response:
    """Who won and how anyone can check it; before publication what comes, and when."""
    edition = _edition(slug)
    result = service.result(edition)
    if result is None:
        move = service.cancelled(edition)
        return make_response(render_template("results/waiting.html", edition=edition, move=move))
    shown = page.shown(result, web.language())
    response = make_response(
        render_template("results/page.html", same_for_everyone=True, edition=edition, result=result, **shown)
    )
    return cache.remember(response)


@bp.get("/resultat.json", endpoint="json")
@access.public
def as_json(slug: str) -> Response:
    """The result as data."""
    result = _result(slug)
    return cache.remember(Response(data.as_json(result, page.links(result)), mimetype="application/json"))


@bp.get("/resultat.csv", endpoint="csv")
@access.public
def as_csv(slug: str) -> Response:
    """The votes as a table."""
    response = Response(data.as_csv(_result(slug)), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="resultat-{slug}.csv"'
    return cache.remember(response)


@bp.get("/rapport.json", endpoint="report")
@access.public
def report(slug: str) -> Response:
    """The verifiers' report, exactly as the jury signed it."""
    return cache.remember(Response(_result(slug).verification.report, mimetype="application/json"))


def _edition(slug: str) -> Edition:
    try:
        return awards.public_edition(slug)
    except awards.NoSuchEdition:
        abort(404)


def _result(slug: str) -> service.Result:
    result = service.result(_edition(slug))
    if result is None:
        abort(404)
    return result
