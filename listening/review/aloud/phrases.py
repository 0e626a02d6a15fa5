"""The parts that sentences about events are made of: who, how long, until when, and what a person wrote."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Any

from listening.model import SYSTEM, ReviewEvent
from listening.review.aloud.durations import span, when

Said = Mapping[str, Any]
"""The data of an event."""


@dataclass(frozen=True, slots=True)
class Phrases:
    """`called` gives what stands for a post's pseudonym; `shown` is a text as whoever asks may see it.

    Each is empty where the event says nothing of it, else it begins with what parts it from what is before.
    """

    zone: tzinfo
    called: Callable[[str], str]
    shown: Callable[[str], str]

    def post(self, said: Said) -> str:
        return self.called(str(said.get("post", "")))

    def time(self, said: Said, key: str) -> str:
        return when(datetime.fromisoformat(said[key]), self.zone)

    def at(self, word: str, said: Said, key: str) -> str:
        """` until 2026-11-24 20:30`."""
        return f" {word} {self.time(said, key)}" if said.get(key) else ""

    def words(self, said: Said, key: str) -> str:
        """What a person wrote."""
        return f": {self.shown(str(said[key]))}" if said.get(key) else ""

    def due(self, said: Said) -> str:
        """Deadlines that are others now."""
        parts = [
            f"{name} by {self.time(said, key)}" if said[key] else f"nothing for {name}"
            for key, name in (("respond_by", "the first answer"), ("resolve_by", "the end"))
            if key in said
        ]
        return f"; promised now: {', '.join(parts)}" if parts else ""


def who(event: ReviewEvent) -> str:
    """In front of what was done."""
    return "The system" if event.person == SYSTEM else event.person


def entered(event: ReviewEvent) -> str:
    """Behind what another system, or the customer, says."""
    return "" if event.person == SYSTEM else f" (entered by {event.person})"


def part(word: str, said: Said, key: str) -> str:
    """` word value`."""
    return f" {word} {said[key]}" if said.get(key) else ""


def lasted(said: Said, prefix: str = "") -> str:
    """By the clock on the wall, and by the queue's hours where that is another time."""
    if f"{prefix}natural_ms" not in said:
        return ""
    natural = milliseconds(said, f"{prefix}natural_ms")
    working = milliseconds(said, f"{prefix}working_ms") if f"{prefix}working_ms" in said else natural
    return natural if natural == working else f"{natural} ({working} by the queue's hours)"


def milliseconds(said: Said, key: str) -> str:
    return span(timedelta(milliseconds=said[key]))


def in_time(said: Said) -> str:
    """Nothing, where nobody promised anything."""
    return {True: ", in time", False: ", late"}.get(said.get("in_time"), "")  # type: ignore[arg-type]
