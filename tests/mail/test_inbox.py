from __future__ import annotations

import dataclasses
import smtplib
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.mail import inbox, message
from tests.mail.test_message import PLAIN
from tests.servers import free_port

BALLOT = "http://127.0.0.1:8000/rosta/2026#ABCDE-FGHJKL"
HTML = f'<html><head></head><body><script>alert(1)</script><a href="{BALLOT}">Rösta</a></body></html>'


@pytest.fixture
def folder(app: Flask) -> Path:
    """The inbox's folder; mail sent to its server ends there."""
    settings = dataclasses.replace(app.extensions["settings"], smtp_url=f"smtp://127.0.0.1:{free_port()}")
    app.extensions["settings"] = settings
    server = inbox.server(settings)
    server.start()
    with smtplib.SMTP("127.0.0.1", server.port) as smtp:
        for to in ("anna@example.se", "bo@example.se"):
            mail = dataclasses.replace(PLAIN, to=to, text=f"Hej <b>!\n\n{BALLOT}.\n", html=HTML)
            smtp.sendmail("post@example.se", [to], message.build(mail))
    server.stop()
    return settings.inbox_dir


def test_mails_are_kept_whole_newest_first(folder: Path) -> None:
    assert [line.to for line in inbox.headings(folder)] == ["bo@example.se", "anna@example.se"]
    assert [line.to for line in inbox.headings(folder, to="ANNA")] == ["anna@example.se"]
    assert list(folder.glob(".*")) == []


def test_the_list_links_to_each_mail(folder: Path, client: FlaskClient) -> None:
    page = client.get("/inkorg").text
    assert "anna@example.se" in page
    assert page.count('href="/inkorg/') == 2
    assert "bo@example.se" not in client.get("/inkorg?till=anna").text


def test_a_mail_shows_its_text_with_links_and_its_looks_in_a_frame(folder: Path, client: FlaskClient) -> None:
    name = inbox.names(folder)[0]
    page = client.get(f"/inkorg/{name}")
    assert f'<a href="{BALLOT}" rel="noreferrer">{BALLOT}</a>.' in page.text
    assert "Hej &lt;b&gt;!" in page.text
    assert page.headers["Content-Security-Policy"].endswith("; frame-src 'self'")
    frame = client.get(f"/inkorg/{name}/utseende")
    assert '<base target="_top">' in frame.text
    policy = frame.headers["Content-Security-Policy"]
    assert policy.startswith("sandbox ")
    assert "allow-scripts" not in policy
    assert "default-src 'none'" in policy


@pytest.mark.parametrize("name", ["x", "..%2f..%2fsecret.key", "0" * 20 + "-0000", "../secret"])
def test_other_names_are_not_found(folder: Path, client: FlaskClient, name: str) -> None:
    assert client.get(f"/inkorg/{name}").status_code == 404
    assert client.get(f"/inkorg/{name}/utseende").status_code == 404


@pytest.mark.parametrize(
    "change", [{"base_url": "https://rosta.example.se"}, {"smtp_url": "smtp://relay.example.se:25"}]
)
def test_it_does_not_exist_in_production_or_beside_a_real_relay(
    app: Flask, folder: Path, client: FlaskClient, change: dict[str, str]
) -> None:
    name = inbox.names(folder)[0]
    app.extensions["settings"] = dataclasses.replace(app.extensions["settings"], **change)  # type: ignore[arg-type]
    for path in ("/inkorg", f"/inkorg/{name}", f"/inkorg/{name}/utseende"):
        assert client.get(path).status_code == 404
    result = app.test_cli_runner().invoke(args=["inbox"])
    assert result.exit_code == 1
    assert "loopback" in result.output


def test_an_empty_inbox_says_so(client: FlaskClient) -> None:
    assert 'class="empty"' in client.get("/inkorg").text
