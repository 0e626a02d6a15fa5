"""The service's own schedule: when sources are due, whose turn it is, and who tells what became of it."""

from listening.collect.schedule.due import read_due
from listening.collect.schedule.timing import DEFAULT_EVERY, Timing, next_due

__all__ = ["DEFAULT_EVERY", "Timing", "next_due", "read_due"]
