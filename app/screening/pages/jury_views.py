"""What jurors read of the accepted nominations: the procurement, and every nominator's words and standing to it."""

from __future__ import annotations

from flask import abort, render_template
from sqlalchemy import select
from werkzeug.wrappers import Response

from app import access
from app.access import Role
from app.awards import service as awards
from app.extensions import db
from app.nominations import attachments, behind
from app.nominations.attachment_views import send
from app.nominations.drafts import Gone
from app.nominations.models import Nomination, State
from app.nominations.show import notice_address, procurement, relation
from app.screening.blueprint import about, bp
from app.web import language


@bp.get("/jury/<slug>/nomineringar")
@access.staff(Role.JUROR, Role.SECRETARIAT)
def jury_list(slug: str) -> str:
    """Every accepted nomination, by category."""
    edition = awards.edition(slug)
    query = select(Nomination).where(Nomination.edition_id == edition.id, Nomination.state == State.ACCEPTED)
    accepted = list(db.session.scalars(query.order_by(Nomination.authority, Nomination.title, Nomination.id)))
    return render_template(
        "screening/jury_list.html",
        edition=edition,
        lists=[
            (item, [each for each in accepted if each.category_id == item.id]) for item in edition.categories
        ],
        numbers=behind.numbers(edition.id),
    )


@bp.get("/jury/<slug>/nomineringar/<int:nomination_id>/bilagor/<public_id>")
@access.staff(Role.JUROR, Role.SECRETARIAT)
def jury_attachment(slug: str, nomination_id: int, public_id: str) -> Response:
    """A file of an accepted nomination, or of one behind it."""
    _, nomination = about(slug, nomination_id)
    if behind.root(nomination).state is not State.ACCEPTED:
        abort(404)
    try:
        return send(attachments.attachment(nomination, public_id))
    except Gone:
        abort(404)


@bp.get("/jury/<slug>/nomineringar/<int:nomination_id>")
@access.staff(Role.JUROR, Role.SECRETARIAT)
def jury_nomination(slug: str, nomination_id: int) -> str:
    """One accepted nomination; any other is not there for a juror."""
    edition, nomination = about(slug, nomination_id)
    if nomination.state is not State.ACCEPTED:
        abort(404)
    return render_template(
        "screening/jury_nomination.html",
        edition=edition,
        nomination=nomination,
        facts=[(label, text) for label, text in procurement(nomination) if text],
        notice_url=notice_address(nomination.notice, language()) if nomination.notice else None,
        nominators=[(each, relation(each)) for each in behind.together(nomination)],
    )
