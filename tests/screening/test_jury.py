"""What jurors read of nominations, and what nobody on the staff does: drafts."""

from __future__ import annotations

import pytest

from app.access import Role
from app.extensions import db
from app.nominations.models import Relation, State
from tests.awards.browsing import Browser
from tests.nominations.test_staff import nomination

JURY = "/jury/2026/nomineringar"


@pytest.fixture
def juror(app) -> Browser:
    found = Browser(app)
    found.sign_in(Role.JUROR, "jonna@example.se")
    return found


def test_a_juror_reads_what_is_accepted_and_who_stands_behind_it(edition, juror, clock) -> None:
    first = nomination(edition, clock, 1, State.ACCEPTED, relation=Relation.LOST, remarks="Bara för juryn")
    nomination(
        edition, clock, 2, State.MERGED, relation=Relation.WON, company="Vinnare AB", merged_into_id=first.id
    )
    nomination(edition, clock, 3, State.CONFIRMED)
    page = juror.get(JURY)
    assert "Upphandling 1" in page.text
    assert "2 nomineringar" in page.text
    assert "Upphandling 3" not in page.text
    page = juror.get(f"{JURY}/{first.id}")
    for words in ("Vinnare AB", "Vann ett avtal i den", "Lämnade anbud men vann inte", "Bara för juryn"):
        assert words in page.text
    assert first.contact_email not in page.html


def test_what_is_not_accepted_is_not_there_for_a_juror(edition, juror, clock) -> None:
    for number, state in enumerate(State):
        if state is not State.ACCEPTED:
            item = nomination(edition, clock, number, state)
            juror.get(f"{JURY}/{item.id}", code=404)
            juror.get(f"{JURY}/{item.id}/bilagor/x", code=404)
    juror.get(f"{JURY}/999", code=404)


def test_others_see_none_of_it(edition, app, browser, clock) -> None:
    item = nomination(edition, clock, 1, State.ACCEPTED)
    db.session.commit()
    browser.get(JURY, code=302)
    observer = Browser(app)
    observer.sign_in(Role.OBSERVER, "olle@example.se")
    for path in (JURY, f"{JURY}/{item.id}", f"{JURY}/{item.id}/bilagor/x"):
        observer.get(path, code=403)


@pytest.mark.parametrize("page", ["", "/acceptera", "/avsla/utseende", "/ratta", "/svar"])
def test_a_draft_is_its_authors_alone(edition, secretary, clock, page) -> None:
    draft = nomination(edition, clock, 1, State.DRAFT, title="Hemlig tanke", authority="")
    secretary.get(f"/sekretariat/2026/nomineringar/{draft.id}{page}", code=404)


def test_a_nomination_that_names_no_authority_can_still_be_read(edition, secretary, clock) -> None:
    item = nomination(edition, clock, 1, State.CONFIRMED, authority="")
    for page in ("", "/acceptera", "/avsla", "/avsla/utseende?letter=sv"):
        answer = secretary.raw("GET", f"/sekretariat/2026/nomineringar/{item.id}{page}")
        assert answer.status_code == 200, page
