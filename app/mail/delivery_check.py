"""`flask --app wsgi mail check`: what stands between our letters and the voters' inboxes, a sentence each.

It sends no mail. What depends on the network and cannot be asked is said to be unknown, and is no fault.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from app.mail import message, smtp
from app.mail.bounces import mailbox
from app.mail.dns import Names, Unasked
from config import LOOPBACK_HOSTS, Settings

OPEN_SPF = re.compile(r"(^|\s)\+?all(\s|$)", re.IGNORECASE)
POLICY = re.compile(r";\s*p\s*=\s*(\w+)", re.IGNORECASE)


@dataclass(frozen=True)
class Finding:
    """One sentence. `well` is None where it could not be found out, or where it is advice alone."""

    well: bool | None
    words: str

    @property
    def line(self) -> str:
        """As it is printed."""
        mark = {True: "ok     ", False: "WRONG  ", None: "note   "}[self.well]
        return f"{mark}{self.words}"


def findings(settings: Settings, *, names: Names, selectors: tuple[str, ...]) -> Iterator[Finding]:
    """Everything that can be said, in the order in which it is worth mending."""
    yield from (Finding(False, problem) for problem in settings.problems())
    try:
        domain = message.sender_parts(settings.mail_from)[1].rpartition("@")[2].lower()
    except ValueError:
        yield Finding(False, "MAIL_FROM holds no mail address.")
        return
    yield from _relay(settings)
    yield from _ways(settings)
    if not settings.production:
        yield Finding(None, "BASE_URL is loopback: nothing is delivered, so the DNS is not asked.")
        return
    bounces = settings.mail.bounce_address.rpartition("@")[2].lower() or domain
    yield from _aligned(domain, bounces)
    for ask in (
        _spf(names, bounces),
        _dkim(names, domain, selectors),
        _dmarc(names, domain),
        _mx(names, bounces),
    ):
        yield from _asked(ask)
    yield from _asked(_reverse(names, settings))


def _asked(found: Iterator[Finding]) -> Iterator[Finding]:
    try:
        yield from found
    except Unasked as error:
        yield Finding(None, f"The DNS could not be asked about {error}; run this again with a network.")


def _relay(settings: Settings) -> Iterator[Finding]:
    parts = urlsplit(settings.smtp_url)
    where = f"{parts.hostname}:{parts.port or smtp.DEFAULT_PORTS.get(parts.scheme, 0)}"
    try:
        connection = smtp.Connection(
            smtp.relay(settings.smtp_url), own_name=urlsplit(settings.base_url).hostname or "localhost"
        )
        yield Finding(True, f"The relay at {where} lets us in: {connection.try_out()}.")
    except (smtp.Away, ValueError) as error:
        yield Finding(False, f"The relay at {where} does not take letters from us: {error}.")
    rate = settings.mail.rate
    yield Finding(
        None,
        f"SMTP_RATE is {rate} letters a minute: 10,000 letters take {round(10_000 / rate)} minutes."
        if rate
        else "SMTP_RATE is not set: letters leave as fast as the relay takes them.",
    )


def _ways(settings: Settings) -> Iterator[Finding]:
    """How what comes back gets here."""
    own = settings.mail
    strict = settings.production
    if not own.bounce_address:
        yield Finding(
            False if strict else None,
            "BOUNCE_ADDRESS is not set: undeliverable letters come back to MAIL_FROM, and nobody sees here that they did.",
        )
        return
    yield Finding(True, f"Letters leave with return paths of {own.bounce_address}.")
    if own.bounce_maildir is not None:
        yield _maildir(own.bounce_maildir)
    if own.bounce_imap_url:
        try:
            number = mailbox.waiting(own.bounce_imap_url)
            yield Finding(True, f"The mailbox for bounces can be read; new messages in it: {number}.")
        except mailbox.NoMailbox as error:
            yield Finding(False, str(error))
    if own.bounce_webhook_key:
        yield Finding(True, f"Signed reports are taken at {settings.base_url}/studsar.")
    if own.bounce_maildir is None and not own.bounce_imap_url and not own.bounce_webhook_key:
        yield Finding(
            None,
            "No way for reports is set: unless your relay pipes them into `mail bounce`, set BOUNCE_MAILDIR, BOUNCE_IMAP_URL or BOUNCE_WEBHOOK_KEY.",
        )


def _maildir(folder: Path) -> Finding:
    for each in (folder / "new", folder / "cur"):
        if not each.is_dir() or not os.access(each, os.R_OK | os.W_OK | os.X_OK):
            return Finding(False, f"BOUNCE_MAILDIR: {each} is no folder that we may read and write.")
    return Finding(True, "The maildir for bounces can be read and written.")


def _aligned(domain: str, bounces: str) -> Iterator[Finding]:
    if domain == bounces or domain.endswith(f".{bounces}") or bounces.endswith(f".{domain}"):
        yield Finding(True, f"The sender ({domain}) and the return path ({bounces}) are aligned.")
    else:
        yield Finding(
            False,
            f"MAIL_FROM is at {domain} and BOUNCE_ADDRESS at {bounces}: SPF then speaks for another domain than the one that people see, and DMARC counts it for nothing. Use one domain for both.",
        )


def _spf(names: Names, domain: str) -> Iterator[Finding]:
    found = names.tagged(domain, "v=spf1")
    if len(found) != 1:
        how = "no SPF record" if not found else f"{len(found)} SPF records, and servers then take none"
        yield Finding(
            False, f'{domain} has {how}. It needs one TXT record such as "v=spf1 include:<your relay> -all".'
        )
    elif OPEN_SPF.search(found[0].partition(" ")[2]):
        yield Finding(False, f"The SPF record of {domain} ends with +all: anyone may write in its name.")
    else:
        yield Finding(True, f"{domain} has an SPF record: {found[0]} (check that it names your relay).")


def _dkim(names: Names, domain: str, selectors: tuple[str, ...]) -> Iterator[Finding]:
    if not selectors:
        yield Finding(
            None,
            f"DKIM: say with --selector which key your relay signs with, and it is looked up under ._domainkey.{domain}.",
        )
    for selector in selectors:
        name = f"{selector}._domainkey.{domain}"
        keys = [
            each for each in names.records(name, "TXT") if re.search(r"(^|;)\s*p\s*=\s*[A-Za-z0-9+/]", each)
        ]
        said = "has a DKIM key" if keys else "has no DKIM key: letters signed with it look forged"
        yield Finding(bool(keys), f"{name} {said}.")


def _dmarc(names: Names, domain: str) -> Iterator[Finding]:
    labels = domain.split(".")
    for start in range(max(1, len(labels) - 1)):  # a policy may stand at a domain above
        above = ".".join(labels[start:])
        found = names.tagged(f"_dmarc.{above}", "v=dmarc1")
        if len(found) > 1:
            yield Finding(
                False, f"_dmarc.{above} has {len(found)} DMARC records, and servers then take none."
            )
            return
        if found:
            policy = POLICY.search(found[0])
            said = f"policy {policy[1].lower()}" if policy else "without a policy, which is not valid"
            yield Finding(policy is not None, f"_dmarc.{above} has a DMARC record, {said}.")
            return
    yield Finding(
        False,
        f'{domain} has no DMARC record. Large providers ask for one of who sends much: begin with "v=DMARC1; p=none; rua=mailto:…" at _dmarc.{domain}.',
    )


def _mx(names: Names, domain: str) -> Iterator[Finding]:
    found = names.records(domain, "MX")
    if any(each.split()[-1] == "." for each in found):
        yield Finding(
            False, f"{domain} says that it takes no mail (null MX), so nothing can come back to it."
        )
    elif found or names.addresses(domain):
        yield Finding(True, f"{domain} takes mail, so bounces can come back to it.")
    else:
        yield Finding(False, f"{domain} has no mail server (MX), so nothing can come back to it.")


def _reverse(names: Names, settings: Settings) -> Iterator[Finding]:
    host = urlsplit(settings.smtp_url).hostname or ""
    if host in LOOPBACK_HOSTS:
        yield Finding(
            None,
            "The relay is this machine: its public address needs a reverse name (PTR) that leads back to it.",
        )
        return
    for address in names.addresses(host)[:4]:
        back = [name.rstrip(".") for name in names.reverse(address)]
        if not any(address in names.addresses(name) for name in back[:4]):
            yield Finding(
                None,
                f"{address} ({host}) has no reverse name (PTR) that leads back to it. If the relay also delivers from it, many servers will refuse.",
            )
