"""Numbers that no row has and signs that no text has, in the addresses of staff: not found, or not read; no error."""

from __future__ import annotations

import pytest

from app.accounts import sessions
from app.extensions import transaction
from tests.ballots.voting import open_vote
from tests.databases import both_databases
from tests.tally.year import START

HUGE = "9" * 30
ODD = [
    f"/sekretariat/2026/rostsedlar/{HUGE}", f"/sekretariat/2026/rostsedlar?sida={HUGE}", "/sekretariat/2026/rostsedlar?sida=-5",
    "/sekretariat/2026/rostsedlar?q=%00", "/sekretariat/2026/rostsedlar?state=%00", f"/sekretariat/2026/handelser?before={HUGE}",
    f"/sekretariat/2026/handelser?before=-{HUGE}", f"/sekretariat/2026/rostlangd?sida={HUGE}", "/sekretariat/2026/rostlangd?q=%00",
    f"/sekretariat/2026/rostlangd/{HUGE}", f"/sekretariat/2026/rostlangd/las-in/{HUGE}", f"/sekretariat/2026/nomineringar/{HUGE}",
    f"/sekretariat/2026/nomineringar?page={HUGE}&q=%00&category=%00", f"/sekretariat/2026/urval/{HUGE}", "/sekretariat/2026/flytta/%00",
    f"/sekretariat/personer/{HUGE}/ta-bort", "/sekretariat/%00", "/sekretariat/%00/handelser", "/sekretariat/2026/kategorier/%00",
    f"/inkorg?sida={HUGE}&till=%00", "/rosta/2026/kvitto?avtryck=%00",
]  # fmt: skip


@both_databases
@pytest.mark.timeout(120)
def test_odd_addresses_are_no_errors(app, clock, client):
    clock.set(START)
    year = open_vote(voters=1)
    with transaction():
        token = sessions.begin(account_id=year.secretaries[0].id, browser="test", now=START)
    client.set_cookie("session", sessions.seal(token, START))
    assert client.get("/sekretariat/2026").status_code == 200
    answers = {path: client.get(path).status_code for path in ODD}
    assert {path: code for path, code in answers.items() if code >= 500} == {}
