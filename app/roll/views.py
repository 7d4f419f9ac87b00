"""The roll's pages: the list, reading one in with its preview, and one voter at a time."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app import access, error_pages
from app.access import Role
from app.awards import service as awards
from app.awards.models import Edition, Unit
from app.extensions import clock, transaction
from app.roll import beside, freezing, listing, service
from app.roll.forms import VoterForm

bp = Blueprint("roll", __name__, url_prefix="/sekretariat/<slug>/rostlangd")
Answer = str | Response | tuple[str, int]


@bp.errorhandler(service.RollFrozen)
def frozen(_error: service.RollFrozen) -> Answer:
    """The ballots are made."""
    edition = _edition(str((request.view_args or {})["slug"]))
    return render_template("roll/frozen.html", edition=edition, freeze=service.frozen(edition.id)), 409


@bp.errorhandler(service.NoSuchVoter)
def missing(_error: Exception) -> Response:
    """Somebody else removed it, or it never was."""
    return error_pages.error_response(404)


@bp.get("", endpoint="listing")
@access.staff(Role.SECRETARIAT)
def listing_page(slug: str) -> str:
    """Everyone on the roll, a page at a time, and a search."""
    edition = _edition(slug)
    page = listing.page(
        edition.id, query=request.args.get("q", ""), number=request.args.get("sida", 1, type=int)
    )
    freeze = service.frozen(edition.id)
    return render_template(
        "roll/listing.html",
        edition=edition,
        page=page,
        freeze=freeze,
        total=service.count(edition.id),
        beside=beside.beside(edition),
        seal_key=freezing.seal_key(edition.id) if freeze else "",
    )


@bp.route("/ny", methods=["GET", "POST"])
@access.staff(Role.SECRETARIAT)
def add(slug: str) -> Answer:
    """One voter by hand."""
    edition = _edition(slug)
    service.refuse_frozen(edition.id)
    return _save(edition, VoterForm(), None)


@bp.route("/<int:voter_id>", methods=["GET", "POST"])
@access.staff(Role.SECRETARIAT)
def change(slug: str, voter_id: int) -> Answer:
    """One voter, to change or remove before the freeze."""
    edition = _edition(slug)
    voter = service.voter(voter_id, edition_id=edition.id)
    service.refuse_frozen(edition.id)
    return _save(edition, VoterForm() if request.method == "POST" else VoterForm.of(voter), voter_id)


def _save(edition: Edition, form: VoterForm, voter_id: int | None) -> Answer:
    person = edition.unit is Unit.PERSON
    if person:
        form.contact.label.text = _("Name")
    if form.validate_on_submit() and (row := form.row(person=person)):
        try:
            with transaction():
                voter = service.save_voter(
                    edition_id=edition.id, row=row, by=_by(), now=clock.now(), voter_id=voter_id
                )
            flash(_("%(company)s is saved on the roll.", company=voter.name))
            return redirect(url_for(".listing", slug=edition.slug), 303)
        except service.AlreadyOnRoll as error:
            other = error.other.name
            field, said = (
                form.company,
                _("%(other)s has this number and is on the roll already.", other=other),
            )
            if person:
                field, said = (
                    form.contact,
                    _("%(other)s has this address and is on the roll already.", other=other),
                )
            field.errors = [said]
    page = render_template(
        "roll/voter.html", edition=edition, form=form, voter_id=voter_id, person=edition.unit is Unit.PERSON
    )
    return (page, 422) if form.errors else page


@bp.post("/<int:voter_id>/ta-bort")
@access.staff(Role.SECRETARIAT)
def remove(slug: str, voter_id: int) -> Response:
    """Takes one voter off the roll."""
    with transaction():
        company = service.remove_voter(voter_id, edition_id=_edition(slug).id, by=_by(), now=clock.now())
    flash(_("%(company)s is taken off the roll.", company=company))
    return redirect(url_for(".listing", slug=slug), 303)


def _edition(slug: str) -> Edition:
    try:
        return awards.edition(slug)
    except awards.NoSuchEdition:
        abort(404)


def _by() -> int:
    who = access.principal()
    assert who is not None
    return who.id


from app.roll import asking_views, list_views, who_views  # noqa: E402, F401 (their pages belong to the roll's)

blueprints = [bp, asking_views.bp]
