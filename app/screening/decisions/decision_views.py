"""The pages on which the secretariat decides: one for each verb, with the letter as it will leave."""

from __future__ import annotations

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app import access
from app.access import Role
from app.awards.categories import NoSuchCategory
from app.extensions import clock, transaction
from app.mail.rendering import Words
from app.mail.views import FRAME_CSP
from app.nominations.drafts import Gone, NotNow
from app.screening.blueprint import Answer, about, bp, signed_in
from app.screening.decisions import decisions, verb_texts
from app.screening.decisions.deciding import STEPS, DecisionPage, page_of
from app.screening.decisions.decisions import OnShortlist, WrongPhase
from app.screening.decisions.recipients import Changed
from app.screening.models import Verb
from app.screening.told.telling import ToldMeanwhile
from app.web import CSP

ONE = "/sekretariat/<slug>/nomineringar/<int(max=2147483647):nomination_id>"
OVERTAKEN = (Changed, ToldMeanwhile, NotNow, OnShortlist, WrongPhase, NoSuchCategory)
STEP = '<any("acceptera", "komplettera", "avsla", "flytta", "ta-tillbaka"):step>'


@bp.route(f"{ONE}/{STEP}", methods=["GET", "POST"])
@access.staff(Role.SECRETARIAT)
def decide(slug: str, nomination_id: int, step: str) -> Answer:
    """One verb: GET shows what will happen and the letter, POST does what was seen."""
    edition, nomination = about(slug, nomination_id)
    page = page_of(edition, nomination, STEPS[step], now=clock.now())
    if page.verb not in decisions.possible(nomination, edition.phase):
        return _too_late(page)
    return _sent(page, step) if page.form.is_submitted() else _shown(page, step)


@bp.route(f"{ONE}/{STEP}/utseende", methods=["GET", "POST"])
@access.staff(Role.SECRETARIAT)
def decision_letter(slug: str, nomination_id: int, step: str) -> Response:
    """A letter of that page as it looks, for its frame; with POST as it was typed. Nothing is kept."""
    edition, nomination = about(slug, nomination_id)
    page = page_of(edition, nomination, STEPS[step], now=clock.now())
    return framed(page.preview(request.values.get("letter", ""), clock.now()))


def framed(words: Words | None) -> Response:
    """A letter's HTML for a frame that can do nothing but be read."""
    if words is None:
        abort(404)
    response = current_app.make_response(words.html)
    response.headers["Content-Security-Policy"] = FRAME_CSP
    return response


def with_frames(page: str, code: int = 200) -> Response:
    """A page that shows letters in frames."""
    response = current_app.make_response((page, code))
    response.headers["Content-Security-Policy"] = f"{CSP}; frame-src 'self'"
    return response


def said(verb: Verb) -> str:
    """What a page says after the verb was done."""
    return {
        Verb.ACCEPT: gettext("Accepted. The letters are on their way."),
        Verb.ASK: gettext("The author is asked to complete the nomination. The letter is on its way."),
        Verb.DECLINE: gettext("Declined. The letters with the reason are on their way."),
        Verb.MOVE: gettext("The nomination has moved to another category."),
        Verb.TAKE_BACK: gettext("The decision is taken back. The nomination waits to be decided again."),
    }[verb]


def _sent(page: DecisionPage, step: str) -> Answer:
    """What was pressed, done; or the page once more with everything that was typed."""
    if page.changed:
        return _shown(page, step, changed=page.changed, code=409)
    if not page.sound():
        return _shown(page, step, code=422)
    slug, number = page.edition.slug, page.nomination.id
    try:
        with transaction():
            page.carry_out(by=signed_in(), now=clock.now())
    except Gone:
        abort(404)
    except OVERTAKEN:
        return _overtaken(slug, number, step)
    flash(said(page.verb) if page.to else gettext("Done. No letter was sent."))
    if page.verb is Verb.MOVE:
        return redirect(url_for("screening.detail", slug=slug, nomination_id=number))
    return redirect(url_for("screening.listing", slug=slug, state="confirmed"))


def _overtaken(slug: str, nomination_id: int, step: str) -> Answer:
    """Somebody was quicker, between the look and the lock: the page anew, with everything that was typed."""
    edition, nomination = about(slug, nomination_id)
    page = page_of(edition, nomination, STEPS[step], now=clock.now())
    if page.verb not in decisions.possible(nomination, edition.phase):
        return _too_late(page)
    return _shown(page, step, changed=page.changed or frozenset({"nomination"}), code=409)


def _shown(
    page: DecisionPage, step: str, *, changed: frozenset[str] = frozenset(), code: int = 200
) -> Response:
    html = render_template(
        "screening/decide.html",
        edition=page.edition,
        nomination=page.nomination,
        page=page,
        form=page.form,
        step=step,
        heading=verb_texts.heading(page.verb),
        happens=verb_texts.happens(page, clock.now()),
        button=verb_texts.button(page.verb, bool(page.to)),
        changed=changed,
        fresh=code == 200,
    )
    return with_frames(html, code)


def _too_late(page: DecisionPage) -> Answer:
    """The verb cannot be done (any more); what was typed is shown to be copied."""
    names = [*(f"{part}_{lang}" for lang in ("sv", "en") for part in ("subject", "words"))]
    typed = [
        (page.form[name].label.text, page.form.text(name))
        for name in ("reason", "reason_en", *names)
        if page.form.is_submitted() and page.form.text(name)
    ]
    html = render_template(
        "screening/overtaken.html",
        edition=page.edition,
        nomination=page.nomination,
        stands=decisions.standing(page.nomination),
        typed=typed,
    )
    return html, 409
