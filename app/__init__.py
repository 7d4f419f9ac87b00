"""Anbudspriset. Nothing is imported here, so that the pure core can be used without Flask."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from config import Settings


def create_app(settings: Settings | None = None) -> Flask:
    """The whole service as a Flask application; raises `UnsafeSettings` or `UnguardedRoute` instead of starting."""
    from app.factory import build

    return build(settings)
