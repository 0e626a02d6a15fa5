"""Review events: the append-only log a case's life is told by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewEvent:
    """Step `n` (from 1) in the life of a case. Whoever creates step n owns it; nothing is overwritten."""

    case: str
    n: int
    kind: str
    at: datetime
    person: str
    data: Mapping[str, Any] = field(default_factory=dict)
