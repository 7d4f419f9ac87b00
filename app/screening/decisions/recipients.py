"""Who is told of a decision: everyone behind a nomination, each address once, in the language that they wrote in."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from sqlalchemy import select

from app.core import canonical
from app.extensions import db
from app.mail import service as mail
from app.mail.models import LetterState
from app.nominations import content
from app.nominations.behind import together
from app.nominations.models import Nomination
from app.screening.models import Decision, DecisionLetter, Verb
from app.screening.told.concerned import everyone_told

LETTER = "nomination_decision"
LEFT = (LetterState.SENDING, LetterState.SENT)


class Changed(Exception):
    """Something is different from what was looked at; `what` holds "nomination", "recipients" or both."""

    def __init__(self, what: frozenset[str]) -> None:
        self.what = what
        super().__init__(", ".join(sorted(what)))


@dataclass(frozen=True)
class Recipient:
    """One nominator who gets the letter; `author` where the nomination that is decided is theirs to change."""

    nomination: Nomination
    author: bool

    @property
    def name(self) -> str:
        """The person who nominated."""
        return self.nomination.contact_name

    @property
    def company(self) -> str:
        """The company in whose name."""
        return self.nomination.company

    @property
    def address(self) -> str:
        """Where the letter goes."""
        return self.nomination.contact_email

    @property
    def language(self) -> str:
        """The letter's language: "sv" or "en"."""
        return self.nomination.language


@dataclass(frozen=True)
class Seen:
    """What a page showed, as digests: the nomination with what is decided about it, and who would get the letter."""

    nomination: str
    recipients: str

    def different(self, now: Seen) -> frozenset[str]:
        """What is another *now*: "nomination", "recipients"."""
        pairs = {
            "nomination": (self.nomination, now.nomination),
            "recipients": (self.recipients, now.recipients),
        }
        return frozenset(name for name, (before, after) in pairs.items() if before != after)

    def check(self, now: Seen) -> None:
        """Raises `Changed` where *now* is not the same."""
        if different := self.different(now):
            raise Changed(different)


def recipients(nomination: Nomination, verb: Verb) -> list[Recipient]:
    """Everyone behind the nomination, its author first; of what is taken back only those hear who had heard of it."""
    people = [item for item in together(nomination) if reachable(item)]
    if verb is Verb.TAKE_BACK:
        people = [item for item in people if heard(item)]
    each: dict[str, Nomination] = {}
    for item in people:
        each.setdefault(item.contact_email.lower(), item)
    return [Recipient(item, author=item is nomination) for item in each.values()]


def reachable(nomination: Nomination) -> bool:
    """Whether its nominator has confirmed an address, and is still known."""
    return (
        nomination.confirmed_at is not None
        and nomination.forgotten_at is None
        and bool(nomination.contact_email)
    )


def heard(nomination: Nomination) -> bool:
    """Whether the last letter that has left to this nominator told of a decision, and not that one was taken back."""
    query = (
        select(DecisionLetter)
        .join(Decision)
        .where(DecisionLetter.nomination_id == nomination.id, Decision.verb != Verb.MOVE)
        .order_by(DecisionLetter.id.desc())
    )
    for letter in db.session.scalars(query):
        if any(row.state in LEFT for row in mail.find(LETTER, letter.id)):
            return bool(letter.decision.verb is not Verb.TAKE_BACK)
    return False


def newest(nomination: Nomination, *verbs: Verb) -> Decision | None:
    """The nomination's newest decision, of all but moves where no verbs are named."""
    wanted = Decision.verb.in_(verbs) if verbs else Decision.verb != Verb.MOVE
    query = select(Decision).where(Decision.nomination_id == nomination.id, wanted)
    found: Decision | None = db.session.scalar(query.order_by(Decision.id.desc()).limit(1))
    return found


def seen(nomination: Nomination, verb: Verb) -> Seen:
    """What a page of *verb* shows now."""
    last = newest(nomination)
    about = [
        [[item.id, str(item.state), content.text(item)] for item in together(nomination)],
        [[item.id, item.link_version] for item in everyone_told(nomination)],
        last.id if last else 0,
    ]
    to = [[item.nomination.id, item.address, item.language] for item in recipients(nomination, verb)]
    return Seen(_digest(about), _digest(to))


def _digest(value: object) -> str:
    return hashlib.sha256(canonical.dumps(value)).hexdigest()
