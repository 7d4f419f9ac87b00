"""The secretariat's pages on which the shortlist is made."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app import access
from app.access import Role
from app.awards import service as awards
from app.core.rules import MOST_NOMINEES
from app.extensions import clock, transaction
from app.nominations import behind, service, shortlist
from app.nominations.blueprint import Answer, bp
from app.nominations.drafts import NominationError
from app.nominations.models import State
from app.nominations.staff_forms import NomineeForm

STEPS = {"up": -1, "down": 1}


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
        behind=behind.numbers(edition.id),
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
        "nominations/nominee.html",
        edition=edition,
        form=form,
        nominee=item,
        nominators=behind.together(item.nomination),
        limit=shortlist.SUMMARY_LIMIT,
    )
    return (page, 422) if form.is_submitted() else page


def _to_shortlist(slug: str) -> Response:
    return redirect(url_for("nominations.shortlist", slug=slug))


def _by() -> int:
    who = access.principal()
    assert who is not None  # the guard let somebody in
    return who.id
