"""Casting and closing at the same moment: one waits for the other, neither is refused by the database."""

import threading

from app.awards import service as awards
from app.ballots import box, casting
from app.ballots import service as ballots
from app.extensions import db, transaction
from tests.ballots.voting import ballot
from tests.databases import both_databases
from tests.tally.year import START


@both_databases
def test_a_cast_and_a_move_of_the_edition_never_lock_each_other_out(year, app):
    """Who moves an edition locks edition, then box; a cast that holds the box must need nothing of the edition's row."""
    checked = casting.check(year.slug, ballot(year, 0))
    db.session.rollback()
    holds, waits, said = threading.Event(), threading.Event(), []

    def cast() -> None:
        with app.app_context(), transaction():
            box.lock(year.edition_id)
            holds.set()
            waits.wait(5 if app.extensions["settings"].sqlite is False else 0)
            casting.accept(checked, arrived=START, now=START)
        said.append("cast")

    def move() -> None:
        holds.wait(5)
        with app.app_context(), transaction():
            awards.lock(year.edition_id)
            waits.set()
            box.lock(year.edition_id)
        said.append("moved")

    threads = [threading.Thread(target=each) for each in (cast, move)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(said) == ["cast", "moved"]
    assert ballots.turnout(year.edition_id).cast == 1
