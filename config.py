"""Settings, all from the environment, with safe defaults that need no preparation.

`Settings.from_env()` reads them; `Settings.problems()` says, a sentence each, what is unsafe. The service refuses
to start while that list is not empty. Production means that BASE_URL is not a loopback address.
"""

from __future__ import annotations

import contextlib
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from config_mail import LOOPBACK_HOSTS, MIN_SECRET, MailSettings

__all__ = ["LOOPBACK_HOSTS", "MIN_SECRET", "MailSettings", "Settings"]


def _instance_dir() -> Path:
    return Path(os.environ.get("INSTANCE_DIR") or Path(__file__).resolve().parent / "instance")


def _own_secret(path: Path) -> str:
    """The secret kept in *path*, made at the first start (loopback only; production names its own).

    Processes that start at once all get the same one: the file has its name only when it is whole.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        fresh = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(48))
        with contextlib.suppress(FileExistsError):
            os.link(fresh, path)
        fresh.unlink()
    return path.read_text().strip()


@dataclass(frozen=True)
class Settings:
    """One value per setting of the README's table; *given* holds the names that the environment really set."""

    base_url: str
    database_url: str
    redis_url: str
    smtp_url: str
    mail_from: str
    mail: MailSettings
    metrics_token: str
    secret_keys: tuple[str, ...]
    instance_dir: Path
    keys_dir: Path
    keys_passphrase: str
    log_key_file: Path
    inbox_dir: Path
    uploads_dir: Path
    clock_file: Path | None
    trusted_proxies: int
    web_workers: int
    belenios_tool: str
    ted_url: str
    given: frozenset[str] = field(default_factory=frozenset)

    @classmethod
    def from_env(cls) -> Settings:
        env = os.environ
        instance = _instance_dir()
        instance.mkdir(parents=True, exist_ok=True)
        given = frozenset(name for name, value in env.items() if value)
        base_url = env.get("BASE_URL", "http://127.0.0.1:8000").rstrip("/")
        local = urlsplit(base_url).hostname in LOOPBACK_HOSTS
        secret_keys = tuple(key for key in env.get("SECRET_KEYS", "").split(",") if key)
        passphrase = env.get("KEYS_PASSPHRASE", "")
        if local:
            secret_keys = secret_keys or (_own_secret(instance / "secret.key"),)
            passphrase = passphrase or _own_secret(instance / "keys.passphrase")
        return cls(
            base_url=base_url,
            database_url=env.get("DATABASE_URL") or f"sqlite:///{instance / 'anbudspriset.db'}",
            redis_url=env.get("REDIS_URL", ""),
            smtp_url=env.get("SMTP_URL") or "smtp://127.0.0.1:2525",
            mail_from=env.get("MAIL_FROM") or "Anbudspriset <anbudspriset@localhost>",
            mail=MailSettings.from_env(env),
            metrics_token=env.get("METRICS_TOKEN", ""),
            secret_keys=secret_keys,
            instance_dir=instance,
            keys_dir=Path(env.get("KEYS_DIR") or instance / "keys"),
            keys_passphrase=passphrase,
            log_key_file=Path(env.get("LOG_KEY_FILE") or instance / "log.key"),
            inbox_dir=Path(env.get("INBOX_DIR") or instance / "inbox"),
            uploads_dir=Path(env.get("UPLOADS_DIR") or instance / "uploads"),
            clock_file=Path(env["CLOCK_FILE"]) if env.get("CLOCK_FILE") else None,
            trusted_proxies=int(env.get("TRUSTED_PROXIES") or 0),
            web_workers=int(env.get("WEB_WORKERS") or 2),
            belenios_tool=env.get("BELENIOS_TOOL", ""),
            ted_url=env.get("TED_URL", ""),
            given=given,
        )

    @property
    def production(self) -> bool:
        """True when the service is meant to be reached from elsewhere."""
        return urlsplit(self.base_url).hostname not in LOOPBACK_HOSTS

    @property
    def https(self) -> bool:
        return urlsplit(self.base_url).scheme == "https"

    @property
    def sqlite(self) -> bool:
        return self.database_url.startswith("sqlite")

    @property
    def hosts(self) -> list[str]:
        """The names under which the service answers: BASE_URL's, and loopback."""
        return sorted({urlsplit(self.base_url).hostname or "", "127.0.0.1", "localhost"})

    def problems(self) -> list[str]:
        """What makes these settings unsafe, a sentence each; empty when the service may start."""
        found = []
        parts = urlsplit(self.base_url)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path or parts.query:
            found.append("BASE_URL must be a scheme and a host alone, such as https://rosta.example.se.")
        if self.trusted_proxies < 0 or self.web_workers < 1:
            found.append("TRUSTED_PROXIES must be 0 or more and WEB_WORKERS 1 or more.")
        if not self.database_url.startswith(("sqlite:///", "postgresql://", "postgresql+psycopg://")):
            found.append("DATABASE_URL must name SQLite (sqlite:///…) or PostgreSQL (postgresql://…).")
        if self.ted_url and urlsplit(self.ted_url).scheme != "https" and self.production:
            found.append(
                "TED_URL must begin with https in production; leave it out where TED is not to be asked."
            )
        if self.metrics_token and len(self.metrics_token) < MIN_SECRET:
            found.append(f"METRICS_TOKEN must be {MIN_SECRET} random characters or more.")
        found += self.mail.problems(self.smtp_url)
        return found + self._production_problems() if self.production else found

    def _production_problems(self) -> list[str]:
        checks = [
            (not self.https, "BASE_URL must begin with https in production: ballots travel over it."),
            (
                self._lacks("SMTP_URL"),
                "SMTP_URL must name your mail relay in production; no inbox exists there.",
            ),
            (
                self.smtp_url.startswith("smtp://")
                and urlsplit(self.smtp_url).hostname not in LOOPBACK_HOSTS,
                "SMTP_URL must be smtps or smtp+starttls for a relay elsewhere: letters carry working ballots.",
            ),
            (self._lacks("MAIL_FROM"), "MAIL_FROM must be the address that letters come from in production."),
            (self._lacks("LOG_KEY_FILE"), "LOG_KEY_FILE must name the file with the ledger's signing key."),
            (
                self._lacks("UPLOADS_DIR"),
                "UPLOADS_DIR must name a folder that every web process and the worker share, and that no web server hands out.",
            ),
            (
                min(map(len, self.secret_keys), default=0) < MIN_SECRET,
                f"SECRET_KEYS must hold random keys of {MIN_SECRET} characters or more in production.",
            ),
            (
                not self._lacks("KEYS_DIR") and len(self.keys_passphrase) < MIN_SECRET,
                f"KEYS_PASSPHRASE must be {MIN_SECRET} random characters or more; it encrypts KEYS_DIR.",
            ),
            (
                self.clock_file is not None,
                "CLOCK_FILE moves the clock for rehearsals and must not be set in production.",
            ),
            (
                self.web_workers > 1 and not self.redis_url,
                "REDIS_URL is needed in production with several web processes, or limits would not add up.",
            ),
        ]
        return [sentence for unsafe, sentence in checks if unsafe]

    def worker_problems(self) -> list[str]:
        """What only the worker needs: in production, keys in a folder of its own machine."""
        if self.production and self._lacks("KEYS_DIR"):
            return ["KEYS_DIR must be a folder of the worker's machine alone, outside database and backups."]
        return []

    def _lacks(self, name: str) -> bool:
        return name not in self.given
