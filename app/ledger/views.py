"""The ledger for everyone (the file, the latest checkpoint) and for staff (the history)."""

from __future__ import annotations

from flask import Blueprint, abort, render_template, request, stream_with_context
from werkzeug.wrappers import Response

from app import access
from app.access import Role
from app.core.log import Frontier
from app.extensions import db
from app.ledger import export, history, service
from app.ledger.models import Log

TEXT = "text/plain; charset=utf-8"
LAST = 2**31 - 1

bp = Blueprint("ledger", __name__)


@bp.get("/sekretariat/<slug>/handelser", endpoint="history")
@access.staff()
def show_history(slug: str) -> str:
    """What has happened, newest first; what is staged is shown to jurors alone."""
    log = _log(slug)
    who = access.principal()
    see_hidden = who is not None and who.role is Role.JUROR
    before = request.args.get("before", type=int)
    before = None if before is None else max(0, min(before, LAST))
    events = history.page(log, see_hidden=see_hidden, before=before)
    older = events[-1].height if events and events[-1].height > 0 else None
    return render_template(
        "ledger/history.html", log=log, events=events, older=older, **history.context(slug)
    )


@bp.get("/liggare/<slug>")
@access.public
def download(slug: str) -> Response:
    """The whole ledger as a file: the same bytes until something is appended."""
    log = _log(slug)
    response = Response(
        stream_with_context(export.chunks(log, between=db.session.rollback)), content_type=TEXT
    )
    response.headers["Content-Disposition"] = f'attachment; filename="liggare-{log.slug}.txt"'
    return _unless_known(response, log)


@bp.get("/liggare/<slug>/checkpoint")
@access.public
def checkpoint(slug: str) -> Response:
    """The signed checkpoint of the ledger as it stands."""
    log = _log(slug)
    return _unless_known(Response(service.sign(log), content_type=TEXT), log)


def _log(slug: str) -> Log:
    try:
        return service.find_by_slug(slug)
    except service.NoSuchLog:
        abort(404)


def _unless_known(response: Response, log: Log) -> Response:
    """Without a body for whoever has this head already."""
    response.set_etag(Frontier.from_bytes(log.frontier).root().hex())
    response.headers["Cache-Control"] = "public, no-cache"
    return response.make_conditional(request.environ)
