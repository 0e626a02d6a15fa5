"""What a query means, clause by clause. Stores are held against it, so it is against examples."""

from __future__ import annotations

from datetime import timedelta

import pytest

from listening.model import Author, Channel, Kind, ListeningClass, Match, Priority, Reach, Status
from listening.query import matches
from tests.store.records import NOW, ask, hit

EVIDENCE = (
    Match(subject="星河宽带", term="星河宽带", field="text", start=0, end=4, text="星河寬帶"),
    Match(subject="星河宽带", scenario="宽带报障", term="断网", field="text", start=7, end=9, text="断网"),
)


@pytest.mark.parametrize(
    ("text", "query", "answer"),
    [
        pytest.param("又双叒断网啦", "断网", True, id="a run inside running Chinese"),
        pytest.param("判断网络", "断网", True, id="also where no word ends: this is search, not matching"),
        pytest.param("斷網了", "断网", True, id="traditional in the text"),
        pytest.param("断网了", "斷網", True, id="traditional in the query"),
        pytest.param("断 网\u200b了", "断网了", True, id="blanks and invisible characters"),
        pytest.param("断\n网", "断网", False, id="not over the end of a line"),
        pytest.param("投诉，断网", "投诉断网", False, id="not over punctuation"),
        pytest.param("投诉，断网", "诉，断", True, id="punctuation itself"),
        pytest.param("用5G网", "5g", True, id="a whole word between Chinese"),
        pytest.param("5GHz", "5G", False, id="not part of a word"),
        pytest.param("5GHz", '"5G"', True, id="part of a word, when quoted"),
        pytest.param("v12.5", "2.5", False, id="not part of a number"),
        pytest.param("①", "1", False, id="a circled digit is no number"),
        pytest.param("我用ｗｉｆｉ", "WiFi", True, id="width and case"),
        pytest.param("学C++的", "C++", True, id="punctuation of a name"),
        pytest.param("学C的", "C++", False, id="which matters"),
        pytest.param("气死😡😡", "😡😡", True, id="emoji"),
        pytest.param("𠮷野家", "𠮷", True, id="rare ideographs"),
        pytest.param('说"好"的', r'"\"好\""', True, id="quotation marks"),
        pytest.param("断网", "-断网", False, id="negated"),
        pytest.param("断网", "-报修", True, id="negated and absent"),
        pytest.param("断网报修", "断网 报修 -招聘", True, id="all clauses hold"),
        pytest.param("断网报修", "断网 招聘", False, id="one does not"),
    ],
)
def test_words(text: str, query: str, answer: bool) -> None:
    assert matches(ask(query), hit(text=text)) is answer


@pytest.mark.parametrize(
    ("query", "answer"),
    [
        ("光猫", True),
        ("红灯", True),
        ("猫红", False),
        ("断网", True),
        ("宽带", True),
        ("宽带光纤", False),
        ("灯断", False),
        ("fiber", True),
        ("5g", True),
        ("2026", False),
    ],
)
def test_a_run_stays_in_its_field_and_tag(query: str, answer: bool) -> None:
    record = hit(title="光猫", text="红灯", tags=("断网", "宽带", "光纤 fiber", "5g", "20", "26"))
    assert matches(ask(query), record) is answer


FULL = hit(
    "id:1",
    platform="微博",
    source="星河论坛",
    kind=Kind.COMMENT,
    author=Author(id="42", name="张三San"),
    region="广东",
    lang="zh-CN",
    tags=("宽带", "5G"),
    published_at=NOW - timedelta(days=1),
    brands=("星河宽带", "星河/云"),
    competitors=("长河通信",),
    scenarios=("星河宽带/宽带报障", "星河/云/离网/倾向", "某某/涨价"),
    listening_class=ListeningClass.OWN,
    reach=Reach.DIRECT,
    channel=Channel.COMMENT,
    queue="技术支持",
    priority=Priority.HIGH,
    matches=EVIDENCE,
)


@pytest.mark.parametrize(
    "query",
    [
        "id:id:1",
        "platform:微博",
        "platform:weibo,微博",
        "source:星河論壇",
        "kind:comment",
        "brand:星河宽带",
        "brand:星河/云",
        "competitor:长河通信",
        "scenario:星河宽带/宽带报障",
        "scenario:宽带报障",
        "scenario:离网/倾向",
        "scenario:星河/云/离网/倾向",
        "scenario:涨价",
        "class:own",
        "reach:direct",
        "channel:comment",
        "queue:技術支持",
        "priority:high",
        "status:open",
        "level:2",
        "author:42",
        "author:张三San",
        "author:張三ＳＡＮ",
        "region:广东",
        "lang:ZH-cn",
        "term:断网",
        "term:星河宽带",
        "tag:5g",
        "since:24h",
        "until:24h",
        "since:2026-11-23",
        "until:2026-11-23",
        "-since:23h",
        "-until:25h",
        "-status:withdrawn",
    ],
)
def test_fields_that_hold(query: str) -> None:
    assert matches(ask(query), FULL)


@pytest.mark.parametrize(
    "query",
    [
        "id:ID:1",
        "id:id",
        "platform:微",
        "-platform:微博",
        "-platform:weibo,微博",
        "source:论坛",
        "kind:post",
        "brand:长河通信",
        "competitor:星河宽带",
        "scenario:宽带",
        "scenario:云/离网/倾向",
        "scenario:倾向",
        "class:keyword",
        "reach:indirect",
        "channel:at",
        "queue:技术",
        "priority:low",
        "status:kept",
        "level:1",
        "author:4",
        "author:张三",
        "region:东",
        "lang:zh",
        "term:宽带报障",
        "tag:宽",
        "since:23h",
        "until:25h",
        "since:2026-11-24",
        "until:2026-11-22",
        "status:withdrawn",
    ],
)
def test_fields_that_do_not_hold(query: str) -> None:
    assert not matches(ask(query), FULL)


@pytest.mark.parametrize(
    ("query", "answer"),
    [
        ("", False),
        ("断网", False),
        ("-status:open", False),
        ("-status:withdrawn", False),
        ("status:withdrawn", True),
        ("status:open,withdrawn 断网", True),
    ],
)
def test_withdrawn_records_are_shown_only_where_named(query: str, answer: bool) -> None:
    assert matches(ask(query), hit(status=Status.WITHDRAWN)) is answer


@pytest.mark.parametrize(
    "field", ["source", "kind", "author", "region", "tag", "queue", "priority", "competitor"]
)
def test_what_is_unknown_equals_nothing_and_is_not_excluded(field: str) -> None:
    bare = hit(queue=None)
    value = {"kind": "post", "priority": "low"}.get(field, "x")
    assert not matches(ask(f"{field}:{value}"), bare)
    assert matches(ask(f"-{field}:{value}"), bare)
