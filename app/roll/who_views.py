"""The roll's pages about who comes on it, or is left out, beside the list: requests, nominators, winners."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app import access, error_pages
from app.access import Role
from app.extensions import clock, transaction
from app.roll import asking, freezing, nominators, public, service, texts, who_jobs, winners  # noqa: F401 (public, who_jobs: registered)
from app.roll.asking_forms import DeclineForm
from app.roll.models import shown_number
from app.roll.views import Answer, _by, _edition, bp


@bp.errorhandler(asking.NoSuchRequest)
def no_such_request(_error: Exception) -> Response:
    """It was forgotten, or it never was."""
    return error_pages.error_response(404)


@bp.get("/begaran")
@access.staff(Role.SECRETARIAT)
def requests(slug: str) -> str:
    """Companies that ask for a ballot, first those that wait for an answer."""
    edition = _edition(slug)
    listed = asking.listed(edition.id)
    return render_template(
        "roll/requests.html", edition=edition, listed=listed, there={each.id: asking.on_roll(each) for each in listed},
        open=asking.is_open(edition), kept=asking.KEPT_AFTER.days,
    )  # fmt: skip


@bp.get("/begaran/<int:request_id>", endpoint="request")
@access.staff(Role.SECRETARIAT)
def request_page(slug: str, request_id: int) -> Answer:
    """One request, with what speaks against it, and the two answers."""
    return _request_page(slug, request_id, DeclineForm())


def _request_page(slug: str, request_id: int, form: DeclineForm) -> Answer:
    edition = _edition(slug)
    asked = asking.find(request_id, edition_id=edition.id)
    page = render_template(
        "roll/request.html", edition=edition, asked=asked, number=shown_number(asked.orgnr, asked.foreign_country, asked.foreign_number), there=asking.on_roll(asked),
        sharing=asking.sharing(asked), form=form, frozen=service.is_frozen(edition.id),
    )  # fmt: skip
    return (page, 422) if form.errors else page


@bp.post("/begaran/<int:request_id>/godkann")
@access.staff(Role.SECRETARIAT)
def approve(slug: str, request_id: int) -> Response:
    """Puts the company on the roll."""
    edition = _edition(slug)
    try:
        with transaction():
            made = asking.approve(request_id, edition_id=edition.id, by=_by(), now=clock.now())
        flash(_("%(company)s is on the roll, and is told so.", company=made.name))
    except service.AlreadyOnRoll:
        flash(
            _("The company is on the roll already, so nothing was changed. You can decline the request."),
            "error",
        )
        return redirect(url_for(".request", slug=slug, request_id=request_id), 303)
    except asking.AlreadyDecided:
        flash(_("Somebody has decided this already."), "error")
    return redirect(url_for(".requests", slug=slug), 303)


@bp.post("/begaran/<int:request_id>/avsla")
@access.staff(Role.SECRETARIAT)
def decline(slug: str, request_id: int) -> Answer:
    """Declines the request; its reason is mailed."""
    edition, form = _edition(slug), DeclineForm()
    if not form.validate_on_submit():
        return _request_page(slug, request_id, form)
    try:
        with transaction():
            asking.decline(
                request_id, edition_id=edition.id, reason=form.reason.data or "", by=_by(), now=clock.now()
            )
        flash(_("The request is declined, and the reason is mailed."))
    except asking.AlreadyDecided:
        flash(_("Somebody has decided this already."), "error")
    return redirect(url_for(".requests", slug=slug), 303)


@bp.get("/nominerande", endpoint="nominators")
@access.staff(Role.SECRETARIAT)
def nominators_page(slug: str) -> str:
    """Who came on the roll because it nominated, and who could not."""
    edition = _edition(slug)
    return render_template(
        "roll/nominators.html", edition=edition, standing=nominators.standing(edition), texts=texts,
        frozen=service.is_frozen(edition.id),
    )  # fmt: skip


@bp.post("/nominerande/slapp-in")
@access.staff(Role.SECRETARIAT)
def let_on(slug: str) -> Response:
    """Puts those who were taken off back."""
    edition = _edition(slug)
    with transaction():
        service.lock_open(edition.id)
        nominators.let_on(edition.id)
        nominators.sync(edition.id, by=_by(), now=clock.now())
    flash(_("Those who nominated are on the roll again."))
    return redirect(url_for(".nominators", slug=slug), 303)


@bp.get("/frusen.txt")
@access.staff(Role.SECRETARIAT)
def sealed(slug: str) -> Answer:
    """The roll as it was frozen, byte by byte, for an auditor who works the seal out again."""
    edition = _edition(slug)
    if (content := freezing.as_frozen(edition.id)) is None:
        return error_pages.error_response(404)
    response = Response(content, mimetype="text/plain")
    response.headers["Content-Disposition"] = f'attachment; filename="rostlangd-{edition.slug}.txt"'
    return response


@bp.get("/vinnare", endpoint="winners")
@access.staff(Role.SECRETARIAT)
def winners_page(slug: str) -> str:
    """Who on the roll won a contract that stands on the ballot, and which winners cannot be matched."""
    edition = _edition(slug)
    found = winners.winners(edition)
    return render_template(
        "roll/winners.html", edition=edition, found=found, nominees=winners.nominees(edition.id),
        categories={each.id: each for each in edition.categories}, freeze=service.frozen(edition.id),
    )  # fmt: skip
