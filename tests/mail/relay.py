"""A real SMTP server that a test makes difficult, and a letter to send through it."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict, deque
from collections.abc import Callable
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller
from flask import Flask
from jinja2 import ChoiceLoader, DictLoader

from app.mail import service
from tests.servers import free_port

TEMPLATES = {
    "mail/test.subject.txt": "Hej {{ number }}",
    "mail/test.txt": "Hej, här är länken:\n\nhttp://127.0.0.1:8000/rosta/2026#{{ number }}\n\n.\n..två punkter\n",
    "mail/test.html": '<html><head></head><body><p>Hej, här är <a href="/{{ number }}">länken</a></p></body></html>',
}


class Relay:
    """Accepts mail. `plan[address]` lists what happens to the next tries to that address, then all goes well:

    an SMTP answer such as "450 later" (to RCPT), "DATA 451 busy", "drop" (takes the text, hangs up without an answer),
    "stall" (takes the text, never answers), "hang up" (at RCPT).
    """

    def __init__(self, *, utf8: bool = True) -> None:
        self.plan: dict[str, deque[str]] = defaultdict(deque)
        self.mails: list[EmailMessage] = []
        self.senders: list[str] = []
        self.delivered: Counter[str] = Counter()
        self.says_to_sender = ""
        self.connections = 0
        self.when_taken: Callable[[], object] = lambda: None
        self.port = free_port()
        self._running = False
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port, enable_SMTPUTF8=utf8)

    def url(self, timeout: float = 10) -> str:
        return f"smtp://127.0.0.1:{self.port}?timeout={timeout}"

    def start(self) -> None:
        self._controller.start()
        self._running = True

    def stop(self) -> None:
        if self._running:
            self._controller.stop()
        self._running = False

    async def handle_EHLO(
        self, server: Any, session: Any, envelope: Any, hostname: str, responses: list[str]
    ) -> list[str]:
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_MAIL(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if self.says_to_sender:
            return self.says_to_sender
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 fine"

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        envelope.rcpt_tos.append(address)
        planned = self.plan[address]
        if planned and planned[0][0].isdigit():
            return planned.popleft()
        if planned and planned[0] == "hang up":
            planned.popleft()
            server.transport.abort()
        return "250 fine"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        address = envelope.rcpt_tos[0]
        act = self.plan[address].popleft() if self.plan[address] else ""
        if act.startswith("DATA "):
            return act.removeprefix("DATA ")
        self.senders.append(envelope.mail_from)
        self.delivered[address] += 1
        self.mails.append(message_from_bytes(envelope.content, policy=default))  # type: ignore[arg-type]
        self.when_taken()
        if act == "drop":
            server.transport.abort()
        if act == "stall":
            await asyncio.Event().wait()
        return "250 taken"


def test_letter(app: Flask) -> None:
    """Registers the letter "test"; its subject number 404 must not be sent any more."""
    loader = DictLoader(TEMPLATES)
    app.jinja_env.loader = ChoiceLoader([loader, app.jinja_env.loader or loader])

    @service.letter("test")
    def context(subject_id: int, now: datetime) -> dict[str, Any] | None:
        return None if subject_id == 404 else {"number": subject_id, "reply_to": "kansli@example.se"}


test_letter.__test__ = False  # type: ignore[attr-defined]
