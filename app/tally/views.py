"""The secretariat's view of a count: which steps are done, never what came out of them."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, jsonify, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app import access
from app.access import Role
from app.awards import service as awards
from app.awards.models import Edition
from app.extensions import clock, transaction
from app.tally import closing, service

bp = Blueprint("tally", __name__, url_prefix="/sekretariat/<slug>")


@bp.get("/rakning")
@access.staff(Role.SECRETARIAT)
def progress(slug: str) -> str:
    """How far the count has come, and what to do when it has stopped."""
    edition = awards.edition(slug)
    shown = service.overview(edition, now=clock.now())
    return render_template("tally/progress.html", edition=edition, state=_state(edition, shown), **shown)


@bp.get("/rakning.json")
@access.staff(Role.SECRETARIAT)
def state(slug: str) -> Response:
    """The same for a page that follows it live."""
    edition = awards.edition(slug)
    shown = service.overview(edition, now=clock.now())
    return jsonify(
        state=_state(edition, shown),
        done=[str(step) for step in shown["done"]],
        phase=str(edition.phase),
        stopped=bool(shown["problem"]),
    )


def _state(edition: Edition, shown: dict[str, Any]) -> str:
    """What a page shows of the count, in a word: another one, and the page is loaded anew."""
    return "-".join([str(edition.phase), *map(str, shown["done"]), "stopped" if shown["problem"] else "goes"])


@bp.post("/rakning/stang")
@access.staff(Role.SECRETARIAT)
def close_by_hand(slug: str) -> Response:
    """Asks the worker to seal the box now."""
    who = access.principal()
    assert who is not None
    edition_id = awards.edition(slug).id
    try:
        with transaction():
            closing.request_close(edition_id=edition_id, by=who.id, now=clock.now())
    except closing.NotYetClosed:
        flash(
            gettext("The box cannot be sealed yet, or it has been sealed already. Nothing was changed."),
            "warn",
        )
    else:
        flash(gettext("The worker has been asked to seal the box. This page shows when it has."))
    return redirect(url_for("tally.progress", slug=slug))


@bp.post("/rakning/igen")
@access.staff(Role.SECRETARIAT)
def count_again(slug: str) -> Response:
    """Asks the worker to go on with a count that has stopped."""
    edition = awards.edition(slug)
    stopped = service.problem(edition.id) is not None
    with transaction():
        if stopped:
            closing.request_count(edition_id=edition.id, now=clock.now())
    flash(gettext("The worker goes on from the last step that was done."))
    return redirect(url_for("tally.progress", slug=slug))
