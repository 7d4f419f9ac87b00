"""How many nominated what stands on the ballot, and how they stood to it: numbers alone, never who."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from flask_babel import gettext, ngettext

from app.nominations.behind import together
from app.nominations.models import Nominee, Relation


@dataclass(frozen=True)
class Backing:
    """The nominations behind a nominee: how many, and how many of each relation (those that were asked)."""

    total: int
    relations: dict[Relation, int]


def backing(nominee: Nominee) -> Backing:
    """Counts everyone whose nomination stands for this nominee."""
    nominators = together(nominee.nomination)
    found = Counter(each.relation for each in nominators if each.relation is not None)
    return Backing(len(nominators), {relation: found[relation] for relation in Relation if found[relation]})


def sentence(backed: Backing) -> str:
    """The same in words."""
    said = {
        Relation.WON: lambda n: ngettext("one won a contract in it", "%(num)s won a contract in it", n),
        Relation.LOST: lambda n: ngettext("one tendered and lost", "%(num)s tendered and lost", n),
        Relation.DID_NOT_BID: lambda n: ngettext("one did not tender", "%(num)s did not tender", n),
        Relation.OTHER: lambda n: ngettext("one stands to it otherwise", "%(num)s stand to it otherwise", n),
    }
    whole = ngettext("One nomination", "%(num)s nominations", backed.total)
    parts = ", ".join(said[relation](number) for relation, number in backed.relations.items())
    return gettext("%(whole)s: %(parts)s.", whole=whole, parts=parts) if parts else f"{whole}."
