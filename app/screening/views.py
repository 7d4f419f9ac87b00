"""The secretariat's pages: the list of nominations, and each with its decision."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app import access
from app.access import Role
from app.accounts import service as accounts
from app.awards import categories
from app.awards import service as awards
from app.awards.plaintext import tidy
from app.extensions import clock, transaction
from app.nominations import service as nominations
from app.nominations.drafts import Gone, NotNow
from app.nominations.models import State
from app.nominations.show import facts, notice_address
from app.screening import decisions
from app.screening.decisions import OnShortlist, WrongPhase
from app.screening.forms import DeclineForm
from app.web import language

bp = Blueprint("screening", __name__)
Answer = str | Response | tuple[str, int]

SHOWN = (State.CONFIRMED, State.COMPLETION_ASKED, State.ACCEPTED, State.DECLINED)
FILTERS = {"all": SHOWN, **{str(state): (state,) for state in State if state is not State.DRAFT}}


@bp.get("/sekretariat/<slug>/nomineringar")
@access.staff(Role.SECRETARIAT)
def listing(slug: str) -> str:
    """Every nomination that counts, by state and category, with a search."""
    edition = awards.edition(slug)
    chosen = request.args.get("state", "all")
    category, search = (
        request.args.get("category", ""),
        tidy(request.args.get("q", ""))[:100].replace("\0", ""),
    )
    page = max(1, min(request.args.get("page", 1, type=int), 10_000))
    rows, total = nominations.listing(
        edition.id,
        states=FILTERS.get(chosen, SHOWN),
        category=category.replace("\0", ""),
        search=search,
        page=page,
    )
    return render_template(
        "screening/listing.html",
        edition=edition,
        rows=rows,
        total=total,
        counts=nominations.counts(edition.id),
        chosen=chosen if chosen in FILTERS else "all",
        pages=-(-total // nominations.PAGE),
        category=category,
        search=search,
        page=page,
    )


@bp.route("/sekretariat/<slug>/nomineringar/<int(max=2147483647):nomination_id>", methods=["GET"])
@access.staff(Role.SECRETARIAT)
def detail(slug: str, nomination_id: int) -> str:
    """One nomination: what it says, what happened to it, and the decision."""
    return _detail(slug, nomination_id, DeclineForm(formdata=None))


@bp.post("/sekretariat/<slug>/nomineringar/<int(max=2147483647):nomination_id>/beslut")
@access.staff(Role.SECRETARIAT)
def decide(slug: str, nomination_id: int) -> Answer:
    """Accepts, or declines with a reason; the nominator is told by mail."""
    edition = awards.edition(slug)
    declining = request.form.get("action") == "decline"
    form = DeclineForm()
    if declining and not form.validate():
        return _detail(slug, nomination_id, form), 422
    try:
        with transaction():
            if declining:
                decisions.decline(edition.id, nomination_id, form.reason.data, by=_by(), now=clock.now())
            else:
                decisions.accept(edition.id, nomination_id, by=_by(), now=clock.now())
    except Gone:
        abort(404)
    except (NotNow, WrongPhase):
        abort(409)
    except OnShortlist:
        flash(_on_shortlist(), "error")
        return redirect(url_for("screening.detail", slug=slug, nomination_id=nomination_id))
    flash(
        gettext("Declined. The nominator is told why, by mail.")
        if declining
        else gettext("Accepted. The nominator is told by mail.")
    )
    return redirect(url_for("screening.listing", slug=slug, state="confirmed"))


@bp.post("/sekretariat/<slug>/nomineringar/<int(max=2147483647):nomination_id>/kategori")
@access.staff(Role.SECRETARIAT)
def move(slug: str, nomination_id: int) -> Answer:
    """Moves a nomination to the category where it belongs."""
    edition = awards.edition(slug)
    try:
        with transaction():
            decisions.move(
                edition.id, nomination_id, request.form.get("category", ""), by=_by(), now=clock.now()
            )
    except (Gone, categories.NoSuchCategory):
        abort(404)
    except (NotNow, WrongPhase):
        abort(409)
    except OnShortlist:
        flash(_on_shortlist(), "error")
    else:
        flash(gettext("The nomination has moved to another category."))
    return redirect(url_for("screening.detail", slug=slug, nomination_id=nomination_id))


def _detail(slug: str, nomination_id: int, form: DeclineForm) -> str:
    edition = awards.edition(slug)
    try:
        item = nominations.nomination(edition.id, nomination_id)
    except Gone:
        abort(404)
    return render_template(
        "screening/detail.html",
        edition=edition,
        nomination=item,
        facts=facts(item, language()),
        notice_url=notice_address(item.notice, language()) if item.notice else None,
        history=[(event, _name(event.account_id)) for event in item.events],
        open=edition.phase in decisions.DECIDED_IN and item.state in SHOWN,
        form=form,
    )


def _name(account_id: int | None) -> str:
    return accounts.account(account_id).name if account_id else ""


def _on_shortlist() -> str:
    return str(
        gettext("This nomination stands on the shortlist. Take it off there first. Nothing was changed.")
    )


def _by() -> int:
    who = access.principal()
    assert who is not None  # the guard let somebody in
    return who.id
