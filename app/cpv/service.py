"""The CPV list that is in use: the loaded one, else the divisions. Each process keeps it ready for searching.

What a process keeps is compared with the database's list at each use, by one short query: a list that was loaded
meanwhile is in use everywhere at once.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select

from app.cpv.models import CpvCode, CpvList
from app.extensions import db
from app.procurement import cpv
from app.procurement.cpv import DIVISIONS, Code, Index
from app.procurement.identifiers import IdentifierError
from app.procurement.identifiers import cpv as read_code

THE_LIST = 1
SHIPPED = "the divisions"
CHUNK = 1000


@dataclass(frozen=True)
class Loaded:
    """What became of loading: how many codes the list has, and whether it is another one than before."""

    codes: int
    changed: bool


@dataclass(frozen=True)
class Book:
    """A list, ready to be searched and leafed through. `below` has each code's narrower ones; "" stands for the top."""

    version: str
    codes: Mapping[str, Code]
    below: Mapping[str, list[Code]]
    index: Index

    @property
    def whole(self) -> bool:
        """Whether a list was loaded; the divisions alone are not one."""
        return self.version != SHIPPED

    def above(self, code: str) -> list[Code]:
        """The broader codes of the list, the broadest first."""
        found: list[Code] = []
        broader = cpv.parent(code)
        while broader is not None:
            if broader in self.codes:
                found.insert(0, self.codes[broader])
            broader = cpv.parent(broader)
        return found


def load(rows: Iterable[bytes | str], *, now: datetime) -> Loaded:
    """Puts the list of a CSV file in the place of the one in use, as a whole; the same list again changes nothing.

    Raises `app.procurement.cpv.ListError` at the first row that is wrong, with its line.
    """
    codes = sorted(cpv.parse_list(rows), key=lambda code: code.code)
    digest = hashlib.sha256("\n".join(map(repr, codes)).encode()).hexdigest()
    held = db.session.get(CpvList, THE_LIST, with_for_update=True, populate_existing=True)
    if held is not None and held.digest == digest:
        return Loaded(len(codes), changed=False)
    if held is None:
        held = CpvList(id=THE_LIST)
        db.session.add(held)
    held.digest, held.codes, held.loaded_at = digest, len(codes), now
    db.session.flush()
    db.session.execute(delete(CpvCode))
    for start in range(0, len(codes), CHUNK):
        some = codes[start : start + CHUNK]
        db.session.execute(insert(CpvCode), [{"code": one.code, "sv": one.sv, "en": one.en} for one in some])
    return Loaded(len(codes), changed=True)


def book() -> Book:
    """The list in use."""
    global _held  # noqa: PLW0603 (each process keeps one list)
    version = db.session.scalar(select(CpvList.digest).where(CpvList.id == THE_LIST)) or SHIPPED
    if _held is None or _held.version != version:
        _held = _made(version)
    return _held


def search(text: str, lang: str, limit: int = 20) -> list[Code]:
    """The best codes for what was typed (words in either language, or digits), best first."""
    return cpv.search(book().index, text, lang, limit)


def chosen(text: str) -> list[tuple[str, Code | None]]:
    """The codes in a field, as they are written there, each with what the list says of it; other text is left out."""
    found: dict[str, Code | None] = {}
    known: Mapping[str, Code] | None = None
    for part in text.replace(";", ",").split(","):
        try:
            written = read_code(part)
        except IdentifierError:
            continue
        known = known or book().codes
        found[written] = known.get(written[:8])
    return list(found.items())


_held: Book | None = None


def _made(version: str) -> Book:
    if version == SHIPPED:
        codes = list(DIVISIONS)
    else:
        rows = db.session.execute(select(CpvCode.code, CpvCode.sv, CpvCode.en).order_by(CpvCode.code))
        codes = [Code(code, sv, en) for code, sv, en in rows]
    known = {code.code: code for code in codes}
    below: defaultdict[str, list[Code]] = defaultdict(list)
    for code in codes:
        broader = cpv.parent(code.code)
        while broader is not None and broader not in known:
            broader = cpv.parent(broader)
        below[broader or ""].append(code)
    return Book(version, known, dict(below), Index(codes))
