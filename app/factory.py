"""Builds the application: settings → extensions → domains → refuses to start with an unguarded route.

A domain is a folder. Of the modules in PARTS it has those that it needs; they are imported here, bottom domain first,
and register themselves: `models` with the database, `letters` with mail, `jobs` with the worker, `views` as the
blueprint `bp`, `commands` as the click group `cli`.
"""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.util import find_spec

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from app import access, assets, error_pages, logs, web
from app.extensions import (
    babel,
    clock,
    csrf,
    db,
    limiter,
    migrate,
    prepare_engine,
    sqlite_journal,
    sqlite_module,
)
from config import Settings

DOMAINS = (
    "copies",
    "jobs",
    "ledger",
    "mail",
    "accounts",
    "awards",
    "letters",
    "approvals",
    "cpv",
    "nominations",
    "screening",
    "roll",
    "jury",
    "trustees",
    "ballots",
    "tally",
    "review",
    "results",
    "secretariat",
    "metrics",
    "trials",
    "backups",
    "rehearsal",
)
PARTS = ("models", "letters", "jobs", "views", "commands")
MAX_REQUEST = 4 * 1024 * 1024
MAX_FORM_MEMORY = 1024 * 1024


class UnsafeSettings(RuntimeError):
    """Settings that the service refuses to start with; the message says why, a sentence each."""


def build(settings: Settings | None = None) -> Flask:
    """The application for *settings* (the environment's when None); raises `UnsafeSettings` or `UnguardedRoute`."""
    settings = settings or Settings.from_env()
    if problems := settings.problems():
        raise UnsafeSettings("\n".join(["The settings are not safe:", *problems]))
    logs.configure()
    app = Flask(__name__, static_folder=None, template_folder="templates")
    app.extensions["settings"] = settings
    app.url_rule_class = web.LateRule
    app.url_map.converters["int"] = web.RowNumber
    app.config.from_mapping(flask_config(settings))
    clock.file = settings.clock_file
    _extensions(app, settings)
    _domains(app)
    assets.register(app)
    web.register(app)
    error_pages.register(app)
    logs.log_requests(app)
    access.refuse_unguarded(app)
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=0)  # type: ignore[method-assign]
    app.wsgi_app = web.LanguagePrefix(app.wsgi_app)  # type: ignore[method-assign]
    return app


def flask_config(settings: Settings) -> dict[str, object]:
    """Flask's own settings, from ours."""
    engine: dict[str, object] = {"pool_pre_ping": not settings.sqlite, "hide_parameters": True}
    if settings.sqlite:
        engine["module"] = sqlite_module()
    return {
        "SECRET_KEY": settings.secret_keys[0],
        "SECRET_KEY_FALLBACKS": list(settings.secret_keys[1:]),
        "SQLALCHEMY_DATABASE_URI": settings.database_url.replace("postgresql://", "postgresql+psycopg://", 1),
        "SQLALCHEMY_ENGINE_OPTIONS": engine,
        "TRUSTED_HOSTS": settings.hosts,
        "SESSION_COOKIE_NAME": web.cookie_name(settings, "form"),
        "SESSION_COOKIE_SECURE": settings.https,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_PATH": "/",
        "WTF_CSRF_TIME_LIMIT": None,
        "WTF_CSRF_SSL_STRICT": False,  # our own pages send no referrer
        "MAX_CONTENT_LENGTH": MAX_REQUEST,
        "MAX_FORM_MEMORY_SIZE": MAX_FORM_MEMORY,
        "BABEL_DEFAULT_LOCALE": "sv",
        "BABEL_DEFAULT_TIMEZONE": "Europe/Stockholm",
        "RATELIMIT_STORAGE_URI": settings.redis_url or "memory://",
        "RATELIMIT_ENABLED": True,
    }


def _extensions(app: Flask, settings: Settings) -> None:
    db.init_app(app)
    with app.app_context():
        prepare_engine(db.engine)
    migrate.init_app(app, db, directory="migrations", render_as_batch=True, compare_type=True)
    csrf.init_app(app)
    babel.init_app(app, locale_selector=web.language, timezone_selector=lambda: "Europe/Stockholm")
    limiter.init_app(app)
    if settings.sqlite and sqlite_journal() == "DELETE" and "worker" not in sys.argv:
        app.logger.info("this SQLite is below 3.51.3: its journal mode is DELETE instead of WAL")


def _domains(app: Flask) -> None:
    for domain in DOMAINS:
        if find_spec(f"app.{domain}") is None:
            continue
        for part in PARTS:
            name = f"app.{domain}.{part}"
            if find_spec(name) is None:
                continue
            module = import_module(name)
            if part == "views":
                for blueprint in getattr(module, "blueprints", [module.bp]):
                    app.register_blueprint(blueprint)
            elif part == "commands":
                for command in getattr(module, "clis", None) or [module.cli]:
                    app.cli.add_command(command)
