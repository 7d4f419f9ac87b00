"""The ledger's pages: everyone gets the file, staff reads a history, and what is staged stays hidden from most."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.access import Role
from app.accounts import service as accounts
from app.accounts import sessions
from app.core import checkpoints, ledger_file
from app.core.ledger_entries import KINDS
from app.core.phases import Phase
from app.extensions import db, transaction
from app.ledger import export, history, service, wording
from tests.conftest import START

HEX = "ab" * 32
MOVE = {"from": "review", "reason": "Juryn är oense.", "to": "cancelled"}


@pytest.fixture
def edition(app: Flask) -> int:
    """An edition with a move of phase, a staged objection, and three batches of letters."""
    with transaction():
        service.open_log(edition=7, slug="2026", now=START)
        by = service.by(edition=7, role="secretariat", account=5, now=START)
        service.append(edition=7, kind="phase-moved", data=MOVE | {"by": by}, now=START)
        hashes = {"archive": HEX, "report": HEX, "result": HEX}
        juror = service.by(edition=7, role="juror", account=6, now=START)
        objection = hashes | {"by": juror, "reason": "Jag hann inte läsa."}
        service.append(edition=7, kind="objected", data=objection, now=START, staged=True)
        for batch in (1, 2, 3):
            data = {"batch": batch, "letter": "ballot", "recipients": 10}
            service.append(edition=7, kind="letters-queued", data=data, now=START + timedelta(minutes=batch))
    return 7


@pytest.fixture
def _names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(history._loaders, "names", lambda ids: {n: f"Person {n}" for n in ids})


def test_anyone_gets_the_ledger_and_its_checkpoint(edition: int, client: FlaskClient) -> None:
    answer = client.get("/liggare/2026")
    assert answer.status_code == 200
    assert answer.content_type == "text/plain; charset=utf-8"
    assert "liggare-2026.txt" in answer.headers["Content-Disposition"]
    ledger = ledger_file.read(answer.data)
    assert len(ledger.lines) == 6
    assert b"Jag hann inte" not in answer.data
    note = client.get("/liggare/2026/checkpoint").data
    assert answer.data.endswith(note)
    assert checkpoints.verify(note, ledger.key) == ledger.checkpoint
    assert client.get("/liggare/2026").data == answer.data


def test_a_slow_download_holds_up_nobody(
    app: Flask, edition: int, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "PIECE", 2)
    whole = export.export(edition=edition)
    db.session.rollback()

    def write() -> int:
        with app.app_context(), transaction():  # on SQLite its commit waits for readers, and fails in the end
            data = {"batch": 4, "letter": "ballot", "recipients": 1}
            return service.append(edition=7, kind="letters-queued", data=data, now=START)

    pieces = client.get("/liggare/2026", buffered=False).iter_encoded()
    begun = next(pieces)
    with ThreadPoolExecutor(1) as other:
        assert other.submit(write).result() == 6
    assert begun + b"".join(pieces) == whole


def test_who_has_the_ledger_already_is_told_so(edition: int, client: FlaskClient) -> None:
    tag = client.get("/liggare/2026").headers["ETag"]
    assert client.get("/liggare/2026", headers={"If-None-Match": tag}).status_code == 304
    with transaction():
        data = {"batch": 4, "letter": "ballot", "recipients": 1}
        service.append(edition=7, kind="letters-queued", data=data, now=START)
    assert client.get("/liggare/2026", headers={"If-None-Match": tag}).status_code == 200


@pytest.mark.parametrize("path", ["/liggare/2027", "/liggare/2027/checkpoint"])
def test_there_is_no_ledger_of_an_edition_that_is_not(edition: int, client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_the_history_is_for_staff(edition: int, client: FlaskClient) -> None:
    assert client.get("/sekretariat/2026/handelser").status_code == 302


@pytest.mark.usefixtures("_names")
def test_what_is_staged_is_for_the_jury(app: Flask, edition: int) -> None:
    log = service.find(edition)
    with app.test_request_context("/en/", base_url="http://127.0.0.1:8000/en"):
        seen = history.page(log, see_hidden=True)[3]
        unseen = history.page(log, see_hidden=False)[3]
    assert (seen.kind, seen.who, seen.hidden) == ("objected", "Person 6", True)
    assert "Jag hann inte läsa." in seen.text
    assert (unseen.kind, unseen.who, unseen.hidden) == ("staged", "", True)


@pytest.mark.usefixtures("_names")
def test_the_latest_events_leave_out_what_is_staged(app: Flask, edition: int) -> None:
    with app.test_request_context():
        events = history.recent(edition, limit=8)
    assert [event.height for event in events] == [5, 4, 3, 1]
    assert (events[-1].who, events[-1].kind) == ("Person 5", "phase-moved")
    assert "Juryn är oense." in events[-1].text


def test_a_forgotten_person_is_a_role_again(
    app: Flask, edition: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(history._loaders, "names", lambda ids: {n: f"Person {n}" for n in ids})
    with transaction():
        service.erase(subject="account:5")
    with app.test_request_context():
        assert "Person" not in history.recent(edition)[-1].who != ""


def test_pages_follow_one_another(app: Flask, edition: int) -> None:
    log = service.find(edition)
    with app.test_request_context():
        first = history.page(log, see_hidden=True, limit=4)
        second = history.page(log, see_hidden=True, before=first[-1].height, limit=4)
    assert [event.height for event in first + second] == [5, 4, 3, 2, 1, 0]


EXAMPLES: dict[str, dict[str, object]] = {
    "nominee-told": {"party": "person"},
    "nominee-answered": {"declines": True},
    "person-erased": {"nominations": 2},
    "staff-invited": {"role": "juror"},
    "deadline-extended": {"deadline": "voting", "from": "2026-01-01T08:00:00Z", "to": "2026-01-02T08:00:00Z"},
    "phase-moved": {"from": "prepared", "reason": "", "to": "voting"},
    "two-person-act": {"act": "open-without-jury-keys", "reason": "Ingen jury i år."},
    "trial-removed": {"of": "2026", "trial": "2026-prov"},
    "copy-released": {"cancelled": 0, "copied_at": None, "entries": 4, "kept": 2},
    "roll-conflicts": {"left_out": 2, "may_vote": False, "winners": 2},
    "registration-decided": {"approved": True},
    "letter-worded": {"letter": "ballot", "words": None},
    "ballot-activated": {"old": None},
    "shortlist-made": {"categories": [{"category": "a", "nominees": 3}]},
    "roll-imported": {"added": 3, "changed": 1},
    "roll-frozen": {"voters": 3},
    "ballot-defined": {"questions": [1, 2]},
    "key-made": {"owner": "server", "purpose": "trustee"},
    "key-destroyed": {"purpose": "trustee", "reason": "Omtag."},
    "credentials-issued": {"spares": [1], "voters": 3},
    "credentials-destroyed": {"reason": "Omtag."},
    "letters-queued": {"letter": "ballot", "recipients": 3},
    "ballots-without-script": {"ballots": 3},
    "box-head": {"ballots": 3},
    "encrypted-tally": {"ballots": 3},
    "count-made": {"category": "a"},
    "report-made": {"verdict": "valid"},
    "tie-decided": {"reason": "Bredast stöd."},
    "objected": {"reason": "Nej."},
    "recount-made": {"reason": "Igen."},
    "published": {"sign_offs": 3},
}


def test_every_kind_has_its_sentence(app: Flask) -> None:
    for kind in KINDS:
        with app.test_request_context():
            said = wording.sentence(kind, EXAMPLES.get(kind, {}))
        assert said != kind
        assert "%(" not in said
        assert said[0].isupper() or said[0].isdigit()
        assert said.endswith((".", ".)"))
    with app.test_request_context():
        letters = {
            wording.sentence("letters-queued", {"letter": name, "recipients": 3})
            for name in ("ballot", "nominations-extended", "reminder")
        }
    assert len(letters) == 3


def test_every_move_has_its_sentence(app: Flask) -> None:
    with app.test_request_context():
        said = {
            wording.sentence("phase-moved", {"from": "draft", "reason": "", "to": to})
            for to in set(Phase) - {Phase.DRAFT}
        }
        back = wording.sentence("phase-moved", {"from": "prepared", "reason": "", "to": "shortlisting"})
    assert len(said | {back}) == len(Phase)
    assert not said & set(Phase)


def signed_in(app: Flask, role: Role) -> FlaskClient:
    """A browser of somebody on the staff."""
    client = app.test_client()
    with transaction():
        account = accounts.create(email=f"{role}@example.se", name="Åsa", role=role, language="sv", now=START)
        token = sessions.begin(account_id=account.id, browser="", now=START)
    client.set_cookie("session", sessions.seal(token, START), domain="127.0.0.1")
    return client


@pytest.mark.parametrize(
    ("role", "sees"), [(Role.JUROR, True), (Role.SECRETARIAT, False), (Role.OBSERVER, False)]
)
def test_the_page_of_the_history(app: Flask, edition: int, role: Role, sees: bool) -> None:
    page = signed_in(app, role).get("/en/sekretariat/2026/handelser", base_url="http://127.0.0.1:8000")
    assert page.status_code == 200
    assert page.text.count("<h1") == 1
    assert ("Jag hann inte läsa." in page.text) is sees
    assert "hidden until publication" in page.text
    assert 'href="/en/liggare/2026"' in page.text


def test_an_empty_page_leads_back(app: Flask, edition: int) -> None:
    client = signed_in(app, Role.JUROR)
    page = client.get("/en/sekretariat/2026/handelser?before=0", base_url="http://127.0.0.1:8000")
    assert "There are no older entries." in page.text
    assert client.get("/sekretariat/2027/handelser", base_url="http://127.0.0.1:8000").status_code == 404
