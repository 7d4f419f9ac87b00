"""The secretariat's list: what is asked for in its address, and which nominations that gives, in which order.

A merged nomination is not a row of its own: it is found under the one that stands for it. Whatever belongs to a single
nominator (the search, how they stand to the procurement) is looked for in everyone behind a row.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, or_, select

from app.awards.models import Category
from app.awards.plaintext import tidy
from app.extensions import db
from app.nominations import behind
from app.nominations.models import Nomination, Relation, State
from app.screening.eligibility import eligibility
from app.screening.eligibility.eligibility import Standing
from app.screening.models import Party, Told
from app.screening.pages import alike, memory
from app.screening.pages.searching import alphabetical, matches

PAGE = 50
SEARCH_LIMIT = 100
LAST_PAGE = 10_000
COUNT = (State.CONFIRMED, State.COMPLETION_ASKED, State.ACCEPTED, State.DECLINED)
SHOWN = tuple(state for state in State if state is not State.DRAFT)
ALL = "all"
YES_NO = ("yes", "no")
SORTS = ("newest", "oldest", "authority", "decision")
CHOICES: Mapping[str, Collection[str]] = {
    "state": (ALL, *map(str, SHOWN)),
    "eligible": tuple(map(str, Standing)),
    "relation": tuple(map(str, Relation)),
    "notice": YES_NO,
    "told": YES_NO,
    "duplicates": ("yes",),
    "sort": SORTS,
}


@dataclass(frozen=True)
class Asked:
    """What the address asks for; what it does not name, or names wrongly, is left at its default."""

    state: str = ALL
    category: str = ""
    eligible: str = ""
    relation: str = ""
    notice: str = ""
    told: str = ""
    duplicates: str = ""
    q: str = ""
    sort: str = SORTS[0]
    page: int = 1

    @classmethod
    def of(cls, args: Mapping[str, str]) -> Asked:
        """From an address's query, whatever stands in it."""
        plain = {name: args.get(name, "") for name in (*CHOICES, "category")}
        known = {
            name: value for name, value in plain.items() if value in CHOICES.get(name, (value,)) and value
        }
        page = args.get("page", "")
        return cls(
            **known,
            q=tidy("".join(sign for sign in args.get("q", "") if sign.isprintable()))[:SEARCH_LIMIT],
            page=max(1, min(int(page), LAST_PAGE))
            if page.isascii() and page.isdigit() and len(page) < 6
            else 1,
        )

    @property
    def args(self) -> dict[str, Any]:
        """What has to stand in an address for the same list: only what differs from the default."""
        values = {item.name: getattr(self, item.name) for item in fields(self)}
        return {name: value for name, value in values.items() if value != getattr(Asked(), name)}

    @property
    def narrowed(self) -> bool:
        """Whether anything but state, order and page leaves rows out."""
        return bool({*self.args} - {"state", "sort", "page"})

    def but(self, **changes: Any) -> dict[str, Any]:
        """`args` with some things different, from the first page on."""
        return replace(self, **{"page": 1, **changes}).args


@dataclass(frozen=True)
class Listed:
    """One page of the list: its rows, how many there are in all, and how many in each state under the same filters."""

    rows: list[Nomination]
    total: int
    counts: dict[str, int]
    everything: int

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return -(-self.total // PAGE)


def listing(edition_id: int, asked: Asked) -> Listed:
    """The page that is asked for."""
    narrowed = _narrowed(edition_id, asked)
    found = _counts(narrowed)
    counts = {ALL: sum(found.get(state, 0) for state in COUNT)} | {
        str(state): found.get(state, 0) for state in SHOWN
    }
    query = _ordered(_in_state(select(Nomination).where(*narrowed), asked), asked)
    rows = db.session.scalars(query.limit(PAGE).offset((asked.page - 1) * PAGE))
    everything = counts if not asked.narrowed else _counts([Nomination.edition_id == edition_id])
    return Listed(list(rows), counts[asked.state], counts, sum(everything.get(state, 0) for state in COUNT))


def neighbours(edition_id: int, asked: Asked, nomination_id: int) -> tuple[int, int, int | None, int | None]:
    """The place of a nomination in the list (from 1; 0: not in it), how many there are, the one before, the one after."""
    query = select(Nomination.id).where(*_narrowed(edition_id, asked))
    ids = list(db.session.scalars(_ordered(_in_state(query, asked), asked)))
    if nomination_id not in ids:
        return 0, len(ids), None, None
    place = ids.index(nomination_id)
    return (
        place + 1,
        len(ids),
        ids[place - 1] if place else None,
        ids[place + 1] if place + 1 < len(ids) else None,
    )


def _in_state(query: Select[Any], asked: Asked) -> Select[Any]:
    states = COUNT if asked.state == ALL else (State(asked.state),)
    return query.where(Nomination.state.in_(states))


def _counts(narrowed: Collection[ColumnElement[bool]]) -> dict[Any, int]:
    query = select(Nomination.state, func.count()).where(*narrowed).group_by(Nomination.state)
    return {state: number for state, number in db.session.execute(query)}  # noqa: C416 (rows are not pairs to mypy)


def _ordered(query: Select[Any], asked: Asked) -> Select[Any]:
    sent = func.coalesce(Nomination.sent_at, Nomination.created_at)
    newest = (sent.desc(), Nomination.id.desc())
    if asked.sort == "oldest":
        return query.order_by(sent, Nomination.id)
    if asked.sort == "authority":
        return query.order_by(alphabetical(Nomination.authority), alphabetical(Nomination.title), *newest)
    if asked.sort == "decision":
        undecided = case((Nomination.decided_at.is_(None), 1), else_=0)
        return query.order_by(undecided, Nomination.decided_at.desc(), *newest)
    return query.order_by(*newest)


def _narrowed(edition_id: int, asked: Asked) -> list[ColumnElement[bool]]:
    """Everything that is asked for but the state."""
    narrowed: list[ColumnElement[bool]] = [Nomination.edition_id == edition_id]
    if asked.category:
        narrowed.append(
            Nomination.category_id.in_(select(Category.id).where(Category.slug == asked.category))
        )
    if asked.notice:
        narrowed.append(_if(asked.notice, or_(Nomination.notice != "", Nomination.read.is_not(None))))
    if asked.told:
        narrowed.append(_if(asked.told, Nomination.id.in_(_told(edition_id))))
    if asked.duplicates:
        narrowed.append(Nomination.id.in_(alike.found(edition_id).members))
    if asked.eligible:
        found = memory.recall(edition_id, "standings", lambda: eligibility.summaries(edition_id))
        narrowed.append(
            Nomination.id.in_([each for each, said in found.items() if said.standing == asked.eligible])
        )
    if own := _own(asked):
        narrowed.append(_somebody(edition_id, own))
    return narrowed


def _told(edition_id: int) -> set[int]:
    """The nominations whose authority has been told, whichever of those behind them it was told of."""
    query = select(Told.nomination_id).join(Nomination, Nomination.id == Told.nomination_id)
    query = query.where(Nomination.edition_id == edition_id, Told.party == Party.AUTHORITY)
    above = behind.parents(edition_id)
    return {behind.top(above, number) for number in db.session.scalars(query)}


def _if(answer: str, condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return condition if answer == "yes" else ~condition


def _own(asked: Asked) -> list[ColumnElement[bool]]:
    """What belongs to a single nominator."""
    own = [matches(asked.q)] if asked.q else []
    if asked.relation:
        own.append(Nomination.relation == Relation(asked.relation))
    return own


def _somebody(edition_id: int, own: list[ColumnElement[bool]]) -> ColumnElement[bool]:
    """The nomination itself fits, or one that was put behind it."""
    merged = select(Nomination.id).where(
        Nomination.edition_id == edition_id, Nomination.state == State.MERGED, *own
    )
    above = behind.parents(edition_id)
    roots = {behind.top(above, each) for each in db.session.scalars(merged)} if above else set()
    fits: ColumnElement[bool] = own[0] if len(own) == 1 else own[0] & own[1]
    return or_(fits, Nomination.id.in_(roots)) if roots else fits
