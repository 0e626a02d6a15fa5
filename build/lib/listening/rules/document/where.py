"""`Where` as plain values, and back. What limits nothing is absent."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time
from typing import Any

from listening.model import Kind
from listening.rules.ruleset import Where

_NAMES = ("platforms", "kinds", "sources", "regions", "fields")


def where_to(where: Where) -> dict[str, Any]:
    found: dict[str, Any] = {name: list(map(str, getattr(where, name))) for name in _NAMES}
    least, most = where.followers
    found["followers"] = {} if where.followers == (None, None) else {"min": least, "max": most}
    found["hours"] = [each.isoformat("minutes") for each in where.hours or ()]
    limits = {name: value for name, value in found.items() if value}
    if where.verified is not None:
        limits["verified"] = where.verified
    if where.zone != Where().zone:
        limits["zone"] = where.zone
    return limits


def where_from(record: Mapping[str, Any]) -> Where:
    followers, hours = record.get("followers", {}), record.get("hours")
    return Where(
        platforms=tuple(record.get("platforms", ())),
        kinds=tuple(map(Kind, record.get("kinds", ()))),
        sources=tuple(record.get("sources", ())),
        regions=tuple(record.get("regions", ())),
        fields=tuple(record.get("fields", ())),
        followers=(followers.get("min"), followers.get("max")),
        verified=record.get("verified"),
        hours=(time.fromisoformat(hours[0]), time.fromisoformat(hours[1])) if hours else None,
        zone=record.get("zone", Where().zone),
    )
