"""How people are shown: names and numbers hidden by default, evidence where it was, all of it for who may."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listening.model import Author, Hit, Match, Mention, Status
from listening.review.contacts import Contact
from listening.review.conversations import Conversation, Line, Speaker
from listening.review.profiles import Profile
from listening.review.showing import Sight, case_facts, contact_facts, line_facts, record_facts
from tests.review.authors import CONTEXT, hour, wrote
from tests.store.records import case

A, B = "weibo:1001", "weibo:2002"
HIDING, FULL = Sight(), Sight(full=True)
PHONE = "13800138000"


def evidence(text: str, word: str, **more: Any) -> Match:
    start = text.index(word)
    end = start + len(word)
    return replace(
        Match(subject="星河宽带", term=word, field="text", start=start, end=end, text=word), **more
    )


def talk(*hits: Hit) -> Conversation:
    """Ours are ours; whoever else speaks is a customer."""
    lines = (Line(hit, Speaker.OURS if hit.ours else Speaker.CUSTOMER, 1) for hit in hits)
    return Conversation("weibo:1", tuple(lines), ())


def texts(whole: Conversation) -> list[str]:
    return [line.hit.post.text for line in whole.lines]


def names(whole: Conversation) -> list[str | None]:
    return [line.hit.post.author.name if line.hit.post.author else None for line in whole.lines]


def test_numbers_and_names_are_hidden_and_shown_in_full_to_whom_may_see_them() -> None:
    hit = wrote(A, 1, f"星河宽带断网，电话{PHONE}", title=f"打{PHONE}", tags=("断网", PHONE))
    shown = HIDING.hit(hit).post
    assert (shown.text, shown.title) == ("星河宽带断网，电话138****8000", "打138****8000")
    assert shown.tags == ("断网", "138****8000")
    assert shown.author is not None
    assert shown.author.name == "张**"
    assert FULL.hit(hit) is hit
    assert HIDING.hit(wrote(None, 1)).post.author is None


def test_what_calls_people_by_name_is_hidden_in_all_the_talk() -> None:
    ours = wrote("weibo:9", 2, "@张小满 您好，＠李四光 也好", ours=True, **CONTEXT)
    whole = HIDING.conversation(talk(wrote(A, 1), ours, wrote(B, 3, "回复@张小满:我也是")))
    assert texts(whole) == ["星河宽带又双叒断网啦", "@张** 您好，＠李** 也好", "回复@张**:我也是"]


def test_our_own_names_are_shown() -> None:
    ours = wrote("weibo:9", 2, "您好", author=Author(id="9", name="星河客服"), ours=True, **CONTEXT)
    whole = HIDING.conversation(talk(wrote(A, 1, "@星河客服 断网了"), ours))
    assert texts(whole) == ["@星河客服 断网了", "您好"]
    assert names(whole) == ["张**", "星河客服"]


def test_who_is_called_is_hidden_without_having_spoken_unless_it_is_what_matched() -> None:
    text = "@星河宽带 和@王五六七 都不管"
    called = (Mention(name="星河宽带"), Mention(id="7", name="王五六七"), Mention(id="8"))
    hit = wrote(A, 1, text, mentions=called, matches=(evidence(text, "星河宽带"),))
    assert HIDING.hit(hit).post.text == "@星河宽带 和@王**七 都不管"


def test_the_longer_of_two_names_is_hidden_whole() -> None:
    whole = talk(
        wrote("weibo:张三", 1, "@张三丰收 在吗"),
        wrote("weibo:张三丰收", 2, "@张三 在"),
        wrote("weibo:三", 3, "三个"),
    )
    assert texts(HIDING.conversation(whole)) == ["@张**收 在吗", "@张* 在", "三个"]


def test_evidence_stands_where_it_stood_and_says_what_is_shown_there() -> None:
    text = f"@张小满 打{PHONE}没人接，星河宽带断网"
    found = (evidence(text, "断网"), evidence(text, PHONE), Match(subject="s", term="s", field="source"))
    shown = HIDING.conversation(talk(wrote(A, 1, text, matches=found))).lines[0].hit
    assert [each.text for each in shown.matches] == ["断网", "138****8000", None]
    for each in shown.matches[:2]:
        assert shown.post.text[each.start : each.end] == each.text


@given(st.text(max_size=40), st.text(min_size=1, max_size=6))
def test_whatever_is_written_what_is_shown_is_as_long(text: str, name: str) -> None:
    hit = wrote(A, 1, f"{text}@{name}", author=Author(id="1001", name=name), title=text)
    shown = HIDING.hit(hit).post
    assert (len(shown.text), len(shown.title or "")) == (len(hit.post.text), len(text))


@pytest.mark.parametrize(
    ("key", "opaque", "shown"),
    [
        pytest.param("weibo:1001", set(), "weibo:1001", id="a number"),
        pytest.param("weibo:张小满", set(), "weibo:张**", id="a name"),
        pytest.param("bluesky:did:plc:ab12", {"bluesky:did:plc:ab12"}, "bluesky:did:plc:ab12", id="an id"),
        pytest.param("bluesky:did:plc:ab12", set(), "bluesky:d**********2", id="perhaps a name"),
        pytest.param("isso/blog.example:张小满", set(), "isso/blog.example:张**", id="a name on a site"),
        pytest.param("张小满", set(), "张**", id="a name that somebody took for a key"),
    ],
)
def test_a_key_is_shown_unless_it_may_hold_a_name(key: str, opaque: set[str], shown: str) -> None:
    assert HIDING.key(key, opaque) == shown
    assert FULL.key(key) == key


PROFILE = Profile(
    contact=Contact(key=A, members=(A, "tieba:张小满"), tags=("VIP",), note=f"打{PHONE}", name="城东张女士"),
    records=3,
    author="张小满",
    opaque=frozenset({A}),
    followers=0,
    platforms=(("weibo", 2), ("tieba", 1)),
    scenarios=(("星河宽带/宽带报障", 2),),
    first_at=hour(1),
    last_at=hour(2),
    last="weibo:2",
)


def test_the_facts_of_a_contact_are_plain_and_what_is_unknown_is_absent() -> None:
    facts = {
        "contact": A,
        "members": ["tieba:张**"],
        "name": "城***士",
        "tags": ["VIP"],
        "note": "打138****8000",
        "records": 3,
        "followers": 0,
        "platforms": {"weibo": 2, "tieba": 1},
        "scenarios": {"星河宽带/宽带报障": 2},
        "first_at": hour(1),
        "last_at": hour(2),
        "last": "weibo:2",
    }
    assert contact_facts(PROFILE, HIDING) == facts
    full = {"members": ["tieba:张小满"], "name": "城东张女士", "note": f"打{PHONE}"}
    assert contact_facts(PROFILE, FULL) == facts | full
    nobody = Profile(contact=Contact(key=A, members=(A,)))
    assert contact_facts(nobody, HIDING) == {"contact": A, "records": 0}


def test_the_facts_of_a_line_say_who_speaks_and_what_matched() -> None:
    hit = wrote(A, 1, "星河宽带断网", case="c1", deleted=True)
    facts = line_facts(Line(hit, Speaker.CUSTOMER, 2))
    assert facts == {
        "speaker": "customer",
        "voice": 2,
        "id": "weibo:1",
        "at": hour(1),
        "name": "张小满",
        "text": "星河宽带断网",
        "evidence": [{"field": "text", "start": 0, "end": 4, "text": "星河宽带"}],
        "level": 2,
        "scenarios": ["星河宽带/宽带报障"],
        "status": Status.OPEN,
        "deleted": True,
        "case": "c1",
    }
    assert record_facts(hit) == {
        name: value for name, value in facts.items() if name not in ("speaker", "voice")
    }


def test_the_facts_of_a_case_do_not_say_whom_it_is_with() -> None:
    facts = case_facts(case("c1", contact="pseudonym", thread="weibo:1", posts=("weibo:1",), satisfied=False))
    assert facts == {
        "case": "c1",
        "status": "open",
        "queue": "技术支持",
        "scenarios": ["星河宽带/宽带报障"],
        "opened_at": case().opened_at,
        "satisfied": False,
    }
