"""The address that Prometheus asks, and the counting of requests."""

from __future__ import annotations

import hmac
import ipaddress

from flask import Blueprint, Response, abort, current_app, request
from prometheus_client import CONTENT_TYPE_LATEST

from app import access
from app.extensions import clock
from app.metrics import figures
from config import Settings

bp = Blueprint("metrics", __name__)


@bp.get("/metrics")
@access.machine
def metrics() -> Response:
    """The figures, for who holds METRICS_TOKEN, or asks from this machine; for all others there is no such page."""
    if not (_has_token() or _from_this_machine()):
        abort(404)
    return Response(figures.text(clock.now()), content_type=CONTENT_TYPE_LATEST)


def _has_token() -> bool:
    token: str = current_app.extensions["settings"].metrics_token
    given = request.headers.get("Authorization", "").encode()
    return bool(token) and hmac.compare_digest(given, f"Bearer {token}".encode())


def _from_this_machine() -> bool:
    """Whether nobody else can have asked: in production only where TRUSTED_PROXIES says so, because without it a proxy
    on this machine makes every visitor look like one of it.
    """
    settings: Settings = current_app.extensions["settings"]
    if settings.production and not settings.trusted_proxies:
        return False
    try:
        return ipaddress.ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False


@bp.after_app_request
def count(response: Response) -> Response:
    """Counts one answer, by its route's template: what a visitor typed is in no label."""
    route = request.url_rule.rule if request.url_rule is not None else "(no route)"
    figures.requests.labels(route, str(response.status_code)).inc()
    return response
