"""What everyone reads of the roll: who may vote, before the vote; and once it is frozen, how many, and what seals it.

Figures that others count (`ballots`: replaced, spares) are added where they are known:

    @public.counts
    def replaced(edition: Edition) -> list[tuple[str, int]]: ...
"""

from __future__ import annotations

from collections.abc import Callable

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import func, select

from app import web
from app.awards import page_parts
from app.awards.models import Edition, Unit
from app.awards.page_parts import Part
from app.core.phases import Phase
from app.extensions import db
from app.roll import asking, service
from app.roll.models import Source, Voter
from app.roll.service import Freeze

Counts = Callable[[Edition], list[tuple[str, int]]]
_counts: list[Counts] = []


def counts(source: Counts) -> Counts:
    """Registers who knows more figures of a frozen roll (at import, once)."""
    _counts.append(source)
    return source


@page_parts.on_edition_page
def who_votes(edition: Edition, lang: str) -> Part | None:  # noqa: ARG001 (the page's language is that of the request)
    """The edition's rules in sentences; the frozen roll in figures."""
    if edition.phase is Phase.CANCELLED:
        return None
    freeze = service.frozen(edition.id)
    part = Part("roll", _("Who may vote"), rules(edition, freeze))
    if freeze is not None:
        return Part(part.key, part.title, part.lines, figures(edition, freeze), _seal(freeze))
    if asking.is_open(edition):
        return Part(
            part.key, part.title, part.lines, endpoint="asking.ask", action=_("Ask for a ballot"),
            values={"slug": edition.slug},
        )  # fmt: skip
    return part


def rules(edition: Edition, freeze: Freeze | None = None) -> list[str]:
    """Who may vote, a sentence a rule."""
    said = [
        _("Each person on the secretariat’s list has one ballot.")
        if edition.unit is Unit.PERSON
        else _(
            "Each company has one ballot, however many of its people take part. The organisation number decides."
        )
    ]
    if edition.nominators_vote:
        said.append(_("Whoever sent a nomination that was accepted may vote, if not on the list already."))
    if edition.self_registration:
        said.append(
            _(
                "Who is missing on the list can ask for a ballot until the ballots are made. The secretariat approves or declines each request."
            )
        )
    if edition.winners_vote:
        said.append(
            _(
                "Companies that won a contract on the ballot may vote like everyone else. The result says how many they were, never how they voted."
            )
        )
    else:
        said.append(
            _(
                "Companies that won a contract on the ballot may not vote. One ballot votes in all categories, so they are left out altogether."
            )
        )
    if freeze is not None and freeze.left_out:
        said.append(
            ngettext(
                "%(num)s company on the list was left out for that reason.",
                "%(num)s companies on the list were left out for that reason.",
                freeze.left_out,
            )
        )
    return said


def figures(edition: Edition, freeze: Freeze) -> list[tuple[str, str]]:
    """The frozen roll in numbers; what happened to it since only where something did."""
    added = select(func.count()).where(Voter.edition_id == edition.id, Voter.source == Source.ADDED)
    found = [(_("Added later"), db.session.scalar(added) or 0), (_("Addresses corrected"), freeze.corrected)]
    found += [each for source in _counts for each in source(edition)]
    return [
        (_("Voters when the roll was frozen"), web.number(freeze.voters)),
        (_("Frozen"), web.datetime_long(freeze.frozen_at)),
        *((name, web.number(number)) for name, number in found),
    ]


def _seal(freeze: Freeze) -> tuple[str, str, str] | None:
    if not freeze.sealed:
        return None
    said = _(
        "It has stood in the ledger since then: an auditor who is shown the frozen roll and the seal’s key can work it out again, "
        "and so see that nobody was exchanged."
    )
    return _("The roll’s seal"), freeze.sealed, said
