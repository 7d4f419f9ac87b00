"""The secretariat's pages for an edition: set it up, its settings, its categories, its deadlines."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app import access
from app.access import Role
from app.awards import categories, deadlines, defaults, records, service
from app.awards.categories import CategoriesLocked, CategoryInUse, NoSuchCategory
from app.awards.deadlines import Deadline, DeadlineRefused
from app.awards.forms import CategoryForm, DeadlineForm, EditionForm, category_form, edition_form
from app.awards.models import Category, Edition
from app.awards.pages import bp
from app.core.phases import Phase
from app.extensions import clock, transaction

__all__ = ["bp"]

Answer = str | Response | tuple[str, int]


@bp.route("/sekretariat/ny", methods=["GET", "POST"])
@access.staff(Role.SECRETARIAT)
def create() -> Answer:
    """A new edition, filled in with Anbudspriset's defaults."""
    now = clock.now()
    form = EditionForm(
        data={**defaults.edition(now), "contact_email": _who().email, "contact_name": _who().name}
    )
    if form.validate_on_submit():
        ahead = {name: form[name].data for name in records.DEADLINES}
        try:
            with transaction():
                service.create_edition(by=_who().id, now=now, **form.values(), **ahead)
        except service.SlugTaken:
            form.slug.errors = [gettext("Another edition has this address.")]
        else:
            flash(
                gettext(
                    "The edition is saved as a draft. Go through its categories; nobody sees it until nominations open."
                )
            )
            return redirect(url_for("awards.settings", slug=form.slug.data))
    return _page("awards/create.html", form, categories=defaults.CATEGORIES)


@bp.route("/sekretariat/<slug>/installningar", methods=["GET", "POST"])
@access.staff(Role.SECRETARIAT)
def settings(slug: str) -> Answer:
    """An edition's settings: those that can still be changed as a form, the others as facts."""
    edition = service.edition(slug)
    form = edition_form(edition)
    if form.validate_on_submit():
        try:
            with transaction():
                _save(edition, form)
        except service.SlugTaken:
            form.slug.errors = [gettext("Another edition has this address.")]
        except service.FieldLocked:
            abort(409)
        except DeadlineRefused as refused:
            form.form_errors.append(_refusal(refused))
        else:
            flash(gettext("Saved."))
            return redirect(url_for("awards.settings", slug=form.slug.data if "slug" in form else slug))
    return _page(
        "awards/settings.html",
        form,
        edition=edition,
        may_add=categories.may_add(edition),
        may_change=_changeable(edition),
    )


@bp.route("/sekretariat/<slug>/kategorier/ny", methods=["GET", "POST"], endpoint="category_new")
@bp.route("/sekretariat/<slug>/kategorier/<category_slug>", methods=["GET", "POST"])
@access.staff(Role.SECRETARIAT)
def category(slug: str, category_slug: str | None = None) -> Answer:
    """One category, or a new one."""
    edition = service.edition(slug)
    item = _category(edition, category_slug) if category_slug else None
    form = category_form(item)
    if form.validate_on_submit():
        try:
            with transaction():
                _save_category(edition, category_slug, form)
        except service.SlugTaken:
            form.slug.errors = [gettext("Another category has this address.")]
        except CategoriesLocked:
            abort(409)
        else:
            flash(gettext("Saved."))
            return redirect(url_for("awards.settings", slug=slug))
    removable = item is not None and categories.may_change(edition) and len(edition.categories) > 1
    changeable = categories.may_change(edition)
    return _page(
        "awards/category.html",
        form,
        edition=edition,
        category=item,
        changeable=changeable,
        removable=removable,
    )


@bp.post("/sekretariat/<slug>/kategorier/<category_slug>/ta-bort")
@access.staff(Role.SECRETARIAT)
def category_remove(slug: str, category_slug: str) -> Answer:
    """Takes a category away when no nomination stands in it."""
    edition = service.edition(slug)
    _category(edition, category_slug)
    try:
        with transaction():
            categories.remove(edition.id, category_slug, by=_who().id, now=clock.now())
    except CategoryInUse:
        flash(
            gettext(
                "Nominations stand in this category. Move them to another one first, or decline them. Nothing was changed."
            ),
            "error",
        )
        return redirect(url_for("awards.category", slug=slug, category_slug=category_slug))
    except CategoriesLocked:
        abort(409)
    flash(gettext("The category is gone."))
    return redirect(url_for("awards.settings", slug=slug))


@bp.route("/sekretariat/<slug>/forlang/<deadline>", methods=["GET", "POST"])
@access.staff(Role.SECRETARIAT)
def extend(slug: str, deadline: str) -> Answer:
    """A later time for a deadline: never an earlier one, never after it has passed."""
    edition = service.edition(slug)
    if deadline not in set(Deadline):
        abort(404)
    which, now = Deadline(deadline), clock.now()
    form = DeadlineForm(data={"to": getattr(edition, which.field)})
    if form.validate_on_submit() and form.to.data is not None:
        try:
            with transaction():
                deadlines.change(edition.id, which, form.to.data, by=_who().id, now=now)
        except DeadlineRefused as refused:
            form.to.errors = [_refusal(refused)]
        else:
            flash(gettext("The new time is recorded."))
            return redirect(url_for("secretariat.home", slug=slug))
    changeable = deadlines.may_change(edition, which, now)
    return _page("awards/extend.html", form, edition=edition, deadline=which, changeable=changeable)


def _save(edition: Edition, form: EditionForm) -> None:
    now = clock.now()
    if "voting_closes_at" in form:
        ahead = form.nominations_close_at.data, form.voting_closes_at.data
        deadlines.plan(edition.id, *ahead, by=_who().id, now=now)
    service.change_edition(edition.id, by=_who().id, now=now, **form.values())


def _save_category(edition: Edition, category_slug: str | None, form: CategoryForm) -> None:
    by, now = _who().id, clock.now()
    if category_slug is None:
        categories.add(edition.id, by=by, now=now, fields=form.values())
    else:
        categories.change(edition.id, category_slug, by=by, now=now, fields=form.values())


def _category(edition: Edition, slug: str) -> Category:
    try:
        return categories.category(edition.id, slug)
    except NoSuchCategory:
        abort(404)


def _changeable(edition: Edition) -> dict[Deadline, bool]:
    now = clock.now()
    public = edition.phase is not Phase.DRAFT
    return {item: public and deadlines.may_change(edition, item, now) for item in Deadline}


def _refusal(refused: DeadlineRefused) -> str:
    texts = {
        "passed": gettext("This deadline has passed. It can no longer be changed."),
        "shortened": gettext("A deadline that people have seen is never made earlier. Choose a later time."),
        "in-the-past": gettext("That time has passed already. Choose a later one."),
        "order": gettext("Voting has to close after nominations have closed."),
        "public": gettext("This edition is public now: its deadlines can only be extended."),
    }
    return str(texts[refused.why])


def _page(template: str, form: EditionForm | CategoryForm | DeadlineForm, **context: object) -> Answer:
    page = render_template(template, form=form, **context)
    return (page, 422) if request.method == "POST" else page


def _who() -> access.Principal:
    who = access.principal()
    assert who is not None  # the guard let somebody in
    return who
