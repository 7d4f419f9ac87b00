"""A list becomes part of the roll: previewed, confirmed as shown, once."""

from __future__ import annotations

import hashlib
import threading

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.access import Role
from app.accounts import service as accounts
from app.awards import service as awards
from app.awards.models import Edition, Unit
from app.core import canonical, spreadsheet
from app.core.phases import Phase
from app.extensions import db, transaction
from app.jobs.worker import Worker
from app.ledger import service as ledger
from app.roll import duties, importing, listing, lists, previewing, service, taking_in
from app.roll.list_models import Fate, ImportState, RollImport, RollImportRow
from app.roll.models import Voter
from app.roll.rows import Row, judge
from tests.awards.conftest import make_edition
from tests.conftest import START, TestClock
from tests.databases import both_databases
from tests.locks import wait_until_blocked

NUMBERS = ["5560360793", "5560125790", "5565475489", "5564230539"]
HEAD = "Företag;Organisationsnummer;E-post;Språk\n"


@pytest.fixture
def edition(app: Flask, clock: TestClock) -> Edition:
    return make_edition(START)


@pytest.fixture
def by(app: Flask) -> int:
    with transaction():
        return accounts.create(
            email="s@example.se", name="Sofia", role=Role.SECRETARIAT, language="sv", now=START
        ).id


def upload(edition: Edition, by: int, text: str) -> RollImport:
    with transaction():
        return taking_in.upload(
            edition_id=edition.id, data=text.encode(), filename="lista.csv", by=by, now=START
        )


def confirm(edition: Edition, by: int, made: RollImport, digest: str | None = None) -> RollImport:
    digest = digest or importing.plan_of(lists.find(made.id, edition_id=edition.id)).digest
    with transaction():
        return importing.confirm(import_id=made.id, edition_id=edition.id, digest=digest, by=by, now=START)


def read_in(edition: Edition, by: int, text: str) -> RollImport:
    return confirm(edition, by, upload(edition, by, text))


def of(made: RollImport, fate: str) -> list[RollImportRow]:
    db.session.rollback()
    return list(previewing.page(made, fate=fate).rows)


def rows_kept() -> int:
    return db.session.scalar(select(func.count()).select_from(RollImportRow)) or 0


def row(company: str, number: str = "", email: str = "a@b.se", sole_trader: str = "") -> Row:
    made, problems = judge(
        line=0, company=company, number=number, sole_trader=sole_trader, country="", email=email, contact="", language="sv",
    )  # fmt: skip
    assert not problems
    return made


def roll(edition: Edition) -> list[tuple[str, str]]:
    db.session.rollback()
    return [(voter.company, voter.email) for voter in service.voters(edition.id)]


TEXT = (
    HEAD
    + f"Acme;{NUMBERS[0]};a@acme.se;sv\nBeta;{NUMBERS[1]};b@beta.se;en\nAcme igen;{NUMBERS[0]};c@acme.se;sv\nFel;1;x;sv\n"
)


def test_nothing_is_written_before_the_confirmation(edition: Edition, by: int) -> None:
    made = upload(edition, by, TEXT)
    plan = importing.plan_of(made)
    assert plan.counts == {Fate.NEW: 2, Fate.DUPLICATE: 1, Fate.WRONG: 1, "shared": 0}
    (double,) = of(made, Fate.DUPLICATE)
    assert (double.line, double.first_line, double.differs) == (4, 2, True)
    assert roll(edition) == []
    assert service.count(edition.id) == 0


@both_databases
def test_the_confirmation_writes_what_was_shown_and_forgets_the_list(edition: Edition, by: int) -> None:
    made = read_in(edition, by, TEXT)
    assert roll(edition) == [("Beta", "b@beta.se"), ("Acme", "a@acme.se")]
    assert (made.added, made.changed, made.refused, made.row_count) == (2, 0, 2, 4)
    assert rows_kept() == 0
    entry = ledger.last(edition=edition.id, kind="roll-imported")
    assert entry is not None
    assert {name: entry.data[name] for name in ("added", "changed", "refused", "rows")} == {
        "added": 2, "changed": 0, "refused": 2, "rows": 4,
    }  # fmt: skip


def test_the_same_list_twice_changes_nothing(edition: Edition, by: int) -> None:
    read_in(edition, by, TEXT)
    before = service.roll_hash(edition.id)
    again = importing.plan_of(upload(edition, by, TEXT))
    assert again.counts[Fate.SAME] == 2
    assert not again.does_something
    assert service.roll_hash(edition.id) == before


def test_a_changed_address_is_a_change_and_companies_not_in_the_list_stay(edition: Edition, by: int) -> None:
    read_in(edition, by, TEXT)
    made = upload(edition, by, HEAD + f"Acme;{NUMBERS[0]};ny@acme.se;sv\n")
    assert of(made, Fate.CHANGE)[0].changes == [("email", "a@acme.se", "ny@acme.se")]
    assert importing.plan_of(made).kept == 1
    read_in(edition, by, HEAD + f"Acme;{NUMBERS[0]};ny@acme.se;sv\n")
    assert roll(edition) == [("Beta", "b@beta.se"), ("Acme", "ny@acme.se")]


def test_a_preview_that_the_roll_has_left_behind_writes_nothing(edition: Edition, by: int) -> None:
    made = upload(edition, by, TEXT)
    shown = importing.plan_of(made).digest
    read_in(edition, by, HEAD + f"Beta;{NUMBERS[1]};annan@beta.se;sv\n")
    with pytest.raises(importing.PreviewStale):
        confirm(edition, by, made, shown)
    assert roll(edition) == [("Beta", "annan@beta.se")]
    with pytest.raises(importing.PreviewStale):
        confirm(edition, by, made)
    with transaction():
        importing.compare_again(import_id=made.id, edition_id=edition.id, now=START)
    confirm(edition, by, made)
    assert roll(edition) == [("Beta", "b@beta.se"), ("Acme", "a@acme.se")]


def test_a_list_is_confirmed_once_and_only_in_its_own_edition(edition: Edition, by: int) -> None:
    other = make_edition(START, slug="annan")
    made = upload(edition, by, TEXT)
    digest = importing.plan_of(made).digest
    with pytest.raises(lists.NoSuchImport):
        confirm(other, by, made, digest)
    confirm(edition, by, made, digest)
    with pytest.raises(lists.AlreadyClosed):
        confirm(edition, by, made, digest)
    assert len(roll(edition)) == 2


@both_databases
def test_two_confirmations_at_once_write_once(app: Flask, edition: Edition, by: int) -> None:
    made = upload(edition, by, TEXT)
    digest, edition_id, made_id = importing.plan_of(made).digest, edition.id, made.id
    db.session.rollback()
    barrier, ends = threading.Barrier(2), []

    def press() -> None:
        with app.app_context():
            barrier.wait(20)
            try:
                with transaction():
                    importing.confirm(
                        import_id=made_id, edition_id=edition_id, digest=digest, by=by, now=START
                    )
                ends.append("written")
            except (lists.AlreadyClosed, importing.PreviewStale):
                ends.append("refused")
            finally:
                db.session.remove()

    threads = [threading.Thread(target=press) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(40)
    assert sorted(ends) == ["refused", "written"]
    assert len(roll(edition)) == 2


def test_lists_that_nobody_confirms_are_forgotten_after_a_day(edition: Edition, by: int) -> None:
    made = upload(edition, by, TEXT)
    with transaction():
        lists.forget_old(now=START + lists.KEPT)
    assert rows_kept() == 5
    with transaction():
        lists.forget_old(now=START + lists.KEPT * 2)
    kept = db.session.get(RollImport, made.id, populate_existing=True)
    assert kept is not None
    assert (kept.state, rows_kept()) == (ImportState.ABANDONED, 0)


def test_no_personal_number_reaches_the_database(edition: Edition, by: int) -> None:
    text = "Företag;Orgnr;E-post;Enskild firma\nEva Ek;850709-9805;eva@ek.se;\nEvas El;8507099805;eva@el.se;ja\nEva 850709-9805;;e@f.se;ja\n"
    made = upload(edition, by, text)
    everything = select(*RollImportRow.__table__.columns).where(RollImportRow.import_id == made.id)
    assert "9805" not in str(db.session.execute(everything).all())
    confirm(edition, by, made)
    (only,) = service.voters(edition.id)
    assert (only.company, only.orgnr, only.number, only.sole_trader) == ("Evas El", "", "", True)


def test_a_frozen_roll_takes_nothing_more(edition: Edition, by: int) -> None:
    read_in(edition, by, TEXT)
    waiting = upload(edition, by, HEAD + f"Ny;{NUMBERS[2]};n@ny.se;sv\n")
    digest = importing.plan_of(waiting).digest
    (_, acme) = service.voters(edition.id)
    with transaction():
        frozen = service.freeze(edition.id, by=by, now=START)
    assert frozen.voters == 2
    for change in (
        lambda: confirm(edition, by, waiting, digest),
        lambda: upload(edition, by, TEXT),
        lambda: service.save_voter(edition_id=edition.id, row=row("Ny", NUMBERS[2]), by=by, now=START),
        lambda: service.remove_voter(acme.id, edition_id=edition.id, by=by, now=START),
    ):
        with pytest.raises(service.RollFrozen):
            change()
    assert service.roll_hash(edition.id) == frozen.roll_hash
    with transaction():
        service.unfreeze(edition.id, by=by, now=START)
        service.remove_voter(acme.id, edition_id=edition.id, by=by, now=START)
    assert roll(edition) == [("Beta", "b@beta.se")]


def test_the_hash_is_of_the_documented_form(edition: Edition, by: int) -> None:
    read_in(edition, by, TEXT)
    lines = [
        {"company": "Beta", "email": "b@beta.se", "key": f"se:{NUMBERS[1]}", "language": "en"},
        {"company": "Acme", "email": "a@acme.se", "key": f"se:{NUMBERS[0]}", "language": "sv"},
    ]
    expected = hashlib.sha256(b"".join(canonical.dumps(line) + b"\n" for line in lines)).hexdigest()
    assert service.roll_hash(edition.id) == expected
    with transaction():
        frozen = service.freeze(edition.id, by=by, now=START)
        assert service.freeze(edition.id, by=by, now=START) == frozen
    assert frozen.roll_hash == expected
    entry = ledger.last(edition=edition.id, kind="roll-frozen")
    assert entry is not None
    assert entry.data["voters"] == 2
    assert expected not in str(entry.data)


def test_companies_that_share_an_address_get_a_label(edition: Edition, by: int) -> None:
    read_in(
        edition,
        by,
        HEAD
        + f"Acme;{NUMBERS[0]};Samma@x.se;sv\nBeta;{NUMBERS[1]};samma@X.se;sv\nEgen;{NUMBERS[2]};e@x.se;sv\n",
    )
    labels = {voter.company: voter.ballot_label for voter in service.voters(edition.id)}
    assert labels == {"Acme": "Acme", "Beta": "Beta", "Egen": ""}
    beta = next(voter for voter in service.voters(edition.id) if voter.company == "Beta")
    with transaction():
        service.correct_address(beta.id, "egen@beta.se", by=by, second=by, now=START)
    assert {voter.ballot_label for voter in service.voters(edition.id)} == {""}


def test_a_corrected_address_is_on_record_and_keeps_the_key(edition: Edition, by: int) -> None:
    with transaction():
        voter = service.save_voter(
            edition_id=edition.id, row=row("Evas El", sole_trader="ja"), by=by, now=START
        )
        service.freeze(edition.id, by=by, now=START)
    key = voter.key
    with transaction():
        corrected = service.correct_address(voter.id, "Ny@EL.se", by=by, second=by, now=START)
    assert (corrected.key, corrected.email) == (key, "Ny@el.se")
    frozen = service.frozen(edition.id)
    assert frozen is not None
    assert frozen.corrected == 1
    entry = ledger.last(edition=edition.id, kind="address-corrected")
    assert entry is not None
    assert entry.data["second"] is not None
    with pytest.raises(ValueError, match="bad-email"):
        service.correct_address(voter.id, "no", by=by, now=START)


def test_one_voter_by_hand_and_never_the_same_company_twice(edition: Edition, by: int) -> None:
    with transaction():
        acme = service.save_voter(edition_id=edition.id, row=row("Acme", NUMBERS[0]), by=by, now=START)
    with pytest.raises(service.AlreadyOnRoll) as error:
        service.save_voter(edition_id=edition.id, row=row("Acme HB", NUMBERS[0]), by=by, now=START)
    assert error.value.other.id == acme.id
    with transaction():
        service.save_voter(
            edition_id=edition.id, row=row("Acme HB", NUMBERS[1]), by=by, now=START, voter_id=acme.id
        )
    assert [voter.key for voter in service.voters(edition.id)] == [f"se:{NUMBERS[1]}"]
    other = make_edition(START, slug="annan")
    with pytest.raises(service.NoSuchVoter):
        service.save_voter(edition_id=other.id, row=row("X", NUMBERS[2]), by=by, now=START, voter_id=acme.id)


@pytest.mark.slow
def test_ten_thousand_companies_are_confirmed_in_one_go(app: Flask, edition: Edition, by: int) -> None:
    text = "Företag;Nummer;E-post;Land\n" + "".join(
        f"Bolag {n};NO{n};i{n}@example.se;NO\n" for n in range(10_000)
    )
    made = upload(edition, by, text.replace("Nummer", "Orgnr"))
    worker = Worker(app)
    worker.run(until_idle=True)
    db.session.expire_all()
    confirm(edition, by, made)
    worker.run(until_idle=True)
    assert db.session.scalar(select(func.count()).select_from(Voter)) == 10_000


def test_an_empty_roll_blocks_the_ballots_and_asks_to_be_filled(edition: Edition, by: int) -> None:
    assert duties.blockers(edition, Phase.PREPARED, now=START)
    assert not duties.blockers(edition, Phase.NOMINATING, now=START)
    edition.phase = Phase.SHORTLISTING
    assert [todo.endpoint for todo in duties.todos(edition, now=START)] == ["roll.upload"]
    db.session.rollback()
    made = upload(edition, by, TEXT)
    edition.phase = Phase.SHORTLISTING
    (todo,) = duties.todos(edition, now=START)
    assert (todo.endpoint, todo.values["import_id"]) == ("roll.preview", made.id)


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
@pytest.mark.timeout(120)
def test_nothing_slips_onto_the_roll_beside_a_freeze(app: Flask, edition: Edition, by: int) -> None:
    read_in(edition, by, TEXT)
    waiting = upload(edition, by, HEAD + f"Ny;{NUMBERS[2]};n@ny.se;sv\n")
    digest = importing.plan_of(waiting).digest
    edition_id, made_id, voter_id = edition.id, waiting.id, service.voters(edition.id)[0].id
    changes = {
        "confirm": lambda: importing.confirm(
            import_id=made_id, edition_id=edition_id, digest=digest, by=by, now=START
        ),
        "add": lambda: service.save_voter(
            edition_id=edition_id, row=row("Nyare", NUMBERS[3]), by=by, now=START
        ),
        "remove": lambda: service.remove_voter(voter_id, edition_id=edition_id, by=by, now=START),
    }
    ends: dict[str, str] = {}

    def change(name: str) -> None:
        with app.app_context():
            try:
                with transaction():
                    changes[name]()
                ends[name] = "written"
            except service.RollFrozen:
                ends[name] = "refused"
            finally:
                db.session.remove()

    threads = [threading.Thread(target=change, args=(name,)) for name in changes]
    with transaction():
        awards.lock(edition_id)
        frozen = service.freeze(edition_id, by=by, now=START)
        for thread in threads:
            thread.start()
        wait_until_blocked(3)
    for thread in threads:
        thread.join(40)
    assert ends == dict.fromkeys(changes, "refused")
    assert (frozen.voters, frozen.roll_hash) == (service.count(edition_id), service.roll_hash(edition_id))


def test_what_has_one_ballot_stands_while_somebody_is_on_the_roll(edition: Edition, by: int) -> None:
    with transaction():
        awards.change_edition(edition.id, by=by, now=START, unit=Unit.PERSON)
        awards.change_edition(edition.id, by=by, now=START, unit=Unit.COMPANY)
    read_in(edition, by, TEXT)
    with pytest.raises(awards.FieldLocked) as error, transaction():
        awards.change_edition(edition.id, by=by, now=START, unit=Unit.PERSON)
    assert error.value.field == "unit"


PERSONS = "Förnamn;Efternamn;E-post;Företag;Personnummer\n"


@both_databases
def test_persons_are_known_by_address_and_name(edition: Edition, by: int) -> None:
    with transaction():
        awards.change_edition(edition.id, by=by, now=START, unit=Unit.PERSON)
    text = PERSONS + (
        "Eva;Ek;Eva@ÅKES.se;Åkes AB;850709-9805\n"
        "EVA;E\u0301K;eva@xn--kes-tla.se;;\n"
        "eva; ek ;eva@xn--kes-tla.se;;\n"
        "Bo;Ek;eva@åkes.se;Åkes AB;\n"
        ";;tom@x.se;Tom AB;\n"
    )
    made = upload(edition, by, text)
    assert {fate: number for fate, number in made.counts.items() if number} == {
        "new": 3, "duplicate": 1, "wrong": 1, "shared": 3,
    }  # fmt: skip
    assert [(row.line, row.first_line) for row in of(made, Fate.DUPLICATE)] == [(4, 2)]
    assert of(made, Fate.WRONG)[0].problems == "missing-contact"
    sharers = previewing.page(made, fate=previewing.SHARED).sharers
    assert sorted((sharer.name, sharer.line) for sharer in next(iter(sharers.values()))) == [
        ("Bo Ek", 5), ("EVA ÉK", 3),
    ]  # fmt: skip
    confirm(edition, by, made)
    voters = service.voters(edition.id)
    assert {(voter.name, voter.company, voter.orgnr) for voter in voters} == {
        ("Eva Ek", "Åkes AB", ""), ("EVA ÉK", "EVA ÉK", ""), ("Bo Ek", "Åkes AB", ""),
    }  # fmt: skip
    assert {voter.ballot_label for voter in voters} == {"Eva Ek", "EVA ÉK", "Bo Ek"}
    again = importing.plan_of(upload(edition, by, text))
    assert (again.does_something, again.counts["same"], again.kept) == (False, 3, 0)


@both_databases
def test_a_shared_address_is_shown_with_who_shares_it(edition: Edition, by: int) -> None:
    read_in(edition, by, HEAD + f"Kvar;{NUMBERS[0]};Info@kontor.se;sv\nFlyttar;{NUMBERS[1]};x@kontor.se;sv\n")
    made = upload(
        edition,
        by,
        HEAD
        + f"Ny;{NUMBERS[2]};info@KONTOR.se;sv\nFlyttar;{NUMBERS[1]};y@kontor.se;sv\nNyare;{NUMBERS[3]};x@kontor.se;sv\n",
    )
    page = previewing.page(made, fate=previewing.SHARED)
    assert [(row.company, [(one.name, one.line) for one in page.sharers[row.id]]) for row in page.rows] == [
        ("Ny", [("Kvar", 0)])
    ]
    assert made.counts == {"new": 2, "change": 1, "shared": 1}
    confirm(edition, by, made)
    labels = {voter.company: voter.ballot_label for voter in service.voters(edition.id)}
    assert labels == {"Kvar": "Kvar", "Ny": "Ny", "Flyttar": "", "Nyare": ""}


@both_databases
def test_columns_said_by_hand_judge_the_rows_anew(edition: Edition, by: int) -> None:
    made = upload(
        edition, by, f"Lista\nQ;W;Vem;Z\nAcme;{NUMBERS[0]};a@acme.se;x\nBeta;{NUMBERS[1]};b@beta.se;y\n"
    )
    assert (made.state, made.first_line, made.width) == (ImportState.COLUMNS, 3, 4)
    say = {"import_id": made.id, "edition_id": edition.id, "now": START}
    with pytest.raises(importing.ColumnsMissing) as error, transaction():
        importing.say_columns(columns={"company": 0, "email": 2}, first_line=3, **say)
    assert error.value.fields == ["number"]
    with transaction():
        importing.say_columns(columns={"company": 2, "email": 3, "number": 1}, first_line=2, **say)
    assert lists.find(made.id, edition_id=edition.id).counts == {"wrong": 3, "shared": 0}
    with transaction():
        importing.say_columns(columns={"company": 0, "email": 2, "number": 1}, first_line=3, **say)
    confirm(edition, by, made)
    assert sorted(roll(edition)) == [("Acme", "a@acme.se"), ("Beta", "b@beta.se")]


def test_a_list_of_the_roll_itself_changes_nothing(edition: Edition, by: int) -> None:
    read_in(edition, by, TEXT + "Evas El;;eva@el.se;sv\n".replace(";;", ";850709-9805;"))
    rows = list(listing.export_rows(edition.id))
    text = spreadsheet.write(listing.HEADINGS, rows).decode()
    plan = importing.plan_of(upload(edition, by, text))
    assert (plan.does_something, plan.counts["same"], plan.kept) == (False, len(rows), 0)
