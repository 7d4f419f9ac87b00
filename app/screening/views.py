"""The secretariat's pages: the list of nominations, and each of them."""

from __future__ import annotations

from flask import render_template, request

from app import access
from app.access import Role
from app.accounts import service as accounts
from app.awards import service as awards
from app.awards.plaintext import tidy
from app.nominations import service as nominations
from app.nominations.models import State
from app.nominations.show import facts, notice_address
from app.screening import decisions, telling
from app.screening.blueprint import about, bp
from app.web import language

__all__ = ["bp"]

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
    edition, item = about(slug, nomination_id)
    return render_template(
        "screening/detail.html",
        edition=edition,
        nomination=item,
        facts=facts(item, language()),
        notice_url=notice_address(item.notice, language()) if item.notice else None,
        history=[(event, _name(event.account_id)) for event in item.events],
        decision=decisions.standing(item),
        told=telling.standing(item),
    )


def _name(account_id: int | None) -> str:
    return accounts.account(account_id).name if account_id else ""


from app.screening import decision_views, jury_views, rules_views, telling_views, told_views  # noqa: E402, F401 (their pages belong to the same blueprint)
