"""The result's public addresses: the page, the data, the report that was signed."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, abort, current_app, make_response, render_template
from flask.blueprints import BlueprintSetupState
from werkzeug.datastructures import Headers

from app import access, remembered, web
from app.awards import service as awards
from app.awards.models import Edition
from app.results import data, page, service

bp = Blueprint("results", __name__, url_prefix="/resultat/<slug>")


@bp.record_once
def _install(state: BlueprintSetupState) -> None:
    remembered.install(state.app)  # type: ignore[arg-type]


@bp.get("", endpoint="page")
@access.public
def show(slug: str) -> Response:
    """Who won and how anyone can check it; before publication what comes, and when."""
    edition = _edition(slug)
    if edition.phase not in service.PUBLIC:
        move = service.cancelled(edition)
        return make_response(render_template("results/waiting.html", edition=edition, move=move))
    return _made(edition, "page", _page)


def _page(result: service.Result) -> Response:
    shown = page.shown(result, web.language())
    html = render_template(
        "results/page.html", same_for_everyone=True, edition=result.edition, result=result, **shown
    )
    return make_response(html)


@bp.get("/resultat.json", endpoint="json")
@access.public
def as_json(slug: str) -> Response:
    """The result as data."""
    return _made(_published(slug), "json", _json)


def _json(result: service.Result) -> Response:
    return Response(data.as_json(result, page.links(result)), mimetype="application/json")


@bp.get("/resultat.csv", endpoint="csv")
@access.public
def as_csv(slug: str) -> Response:
    """The votes as a table."""
    return _made(_published(slug), "csv", _csv)


def _csv(result: service.Result) -> Response:
    response = Response(data.as_csv(result), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="resultat-{result.edition.slug}.csv"'
    return response


@bp.get("/rapport.json", endpoint="report")
@access.public
def report(slug: str) -> Response:
    """The verifiers' report, exactly as the jury signed it."""
    return _made(_published(slug), "report", _report)


def _report(result: service.Result) -> Response:
    return Response(result.verification.report, mimetype="application/json")


def _made(edition: Edition, kind: str, make: Callable[[service.Result], Response]) -> Response:
    """The answer, made anew only when the result has changed since this process made it."""
    kept: dict[tuple[int, str, str], tuple[str, bytes, Headers]]
    kept = current_app.extensions.setdefault("results", {})
    key, version = (edition.id, kind, web.language()), service.version(edition)
    if key not in kept or kept[key][0] != version:
        result = service.result(edition)
        assert result is not None  # the caller has looked at the phase
        response = make(result)
        kept[key] = version, response.get_data(), Headers(response.headers)
    _, body, headers = kept[key]
    return remembered.for_everyone(Response(body, headers=Headers(headers)))


def _edition(slug: str) -> Edition:
    try:
        return awards.public_edition(slug)
    except awards.NoSuchEdition:
        abort(404)


def _published(slug: str) -> Edition:
    edition = _edition(slug)
    if edition.phase not in service.PUBLIC:
        abort(404)
    return edition
