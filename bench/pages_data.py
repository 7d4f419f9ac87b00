"""What bench/pages.py shows: a published year of 40 votes, and one that takes nominations."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

from app import create_app
from app.awards import defaults
from app.awards import service as awards
from app.core.phases import Phase
from app.extensions import clock, db, transaction
from app.review import acts
from app.review import service as review
from app.secretariat import service as secretariat
from tests.tally import year


class Still:
    """A clock that is set."""

    moment = year.START

    def now(self) -> datetime:
        """The time that was set."""
        return self.moment

    def set(self, moment: datetime) -> None:
        """Moves it."""
        self.moment = moment


def main() -> None:
    """Makes both years in the database that the environment names."""
    app, still = create_app(), Still()
    clock.now = still.now  # type: ignore[method-assign]
    draw = random.Random(1)
    with app.app_context():
        db.create_all()
        votes = [[{draw.randrange(3)}, {0, draw.randrange(3)}] for _ in range(40)]
        made = year.counted(app, still, votes, voters=60)
        seen = review.seen(made.edition_id)
        assert seen is not None
        now = still.now()
        for juror in made.jurors[:2]:
            with transaction():
                acts.sign(edition_id=made.edition_id, account_id=juror.id, what=seen, now=now)
        by = made.secretaries[0].id
        with transaction():
            secretariat.advance(made.edition_id, Phase.PUBLISHED, expected=Phase.REVIEW, by=by, now=now)
        real = datetime.now(UTC)
        fields = defaults.edition(real) | {"slug": "2027", "contact_email": "kansli@example.se"}
        fields["nominations_close_at"] = real + timedelta(days=30)
        with transaction():
            edition = awards.create_edition(by=by, now=real, **fields)
            awards.record_phase(edition.id, Phase.NOMINATING, account_id=by, now=real)


if __name__ == "__main__":
    main()
