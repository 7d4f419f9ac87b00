"""gunicorn's settings: `gunicorn -c python:app.serving wsgi:app`. On loopback alone unless BASE_URL is elsewhere."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from config import Settings

_settings = Settings.from_env()
_port = urlsplit(_settings.base_url).port or 8000

bind = os.environ.get("BIND") or f"127.0.0.1:{_port}"
if not _settings.production and not bind.startswith("127.0.0.1:"):
    raise SystemExit("BASE_URL is loopback, so the service binds to 127.0.0.1 alone.")
workers = _settings.web_workers
worker_class = "sync"
preload_app = True  # the code is loaded once and shared; nothing is connected before the fork
timeout = 60
graceful_timeout = 30
keepalive = 5
max_requests = 20_000
max_requests_jitter = 2_000
limit_request_line = 4094
limit_request_fields = 60
accesslog = None  # the application logs each request itself, with the route's template
errorlog = "-"
loglevel = "warning"
control_socket_disable = True
forwarded_allow_ips = ""  # TRUSTED_PROXIES says what is believed of a proxy
forwarder_headers = ""  # SCRIPT_NAME and the like never are

_counts = Path(os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", str(_settings.instance_dir / "metrics")))


def on_starting(_server: Any) -> None:
    """Requests are counted from nought, in a file of each process."""
    _counts.mkdir(parents=True, exist_ok=True)
    for file in _counts.glob("*.db"):
        file.unlink(missing_ok=True)


def post_worker_init(worker: Any) -> None:
    """Each web process builds its tables for checking ballots before the first one comes, compares the box, and looks
    whether it works on a copy.
    """
    from app.ballots import readiness
    from app.copies import service as copies

    with worker.wsgi.app_context():
        copies.start()
    readiness.start(worker.wsgi)
