from __future__ import annotations

from tests.locks import impatient, writer

__all__ = ["impatient", "writer"]
