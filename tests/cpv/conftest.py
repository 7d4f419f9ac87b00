from __future__ import annotations

import pytest

from app.cpv import service


@pytest.fixture(autouse=True)
def _own_list(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test's process begins without a list, as the databases of tests come and go."""
    monkeypatch.setattr(service, "_held", None)
