"""The secretariat erases a person who asks for it: looks, sees every place, and confirms with a typed word."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext

from app import access
from app.access import Role
from app.awards import service as awards
from app.awards.models import Edition
from app.extensions import clock, transaction
from app.jobs import service as jobs
from app.nominations import scrubbing
from app.screening.blueprint import Answer, bp, signed_in
from app.screening.erasure import erasing, erasing_search, mentions
from app.screening.erasure.erasing_search import Found

PATH = "/sekretariat/<slug>/radera"
LONGEST = 254


@bp.get(PATH, endpoint="erase")
@access.staff(Role.SECRETARIAT)
def erase_page(slug: str) -> str:
    """Whom to look for; and how far the last cleaning of the database has come."""
    return _page(awards.edition(slug))


@bp.post(PATH)
@access.staff(Role.SECRETARIAT)
def erase_look(slug: str) -> Answer:
    """Every place where a name or an address stands. Not a GET: a name does not belong into an address or a log."""
    edition, text = awards.edition(slug), _typed()
    try:
        return _page(edition, found=erasing_search.look(text))
    except mentions.TooShort:
        problem = gettext("Write at least %(least)s characters.", least=mentions.SHORTEST)
    except erasing_search.TooMany:
        problem = _too_many()
    return _page(edition, text=text, problem=problem), 422


@bp.post(f"{PATH}/bekrafta")
@access.staff(Role.SECRETARIAT)
def erase_confirm(slug: str) -> Answer:
    """Erases what was looked at and chosen."""
    edition, text = awards.edition(slug), _typed()
    chosen = {int(number) for number in request.form.getlist("nomination") if number.isdecimal()}
    if request.form.get("word", "").strip().upper() not in _words():
        problem = gettext("Write %(word)s to confirm. Nothing was erased.", word=_words()[0])
        return _again(edition, text, chosen, problem)
    try:
        with transaction():
            erased = erasing.erase(
                text, chosen, request.form.get("digest", ""), by=signed_in(), now=clock.now()
            )
    except erasing.NothingChosen:
        return _again(edition, text, chosen, gettext("Choose at least one nomination. Nothing was erased."))
    except erasing.FoundChanged:
        return _again(
            edition,
            text,
            chosen,
            gettext("Something has changed since you looked. Look again: nothing was erased."),
        )
    except (mentions.TooShort, erasing_search.TooMany):
        return _page(edition, text=text, problem=_too_many()), 422
    flash(_told(erased))
    return redirect(url_for("screening.erase", slug=slug), 303)


def _page(
    edition: Edition,
    *,
    found: Found | None = None,
    text: str = "",
    problem: str = "",
    chosen: set[int] | None = None,
) -> str:
    if found is not None and chosen is None and mentions.is_address(found.text):
        chosen = {sight.nomination.id for sight in found.sights}
    return render_template(
        "screening/erase.html",
        edition=edition,
        found=found,
        text=found.text if found else text,
        problem=problem,
        chosen=chosen or set(),
        word=_words()[0],
        cleaning=jobs.status(kind=scrubbing.KIND),
    )


def _again(edition: Edition, text: str, chosen: set[int], problem: str) -> Answer:
    try:
        return _page(edition, found=erasing_search.look(text), chosen=chosen, problem=problem), 422
    except (mentions.TooShort, erasing_search.TooMany):
        return _page(edition, text=text, problem=problem), 422


def _typed() -> str:
    text = "".join(sign for sign in request.form.get("text", "")[:LONGEST] if sign.isprintable())
    return " ".join(text.split())


def _words() -> tuple[str, str]:
    """The word that confirms, in the page's language first."""
    return gettext("ERASE"), "RADERA"


def _too_many() -> str:
    return str(
        gettext("That stands in more than %(most)s nominations. Write the whole name, or the address.", most=erasing_search.MOST)
    )  # fmt: skip


def _told(erased: erasing.Erased) -> str:
    nominations = ngettext(
        "Erased from one nomination", "Erased from %(num)s nominations", erased.nominations
    )
    gone = ngettext("one of them is gone", "%(num)s of them are gone", erased.gone)
    letters = ngettext("one letter forgotten", "%(num)s letters forgotten", erased.letters)
    parts = [nominations, *([gone] if erased.gone else []), *([letters] if erased.letters else [])]
    said = ", ".join(parts)
    return str(gettext("%(said)s. The database’s files are being cleaned now.", said=said))
