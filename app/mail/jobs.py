"""The outbox registers itself with the worker."""

from __future__ import annotations

from app.jobs import sources
from app.mail.sending import Outbox

sources.source("mail", Outbox)
