"""SMTP_RATE: so many letters a minute leave, over all workers and connections of the service.

One row says until when the time is given away; whoever claims letters takes their minutes' share in the same
transaction, by the database's clock. After a pause a second's share may leave at once, never more.
"""

from __future__ import annotations

import math

from sqlalchemy import select

from app.extensions import db
from app.jobs.leases import database_time
from app.mail.models import Pace

BURST = 1.0
ROW = 1


class NotYet(Exception):
    """No letter may leave before so many `seconds` have passed."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds


def check(rate: int) -> None:
    """Raises `NotYet` while nothing may leave; only reads."""
    if rate:
        row = db.session.get(Pace, ROW, populate_existing=True)
        _share(rate, row.free_at if row is not None else 0.0)


def _share(rate: int, free_at: float) -> tuple[int, float]:
    """How many letters may leave now, and from when their time counts."""
    each = 60.0 / rate
    now = db.session.scalars(select(database_time())).one()
    begins = max(free_at, now - max(BURST, each))
    number = math.floor((now - begins) / each + 1e-6)
    if number < 1:
        raise NotYet(begins + each - now)
    return number, begins


class Share:
    """What the caller's transaction may claim: `most` letters; `use` gives their time away."""

    def __init__(self, rate: int, most: int) -> None:
        self.rate, self.most = rate, most
        if not rate:
            return
        self._row = db.session.get(Pace, ROW, with_for_update=True, populate_existing=True)
        number, self._begins = _share(rate, self._row.free_at if self._row is not None else 0.0)
        self.most = min(most, number)

    def use(self, letters: int) -> None:
        """So many leave."""
        if not self.rate or not letters:
            return
        until = self._begins + letters * 60.0 / self.rate
        if self._row is None:
            db.session.add(Pace(id=ROW, free_at=until))
        else:
            self._row.free_at = until
