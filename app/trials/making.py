"""A trial's edition, made from the real one: its settings, categories and nominees as they stand, and a roll of staff.

Nothing personal comes along: of a nominee its words on the ballot, of the roll nobody.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.accounts.models import Account
from app.awards import records
from app.awards import service as awards
from app.awards.actors import actor
from app.awards.models import Category, Edition
from app.core.rules import Kind
from app.extensions import db
from app.ledger import service as ledger
from app.nominations.models import Nomination, Nominee, State
from app.nominations.shortlist import FEWEST_NOMINEES, in_category
from app.roll import service as roll
from app.roll.models import Voter

LONGEST_NAME = 80
LONGEST_SLUG = 40
NAMES = {"sv": " (provomröstning)", "en": " (trial vote)"}
SPARES = 2
CATEGORY = (
    "slug",
    "name_sv",
    "name_en",
    "description_sv",
    "description_en",
    "kind",
    "max_choices",
    "tie_rule",
)
ALWAYS: dict[str, Any] = {
    "spare_count": SPARES, "signoffs_needed": 1, "nominators_vote": False, "self_registration": False,
    "winners_vote": True, "reminders_at_most": 0, "voting_opens_at": None, "result_at": None,
}  # fmt: skip
SAMPLE = ("Provbidrag {letter}", "Påhittad myndighet")
SAMPLE_WORDS = {
    "sv": "Ett påhittat bidrag, bara till för provomröstningen.",
    "en": "A made-up nominee, there for the trial vote alone.",
}


def edition(of: Edition, *, slug: str, closes: datetime, by: int, now: datetime) -> Edition:
    """The trial's edition in draft, with its own ledger, categories and nominees. In the caller's transaction."""
    fields = {name: getattr(of, name) for name in records.FIELDS} | ALWAYS
    fields |= {f"name_{lang}": _name(of.name(lang), lang) for lang in NAMES}
    made = awards.create_edition(
        by=by, now=now, trial_of=of, slug=slug, nominations_close_at=None, voting_closes_at=closes,
        categories=[{name: getattr(each, name) for name in CATEGORY} for each in of.categories],
        **{name: value for name, value in fields.items() if name != "slug"},
    )  # fmt: skip
    for real, copy in zip(of.categories, made.categories, strict=True):
        _nominees(real, copy, now)
    return made


def free_slug(of: Edition, number: int) -> str:
    """`2026-prov`, `2026-prov-2`, …: one that no edition and no log has had."""
    while True:
        ending = "-prov" if number == 1 else f"-prov-{number}"
        slug = of.slug[: LONGEST_SLUG - len(ending)] + ending
        if db.session.scalar(select(Edition.id).where(Edition.slug == slug)) is None:
            return slug
        number += 1


def _name(name: str, lang: str) -> str:
    return name[: LONGEST_NAME - len(NAMES[lang])].rstrip() + NAMES[lang]


def _nominees(real: Category, copy: Category, now: datetime) -> None:
    """Those of the real category; made-up ones where there are too few to choose between."""
    found = [
        {name: getattr(each, name) for name in ("title", "authority", "summary_sv", "summary_en")}
        for each in in_category(real.id)
    ]
    fewest = max(FEWEST_NOMINEES, copy.max_choices if copy.kind is Kind.APPROVE else 0)
    found += [_sample(letter) for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[: max(0, fewest - len(found))]]
    for position, words in enumerate(found, 1):
        nomination = Nomination(
            edition_id=copy.edition_id, category_id=copy.id, public_id=secrets.token_urlsafe(16), state=State.ACCEPTED,
            title=words["title"], authority=words["authority"], created_at=now, updated_at=now,
        )  # fmt: skip
        db.session.add(nomination)
        db.session.flush()
        db.session.add(
            Nominee(
                edition_id=copy.edition_id,
                category_id=copy.id,
                nomination_id=nomination.id,
                position=position,
                **words,
            )
        )
    db.session.flush()


def _sample(letter: str) -> dict[str, str]:
    title, authority = SAMPLE
    words = {f"summary_{lang}": text for lang, text in SAMPLE_WORDS.items()}
    return {"title": title.format(letter=letter), "authority": authority, **words}


def put_on_roll(trial: Edition, people: Sequence[Account], *, by: int, now: datetime) -> None:
    """A ballot for each of these accounts, and for nobody else. In the caller's transaction."""
    for person in people:
        db.session.add(
            Voter(
                edition_id=trial.id, key=f"trial:{person.id}", company=person.name[:200], email=person.email,
                contact_name="", language=person.language, added_at=now,
            )
        )  # fmt: skip
    db.session.flush()
    sealed = ledger.erasable(
        edition=trial.id, subject=f"roll:{trial.id}", text=roll.roll_hash(trial.id), now=now
    )
    data = {
        "added": len(people), "by": actor(trial.id, by, now), "changed": 0, "refused": 0, "roll": sealed,
        "rows": len(people),
    }  # fmt: skip
    ledger.append(edition=trial.id, kind="roll-imported", data=data, now=now)
