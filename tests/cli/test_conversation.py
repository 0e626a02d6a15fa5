"""`listening conversation`: a script that can be read aloud."""

from __future__ import annotations

import re

import pytest

from listening.app import open_app
from listening.model import Status
from tests.cli.place import Place
from tests.cli.talk import PHONE, WANG, filled, staffed
from tests.review.authors import MENTION, wrote
from tests.store.records import case

SCRIPT = """\
weibo:5001: 3 posts
case case1: claimed in 技术支持, in the hands of 王磊

TIME  customer 张**:
    求助
    星河宽带又双叒【断网】啦，打138****8000没人接

TIME  ours 星河客服 to customer 张**:
    @张** 您好，正在查

TIME  other 李** to customer 张** (deleted since):
    我家也是
    同一栋楼
"""


@pytest.fixture(autouse=True)
def nobody_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LISTENING_PERSON", raising=False)


@pytest.fixture
def desk(place: Place) -> Place:
    return filled(staffed(place))


def script(out: str) -> str:
    """Without the times, which are those of today."""
    return re.sub(r"^\d{4}-\d\d-\d\d \d\d:\d\d", "TIME", out, flags=re.MULTILINE)


@pytest.mark.parametrize("name", ["weibo:5001", "weibo:5003", "case1"])
def test_a_thread_is_told_post_by_post_with_names_and_numbers_masked(desk: Place, name: str) -> None:
    answer = desk.call("conversation", name)
    assert (answer.code, answer.err, script(answer.out)) == (0, "", SCRIPT)


def test_times_are_those_of_the_zone_of_the_config(desk: Place) -> None:
    hours = []
    for zone in ("UTC", "Asia/Shanghai"):
        desk.lay_out(timezone=zone)
        times = re.findall(r"^\d{4}-\d\d-\d\d (\d\d):", desk.call("conversation", "case1").out, re.MULTILINE)
        hours.append(int(times[0]))
    assert (hours[1] - hours[0]) % 24 == 8


def test_who_may_sees_names_and_numbers_in_full(desk: Place) -> None:
    answer = desk.call("conversation", "case1", "--unmasked", "--as", "李娜")
    assert answer.code == 0
    assert f"customer 张小满:\n    求助\n    星河宽带又双叒【断网】啦，打{PHONE}没人接\n" in answer.out
    assert "    @张小满 您好，正在查\n" in answer.out


@pytest.mark.parametrize(
    ("given", "told"),
    [
        pytest.param([], "no person is named", id="nobody"),
        pytest.param(["--as", "王磊"], "王磊: may not ", id="a reviewer"),
        pytest.param(["--as", "王五"], "王五: there is nobody of this name", id="nobody of that name"),
    ],
)
def test_who_may_not_sees_nothing_at_all(desk: Place, given: list[str], told: str) -> None:
    answer = desk.call("conversation", "case1", "--unmasked", *given)
    assert (answer.code, answer.out) == (1, "")
    assert told in answer.err


def test_a_machine_gets_one_line_a_thread_masked_as_well(desk: Place) -> None:
    answer = desk.call("conversation", "case1", "--json")
    (thread,) = answer.records
    assert thread["thread"] == "weibo:5001"
    assert [(each["case"], each["assignee"]) for each in thread["cases"]] == [("case1", "王磊")]
    assert [(each["id"], each["speaker"], each["name"]) for each in thread["lines"]] == [
        ("weibo:5001", "customer", "张**"),
        ("weibo:5002", "ours", "星河客服"),
        ("weibo:5003", "other", "李**"),
    ]
    first = thread["lines"][0]
    (evidence,) = first["evidence"]
    assert first["text"][evidence["start"] : evidence["end"]] == evidence["text"] == "断网"
    for secret in ("张小满", "李四光", PHONE):
        assert secret not in answer.out
    full = desk.call("conversation", "case1", "--json", "--unmasked", "--as", "李娜").out
    for secret in ("张小满", "李四光", PHONE):
        assert secret in full


def test_every_thread_of_a_case_is_told(desk: Place) -> None:
    with open_app(desk.config) as app:
        app.store.save([wrote(WANG, 1, case="case3", thread="t1"), wrote(WANG, 2, case="case3", thread="t2")])
    answer = desk.call("conversation", "case3")
    assert re.findall(r"^(\S+): 1 post$", answer.out, re.MULTILINE) == ["t2", "t1"]
    assert "\n\nt1: 1 post" in answer.out
    assert [each["thread"] for each in desk.call("conversation", "case3", "--json").records] == ["t2", "t1"]


def test_several_on_a_side_are_told_apart_and_so_are_their_cases(place: Place) -> None:
    with open_app(place.config) as app:
        app.store.put_cases([case("c1"), case("c2", status=Status.CLOSED)])
        records = [
            wrote("weibo:甲一二", 1, case="c1", thread="t"),
            wrote("weibo:乙", 2, case="c2", thread="t"),
            wrote(None, 3, "星河宽带还行", **MENTION, thread="t"),
            wrote("weibo:丙", 4, "星河宽带掉线", thread="t"),
        ]
        app.store.save(records)
        app.store.withdraw(["weibo:4"])
    lines = script(place.call("conversation", "t").out).splitlines()
    assert [line for line in lines if line.startswith(("case", "TIME"))] == [
        "case c1: open in 技术支持",
        "case c2: closed in 技术支持",
        "TIME  customer 1 甲** [case c1]:",
        "TIME  customer 2 * [case c2]:",
        "TIME  other (mention):",
        "TIME  customer 3 * (matches no longer):",
    ]


def test_what_is_no_conversation_is_refused(place: Place) -> None:
    answer = place.call("conversation", "weibo:404")
    told = "weibo:404: is no post, thread or case that we know - see listening search\n"
    assert (answer.code, answer.out, answer.err) == (1, "", told)
