"""The secretariat's pages: home, the moves, their progress, and what is wrong."""

from __future__ import annotations

from typing import Any

from flask import abort, current_app, flash, jsonify, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app import access, web
from app.access import Role
from app.accounts import service as accounts
from app.awards import service as awards
from app.awards.models import Edition
from app.ballots import helpdesk
from app.ballots import service as ballots
from app.ballots.service import LettersLeft
from app.core.phases import Phase, TransitionRefused
from app.extensions import clock, transaction
from app.jobs import service as jobs
from app.ledger import history
from app.mail import service as mail
from app.review.service import NotReadyToPublish
from app.roll import beside
from app.roll import service as roll
from app.secretariat import acts, navigation, outbox_views, overview, plan_views, service, texts, trouble
from app.secretariat.blueprint import bp
from app.secretariat.forms import MoveForm
from app.trustees import service as trustees

__all__ = ["bp", "outbox_views", "plan_views"]

bp.add_app_template_global(navigation.sections, "staff_sections")
Answer = str | Response | tuple[str, int]


@history.context_loader
def _menu(slug: str) -> dict[str, Any]:
    """What the ledger's history page needs for the staff's menu; the service's own log has no edition."""
    try:
        return {"edition": awards.edition(slug)}
    except awards.NoSuchEdition:
        return {}


@bp.get("/")
@bp.get("/<slug>")
@access.staff(Role.SECRETARIAT)
def home(slug: str | None = None) -> str | Response:
    """Where an edition stands and what to do; without a name the newest one, or how to begin."""
    everything = awards.editions()
    edition = _edition(slug) if slug else _newest(everything)
    if edition is None:
        return render_template("secretariat/empty.html")
    if edition.trial:
        return redirect(url_for("trials.show", slug=edition.slug))
    now = clock.now()
    return render_template(
        "secretariat/home.html",
        edition=edition,
        editions=everything,
        shown=overview.overview(edition, now=now),
        move_label=texts.label,
        working=_working(edition),
        asked=service.waiting(edition.id),
        others=[to for to in service.possible(edition) if to is not overview.NEXT_BY_HAND.get(edition.phase)],
        events=history.recent(edition.id),
    )


@bp.route("/<slug>/flytta/<to>", methods=["GET", "POST"])
@access.staff(Role.SECRETARIAT)
def move(slug: str, to: str) -> Answer:
    """Says exactly what a move does, and makes it on POST."""
    edition, phase = _edition(slug), _phase(to)
    form = MoveForm()
    if phase not in service.possible(edition):
        return _overtaken(edition, phase)
    if not form.is_submitted():
        return _move_page(edition, phase, MoveForm(data={"expected": str(edition.phase)}))
    if not form.validate() or form.seen is None:
        abort(400)
    try:
        with transaction():
            act = acts.carry_out(edition.id, phase, form, by=_by(), now=clock.now())
    except (service.Overtaken, service.AlreadyAsked, service.NothingWaits, TransitionRefused):
        return _overtaken(_edition(slug), phase)
    except service.SamePerson:
        abort(403)
    except acts.NotDeliberate as error:
        form[error.field].errors = [error.text]
        return _move_page(_edition(slug), phase, form), 422
    except (service.MoveBlocked, service.TwoPeopleNeeded, NotReadyToPublish, LettersLeft):
        return _move_page(_edition(slug), phase, form), 422
    flash(act.said)
    return redirect(url_for(act.endpoint, slug=slug), 303)


def _move_page(edition: Edition, to: Phase, form: MoveForm) -> str:
    now = clock.now()
    voters = roll.count(edition.id)
    asked = service.waiting(edition.id) if to is Phase.VOTING else None
    opening = to is Phase.VOTING
    letters = ballots.letter_summary(edition) if opening else None
    return render_template(
        "secretariat/move.html",
        edition=edition,
        to=str(to),
        form=form,
        text=texts.move(edition, to, voters=letters.count if letters else voters),
        blockers=service.blockers(edition, to, now=now),
        letters=letters.count if letters else 0,
        arrivals=ballots.arrivals(edition.id) if opening else None,
        undelivered=helpdesk.deliveries(edition.id, state="undelivered", limit=20)[1] if opening else [],
        asked=asked,
        first=accounts.account(asked.first_id) if asked else None,
        two_people=opening and service.needs_two_people(edition),
        alone=len(accounts.secretaries()) < 2,
        trust=trustees.trust_text(edition.id, web.language()) if opening else "",
        sender=current_app.extensions["settings"].mail_from,
        recipients=letters.first if letters else [],
        working=_working(edition),
        conflicts=beside.before_ballots(edition) if to is Phase.PREPARED else None,
    )


def _overtaken(edition: Edition, to: Phase) -> Answer:
    page = render_template(
        "secretariat/overtaken.html",
        edition=edition,
        title=overview.title(edition, clock.now()),
        done=edition.phase is to,
    )
    return page, 409


@bp.get("/<slug>/framsteg")
@access.staff(Role.SECRETARIAT)
def progress(slug: str) -> Answer:
    """How far the worker has come with a move."""
    edition = _edition(slug)
    status = jobs.status(kind=service.ADVANCE, edition_id=edition.id)
    if status is None or status.state == "done":
        return redirect(url_for(".home", slug=slug))
    return render_template("secretariat/progress.html", edition=edition, status=status, said=_said(status))


@bp.get("/<slug>/framsteg.json")
@access.staff(Role.SECRETARIAT)
def state(slug: str) -> Response:
    """The same for progress.js."""
    status = jobs.status(kind=service.ADVANCE, edition_id=_edition(slug).id)
    if status is None:
        return jsonify(state="none", done=0, total=0, text="")
    there = url_for(".home", slug=slug) if status.state == "done" else None
    return jsonify(state=status.state, done=status.done, total=status.total, text=_said(status), next=there)


def _said(status: jobs.JobStatus) -> str:
    if status.state == "queued":
        return _("Waiting for the worker.")
    if status.state == "running" and status.total:
        return _("%(done)s of %(total)s", done=web.number(status.done), total=web.number(status.total))
    return {"running": _("Under way."), "failed": _("It failed."), "done": _("Done.")}.get(status.state, "")


@bp.get("/<slug>/fel", endpoint="trouble")
@access.staff(Role.SECRETARIAT)
def trouble_page(slug: str) -> str:
    """What failed, with the answer that came, and how to try again."""
    edition = _edition(slug)
    return render_template(
        "secretariat/trouble.html",
        edition=edition,
        jobs=trouble.failed_jobs(edition.id),
        letters=trouble.failed_letters(edition.id),
        worker=trouble.worker_runs(),
        names=trouble,
    )


@bp.post("/<slug>/fel/jobb/<int:job_id>")
@access.staff(Role.SECRETARIAT)
def retry_job(slug: str, job_id: int) -> Response:
    """Tries failed work again."""
    edition = _edition(slug)
    try:
        with transaction():
            if job_id not in {job.id for job in trouble.failed_jobs(edition.id)}:
                abort(404)
            jobs.retry(job_id, clock.now())
    except jobs.NotFailed:
        abort(409)
    flash(_("The worker tries again."))
    return redirect(url_for(".trouble", slug=slug), 303)


@bp.post("/<slug>/fel/brev/<int:letter_id>")
@access.staff(Role.SECRETARIAT)
def retry_letter(slug: str, letter_id: int) -> Response:
    """Sends a letter that came back once more."""
    edition = _edition(slug)
    try:
        with transaction():
            if letter_id not in {letter.id for letter in trouble.failed_letters(edition.id)}:
                abort(404)
            mail.retry(letter_id, clock.now())
    except mail.NotFailed:
        abort(409)
    flash(_("The letter is sent once more."))
    return redirect(url_for(".trouble", slug=slug), 303)


def _working(edition: Edition) -> jobs.JobStatus | None:
    """The worker's move, while it is under way or has failed."""
    status = jobs.status(kind=service.ADVANCE, edition_id=edition.id)
    if status is None or edition.phase is not Phase.SHORTLISTING or status.state == "done":
        return None
    return status


def _newest(everything: list[Edition]) -> Edition | None:
    going_on = [each for each in everything if each.phase not in {Phase.ARCHIVED, Phase.CANCELLED}]
    return next(iter(going_on or everything), None)


def _edition(slug: str) -> Edition:
    try:
        return awards.edition(slug)
    except awards.NoSuchEdition:
        abort(404)


def _phase(text: str) -> Phase:
    try:
        return Phase(text)
    except ValueError:
        abort(404)


def _by() -> int:
    who = access.principal()
    assert who is not None
    return who.id
