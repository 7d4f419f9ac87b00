"""deadlock probe"""
import threading, time
from app.extensions import transaction, db
from app.awards import service as awards
from app.ballots import box, casting
from tests.ballots.voting import ballot, open_vote
from tests.databases import both_databases
from tests.tally.year import START
import pytest

@pytest.mark.parametrize("database",["postgresql"],indirect=True)
@pytest.mark.timeout(120)
def test_dead(app, clock):
    clock.set(START)
    year=open_vote(voters=4)
    checked=casting.check(year.slug, ballot(year,0))
    db.session.rollback()
    locked=threading.Event(); out=[]
    orig=box.append
    def caster():
        with app.app_context():
            try:
                with transaction():
                    # takes box first
                    row=box.lock(year.edition_id)
                    locked.set(); time.sleep(0.5)
                    casting.accept(checked, arrived=clock.now(), now=clock.now())
                out.append("cast ok")
            except Exception as e: out.append("cast "+repr(e)[:300])
    t=threading.Thread(target=caster); t.start(); locked.wait()
    try:
        with transaction():
            awards.lock(year.edition_id)
            box.lock(year.edition_id)
        out.append("close ok")
    except Exception as e: out.append("close "+repr(e)[:300])
    t.join()
    print(out); assert False, out
