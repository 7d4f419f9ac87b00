"""What is asked: the ballot's questions, as the election has them and as the voter reads them.

The election is in Swedish, the award's own language; the page shows the same questions and nominees, in the same
order, in the voter's.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from app.awards.models import Category, Edition
from app.ballots import box
from app.core import rules
from app.core.belenios.elections import Question
from app.nominations import service as nominations
from app.nominations.models import Nominee
from app.trustees import service as trustees

AWARD = "Anbudspriset"


def name_of(nominee: Nominee) -> str:
    """A nominee's name on the ballot, in the archive and in the count."""
    return f"{nominee.title}, {nominee.authority}"


def rule_of(category: Category, nominees: list[Nominee]) -> rules.Question:
    """A category as a question on the ballot. Raises `rules.RuleError`."""
    return rules.Question(
        category=category.slug, text=category.name("sv"), kind=category.kind, tie=category.tie_rule,
        names=tuple(map(name_of, nominees)),
        maximum=1 if category.kind is rules.Kind.CHOOSE_ONE else min(category.max_choices, len(nominees)),
    )  # fmt: skip


def frozen(edition: Edition) -> list[dict[str, Any]]:
    """The questions as they are put when the ballots are prepared, for the box to keep. Raises `rules.RuleError`."""
    kept = []
    for category in edition.categories:
        nominees = nominations.nominees_in(category.id)
        rule = rule_of(category, nominees)
        kept.append(
            {
                "category": rule.category, "text": rule.text, "kind": str(rule.kind), "names": list(rule.names),
                "maximum": rule.maximum, "tie": str(rule.tie), "nominees": [each.id for each in nominees],
            }
        )  # fmt: skip
    return kept


def of_election(rule: rules.Question) -> Question:
    """A question as the election has it; blank is always possible."""
    return Question(rule.text, rule.names, rule.minimum, rule.maximum, True)


def shown(edition: Edition, lang: str) -> dict[str, Any]:
    """The ballot as pages and letters show it: what `ballots/booth.html` gets as `paper`. Raises `NoBox`."""
    found = box.prepared(edition.id)
    opens, closes = (
        found.opened_at or edition.voting_opens_at or edition.voting_closes_at,
        edition.voting_closes_at,
    )
    return {
        "slug": edition.slug,
        "award": AWARD,
        "edition": edition.name(lang),
        "heading": edition.heading(lang),
        "opens": opens,
        "closes": closes,
        "contact": edition.contact_email,
        "contact_name": edition.contact_name,
        "trust": trustees.trust_text(edition, lang),
        "server_only": trustees.server_only(edition),
        "fingerprint": found.fingerprint,
        "plain": edition.plain_voting,
        "questions": _questions(edition, found.questions, lang),
    }


def _questions(edition: Edition, kept: list[dict[str, Any]], lang: str) -> list[dict[str, Any]]:
    categories = {category.slug: category for category in edition.categories}
    nominees = {nominee.id: nominee for nominee in nominations.nominees(edition.id)}
    return [
        {
            "index": index,
            "title": categories[each["category"]].name(lang),
            "intro": categories[each["category"]].description(lang),
            "min": 1,
            "max": each["maximum"],
            "blank": True,
            "nominees": [
                {
                    "index": place, "title": nominees[number].title, "authority": nominees[number].authority,
                    "why": nominees[number].summary(lang),
                }
                for place, number in enumerate(each["nominees"])
            ],
        }
        for index, each in enumerate(kept)
    ]  # fmt: skip


def deadline_passed(edition: Edition, now: datetime) -> bool:
    """Whether it is too late to vote."""
    return edition.voting_closes_at is None or now >= edition.voting_closes_at
