"""What each move does, said before it is done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import ngettext

from app import web
from app.awards.models import Edition
from app.core.phases import Phase


@dataclass(frozen=True)
class MoveText:
    """A move's page: heading, what happens (a sentence each), the button, and whether there is no way back."""

    heading: str
    happens: Sequence[str]
    button: str
    grave: bool = False


def move(edition: Edition, to: Phase, *, voters: int) -> MoveText:
    """The page of the move from the edition's phase to *to*; *voters*: those on the roll, for the opening the letters that leave."""
    if to is Phase.SHORTLISTING and edition.phase is Phase.PREPARED:
        return _back()
    return {
        Phase.NOMINATING: _nominating,
        Phase.SHORTLISTING: _shortlisting,
        Phase.PREPARED: _prepared,
        Phase.VOTING: _voting,
        Phase.PUBLISHED: _published,
        Phase.ARCHIVED: _archived,
        Phase.CANCELLED: _cancelled,
    }[to](edition, voters)


def label(to: Phase, from_: Phase) -> str:
    """The move in a few words, for the button that leads to its page."""
    if to is Phase.SHORTLISTING and from_ is Phase.PREPARED:
        return _("Go back to the shortlist")
    labels: dict[Phase, str] = {
        Phase.NOMINATING: _("Open nominations"),
        Phase.SHORTLISTING: _("Go on to the shortlist"),
        Phase.PREPARED: _("Make the ballots"),
        Phase.VOTING: _("Open the vote"),
        Phase.PUBLISHED: _("Publish the result"),
        Phase.ARCHIVED: _("Archive the year"),
        Phase.CANCELLED: _("Cancel the edition"),
    }
    return labels[to]


def _nominating(edition: Edition, _voters: int) -> MoveText:
    until = web.datetime_long(edition.nominations_close_at) if edition.nominations_close_at else "–"
    return MoveText(
        _("Open nominations"),
        [
            _("The edition becomes public, and anyone can nominate until %(until)s.", until=until),
            _("The deadline can be extended, never shortened."),
            _("The edition’s year and address can no longer be changed."),
        ],
        _("Open nominations"),
    )


def _shortlisting(_edition: Edition, _voters: int) -> MoveText:
    return MoveText(
        _("Go on to the shortlist"),
        [
            _("Nobody can nominate, change or withdraw a nomination any more."),
            _("You choose who stands on the ballot, and read in the roll."),
            _("Nothing is sent to anyone."),
        ],
        _("Go on to the shortlist"),
    )


def _prepared(edition: Edition, voters: int) -> MoveText:
    return MoveText(
        _("Make the ballots"),
        [
            ngettext(
                "The roll is frozen with %(shown)s company. After that nobody is taken off, and whoever is added needs two people and a spare ballot.",
                "The roll is frozen with %(shown)s companies. After that nobody is taken off, and whoever is added needs two people and a spare ballot.",
                voters,
                shown=web.number(voters),
            ),
            _("The nominees and their order are fixed: they stand on the ballot as they are now."),
            ngettext(
                "The worker makes a code for each ballot and %(num)s spare, and the key that opens the box.",
                "The worker makes a code for each ballot and %(num)s spares, and the key that opens the box.",
                edition.spare_count,
            ),
            _("The election’s fingerprint is published in the ledger."),
            _("Nothing is sent. You can go back to the shortlist until the first letter has left; these ballots are then destroyed."),
        ],
        _("Make the ballots"),
    )  # fmt: skip


def _voting(edition: Edition, letters: int) -> MoveText:
    closes = web.datetime_long(edition.voting_closes_at) if edition.voting_closes_at else "–"
    sent = ngettext(
        "%(shown)s ballot is sent by mail, at once.",
        "%(shown)s ballots are sent by mail, at once.",
        letters,
        shown=web.number(letters),
    )
    return MoveText(
        _("Open the vote"),
        [
            sent if letters else _("Nothing is sent: every ballot left before."),
            _(
                "Votes can be cast until %(closes)s. The time can be extended, never shortened.",
                closes=closes,
            ),
            _("There is no way back to the shortlist: letters cannot be taken home."),
        ],
        _("Open the vote and send the letters") if letters else _("Open the vote"),
        grave=True,
    )


def _published(_edition: Edition, _voters: int) -> MoveText:
    return MoveText(
        _("Publish the result"),
        [
            _("The result becomes public: winners, votes, turnout, the jury’s words, its signatures and objections."),
            _("So does the whole archive with the opened tally, and everything in the ledger that was sealed until now."),
            _("Every single vote in it stays encrypted: only the sum has been opened."),
            _("There is no way back: a published result is not changed."),
        ],
        _("Publish the result"),
        grave=True,
    )  # fmt: skip


def _archived(_edition: Edition, _voters: int) -> MoveText:
    return MoveText(
        _("Archive the year"),
        [
            _("The result, the archive and the ledger stay public at their addresses."),
            _("The edition leaves the list of what is going on. Nothing in it can be changed any more."),
        ],
        _("Archive the year"),
    )


def _cancelled(_edition: Edition, _voters: int) -> MoveText:
    return MoveText(
        _("Cancel the edition"),
        [
            _("Everything stops: nobody can nominate or vote, and no result will come."),
            _("If a box is open it stays shut for good: the keys that could open it are destroyed."),
            _("Your reason is published in the ledger."),
            _("There is no way back."),
        ],
        _("Cancel the edition"),
        grave=True,
    )


def _back() -> MoveText:
    return MoveText(
        _("Go back to the shortlist"),
        [
            _("The ballots that were made are destroyed, on record, with the keys that made them."),
            _("The roll and the shortlist can be changed again."),
            _("Nobody has been sent a ballot, so nobody notices."),
        ],
        _("Destroy the ballots and go back"),
        grave=True,
    )
