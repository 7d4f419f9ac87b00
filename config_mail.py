"""The settings of the mail, beside SMTP_URL and MAIL_FROM: its pace, and the ways by which bounces come back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

LOOPBACK_HOSTS = {"127.0.0.1", "localhost", "::1"}
MIN_SECRET = 32
MOST_CONNECTIONS = 20
PLAIN_ADDRESS = re.compile(r"[A-Za-z0-9._-]{1,30}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})*")
TIMEOUT = re.compile(r"[0-9]{1,4}(\.[0-9]{1,3})?")


def whole(text: str | None, default: int) -> int:
    """A setting that is a whole number; -1 when it is something else."""
    if not text:
        return default
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text.strip()) else -1


@dataclass(frozen=True)
class MailSettings:
    """One value per setting; empty or 0 where it is not given."""

    rate: int
    connections: int
    bounce_address: str
    bounce_maildir: Path | None
    bounce_imap_url: str
    bounce_webhook_key: str

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> MailSettings:
        """What the environment says."""
        return cls(
            rate=whole(env.get("SMTP_RATE"), 0),
            connections=whole(env.get("SMTP_CONNECTIONS"), 1),
            bounce_address=env.get("BOUNCE_ADDRESS", "").strip(),
            bounce_maildir=Path(env["BOUNCE_MAILDIR"]) if env.get("BOUNCE_MAILDIR") else None,
            bounce_imap_url=env.get("BOUNCE_IMAP_URL", ""),
            bounce_webhook_key=env.get("BOUNCE_WEBHOOK_KEY", ""),
        )

    def problems(self, smtp_url: str) -> list[str]:
        """What is wrong with them, a sentence each."""
        imap = urlsplit(self.bounce_imap_url)
        checks = [
            (
                not _is_relay(smtp_url),
                "SMTP_URL must look like smtp://host:port, smtps://… or smtp+starttls://user:password@host:port.",
            ),
            (self.rate < 0, "SMTP_RATE must be a whole number: letters a minute, 0 for no limit."),
            (
                not 1 <= self.connections <= MOST_CONNECTIONS,
                f"SMTP_CONNECTIONS must be a whole number from 1 to {MOST_CONNECTIONS}.",
            ),
            (
                bool(self.bounce_address) and not PLAIN_ADDRESS.fullmatch(self.bounce_address),
                "BOUNCE_ADDRESS must be one plain address such as studs@award.example: no +, at most 30 characters before the @.",
            ),
            (
                bool(self.bounce_imap_url)
                and (imap.scheme not in {"imaps", "imap+starttls", "imap"} or not imap.hostname or not imap.username),
                "BOUNCE_IMAP_URL must look like imaps://user:password@host/folder or imap+starttls://….",
            ),
            (
                imap.scheme == "imap" and imap.hostname not in LOOPBACK_HOSTS,
                "BOUNCE_IMAP_URL must be imaps or imap+starttls for a server elsewhere: its password travels over it.",
            ),
            (
                0 < len(self.bounce_webhook_key) < MIN_SECRET,
                f"BOUNCE_WEBHOOK_KEY must be {MIN_SECRET} random characters or more.",
            ),
        ]  # fmt: skip
        return [sentence for wrong, sentence in checks if wrong]


def _is_relay(url: str) -> bool:
    try:
        parts = urlsplit(url)
        timeout = parse_qs(parts.query, strict_parsing=bool(parts.query)).get("timeout", ["30"])[0]
        return (
            parts.scheme in {"smtp", "smtps", "smtp+starttls"}
            and bool(parts.hostname)
            and (parts.port is None or parts.port > 0)
            and TIMEOUT.fullmatch(timeout) is not None
            and float(timeout) > 0
        )
    except ValueError:
        return False
