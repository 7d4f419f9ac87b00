"""The secretariat's pages: reading and deciding nominations, and making the shortlist."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app import access
from app.access import Role
from app.accounts import service as accounts
from app.awards import categories
from app.awards import service as awards
from app.awards.plaintext import tidy
from app.core.rules import MOST_NOMINEES
from app.extensions import clock, transaction
from app.nominations import service, shortlist
from app.nominations.blueprint import Answer, bp
from app.nominations.drafts import Gone, NominationError, NotNow
from app.nominations.models import State
from app.nominations.service import OnShortlist, WrongPhase
from app.nominations.show import facts, notice_address
from app.nominations.staff_forms import DeclineForm, NomineeForm
from app.web import language

SHOWN = (State.CONFIRMED, State.ACCEPTED, State.DECLINED)
FILTERS = {"all": SHOWN, **{str(state): (state,) for state in State if state is not State.DRAFT}}
STEPS = {"up": -1, "down": 1}


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
    rows, total = service.listing(
        edition.id,
        states=FILTERS.get(chosen, SHOWN),
        category=category.replace("\0", ""),
        search=search,
        page=page,
    )
    return render_template(
        "nominations/listing.html",
        edition=edition,
        rows=rows,
        total=total,
        counts=service.counts(edition.id),
        chosen=chosen if chosen in FILTERS else "all",
        pages=-(-total // service.PAGE),
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
                service.decline(edition.id, nomination_id, form.reason.data, by=_by(), now=clock.now())
            else:
                service.accept(edition.id, nomination_id, by=_by(), now=clock.now())
    except Gone:
        abort(404)
    except (NotNow, WrongPhase):
        abort(409)
    except OnShortlist:
        flash(_on_shortlist(), "error")
        return redirect(url_for("nominations.detail", slug=slug, nomination_id=nomination_id))
    flash(
        gettext("Declined. The nominator is told why, by mail.")
        if declining
        else gettext("Accepted. The nominator is told by mail.")
    )
    return redirect(url_for("nominations.listing", slug=slug, state="confirmed"))


@bp.post("/sekretariat/<slug>/nomineringar/<int(max=2147483647):nomination_id>/kategori")
@access.staff(Role.SECRETARIAT)
def move(slug: str, nomination_id: int) -> Answer:
    """Moves a nomination to the category where it belongs."""
    edition = awards.edition(slug)
    try:
        with transaction():
            service.move(
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
    return redirect(url_for("nominations.detail", slug=slug, nomination_id=nomination_id))


@bp.get("/sekretariat/<slug>/urval", endpoint="shortlist")
@access.staff(Role.SECRETARIAT)
def shortlist_page(slug: str) -> str:
    """The shortlist: for each category its nominees in order, and the accepted nominations that are left."""
    edition = awards.edition(slug)
    lists = [
        (item, shortlist.in_category(item.id), shortlist.candidates(item.id)) for item in edition.categories
    ]
    return render_template(
        "nominations/shortlist.html",
        edition=edition,
        lists=lists,
        blockers=shortlist.blockers(edition),
        waiting=service.counts(edition.id)[State.CONFIRMED],
        most=MOST_NOMINEES,
    )


@bp.post("/sekretariat/<slug>/urval/lagg-till/<int(max=2147483647):nomination_id>")
@access.staff(Role.SECRETARIAT)
def shortlist_add(slug: str, nomination_id: int) -> Answer:
    """Puts an accepted nomination on the shortlist."""
    edition = awards.edition(slug)
    try:
        with transaction():
            shortlist.add(edition.id, nomination_id, by=_by(), now=clock.now())
    except shortlist.ShortlistFull:
        flash(
            gettext("A category holds %(most)s nominees at most. Nothing was changed.", most=MOST_NOMINEES),
            "error",
        )
    except NominationError:
        abort(409)
    return _to_shortlist(slug)


@bp.post("/sekretariat/<slug>/urval/<int(max=2147483647):nominee_id>/<any(up, down, remove):act>")
@access.staff(Role.SECRETARIAT)
def shortlist_arrange(slug: str, nominee_id: int, act: str) -> Answer:
    """Moves a nominee one place, or takes it off the shortlist."""
    edition = awards.edition(slug)
    try:
        with transaction():
            if act == "remove":
                shortlist.remove(edition.id, nominee_id, by=_by(), now=clock.now())
            else:
                shortlist.shift(edition.id, nominee_id, STEPS[act])
    except NominationError:
        abort(409)
    return _to_shortlist(slug)


@bp.route("/sekretariat/<slug>/urval/<int(max=2147483647):nominee_id>", methods=["GET", "POST"])
@access.staff(Role.SECRETARIAT)
def nominee(slug: str, nominee_id: int) -> Answer:
    """The words that stand on the ballot."""
    edition = awards.edition(slug)
    try:
        item = shortlist.nominee(edition.id, nominee_id)
    except shortlist.NoSuchNominee:
        abort(404)
    form = NomineeForm.of(item)
    if form.validate_on_submit():
        try:
            with transaction():
                shortlist.change(edition.id, nominee_id, form.data, by=_by(), now=clock.now())
        except shortlist.TitleTaken:
            form.title.errors = [
                gettext("Another nominee of this category has this name. Voters could not tell them apart.")
            ]
        except NominationError:
            abort(409)
        else:
            flash(gettext("The words on the ballot are saved."))
            return _to_shortlist(slug)
    page = render_template(
        "nominations/nominee.html", edition=edition, form=form, nominee=item, limit=shortlist.SUMMARY_LIMIT
    )
    return (page, 422) if form.is_submitted() else page


def _detail(slug: str, nomination_id: int, form: DeclineForm) -> str:
    edition = awards.edition(slug)
    try:
        item = service.nomination(edition.id, nomination_id)
    except Gone:
        abort(404)
    return render_template(
        "nominations/detail.html",
        edition=edition,
        nomination=item,
        facts=facts(item, language()),
        notice_url=notice_address(item.notice, language()) if item.notice else None,
        history=[(event, _name(event.account_id)) for event in item.events],
        open=edition.phase in service.DECIDED_IN and item.state in SHOWN,
        form=form,
    )


def _name(account_id: int | None) -> str:
    return accounts.account(account_id).name if account_id else ""


def _on_shortlist() -> str:
    return str(
        gettext("This nomination stands on the shortlist. Take it off there first. Nothing was changed.")
    )


def _to_shortlist(slug: str) -> Response:
    return redirect(url_for("nominations.shortlist", slug=slug))


def _by() -> int:
    who = access.principal()
    assert who is not None  # the guard let somebody in
    return who.id
