"""`mail check` says what is missing, finds nothing to say about a good set-up, and keeps secrets to itself."""

from __future__ import annotations

import dataclasses
import socketserver
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dns.flags
import dns.message
import dns.rcode
import dns.rrset
import pytest
from dns.resolver import Resolver
from flask import Flask

from app.mail.delivery_check import Finding, findings
from app.mail.dns import Names
from config import MailSettings, Settings
from tests.mail.relay import Relay
from tests.mail.test_relay_security import certificate, secure, trusted

__all__ = ["certificate", "secure", "trusted"]
pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH")
GOOD = {
    ("award.example.", "TXT"): ['"v=spf1 include:relay.example -all"', '"something else"'],
    ("_dmarc.award.example.", "TXT"): ['"v=DMARC1; p=quarantine; rua=mailto:d@award.example"'],
    ("k1._domainkey.award.example.", "TXT"): ['"v=DKIM1; k=rsa; " "p=MIGfMA0GCSqGSIb3DQEBAQUAA4GN"'],
    ("award.example.", "MX"): ["10 mx.award.example."],
}


class Server(socketserver.ThreadingUDPServer):
    """Answers from a table; what is not in it does not exist."""

    table: dict[tuple[str, str], list[str]]


class Answer(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        data, socket = self.request
        asked = dns.message.from_wire(data)
        question = asked.question[0]
        answer = dns.message.make_response(asked)
        name, kind = question.name.to_text().lower(), question.rdtype.name
        assert isinstance(self.server, Server)
        found = self.server.table.get((name, kind))
        if found:
            answer.answer.append(dns.rrset.from_text(question.name, 60, "IN", kind, *found))
        elif not any(each == name for each, _kind in self.server.table):
            answer.set_rcode(dns.rcode.NXDOMAIN)
        socket.sendto(answer.to_wire(), self.client_address)


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server(("127.0.0.1", 0), Answer)
    made.table = dict(GOOD)
    threading.Thread(target=made.serve_forever, args=(0.05,), daemon=True).start()
    yield made
    made.shutdown()
    made.server_close()


@pytest.fixture
def names(server: Server) -> Names:
    resolver = Resolver(configure=False)
    resolver.nameservers, resolver.port = ["127.0.0.1"], server.server_address[1]
    return Names(resolver)


@pytest.fixture
def good(settings: Settings, relay: Relay, tmp_path: Path) -> Settings:
    """Settings as in production, with a relay on this machine."""
    for each in ("new", "cur"):
        (tmp_path / "Maildir" / each).mkdir(parents=True)
    environment = {"BOUNCE_ADDRESS": "studs@award.example", "BOUNCE_MAILDIR": str(tmp_path / "Maildir")}
    return dataclasses.replace(
        settings, base_url="https://rosta.award.example", smtp_url=relay.url(),
        mail_from="Anbudspriset <rosta@award.example>", mail=MailSettings.from_env(environment),
        secret_keys=("k" * 43,), keys_passphrase="p" * 43, redis_url="redis://127.0.0.1:1",
        given=frozenset({"SMTP_URL", "MAIL_FROM", "LOG_KEY_FILE", "UPLOADS_DIR", "KEYS_DIR"}),
    )  # fmt: skip


def said(settings: Settings, names: Names, selectors: tuple[str, ...] = ("k1",)) -> list[Finding]:
    return list(findings(settings, names=names, selectors=selectors))


def wrong(found: list[Finding]) -> str:
    return "\n".join(each.words for each in found if each.well is False)


def test_a_good_set_up_has_nothing_wrong(good: Settings, names: Names) -> None:
    found = said(good, names)
    assert wrong(found) == ""
    assert sum(each.well is True for each in found) == 8


def missing(key: tuple[str, str]) -> dict[tuple[str, str], list[str]]:
    return {each: rows for each, rows in GOOD.items() if each != key}


TXT = ("award.example.", "TXT")
DMARC = ("_dmarc.award.example.", "TXT")


@pytest.mark.parametrize(
    ("table", "says"),
    [
        (missing(TXT) | {("award.example.", "A"): ["192.0.2.1"]}, "no SPF record"),
        (GOOD | {TXT: ['"v=spf1 -all"', '"v=spf1 ~all"']}, "2 SPF records"),
        (GOOD | {TXT: ['"v=spf1 +all"']}, "anyone may write"),
        (missing(DMARC), "no DMARC record"),
        (GOOD | {DMARC: ['"v=DMARC1; p=none"', '"v=DMARC1; p=reject"']}, "2 DMARC records"),
        (GOOD | {DMARC: ['"v=DMARC1; rua=mailto:d@award.example"']}, "without a policy"),
        (missing(("k1._domainkey.award.example.", "TXT")), "no DKIM key"),
        (GOOD | {("k1._domainkey.award.example.", "TXT"): ['"v=DKIM1; p="']}, "no DKIM key"),
        (missing(("award.example.", "MX")), "no mail server"),
        (GOOD | {("award.example.", "MX"): ["0 ."]}, "null MX"),
    ],
)
def test_each_thing_that_is_missing_in_the_dns_is_said(
    good: Settings, names: Names, server: Server, table: dict[Any, Any], says: str
) -> None:
    server.table = table
    assert says in wrong(said(good, names))
    assert wrong(said(good, names)).count("\n") == 0


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"BOUNCE_ADDRESS": ""}, "BOUNCE_ADDRESS is not set"),
        ({"BOUNCE_ADDRESS": "studs@elsewhere.example"}, "DMARC counts it for nothing"),
        ({"BOUNCE_MAILDIR": "/nowhere"}, "BOUNCE_MAILDIR"),
        ({"BOUNCE_IMAP_URL": "imap://studs:geheim@127.0.0.1:1/INBOX"}, "mailbox for bounces cannot be read"),
        ({"SMTP_RATE": "x"}, "SMTP_RATE"),
    ],
)
def test_each_setting_that_is_wrong_is_said_without_a_password(
    good: Settings, names: Names, server: Server, change: dict[str, str], says: str
) -> None:
    server.table[("elsewhere.example.", "TXT")] = ['"v=spf1 -all"']
    server.table[("elsewhere.example.", "MX")] = ["10 mx.elsewhere.example."]
    environment = {"BOUNCE_ADDRESS": "studs@award.example", "BOUNCE_MAILDIR": str(good.mail.bounce_maildir)}
    settings = dataclasses.replace(good, mail=MailSettings.from_env(environment | change))
    found = said(settings, names)
    assert says in wrong(found)
    assert "geheim" not in "".join(each.words for each in found)


def test_a_policy_above_counts(good: Settings, names: Names, server: Server) -> None:
    server.table[("rosta.award.example.", "TXT")] = ['"v=spf1 -all"']
    below = dataclasses.replace(good, mail_from="rosta@rosta.award.example")
    assert wrong(said(below, names, ())) == ""


def test_without_a_network_nothing_is_wrong_and_it_says_so(good: Settings) -> None:
    resolver = Resolver(configure=False)
    resolver.nameservers, resolver.port = ["127.0.0.1"], 1
    names = Names(resolver)
    resolver.lifetime = 0.3
    found = said(good, names)
    assert wrong(found) == ""
    assert sum("could not be asked" in each.words for each in found) == 4


def test_a_relay_that_is_away_is_wrong(good: Settings, names: Names, relay: Relay) -> None:
    relay.stop()
    assert "ConnectionRefusedError" in wrong(said(good, names))


def test_encryption_and_sign_in_are_tried_for_real_and_no_mail_is_sent(
    good: Settings, names: Names, secure: tuple[str, Any], trusted: None
) -> None:
    url, taker = secure
    right = dataclasses.replace(good, smtp_url=url % "kansli%40example.se:p%3Ass%2Fw%40rd")
    found = said(right, names)
    assert wrong(found) == ""
    assert any("TLSv1" in each.words and "signed in" in each.words for each in found)
    bad = said(dataclasses.replace(good, smtp_url=url % "kansli%40example.se:geheim"), names)
    assert "does not take letters from us" in wrong(bad)
    assert "geheim" not in wrong(bad)
    assert taker.taken == []


@pytest.mark.parametrize(("away", "code"), [(False, 0), (True, 1)])
def test_the_commands_end_says_whether_something_is_wrong(
    app: Flask, relay: Relay, away: bool, code: int
) -> None:
    app.extensions["settings"] = dataclasses.replace(app.extensions["settings"], smtp_url=relay.url())
    if away:
        relay.stop()
    done = app.test_cli_runner().invoke(args=["mail", "check"])
    assert done.exit_code == code, done.output
    assert "relay" in done.output
