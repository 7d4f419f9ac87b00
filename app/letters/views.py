"""The secretariat's pages about the words of letters: the list, and one letter in one language."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app import access
from app.access import Role
from app.awards import service as awards
from app.awards.models import Edition
from app.extensions import clock, limiter, transaction
from app.letters import service
from app.letters.forms import WordsForm
from app.mail import checking
from app.mail import service as mail
from app.mail.rendering import Words
from app.mail.views import FRAME_CSP
from app.mail.wording import Wording
from app.web import CSP

bp = Blueprint("letters", __name__)

LIST = "/sekretariat/<slug>/brev/texter"
ONE = f'{LIST}/<name>/<any("sv", "en"):lang>'
Answer = str | Response


@bp.get(LIST)
@access.staff(Role.SECRETARIAT)
def listing(slug: str) -> str:
    """Every letter, when it is sent, and which have words of the edition's own."""
    edition = awards.edition(slug)
    return render_template(
        "letters/listing.html",
        edition=edition,
        sections=service.sections(),
        own=service.changed(edition.trial_of_id or edition.id),
    )


@bp.route(ONE, methods=["GET", "POST"])
@access.staff(Role.SECRETARIAT)
@limiter.limit("60 per hour", methods=["POST"])
def letter(slug: str, name: str, lang: str) -> Answer:
    """One letter: its words, what may stand in them, how it looks. POST saves, finds a row, or sends a test."""
    edition, worded = _about(slug, name)
    now = service.text(edition, worded, lang)
    form = _form(worded, lang, data={"subject": now.subject, "body": now.body, "seen": now.fingerprint})
    if not form.is_submitted():
        return _page(edition, worded, lang, form)
    action = request.form.get("action", "")
    if not form.validate() and action != "find":
        return _page(edition, worded, lang, form, code=422)
    if action == "test":
        return _send_test(edition, worded, lang, form)
    if action == "save":
        return _save(edition, worded, lang, form)
    form.subject.errors = form.body.errors = []
    return _page(edition, worded, lang, form)


@bp.post(f"{ONE}/vanliga")
@access.staff(Role.SECRETARIAT)
def usual(slug: str, name: str, lang: str) -> Response:
    """Back to the usual words."""
    edition, worded = _about(slug, name)
    try:
        with transaction():
            service.take_back(
                edition.id, worded.name, lang, seen=request.form.get("seen", ""), by=_me(), now=clock.now()
            )
    except service.ChangedMeanwhile:
        flash(
            _("Somebody changed the letter meanwhile. Nothing was done: look at what it says now."), "error"
        )
    except service.EditionOver:
        flash(_("The edition is over, so its letters stay as they are."), "error")
    else:
        flash(_("The letter has its usual words again."), "good")
    return redirect(url_for("letters.letter", slug=slug, name=name, lang=lang))


@bp.route(f"{ONE}/utseende", methods=["GET", "POST"])
@access.staff(Role.SECRETARIAT)
def look(slug: str, name: str, lang: str) -> Response:
    """The letter in a frame, as HTML or as text; with POST as it is typed. Nothing is kept and nothing is sent."""
    edition, worded = _about(slug, name)
    now = service.text(edition, worded, lang)
    form = _form(worded, lang, data={"subject": now.subject, "body": now.body})
    form.sample.data = request.values.get("sample", "")
    if form.is_submitted() and not form.validate():
        return _framed(render_template("letters/not_yet.html", form=form))
    made = _shown(edition, worded, lang, form)
    if made is None:
        abort(404)
    if request.values.get("as") == "text":
        return _framed(render_template("letters/as_text.html", made=made, lang=lang))
    return _framed(made.html)


def _about(slug: str, name: str) -> tuple[Edition, Wording]:
    try:
        return awards.edition(slug), service.editable(name)
    except service.NoSuchLetter:
        abort(404)


def _form(worded: Wording, lang: str, **options: Any) -> WordsForm:
    own_host = urlsplit(current_app.extensions["settings"].base_url).netloc
    return WordsForm(worded, lang, own_host=own_host, **options)


def _shown(edition: Edition, worded: Wording, lang: str, form: WordsForm) -> Words | None:
    return service.shown(edition, worded, lang, sample_id=form.sample_id, now=clock.now(), words=form.words)


def _save(edition: Edition, worded: Wording, lang: str, form: WordsForm) -> Answer:
    """Kept; or the page once more, with what is there now beside what was typed."""
    subject, body = form.words
    try:
        with transaction():
            service.save(
                edition.id, worded.name, lang, subject=subject, body=body, seen=form.seen.data or "", by=_me(),
                now=clock.now(),
            )  # fmt: skip
    except service.ChangedMeanwhile:
        now = service.text(edition, worded, lang)
        form.seen.data = now.fingerprint
        return _page(edition, worded, lang, form, meanwhile=now, code=409)
    except service.EditionOver:
        return _page(edition, worded, lang, form, code=409)
    flash(_("The words are saved. Letters that leave from now on have them."), "good")
    return redirect(url_for("letters.letter", slug=edition.slug, name=worded.name, lang=lang))


def _send_test(edition: Edition, worded: Wording, lang: str, form: WordsForm) -> Answer:
    """Sends what is typed to whoever typed it, and shows the page with it still there."""
    with transaction():
        sent = service.send_test(
            edition, worded, lang, words=form.words, sample_id=form.sample_id, by=_me(), now=clock.now()
        )
        to = sent.to
    return _page(edition, worded, lang, form, tested=to)


def _page(
    edition: Edition, worded: Wording, lang: str, form: WordsForm, *, code: int = 200, **more: Any
) -> Response:
    page = render_template(
        "letters/letter.html",
        edition=edition,
        letter=worded,
        lang=lang,
        form=form,
        now=service.text(edition, worded, lang),
        usual=service.usual(worded, lang),
        samples=form.found(edition.id),
        left=mail.counts(edition_id=edition.id, name=worded.name).sent,
        closed=service.closed(edition),
        limits=checking,
        **more,
    )
    response = current_app.make_response((page, code))
    response.headers["Content-Security-Policy"] = f"{CSP}; frame-src 'self'"
    return response


def _framed(html: str) -> Response:
    response = current_app.make_response(html)
    response.headers["Content-Security-Policy"] = FRAME_CSP
    return response


def _me() -> int:
    me = access.principal()
    assert me is not None
    return me.id
