"""docs/ledger.md tells of every kind of entry, and marks those that may be staged."""

from __future__ import annotations

import re
from pathlib import Path

from app.core.ledger_entries import KINDS

TEXT = (Path(__file__).parents[2] / "docs" / "ledger.md").read_text()


def test_every_kind_is_documented() -> None:
    rows = re.findall(r"^\| (`.*`)( \*)? \|", TEXT, re.MULTILINE)
    documented = {name: bool(star) for names, star in rows for name in re.findall(r"`([a-z-]+)`", names)}
    assert documented == {name: kind.may_be_staged for name, kind in KINDS.items()}
