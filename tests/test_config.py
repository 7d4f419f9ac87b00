"""Unsafe settings are refused, each with a sentence of its own."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

import config
from app import create_app
from app.factory import UnsafeSettings
from config import Settings

SAFE = {
    "BASE_URL": "https://rosta.example.se",
    "SMTP_URL": "smtps://relay.example.se:465",
    "MAIL_FROM": "Anbudspriset <rosta@example.se>",
    "SECRET_KEYS": "k" * 43,
    "KEYS_PASSPHRASE": "p" * 43,
    "KEYS_DIR": "/var/lib/anbudspriset/keys",
    "LOG_KEY_FILE": "/var/lib/anbudspriset/log.key",
    "UPLOADS_DIR": "/var/lib/anbudspriset/uploads",
    "REDIS_URL": "redis://127.0.0.1:6379/0",
}


@pytest.fixture
def production(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name, value in SAFE.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


def test_defaults_are_safe_on_loopback(settings: Settings) -> None:
    assert settings.problems() == []
    assert not settings.production


def test_a_full_set_is_safe_in_production(production: pytest.MonkeyPatch) -> None:
    settings = Settings.from_env()
    assert settings.production
    assert settings.problems() == []


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("BASE_URL", "http://rosta.example.se", "https"),
        ("BASE_URL", "https://rosta.example.se/under", "host alone"),
        ("SMTP_URL", "", "SMTP_URL"),
        ("SMTP_URL", "smtp://relay.example.se:25", "smtps"),
        ("MAIL_FROM", "", "MAIL_FROM"),
        ("SECRET_KEYS", "", "SECRET_KEYS"),
        ("SECRET_KEYS", "short", "SECRET_KEYS"),
        ("KEYS_PASSPHRASE", "short", "KEYS_PASSPHRASE"),
        ("LOG_KEY_FILE", "", "LOG_KEY_FILE"),
        ("UPLOADS_DIR", "", "UPLOADS_DIR"),
        ("CLOCK_FILE", "/tmp/clock", "CLOCK_FILE"),
        ("REDIS_URL", "", "REDIS_URL"),
        ("DATABASE_URL", "mysql://127.0.0.1/x", "DATABASE_URL"),
        ("TRUSTED_PROXIES", "-1", "TRUSTED_PROXIES"),
        ("SMTP_RATE", "many", "SMTP_RATE"),
        ("SMTP_RATE", "-5", "SMTP_RATE"),
        ("SMTP_CONNECTIONS", "0", "SMTP_CONNECTIONS"),
        ("SMTP_CONNECTIONS", "1000", "SMTP_CONNECTIONS"),
        ("SMTP_URL", "smtps://relay.example.se:99999", "SMTP_URL"),
        ("SMTP_URL", "smtps://relay.example.se?timeout=soon", "SMTP_URL"),
        ("BOUNCE_ADDRESS", "Studs <studs@example.se>", "BOUNCE_ADDRESS"),
        ("BOUNCE_ADDRESS", "studs+x@example.se", "BOUNCE_ADDRESS"),
        ("BOUNCE_ADDRESS", "studs@example.se\r\nBcc: x@example.se", "BOUNCE_ADDRESS"),
        ("BOUNCE_IMAP_URL", "imaps://mail.example.se", "BOUNCE_IMAP_URL"),
        ("BOUNCE_IMAP_URL", "imap://u:p@mail.example.se", "password"),
        ("BOUNCE_WEBHOOK_KEY", "short", "BOUNCE_WEBHOOK_KEY"),
        ("METRICS_TOKEN", "short", "METRICS_TOKEN"),
    ],
)
def test_each_unsafe_setting_is_refused_at_start(
    production: pytest.MonkeyPatch, name: str, value: str, says: str
) -> None:
    production.setenv(name, value)
    settings = Settings.from_env()
    assert [problem for problem in settings.problems() if says in problem]
    with pytest.raises(UnsafeSettings, match=says):
        create_app(settings)


def test_the_worker_needs_keys_of_its_own_and_the_web_does_not(production: pytest.MonkeyPatch) -> None:
    production.delenv("KEYS_DIR")
    production.delenv("KEYS_PASSPHRASE")
    settings = Settings.from_env()
    assert settings.problems() == []
    assert [problem for problem in settings.worker_problems() if "KEYS_DIR" in problem]


def test_own_secrets_survive_a_restart_and_are_private(settings: Settings) -> None:
    again = Settings.from_env()
    assert again.secret_keys == settings.secret_keys
    assert Path(settings.instance_dir / "secret.key").stat().st_mode & 0o077 == 0


def test_processes_that_start_at_once_get_the_same_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process makes the file between our look and our own try; ours never takes its place."""
    path = tmp_path / "secret.key"
    link = os.link

    def slower(fresh: Path, to: Path) -> None:
        other = tmp_path / "other"
        other.write_text("the other one's")
        link(other, to)
        link(fresh, to)

    monkeypatch.setattr(os, "link", slower)
    assert config._own_secret(path) == "the other one's"
    assert sorted(each.name for each in tmp_path.iterdir()) == ["other", "secret.key"]


def test_a_setting_that_is_no_number_says_which(settings: Settings) -> None:
    assert replace(settings, web_workers=0).problems()
