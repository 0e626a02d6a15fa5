"""A post that was decided is gone at once: what only the garbage collector finds costs all that follow."""

from __future__ import annotations

import gc

from listening.match.matcher import Matcher
from listening.model import Mention, Outcome, Post
from listening.rules import read_rules
from tests.match.real_posts import RULES


def test_deciding_leaves_no_cycles() -> None:
    matcher = Matcher(read_rules(RULES))
    text = "@中国移动 如果 宽带又断网了怎么办，https://t.cn/x 不想用移动了，要转到联通"
    post = Post(id="a:1", text=text, title="宽带", tags=("移动",), mentions=(Mention(name="小明"),))
    assert matcher.decide(post).outcome is not Outcome.UNMATCHED
    gc.collect()
    gc.disable()
    try:
        for _ in range(3):
            matcher.decide(post)
        assert gc.collect() == 0
    finally:
        gc.enable()
