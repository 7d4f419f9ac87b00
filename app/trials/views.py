"""The pages of a trial vote."""

from __future__ import annotations

from flask import Blueprint

from app.trials import marks

bp = Blueprint("trials", __name__, url_prefix="/sekretariat/<slug>")
bp.add_app_template_global(marks.here, "trial_here")
