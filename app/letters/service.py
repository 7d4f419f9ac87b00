"""An edition's letters have words of their own: kept, taken back, recorded in the ledger.

What stands in the database is text with placeholders, never code. A trial vote has the words of the edition that it
tries out.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from app.accounts import service as accounts
from app.awards import service as awards
from app.awards.actors import actor
from app.awards.models import Edition
from app.core.phases import Phase
from app.extensions import db
from app.ledger import service as ledger
from app.letters.models import LetterTest, LetterText
from app.mail import composing, rendering
from app.mail import service as mail
from app.mail.models import Letter
from app.mail.wording import Wording, wording, wordings

LANGUAGES = ("sv", "en")
OVER = frozenset({Phase.ARCHIVED, Phase.CANCELLED})


class NoSuchLetter(LookupError):
    """No letter of this name has words that can be changed."""


class ChangedMeanwhile(Exception):
    """The words are no longer those that were shown."""


class EditionOver(Exception):
    """The edition is over: its letters are not changed any more."""


@dataclass(frozen=True)
class Text:
    """What a letter says in one language; `own` is its row where it is not the usual words."""

    subject: str
    body: str
    own: LetterText | None = None
    stale: bool = False

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the words: what the ledger holds, and what tells whether they have changed."""
        return fingerprint(self.subject, self.body)


def fingerprint(subject: str, body: str) -> str:
    """SHA-256 (hex) of the subject, a line feed, an empty line and the body, in UTF-8."""
    return hashlib.sha256(f"{subject}\n\n{body}".encode()).hexdigest()


def sections() -> dict[str, list[Wording]]:
    """The letters that can be changed under the headings of the list, in the order in which the domains come."""
    found: dict[str, list[Wording]] = {}
    for each in wordings().values():
        if each.editable:
            found.setdefault(str(each.section), []).append(each)
    return found


def closed(edition: Edition) -> bool:
    """Whether its letters can no longer be changed here: it is over, or a trial of another."""
    return edition.phase in OVER or edition.trial


def editable(name: str) -> Wording:
    """The letter that an address names. Raises `NoSuchLetter`."""
    found = wording(name)
    if found is None or not found.editable:
        raise NoSuchLetter(name)
    return found


def usual(letter: Wording, language: str) -> Text:
    """What a letter says where nobody changed it."""
    with rendering.in_language(language):
        return Text(*letter.usual)


def text(edition: Edition, letter: Wording, language: str) -> Text:
    """What a letter of that edition says in a language now."""
    row = _row(edition.trial_of_id or edition.id, letter.name, language)
    if row is None:
        return usual(letter, language)
    stale = not composing.fits(row.subject, row.body, shape=letter.shape)
    return Text(row.subject, row.body, row, stale)


def changed(edition_id: int) -> dict[tuple[str, str], LetterText]:
    """The letters with words of their own, by name and language."""
    rows = db.session.scalars(select(LetterText).where(LetterText.edition_id == edition_id))
    return {(row.name, row.language): row for row in rows}


def save(
    edition_id: int, name: str, language: str, *, subject: str, body: str, seen: str, by: int, now: datetime
) -> None:
    """Gives a letter words of its own, in the caller's transaction; `seen` is the fingerprint of those that were shown.

    The usual words are not kept as a row: a better translation of them shall reach the edition. Raises
    `NoSuchLetter`, `ChangedMeanwhile`, `EditionOver`. The words were checked by the form.
    """
    letter, before = _open(edition_id, name, language, seen)
    after = Text(subject, body)
    if after.fingerprint == before.fingerprint:
        return
    if after.fingerprint == usual(letter, language).fingerprint:
        _take_back(edition_id, before, name, language, by=by, now=now)
        return
    row = before.own
    if row is None:
        row = LetterText(edition_id=edition_id, name=name, language=language)
        db.session.add(row)
    row.subject, row.body, row.account_id, row.changed_at = subject, body, by, now
    db.session.flush()
    _record(edition_id, name, language, after.fingerprint, by=by, now=now)


def take_back(edition_id: int, name: str, language: str, *, seen: str, by: int, now: datetime) -> None:
    """Back to the usual words. Raises `NoSuchLetter`, `ChangedMeanwhile`, `EditionOver`."""
    _letter, before = _open(edition_id, name, language, seen)
    _take_back(edition_id, before, name, language, by=by, now=now)


def _open(edition_id: int, name: str, language: str, seen: str) -> tuple[Wording, Text]:
    """The letter and its words, behind the edition's lock, when they are those that were seen."""
    edition = awards.lock(edition_id)
    letter = editable(name)
    if closed(edition):
        raise EditionOver(edition.phase)
    before = text(edition, letter, language)
    if before.fingerprint != seen:
        raise ChangedMeanwhile(name)
    return letter, before


def _take_back(edition_id: int, before: Text, name: str, language: str, *, by: int, now: datetime) -> None:
    if before.own is None:
        return
    db.session.delete(before.own)
    db.session.flush()
    _record(edition_id, name, language, None, by=by, now=now)


def _record(edition_id: int, name: str, language: str, words: str | None, *, by: int, now: datetime) -> None:
    data = {
        "by": actor(edition_id, by, now),
        "language": language,
        "letter": name.replace("_", "-"),
        "words": words,
    }
    ledger.append(edition=edition_id, kind="letter-worded", data=data, now=now)


def _row(edition_id: int, name: str, language: str) -> LetterText | None:
    query = select(LetterText).where(
        LetterText.edition_id == edition_id, LetterText.name == name, LetterText.language == language
    )
    found: LetterText | None = db.session.scalar(query.execution_options(populate_existing=True))
    return found


@composing.words_are_kept_by
def own_words(edition_id: int, name: str, language: str) -> tuple[str, str] | None:
    """Subject and body that a letter is sent with instead of its usual words."""
    of = select(db.func.coalesce(Edition.trial_of_id, Edition.id)).where(Edition.id == edition_id)
    query = select(LetterText.subject, LetterText.body).where(
        LetterText.edition_id == of.scalar_subquery(),
        LetterText.name == name,
        LetterText.language == language,
    )
    found = db.session.execute(query).first()
    return None if found is None else (found.subject, found.body)


def shown(
    edition: Edition,
    letter: Wording,
    language: str,
    *,
    sample_id: int | None,
    now: datetime,
    words: tuple[str, str] | None = None,
    test: bool = False,
) -> rendering.Words | None:
    """The letter as it would leave, with a row of the edition or with examples; *words* are what somebody types now.

    None where the row is no longer there. No code in it is a real one.
    """
    made = partial(context, edition, letter, language, sample_id=sample_id, now=now, test=test)
    return rendering.filled(letter.name, made, language, words=words)


def context(
    edition: Edition, letter: Wording, language: str, *, sample_id: int | None, now: datetime, test: bool
) -> dict[str, Any] | None:
    """What the letter is filled with: the row's values where the domain has a preview, else the examples."""
    given: dict[str, Any] = {each.name: each.example for each in letter.placeholders}
    given |= {name: str(value) for name, value in given.items() if not isinstance(value, list | tuple)}
    given |= {
        "edition": edition.name(language),
        "contact": edition.contact_email,
        "contact_name": edition.contact_name,
    }
    if letter.preview is not None:
        real = letter.preview(edition.id, sample_id, now)
        if real is None:
            return None
        given |= real
    given |= {"edition_id": edition.id, "wording": given.get("wording", letter.name)}
    if test:
        notice = _("This is a test letter. Its links and codes open nothing.")
        given |= {"mark": _("Test"), "notices": [notice, *given.get("notices", ())], "unsubscribe": None}
    return given


def send_test(
    edition: Edition,
    letter: Wording,
    language: str,
    *,
    words: tuple[str, str],
    sample_id: int | None,
    by: int,
    now: datetime,
) -> Letter:
    """Sends a letter in these words to whoever asks, at their own address, marked as a test."""
    account = accounts.account(by)
    subject, body = words
    row = LetterTest(
        edition_id=edition.id, name=letter.name, language=language, sample_id=sample_id, subject=subject, body=body,
        account_id=by, at=now,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    return mail.queue(
        "letter-test", subject_id=row.id, to=account.email, language=language, now=now, edition_id=edition.id
    )


def was_tested(edition_id: int, name: str) -> bool:
    """Whether somebody sent that letter to themselves."""
    query = select(LetterTest.id).where(LetterTest.edition_id == edition_id, LetterTest.name == name)
    return db.session.scalar(query.limit(1)) is not None
