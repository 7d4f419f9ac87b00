"""The local inbox: an SMTP server on loopback that keeps each mail as a file, in place of a relay.

It takes whatever comes and delivers nothing. It exists only where the service is not in production and SMTP_URL is
loopback; there the page /inkorg shows what came.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from itertools import count
from pathlib import Path
from time import time_ns
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from config import LOOPBACK_HOSTS, Settings

if TYPE_CHECKING:
    from aiosmtpd.controller import Controller
    from aiosmtpd.smtp import SMTP, Envelope, Session

NAME = re.compile(r"[0-9]{20}-[0-9]{4}")
HEAD = 16_384


class NoSuchMail(LookupError):
    """No mail of that name is kept."""


@dataclass(frozen=True)
class Heading:
    """One line of the inbox."""

    name: str
    to: str
    subject: str
    date: datetime | None


class Keeper:
    """aiosmtpd's handler: writes each mail to a file of its own, whole or not at all."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._numbers = count()
        folder.mkdir(parents=True, exist_ok=True)

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keeps the mail; the envelope's addresses are written on top of it."""
        assert isinstance(envelope.content, bytes)
        head = f"Return-Path: <{envelope.mail_from}>\r\n" + "".join(
            f"Delivered-To: {address}\r\n" for address in envelope.rcpt_tos
        )
        name = f"{time_ns():020d}-{next(self._numbers) % 10_000:04d}"
        fresh = self.folder / f".{name}.new"
        try:
            fresh.write_bytes(head.encode() + envelope.content)
            fresh.rename(self.folder / f"{name}.eml")
        except OSError:  # a full disk, most likely: that is no letter's fault, so it is tried again
            with contextlib.suppress(OSError):
                fresh.unlink()
            return "452 4.3.1 no room to keep the mail"
        return "250 kept in the local inbox"


def is_local(settings: Settings) -> bool:
    """Whether the inbox may exist with these settings."""
    return not settings.production and urlsplit(settings.smtp_url).hostname in LOOPBACK_HOSTS


def server(settings: Settings) -> Controller:
    """The SMTP server for these settings, to be started; binds to loopback alone."""
    from aiosmtpd.controller import Controller

    parts = urlsplit(settings.smtp_url)
    return Controller(
        Keeper(settings.inbox_dir), hostname="127.0.0.1", port=parts.port or 25, enable_SMTPUTF8=True,
        data_size_limit=10_000_000,
    )  # fmt: skip


def names(folder: Path) -> list[str]:
    """The names of all mails, newest first."""
    return sorted((file.stem for file in folder.glob("*.eml") if NAME.fullmatch(file.stem)), reverse=True)


def headings(folder: Path, *, to: str = "") -> Iterator[Heading]:
    """The mails, newest first; only those to addresses that contain *to*, where it is given."""
    for name in names(folder):
        with (folder / f"{name}.eml").open("rb") as file:
            mail = BytesParser(policy=default).parsebytes(file.read(HEAD), headersonly=True)
        address = str(mail["Delivered-To"] or mail["To"] or "")
        if to.strip().lower() in address.lower():
            date = mail["Date"].datetime if mail["Date"] is not None else None
            yield Heading(name, address, str(mail["Subject"] or ""), date)


def mail(folder: Path, name: str) -> EmailMessage:
    """The mail *name*; raises `NoSuchMail`."""
    file = folder / f"{name}.eml"
    if not NAME.fullmatch(name) or not file.is_file():
        raise NoSuchMail(name)
    return message_from_bytes(file.read_bytes(), policy=default)


def body(message: EmailMessage, kind: str) -> str:
    """The mail's part of *kind* ("plain" or "html"), or "" where it has none."""
    part = message.get_body((kind,))
    return str(part.get_content()) if part is not None else ""
