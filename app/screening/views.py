"""The secretariat's pages: the list of nominations, and each of them."""

from __future__ import annotations

from typing import Any

from flask import render_template, request

from app import access
from app.access import Role
from app.awards import service as awards
from app.nominations import behind
from app.nominations.rules import of_edition
from app.nominations.show import relation, relations
from app.screening.blueprint import about, bp
from app.screening.decisions import decisions
from app.screening.eligibility import checklist
from app.screening.pages import alike, correcting, facts, history, listing, parts, rows
from app.screening.pages.listing import Asked
from app.screening.told import telling

__all__ = ["bp"]


@bp.get("/sekretariat/<slug>/nomineringar", endpoint="listing")
@access.staff(Role.SECRETARIAT)
def list_page(slug: str) -> str:
    """Every nomination that counts, narrowed and ordered by what the address says."""
    edition = awards.edition(slug)
    asked = Asked.of(request.args)
    found = listing.listing(edition.id, asked)
    return render_template(
        "screening/listing.html",
        edition=edition,
        asked=asked,
        found=found,
        rows=rows.rows(edition, found.rows),
        relations=relations(),
        alike=alike.found(edition.id).pairs,
        has_rules=bool(of_edition(edition.id)),
    )


@bp.get("/sekretariat/<slug>/nomineringar/<int:nomination_id>")
@access.staff(Role.SECRETARIAT)
def detail(slug: str, nomination_id: int) -> str:
    """One nomination: what it says and where that is from, what is still to do, what happened to it."""
    return detail_page(slug, nomination_id)


def detail_page(slug: str, nomination_id: int, **given: Any) -> str:
    """The page of one nomination; what a form on it was refused with comes in *given*."""
    edition, nomination = about(slug, nomination_id)
    asked, listed = Asked.of(request.args), checklist.lines(nomination)
    context: dict[str, Any] = {
        "asked": asked,
        "place": listing.neighbours(edition.id, asked, nomination.id),
        "groups": facts.groups(nomination, edition),
        "doubts": facts.general_doubts(nomination),
        "nominators": [(item, relation(item)) for item in behind.together(nomination)],
        "root": behind.root(nomination),
        "waits": rows.rows(edition, [nomination])[0].waits,
        "checklist": listed,
        "standing": checklist.standing(listed),
        "answerable": checklist.may_answer(edition, nomination),
        "refused": (0, None),
        "decision": decisions.standing(nomination),
        "told": telling.standing(nomination),
        "steps": history.steps(nomination),
        "versions": history.versions(nomination, edition),
        "correctable": correcting.may_correct(edition, nomination),
    }
    context |= parts.of(edition, nomination) | given
    return render_template("screening/detail.html", edition=edition, nomination=nomination, **context)


# their pages belong to the same blueprint
from app.screening.decisions import decision_views  # noqa: E402, F401
from app.screening.eligibility import checklist_views, rules_views  # noqa: E402, F401
from app.screening.erasure import erasing_views  # noqa: E402, F401
from app.screening.exports import export_views  # noqa: E402, F401
from app.screening.merges import merge_views  # noqa: E402, F401
from app.screening.pages import correction_views, jury_views  # noqa: E402, F401
from app.screening.told import telling_views, told_views  # noqa: E402, F401
