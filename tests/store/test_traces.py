"""What other people's posts say of somebody who was erased, and what is left of it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listening.model import Author, Mention, Post, Reference
from listening.store.traces import without

ERASED = frozenset({"weibo:7", "weibo:小明", "weibo:Xiao_Ming", "discourse/forum.example:7"})
MING = Author(id="7", name="小明", followers=12)
HONG = Author(id="8", name="小红")


def a_post(text: str = "我也断网了", **more: Any) -> Post:
    given: dict[str, Any] = {"platform": "weibo", "author": HONG} | more
    return Post(id="weibo:1", text=text, **given)


def cleaned(post: Post) -> Post:
    return without(post, ERASED.__contains__)


def test_a_post_that_names_nobody_erased_is_the_very_same() -> None:
    post = a_post(
        "@小红 你好，me@xiao.example",
        title="小明",
        parent=Reference(id="weibo:0", author=HONG),
        mentions=(Mention(name="小红"), Mention(id="8")),
        extra={"n": 7.5, "yes": True, "nested": {"a": [None, "小红"]}},
    )
    assert cleaned(post) is post


def test_whom_it_answers_and_repeats_is_left_out_and_the_thread_stays() -> None:
    post = a_post(parent=Reference(id="weibo:0", author=MING), root=Reference(id="weibo:9", author=MING))
    assert cleaned(post) == a_post(parent=Reference(id="weibo:0"), root=Reference(id="weibo:9"))


def test_its_own_author_is_not_asked_about() -> None:
    post = a_post(author=MING)
    assert cleaned(post) is post


@pytest.mark.parametrize(
    ("mention", "stays"),
    [
        pytest.param(Mention(id="7", name="小明"), False, id="by id and name"),
        pytest.param(Mention(id="7"), False, id="by id"),
        pytest.param(Mention(name="小明"), False, id="by name"),
        pytest.param(Mention(id="9", name="小明"), True, id="somebody else of that name"),
        pytest.param(Mention(name="小明明"), True, id="a longer name"),
    ],
)
def test_mentions(mention: Mention, stays: bool) -> None:
    other = Mention(name="星河宽带")
    assert cleaned(a_post(mentions=(other, mention))).mentions == ((other, mention) if stays else (other,))


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        pytest.param("@小明 断网了", "@** 断网了", id="before a blank"),
        pytest.param("＠小明，断网了", "＠**，断网了", id="full width"),
        pytest.param("@小明断网了", "@**断网了", id="with words behind it"),
        pytest.param("转发//@小明:断网了//@小红:唉", "转发//@**:断网了//@小红:唉", id="of a repost"),
        pytest.param("@Xiao_Ming断网", "@*********断网", id="Latin before Han"),
        pytest.param("@Xiao_Ming2 断网", "@Xiao_Ming2 断网", id="a longer Latin name"),
        pytest.param("小明断网了", "小明断网了", id="a name without @ is a word like others"),
        pytest.param("mail@小明", "mail@小明", id="an address"),
        pytest.param("@@小明@小明", "@@**@**", id="several"),
        pytest.param("@", "@", id="nothing behind it"),
    ],
)
def test_what_is_called_by_name_is_masked_sign_by_sign(text: str, masked: str) -> None:
    assert cleaned(a_post(text)).text == masked
    assert cleaned(a_post(title=text)).title == masked


def test_where_the_post_says_which_name_stands_there_no_shorter_one_is_taken() -> None:
    post = a_post("@小明明 断网了", mentions=(Mention(id="9", name="小明明"),))
    assert cleaned(post) is post
    namesake = a_post("@小明 断网了", mentions=(Mention(id="9", name="小明"),))
    assert cleaned(namesake) is namesake
    named = a_post("@小明断网了", mentions=(Mention(id="7", name="小明"),))
    assert cleaned(named) == a_post("@**断网了")


def test_what_else_was_told_of_them_goes_too() -> None:
    post = a_post(
        parent=Reference(id="weibo:0", author=MING),
        root=Reference(id="weibo:9", author=HONG),
        extra={
            "parent.author.gender": "f",
            "root.author.gender": "m",
            "reply_to": "小明",
            "reply_to_id": 7,
            "people": [{"nick": "小明"}],
            "number": 7.0,
            "text": "说的是小明",
        },
    )
    kept = {"root.author.gender": "m", "number": 7.0, "text": "说的是小明"}
    assert cleaned(post).extra == kept


def test_on_platforms_of_many_sites_the_site_counts() -> None:
    answered = Reference(id="d:0", author=Author(id="7"))
    here = a_post(platform="discourse", url="https://forum.example/t/1/2", parent=answered)
    elsewhere = a_post(platform="discourse", url="https://other.example/t/1/2", parent=answered)
    assert cleaned(here).parent == Reference(id="d:0")
    assert cleaned(elsewhere) is elsewhere


@given(
    text=st.text("@＠小明红 ：/aX_.", max_size=40),
    names=st.lists(st.sampled_from(["小明", "小红", "小明明"])),
)
def test_masking_keeps_every_place_and_is_done_once(text: str, names: list[str]) -> None:
    post = a_post(text, mentions=tuple(Mention(name=name) for name in names))
    once = cleaned(post)
    assert len(once.text) == len(text)
    assert {old for old, new in zip(text, once.text, strict=True) if old != new} <= {"小", "明"}
    assert cleaned(once).text == once.text
