"""The jury's pages, and the secretariat's page about the review, which shows who has answered and nothing of the result."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from flask import Blueprint, abort, flash, redirect, render_template, stream_with_context, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app import access
from app.access import Role
from app.awards import service as awards
from app.awards.models import Category, Edition
from app.ballots import service as ballots
from app.core.counting import TieUnresolved
from app.core.phases import Phase
from app.extensions import clock, transaction
from app.review import acts, forms, pages, service
from app.tally import service as tally

bp = Blueprint("review", __name__)


@bp.get("/jury")
@access.staff(Role.JUROR, Role.OBSERVER)
def home() -> str:
    """Where jurors and observers land: the editions, and what there is to do in each."""
    editions = [edition for edition in awards.editions() if edition.phase is not Phase.DRAFT]
    to_review = {edition.id: service.waits_for(edition, account_id=_me()) for edition in editions}
    return render_template("review/home.html", editions=editions, to_review=to_review)


@bp.get("/jury/<slug>/granskning")
@access.staff(Role.JUROR)
def count(slug: str) -> str:
    """The result, turnout and each check, to sign or object to."""
    return _count_page(slug)


def _count_page(slug: str, **filled: object) -> str:
    page = pages.count_page(awards.edition(slug), account_id=_me())
    blank = {"sign_form": forms.Sign(formdata=None), "object_form": forms.Object(formdata=None), "tie_form": None,
             "again_form": forms.Again(formdata=None), "tie_category": None}  # fmt: skip
    return render_template("review/count.html", **page, **(blank | filled))


@bp.post("/jury/<slug>/granskning/skriv-under")
@access.staff(Role.JUROR)
def sign(slug: str) -> Response:
    """Signs the count that the page showed."""
    form = forms.Sign()
    if not form.validate_on_submit():
        abort(400)
    edition_id = awards.edition(slug).id
    return _act(
        slug,
        lambda: acts.sign(edition_id=edition_id, account_id=_me(), what=form.seen(), now=clock.now()),
        gettext("You have signed. Thank you!"),
    )


@bp.post("/jury/<slug>/granskning/invand")
@access.staff(Role.JUROR)
def objection(slug: str) -> Response | tuple[str, int]:
    """Objects to the count that the page showed."""
    form = forms.Object()
    if not form.validate_on_submit():
        return _count_page(slug, object_form=form), 422
    edition_id = awards.edition(slug).id
    return _act(
        slug,
        lambda: acts.object_(
            edition_id=edition_id,
            account_id=_me(),
            reason=form.reason.data or "",
            what=form.seen(),
            now=clock.now(),
        ),
        gettext("Your objection is on record. The secretariat has been told that there is one."),
    )


@bp.post("/jury/<slug>/granskning/<category>/avgor")
@access.staff(Role.JUROR)
def tie(slug: str, category: str) -> Response | tuple[str, int]:
    """Writes down whom the jury chose among the tied."""
    edition = awards.edition(slug)
    form = forms.Tie()
    found = _category(slug, category)
    tied = {shown.category.id: shown.tied for shown in pages.categories(edition)}
    form.winners.choices = tied.get(found.id, [])
    if not form.validate_on_submit():
        return _count_page(slug, tie_form=form, tie_category=found.id), 422
    edition_id, category_id = edition.id, found.id
    return _act(
        slug,
        lambda: acts.decide_tie(
            edition_id=edition_id,
            category_id=category_id,
            account_id=_me(),
            winners=form.winners.data or [],
            reason=form.tie_reason.data or "",
            now=clock.now(),
        ),
        gettext("The jury's decision is written down. Those who sign confirm it."),
    )


@bp.route("/jury/<slug>/juryns-ord/<category>", methods=["GET", "POST"])
@access.staff(Role.JUROR)
def words(slug: str, category: str) -> Response | str | tuple[str, int]:
    """The jury's words about a category."""
    edition, found = awards.edition(slug), _category(slug, category)
    shown = next((each for each in pages.categories(edition) if each.category.id == found.id), None)
    if edition.phase is not Phase.REVIEW or shown is None:
        return redirect(url_for("review.count", slug=slug))
    written = shown.words
    form = forms.Words(sv=written.text_sv if written else "", en=written.text_en if written else "")
    if not form.validate_on_submit():
        page = render_template("review/words.html", edition=edition, shown=shown, form=form)
        return (page, 422) if form.errors else page
    edition_id, category_id = edition.id, found.id
    return _act(
        slug,
        lambda: acts.write_words(
            edition_id=edition_id,
            category_id=category_id,
            account_id=_me(),
            sv=form.sv.data or "",
            en=form.en.data or "",
            now=clock.now(),
        ),
        gettext("The jury's words are saved. They become public with the result."),
    )


@bp.get("/jury/<slug>/arkiv.bel")
@access.staff(Role.JUROR)
def archive(slug: str) -> Response:
    """The whole archive, with what is not public yet, for a juror who wants to verify it with a program of their own."""
    edition = _reviewed(slug)
    content = stream_with_context(ballots.archive_bytes(edition.id, upto_public=False))
    return _download(content, f"{ballots.election(edition.id).uuid}.bel", "application/octet-stream")


@bp.get("/jury/<slug>/rapport.json")
@access.staff(Role.JUROR)
def report(slug: str) -> Response:
    """The report whose hash is signed, byte for byte."""
    made = tally.verification(_reviewed(slug).id, staged=True)
    if made is None:
        abort(404)
    return _download(made.report, f"{slug}-report.json", "application/json")


@bp.get("/sekretariat/<slug>/granskning")
@access.staff(Role.SECRETARIAT)
def overview(slug: str) -> str:
    """How far the jury has come; nothing of what it reviews."""
    return _overview_page(slug)


def _overview_page(slug: str, form: forms.Again | None = None) -> str:
    edition = awards.edition(slug)
    return render_template(
        "review/overview.html",
        edition=edition,
        progress=service.progress(edition) if edition.phase in pages.REVIEWED else None,
        blockers=service.blockers(edition, Phase.PUBLISHED, now=clock.now()),
        problem=tally.problem(edition.id),
        form=form or forms.Again(formdata=None),
    )


@bp.post("/granskning/<slug>/rakna-om")
@access.staff(Role.JUROR, Role.SECRETARIAT)
def recount(slug: str) -> Response | tuple[str, int]:
    """Has verifiers and methods go again over the same opened tally."""
    who = access.principal()
    assert who is not None
    juror = who.role is Role.JUROR
    form = forms.Again()
    if not form.validate_on_submit():
        return (_count_page(slug, again_form=form) if juror else _overview_page(slug, form)), 422
    edition_id = awards.edition(slug).id
    return _act(
        slug,
        lambda: acts.recount(
            edition_id=edition_id, account_id=who.id, reason=form.why.data or "", now=clock.now()
        ),
        gettext(
            "The count is being made again. Earlier signatures no longer hold; the jury is told when it is ready."
        ),
        back="review.count" if juror else "review.overview",
    )


def _act(slug: str, act: Callable[[], object], done: str, *, back: str = "review.count") -> Response:
    """Carries out one act in one transaction, and says how it went on the page that comes next."""
    try:
        with transaction():
            act()
    except tuple(REFUSALS) as refused:
        flash(str(REFUSALS[type(refused)]()), "error")
    else:
        flash(done)
    return redirect(url_for(back, slug=slug))


REFUSALS: dict[type[Exception], Callable[[], str]] = {
    acts.NotInReview: lambda: gettext("There is nothing to review at the moment. Nothing was changed."),
    acts.CountChanged: lambda: gettext("The count has changed since you opened the page, so your answer was not taken. Look at what is here now."),
    acts.AlreadyAnswered: lambda: gettext("You have answered already. Your first answer stands."),
    acts.NotValid: lambda: gettext("The verification found an error, so this count cannot be signed. You can object, or ask for a recount."),
    acts.TieOpen: lambda: gettext("The jury has a tie to decide before anyone can sign."),
    acts.NoTie: lambda: gettext("There is no tie to decide there. Nothing was changed."),
    acts.SignedAlready: lambda: gettext("Somebody has signed already, so the decision about the tie stands. A recount opens it again."),
    acts.ReasonMissing: lambda: gettext("A reason is needed. Nothing was changed."),
    TieUnresolved: lambda: gettext("The jury can only choose among those who share the first place. Nothing was changed."),
}  # fmt: skip


def _me() -> int:
    who = access.principal()
    assert who is not None
    return who.id


def _category(slug: str, name: str) -> Category:
    found = next((each for each in awards.edition(slug).categories if each.slug == name), None)
    if found is None:
        abort(404)
    return found


def _reviewed(slug: str) -> Edition:
    edition = awards.edition(slug)
    if edition.phase not in pages.REVIEWED or tally.verification(edition.id, staged=True) is None:
        abort(404)
    return edition


def _download(content: bytes | Iterator[bytes], name: str, kind: str) -> Response:
    response = Response(content, mimetype=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
