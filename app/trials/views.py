"""The secretariat's pages of a trial vote: begin one, follow it, see what it showed, remove it."""

from __future__ import annotations

from flask import (
    Blueprint,
    abort,
    current_app,
    flash,
    jsonify,
    redirect,
    render_template,
    request,
    stream_with_context,
    url_for,
)
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app import access
from app.access import Role
from app.awards import service as awards
from app.awards.models import Edition
from app.ballots import archive
from app.ballots import service as ballots
from app.ballots.views import file_name
from app.extensions import clock, limiter, transaction
from app.ledger import history
from app.trials import marks, pages, service
from app.trials.forms import trial_form

bp = Blueprint("trials", __name__, url_prefix="/sekretariat/<slug>")
bp.add_app_template_global(marks.here, "trial_here")

Answer = str | Response | tuple[str, int]
ALLOWED = frozenset(
    {
        "ballots.resend", "secretariat.retry_job", "secretariat.retry_letter", "tally.close_by_hand", "tally.count_again",
        "trials.close", "trials.remove",
    }
)  # fmt: skip
"""What staff can do in a trial beside looking: nobody is added to its roll, no address or setting is changed."""


@bp.before_app_request
def nothing_else() -> None:
    """Refuses every other act of staff on a trial's address."""
    if request.method in {"GET", "HEAD", "OPTIONS"} or request.endpoint in ALLOWED:
        return
    rule = access.rule_of(access.current_view())
    if rule is not None and rule.kind == "staff" and access.principal() is not None and marks.here():
        abort(404)


@bp.after_app_request
def unlisted(response: Response) -> Response:
    """No search engine keeps a trial's page."""
    if marks.IN_SLUG in str((request.view_args or {}).get("slug", "")):
        response.headers["X-Robots-Tag"] = "noindex"
    return response


@bp.route("/prov", methods=["GET", "POST"])
@access.staff(Role.SECRETARIAT)
@limiter.limit("30 per hour", methods=["POST"])
def begin(slug: str) -> Answer:
    """Who votes and for how long; begins the trial on POST. Below stand the trials that there were."""
    edition = _edition(slug, trial=False)
    form = trial_form(service.people(), _me())
    if form.validate_on_submit():
        try:
            with transaction():
                made = service.start(
                    edition.id,
                    chosen=form.people.data or [],
                    minutes=form.minutes.data,
                    by=_me(),
                    now=clock.now(),
                )
                there = made.slug
        except (service.UnderWay, service.NoTrial):
            flash(_("A trial is under way already, or the edition is over. Nothing was begun."), "warn")
            return redirect(url_for("trials.begin", slug=slug))
        flash(_("The trial vote has begun. The letters leave as soon as the ballots are made."), "good")
        return redirect(url_for("trials.show", slug=there))
    page = render_template("trials/begin.html", edition=edition, form=form, **pages.before(edition))
    return (page, 422) if request.method == "POST" else page


@bp.get("/provomrostning")
@access.staff()
def show(slug: str) -> str:
    """Where the trial stands; after the count what was tried, and the result, which staff alone sees."""
    trial = _edition(slug, trial=True)
    events = history.recent(trial.id)
    return render_template(
        "trials/show.html", edition=trial, events=events, **pages.trial(trial, clock.now())
    )


@bp.get("/provomrostning.json")
@access.staff()
def state(slug: str) -> Response:
    """The same in a word, for progress.js."""
    trial = _edition(slug, trial=True)
    shown = pages.trial(trial, clock.now())
    return jsonify(state=shown["state"], done=shown["done"], total=shown["total"], text=shown["said"])


@bp.get("/provomrostning/arkiv.bel", endpoint="archive")
@access.staff()
def whole_archive(slug: str) -> Response:
    """The trial's whole archive, the count too, for whoever wants to run a verifier on it."""
    trial = _edition(slug, trial=True)
    try:
        whole = archive.extent(trial.id, upto_public=False)
    except (archive.NotPublic, ballots.NoBox):
        abort(404)
    pieces = stream_with_context(archive.render(whole)) if request.method == "GET" else b""
    response = current_app.response_class(pieces, mimetype="application/octet-stream")
    response.headers["Content-Disposition"] = f'attachment; filename="{file_name(trial)}"'
    return response


@bp.post("/provomrostning/stang")
@access.staff(Role.SECRETARIAT)
def close(slug: str) -> Response:
    """Ends the trial's vote at once."""
    trial = _edition(slug, trial=True)
    try:
        with transaction():
            service.close(trial.id, by=_me(), now=clock.now())
    except service.NotOpen:
        flash(_("The trial’s vote is not open. Nothing was changed."), "warn")
    else:
        flash(_("The trial’s vote is closed. In a minute the box is sealed and counted."), "good")
    return redirect(url_for("trials.show", slug=slug), 303)


@bp.post("/provomrostning/ta-bort")
@access.staff(Role.SECRETARIAT)
def remove(slug: str) -> Response:
    """Removes everything of the trial; the worker does it."""
    trial = _edition(slug, trial=True)
    of = awards.by_id(trial.trial_of_id or 0).slug
    with transaction():
        service.request_removal(trial.id, now=clock.now())
    flash(_("The trial vote is being removed, with its keys."), "good")
    return redirect(url_for("trials.begin", slug=of), 303)


def _edition(slug: str, *, trial: bool) -> Edition:
    found = awards.edition(slug)
    if found.trial is not trial:
        abort(404)
    return found


def _me() -> int:
    who = access.principal()
    assert who is not None
    return who.id
