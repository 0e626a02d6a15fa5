"""The outlook as one HTML page that needs nothing else: no script, no address. The only home of Jinja2."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from listening.report.backtest.excerpt import excerpt
from listening.report.backtest.outlook import SHOWN, Outlook, steps
from listening.report.backtest.plain import moment

_WIDTH = 240
_STEP_NAMES = {
    "day": ("每日命中", "Hits per day"),
    "week": ("每周命中", "Hits per week"),
    "month": ("每月命中", "Hits per month"),
    "year": ("每年命中", "Hits per year"),
}


def to_html(told: Outlook, made_at: datetime) -> str:
    """The page. Whatever posts say is escaped."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    zone = ZoneInfo(told.zone)

    def local(at: datetime | None) -> str:
        return at.astimezone(zone).strftime("%Y-%m-%d %H:%M") if at else "–"

    environment.filters |= {"local": local, "moment": moment, "n": _number, "signed": _signed}
    environment.globals["excerpt"] = lambda sample: excerpt(sample, _WIDTH)
    step, bars = steps(told.days)
    return environment.get_template("page.html").render(
        told=told,
        made_at=made_at,
        shown=SHOWN,
        step=_STEP_NAMES[step],
        bars=bars,
        most=max((max(old, new) for _, old, new in bars), default=1) or 1,
        age=_duration(told.queue_max_age),
    )


def _number(value: int) -> str:
    return f"{value:,}"


def _signed(value: int) -> str:
    return f"{value:+,}" if value else "0"


def _duration(age: timedelta) -> str:
    hours = age.total_seconds() / 3600
    return f"{hours / 24:g} d" if hours >= 24 else f"{hours:g} h"
