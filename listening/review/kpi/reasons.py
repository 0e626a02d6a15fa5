"""Why a figure leaves something out: the words that stand beside it, each with its sentence."""

from __future__ import annotations

from collections.abc import Mapping

WITHDRAWN = "withdrawn"
JOINED = "joined"
IRRELEVANT = "irrelevant"
DUPLICATE = "duplicate"
NO_NEED = "no_need"
UNANSWERED = "unanswered"
NOT_MEASURED = "not_measured"
NO_TARGET = "no_target"
NOT_DUE = "not_due"
ENDED_EARLY = "ended_early"
NO_TIME = "no_time"
NO_QUESTION = "no_question"
NO_REPLY = "no_reply"
NOT_OPPORTUNITY = "not_opportunity"
UNINVITED = "uninvited"

REASONS: Mapping[str, tuple[str, str]] = {
    WITHDRAWN: ("the rules want it no more and no person had touched it", "规则已不再命中，且无人处理过"),
    JOINED: ("joined to another case, which counts once for both", "已并入另一个案，两者只计一次"),
    IRRELEVANT: ("closed as irrelevant", "以“无关”结案"),
    DUPLICATE: ("closed as a duplicate", "以“重复”结案"),
    NO_NEED: ("closed as in no need of anything", "以“无需处理”结案"),
    UNANSWERED: ("nobody has opened it yet, or it ended so", "尚无人响应，或未响应即已结束"),
    NOT_MEASURED: ("its events lack the figure", "事件中没有这项数据"),
    NO_TARGET: ("nobody promised a time", "没有约定时限"),
    NOT_DUE: ("unanswered, its target has not passed", "未响应，但时限未到"),
    ENDED_EARLY: ("ended unanswered before its target had passed", "时限未到，未响应即已结束"),
    NO_TIME: (
        "not known when it was published, or known to be later than found",
        "发布时间未知或晚于发现时间",
    ),
    NO_QUESTION: ("a reply before the customer's first post", "回复早于客户的第一条帖子"),
    NO_REPLY: ("an opportunity that nobody replied to", "是商机，但没有回复"),
    NOT_OPPORTUNITY: ("converted, but no opportunity by its class or scenario", "有转化，但不属于商机"),
    UNINVITED: ("answered without an invitation", "未经邀请的评价"),
}
"""Reason -> what it means, in English and Chinese."""
