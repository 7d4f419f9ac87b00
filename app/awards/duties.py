"""What a domain has to say about an edition's next step: what blocks it, and what somebody should do."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Blocker:
    """Why an edition cannot enter a phase yet, in one sentence (a lazily translated one)."""

    text: Any

    def __str__(self) -> str:
        return str(self.text)


@dataclass(frozen=True)
class Todo:
    """One thing to do: `action` is the text of the button to `endpoint` with `values`; `warn` when it cannot wait."""

    title: Any
    detail: Any
    endpoint: str
    values: dict[str, Any] = field(default_factory=dict)
    action: Any = ""
    warn: bool = False
