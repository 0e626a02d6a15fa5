"""A week at the desk, written down before anybody plays it: who does what to which matter at which moment.

Plain data, made from a seed, of the library nothing: `play` drives the library along it, and `slow_cases`
works out by itself what must come of it. Around New Year's Day 2026, whose holiday lasts to Saturday the 3rd
and is worked for on Sunday the 4th; a few matters go on until February.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

FIRST_DAY, LAST_DAY = date(2025, 12, 25), date(2026, 2, 9)
"""All moves lie between; days of Shanghai."""
BEGIN = datetime(2025, 12, 26, 16, tzinfo=UTC)
"""Saturday 27 December, midnight in Shanghai: from here on matters arrive, for ten days."""
ARRIVALS = timedelta(days=10)
END = datetime(2026, 2, 8, 16, tzinfo=UTC)
ANNOUNCED = datetime(2025, 12, 31, 12, 0, 30, tzinfo=UTC)
"""From here on the desk knows which days of 2026 are worked; before, it took its weekends for free."""
MIDDLE = datetime(2026, 1, 1, 4, 30, 30, tzinfo=UTC)

REVIEWERS = ("李娜", "王伟", "张敏", "刘洋", "陈静", "杨磊", "赵倩", "周涛")
ADMIN = "吴刚"
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

RULES = """
brands:
  星河宽带: {any: [星河宽带], accounts: {forum: [care]}}
  星河移动: {any: [星河移动]}
competitors:
  长河通信: {any: [长河通信]}
scenarios:
  宽带报障: {any: [断网, 掉线], queue: 技术支持, priority: high, respond_within: 30m, resolve_within: 12h}
  资费争议: {any: [乱扣费], queue: 账务, respond_within: 2h, resolve_within: 18h}
  服务态度: {any: [态度差], queue: 投诉处理}
  随口一提: {any: [听说]}
  挖角机会: {of: competitors, any: [涨价], queue: 市场拓展}
queues:
  技术支持: {hours: 24x7, respond_within: 4h, resolve_within: 24h}
  账务: {hours: workdays 09:00-18:00, respond_within: 3h, resolve_within: 27h}
  投诉处理:
    hours: [workdays 08:30-17:30, holidays 10:00-16:00]
    respond_within: 1h
    resolve_within: 16h
    warn_before: 10m
  市场拓展: {hours: [workdays 10:00-12:00, workdays 13:00-19:00], respond_within: 90m}
  默认: {}
categories:
  报障: {宽带: [断网, 网速慢], 移动: []}
  投诉: {资费: [乱扣费], 服务: []}
  咨询: []
escalations:
  sensitive: {any: [工信部]}
  crisis: {any: [曝光], respond_within: 10m, resolve_within: 4h}
desk: {abandon_after: 4d, unreachable_after: 2d}
"""
CATEGORIES = ("报障/宽带/断网", "报障/宽带/网速慢", "报障/移动", "投诉/资费/乱扣费", "投诉/服务", "咨询")
CLAIMED_FOR, ABANDONED_AFTER, UNREACHABLE_AFTER = 30 * MINUTE, 4 * DAY, 2 * DAY
JOINED_WITHIN = 7 * DAY

RESPOND_WITHIN: Mapping[str, timedelta] = {"宽带报障": 30 * MINUTE, "资费争议": 2 * HOUR}
QUEUE_RESPONDS_WITHIN: Mapping[str, timedelta | None] = {
    "技术支持": 4 * HOUR,
    "账务": 3 * HOUR,
    "投诉处理": 1 * HOUR,
    "市场拓展": 90 * MINUTE,
    "默认": None,
}
LEVEL_RESPONDS_WITHIN: Mapping[str, timedelta | None] = {
    "normal": None,
    "sensitive": None,
    "crisis": 10 * MINUTE,
}
LEVELS = ("normal", "sensitive", "crisis")


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """What a customer writes, and what the rules make of it. `queue` is None for what makes no case."""

    words: str
    queue: str | None = None
    brands: tuple[str, ...] = ()
    competitors: tuple[str, ...] = ()
    scenarios: tuple[str, ...] = ()
    level: str = "normal"
    is_competitors: bool = False


TEXTS: Mapping[str, Text] = {
    "outage": Text(
        words="星河宽带又断网了",
        queue="技术支持",
        brands=("星河宽带",),
        scenarios=("星河宽带/宽带报障",),
    ),
    "both": Text(
        words="星河宽带断网，星河移动断网，都不行",
        queue="技术支持",
        brands=("星河宽带", "星河移动"),
        scenarios=("星河宽带/宽带报障", "星河移动/宽带报障"),
    ),
    "fee": Text(
        words="星河移动乱扣费",
        queue="账务",
        brands=("星河移动",),
        scenarios=("星河移动/资费争议",),
    ),
    "outage and fee": Text(
        words="星河宽带断网还乱扣费",
        queue="技术支持",
        brands=("星河宽带",),
        scenarios=("星河宽带/宽带报障", "星河宽带/资费争议"),
    ),
    "rude": Text(
        words="星河宽带的客服态度差",
        queue="投诉处理",
        brands=("星河宽带",),
        scenarios=("星河宽带/服务态度",),
    ),
    "rumour": Text(
        words="听说星河移动有新套餐",
        queue="默认",
        brands=("星河移动",),
        scenarios=("星河移动/随口一提",),
    ),
    "rival": Text(
        words="长河通信又涨价了",
        queue="市场拓展",
        competitors=("长河通信",),
        scenarios=("长河通信/挖角机会",),
        is_competitors=True,
    ),
    "ministry": Text(
        words="星河宽带掉线，我要找工信部",
        queue="技术支持",
        brands=("星河宽带",),
        scenarios=("星河宽带/宽带报障",),
        level="sensitive",
    ),
    "exposed": Text(
        words="星河移动乱扣费，我要曝光",
        queue="账务",
        brands=("星河移动",),
        scenarios=("星河移动/资费争议",),
        level="crisis",
    ),
    "praise": Text(words="星河宽带还不错", brands=("星河宽带",)),
    "plain": Text(words="还是不行，请帮忙看看"),
    "weather": Text(words="今天天气真好"),
}
TROUBLES = ("outage", "both", "fee", "outage and fee", "rude", "rumour", "ministry", "exposed")
"""What people complain of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """Something that happens. `matter` is its number, None for what is done to all; `who` a person or system.

    What is found is found at `at`; `said` tells what there is to tell, times among it.
    """

    at: datetime
    what: str
    matter: int | None = None
    who: str = "system"
    said: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Script:
    """All moves in the order of time, and what kind of life each matter leads."""

    moves: tuple[Move, ...]
    lives: Mapping[int, str]

    def until(self, moment: datetime) -> Script:
        """As much of it as happens by then."""
        return Script(tuple(move for move in self.moves if move.at <= moment), self.lives)
