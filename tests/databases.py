"""`@both_databases` runs a test that uses `app` on SQLite and on PostgreSQL."""

from __future__ import annotations

import pytest

both_databases = pytest.mark.parametrize("database", ["sqlite", "postgresql"], indirect=True)
