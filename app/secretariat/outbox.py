"""The outbox: what can be sent to many now, to whom exactly, and the one way in which it leaves.

What leaves is what was shown: the page posts a digest of recipients and words, and who comes with another one looks
again. An empty selection is nobody, and nobody gets nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.awards import service as awards
from app.awards.models import Edition
from app.ballots import batches, reminding, resending
from app.ballots.models import LetterBatch
from app.core import canonical
from app.core.phases import Phase
from app.mail import rendering
from app.mail import service as mail
from app.roll import service as roll
from app.secretariat import announcing
from app.web import LANGUAGES


class CannotSend(Exception):
    """This letter cannot be sent now; `text` says why."""

    def __init__(self, text: Any) -> None:
        self.text = text
        super().__init__(str(text))


class Stale(Exception):
    """Recipients or words are not those that were shown."""


@dataclass(frozen=True)
class Addressee:
    """One letter: to whom, about what; `key` is there once, ever."""

    subject_id: int
    name: str
    email: str
    language: str
    key: str
    voter_id: int | None = None


@dataclass(frozen=True)
class Selected:
    """Exactly these; `left_out` says how many are not among them, and why."""

    to: list[Addressee]
    left_out: list[tuple[str, int]]


@dataclass(frozen=True)
class Sending:
    """A letter that is sent from the outbox. `path` names its page; `selection` is recorded with the batch."""

    path: str
    letter: str
    selection: str
    title: Any
    whom: Any
    nobody: Any
    choose: Callable[[Edition, datetime], Selected]
    words: Callable[[Edition, Addressee, str, datetime], rendering.Words | None]


# ---- what there is -------------------------------------------------------------------------------


def _remind(edition: Edition, now: datetime) -> Selected:
    try:
        choice = reminding.choose(edition, now=now)
    except reminding.NotNow as error:
        raise CannotSend(WHY_NO_REMINDER[error.why]) from None
    to = [
        Addressee(
            each.credential_id, each.voter.company, each.voter.email, each.voter.language,
            f"{reminding.LETTER}:{each.voter.id}:{each.number}", each.voter.id,
        )
        for each in choice.candidates
    ]  # fmt: skip
    return Selected(
        to,
        [
            (_("have voted, as of the last full hour"), choice.voted),
            (_("have not got their ballot"), choice.not_arrived),
            (_("want no reminders"), choice.opted_out),
            (_("have just been reminded, or often enough"), choice.reminded),
        ],
    )


WHY_NO_REMINDER = {
    "closed": _l("Reminders are sent while the vote is open, until an hour before it closes."),
    "never": _l("The edition’s settings say that nobody is reminded."),
}


def _remind_words(edition: Edition, to: Addressee, language: str, _now: datetime) -> rendering.Words | None:
    assert to.voter_id is not None
    voter = roll.voter(to.voter_id, edition_id=edition.id)
    return rendering.filled(reminding.LETTER, lambda: reminding.preview(edition, voter), language)


def _announce(edition: Edition, _now: datetime) -> Selected:
    if edition.phase is not Phase.PUBLISHED:
        raise CannotSend(_l("The result letter is sent when the result is published."))
    to = [
        Addressee(edition.id, name, email, lang, announcing.key(edition.id, email))
        for name, email, lang in announcing.recipients(edition.id)
    ]
    return Selected(to, [])


def _announce_words(
    edition: Edition, _to: Addressee, language: str, _now: datetime
) -> rendering.Words | None:
    return rendering.filled(announcing.LETTER, lambda: announcing.words(edition), language)


def _resend(edition: Edition, now: datetime) -> Selected:
    if (
        edition.phase is not Phase.VOTING
        or edition.voting_closes_at is None
        or now >= edition.voting_closes_at
    ):
        raise CannotSend(_l("Ballots are sent again while the vote is open."))
    to = [
        Addressee(
            each.credential_id, each.voter.company, each.voter.email, each.voter.language,
            f"ballot:{each.credential_id}:{each.before + 1}", each.voter.id,
        )
        for each in resending.corrected(edition.id)
    ]  # fmt: skip
    return Selected(to, [])


def _resend_words(edition: Edition, _to: Addressee, language: str, now: datetime) -> rendering.Words | None:
    return rendering.written("ballot-test", edition.id, language, now)


REMINDER = Sending(
    "paminnelse", reminding.LETTER, "not-voted", _l("Reminder"),
    _l("Those who have not voted and whose ballot has arrived"),
    _l("Nobody needs a reminder now: those whose ballot arrived have voted, want none, or have been reminded."),
    _remind, _remind_words,
)  # fmt: skip
RESULT = Sending(
    "resultat", announcing.LETTER, "took-part", _l("Result letter"),
    _l("Those whose ballot arrived and those who nominated, one letter an address"),
    _l("Everyone who took part has got the result letter already, or nobody took part by mail."),
    _announce, _announce_words,
)  # fmt: skip
RESEND = Sending(
    "rattade", "ballot", "corrected", _l("Ballots again"),
    _l("Those whose ballot did not arrive and whose address has been corrected since"),
    _l("No ballot that did not arrive has a corrected address that it has not been sent to."),
    _resend, _resend_words,
)  # fmt: skip
SENDINGS = {each.path: each for each in (REMINDER, RESEND, RESULT)}


# ---- sending -------------------------------------------------------------------------------------


def choose(sending: Sending, edition: Edition, *, now: datetime) -> Selected:
    """To whom it would go now. Raises `CannotSend`, also when that is nobody."""
    selected = sending.choose(edition, now)
    if not selected.to:
        raise CannotSend(sending.nobody)
    return selected


def digest(sending: Sending, edition: Edition, selected: Selected, *, now: datetime) -> str:
    """SHA-256 of who gets what: every recipient, and the words in both languages as the first one would read them."""
    spoken = [sending.words(edition, selected.to[0], lang, now) for lang in LANGUAGES]
    seen = {
        "letter": sending.letter,
        "to": sorted([each.subject_id, each.email, each.language, each.key] for each in selected.to),
        "words": [[each.subject, each.text, each.html] for each in spoken if each],
    }
    return sha256(canonical.dumps(seen)).hexdigest()


def send(
    sending: Sending,
    edition_id: int,
    *,
    by: int,
    now: datetime,
    seen: str | None = None,
    by_plan: bool = False,
) -> LetterBatch:
    """Queues it to those it is for now, in the caller's transaction. Raises `CannotSend`; `Stale` when *seen*, the
    digest of what a person was shown, is another one. The plan has shown nobody anything and chooses at its time.
    """
    edition = awards.lock(edition_id)
    selected = choose(sending, edition, now=now)
    if not by_plan and digest(sending, edition, selected, now=now) != seen:
        raise Stale(sending.letter)
    recipients = [
        mail.Recipient(each.subject_id, each.email, each.language, each.key) for each in selected.to
    ]
    return batches.queue(
        edition_id, sending.letter, recipients, selection=sending.selection, by=by, now=now, by_plan=by_plan
    )


# ---- what has gone -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Gone:
    """A batch and how its letters stand. `coarse`: how many of them reached somebody is not shown (see `reminding`)."""

    batch: LetterBatch
    counts: mail.Counts

    @property
    def coarse(self) -> bool:
        """Whether letters that were held back must not be told from those that were sent."""
        return self.batch.letter == reminding.LETTER

    @property
    def total(self) -> int:
        """Of how many letters the progress is told."""
        return self.batch.recipients if self.coarse else self.counts.total

    @property
    def done(self) -> int:
        """How many have left the queue, one way or the other."""
        return self.total - self.counts.unfinished


def gone(edition_id: int) -> list[Gone]:
    """Every batch, the newest first."""
    return [Gone(batch, batches.counts(batch)) for batch in batches.batches(edition_id)]
