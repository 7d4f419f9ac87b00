"""Who may read the figures, what they say, and that they say nothing about anybody."""

from __future__ import annotations

import dataclasses
import os
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families

from app.ballots.models import Box
from app.extensions import db, transaction
from app.jobs import service as jobs
from app.mail import service as mail
from app.mail.bounces import taking
from tests.awards.conftest import make_edition
from tests.conftest import START
from tests.databases import both_databases

TOKEN = "token-of-whoever-watches-over-it-all"
SECRET = "anna.hemlig@foretag.example"
AWAY = {"REMOTE_ADDR": "203.0.113.9"}


def figures(text: str) -> dict[str, float]:
    """Each sample by its name and labels."""
    return {
        f"{sample.name}{dict(sorted(sample.labels.items())) or ''}": sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


@both_databases
def test_the_figures_are_those_of_the_database(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch, database: str | None
) -> None:
    monkeypatch.setitem(mail._kinds, "ballot-cast", mail.Kind("ballot-cast", lambda _subject, _now: {}))
    with transaction():
        for number, state in enumerate(["queued", "queued", "deferred", "sent", "bounced"]):
            row = mail.queue("ballot-cast", subject_id=number, to=SECRET, language="sv", now=START)
            row.state, row.server_answer = state, f"550 {SECRET}"
            row.run_at = START - timedelta(minutes=number)
        row.name = "no longer known"
        jobs.enqueue("mail.bounces", now=START)
    edition = make_edition(START)
    with transaction():
        db.session.add(Box(edition_id=edition.id, uuid="x", ballots=41))
    taking.take(
        b"Message-ID: <a@b>\nContent-Type: message/delivery-status\n\nFinal-Recipient: x; a@b\nAction: failed\n",
        way="test",
        now=START,
    )
    said = figures(client.get("/metrics").text)
    assert said["anbudspriset_letters{'letter': 'ballot-cast', 'state': 'queued'}"] == 2
    assert said["anbudspriset_letters{'letter': 'ballot-cast', 'state': 'deferred'}"] == 1
    assert said["anbudspriset_letters{'letter': 'other', 'state': 'bounced'}"] == 1
    assert said["anbudspriset_letters{'letter': 'other', 'state': 'failed'}"] == 0
    assert said["anbudspriset_letter_oldest_due_seconds"] == 120
    assert said["anbudspriset_bounce_reports_unmatched"] == 1
    assert said["anbudspriset_jobs{'job': 'mail.bounces', 'state': 'queued'}"] == 1
    assert said["anbudspriset_workers"] == 0
    assert said[f"anbudspriset_ballots{{'edition': '{edition.slug}'}}"] == 41


def test_nothing_that_a_visitor_sends_and_nobodys_address_is_in_them(app: Flask, client: FlaskClient) -> None:
    for path in (f"/{SECRET}", f"/rosta/{SECRET}", f"/logga-in?next={SECRET}"):
        client.get(path, headers={"User-Agent": SECRET})
    client.open("/", method="HEMLIG")
    text = client.get("/metrics").text
    assert not re.search(r"hemlig|@|\?", text, re.IGNORECASE)
    assert "(no route)" in text


def test_answers_are_counted_by_route_and_status(client: FlaskClient) -> None:
    name = "anbudspriset_http_requests_total{'route': '/healthz', 'status': '200'}"
    before = figures(client.get("/metrics").text).get(name, 0)
    for _each in range(3):
        client.get("/healthz")
    assert figures(client.get("/metrics").text)[name] == before + 3


@pytest.mark.parametrize(
    ("production", "proxies", "token", "asks", "status"),
    [
        (False, 0, "", {}, 200),
        (False, 0, "", AWAY, 404),
        (True, 0, "", {}, 404),  # a proxy on this machine that nobody told us about
        (True, 1, "", {}, 200),
        (True, 1, "", AWAY, 404),
        (True, 0, TOKEN, {"HTTP_AUTHORIZATION": f"Bearer {TOKEN}"}, 200),
        (True, 1, TOKEN, AWAY | {"HTTP_AUTHORIZATION": f"Bearer {TOKEN}"}, 200),
        (True, 1, TOKEN, AWAY | {"HTTP_AUTHORIZATION": f"Bearer {TOKEN[:-1]}"}, 404),
        (True, 1, TOKEN, AWAY | {"HTTP_AUTHORIZATION": "Bearer "}, 404),
        (True, 1, TOKEN, AWAY | {"HTTP_AUTHORIZATION": "Bearer \xff"}, 404),
        (True, 1, "", AWAY | {"HTTP_AUTHORIZATION": "Bearer "}, 404),
    ],
)
def test_who_may_read_them(
    app: Flask,
    client: FlaskClient,
    production: bool,
    proxies: int,
    token: str,
    asks: dict[str, str],
    status: int,
) -> None:
    base_url = "https://rosta.example.se" if production else "http://127.0.0.1:8000"
    app.extensions["settings"] = dataclasses.replace(
        app.extensions["settings"], base_url=base_url, trusted_proxies=proxies, metrics_token=token
    )
    assert client.get("/metrics", environ_overrides=asks).status_code == status


ASK = """
import sys
from app import create_app
client = create_app().test_client()
for _each in range(int(sys.argv[1])):
    client.get("/healthz")
print(client.get("/metrics").text)
"""


def test_requests_of_several_processes_are_added_up(app: Flask, tmp_path: Path) -> None:
    environment = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}
    said = [
        subprocess.run(
            [sys.executable, "-c", ASK, number], env=environment, capture_output=True, text=True, check=True
        ).stdout
        for number in ("3", "4")
    ]
    counted = [
        figures(text)["anbudspriset_http_requests_total{'route': '/healthz', 'status': '200'}"]
        for text in said
    ]
    assert counted == [3, 7]
    assert "anbudspriset_workers" in said[1]
