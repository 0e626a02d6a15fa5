"""`listening case`: one case read aloud, and the steps it takes."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.cli.place import MENTION, Answer, Place, post
from tests.cli.shift import PHONE, ZHANG, kept, kinds, manned, worked

ROOT_POST = {"id": "weibo:1", "author": ZHANG}
UNDER = {"root": ROOT_POST, "parent": ROOT_POST}
CARE = {"id": "100", "name": "星河客服"}


@pytest.fixture(autouse=True)
def nobody_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LISTENING_PERSON", raising=False)


@pytest.fixture
def desk(place: Place) -> Place:
    """王磊 works on weibo:1."""
    return worked(place)


def step(desk: Place, verb: str, *words: str, name: str = "weibo:1", person: str = "王磊") -> Answer:
    return desk.call(f"case {verb}", name, *words, "--as", person)


def take(desk: Place, verb: str, *words: str, person: str = "王磊") -> None:
    """A step that must succeed."""
    answer = step(desk, verb, *words, person=person)
    assert (answer.code, answer.err) == (0, ""), (verb, answer)


def through(desk: Place) -> Place:
    """From the category to the follow-up, with a ticket."""
    take(desk, "classify", "报障/宽带/断网")
    take(desk, "reply", "--text", f"请回电{PHONE}", "--asks")
    take(desk, "ticket", "--system", "工单系统", "--number", "GD-1")
    take(desk, "receipt", "--number", "GD-1", "--result", "端口已修复")
    take(desk, "reply", "--with-result", "--text", "端口已修复")
    take(desk, "close", "--result", "resolved")
    take(desk, "follow-up", "--confirmed", "--reason", "好了")
    return desk


def head(script: str) -> dict[str, str]:
    """The facts in front of a script, by their names."""
    first = script.split("\n\n")[0].splitlines()[1:]
    return {line[2:13].strip(): line[14:] for line in first}


def said(script: str) -> list[str]:
    """The sentences of a script, without their times."""
    lines = script.partition("what happened\n")[2].splitlines()
    return [re.sub(r"^ *\d+  \d{4}-\d\d-\d\d \d\d:\d\d  ", "", line) for line in lines]


def test_the_seven_steps_are_taken_and_read_aloud(desk: Place) -> None:
    script = through(desk).call("case show", "weibo:1").out
    assert kinds(desk) == [
        *("open", "claim", "respond", "classify", "reply", "ticket", "receipt", "reply", "close", "follow_up")
    ]
    times = r"\d+ (?:s|min)|\d{4}-\d\d-\d\d \d\d:\d\d"
    assert [re.sub(times, "…", each) for each in said(script)] == [
        "[1] was found, which opened the case in the queue 技术支持 (high, indirect);"
        " promised: the first answer by …, the end by ….",
        "王磊 took it until ….",
        "王磊 opened it, the first response: it waited …, and the customer …, in time.",
        "王磊 classified it as 报障/宽带/断网, where 报障/宽带 was suggested.",
        "王磊 entered our answer: 请回电138****5678; the customer is asked,"
        " and the time for the end stands still.",
        "王磊 handed it to 工单系统 as ticket GD-1.",
        "Ticket GD-1 came back after …: 端口已修复 (entered by 王磊).",
        "王磊 entered our answer: 端口已修复; it carries the result, … after the first response;"
        " promised now: the end by ….",
        "王磊 closed it as resolved; it took …, … of it in somebody's hands, in time.",
        "王磊 asked the customer again: it is done: 好了.",
    ]


def test_the_head_says_where_it_stands(desk: Place) -> None:
    script = through(desk).call("case show", "weibo:1").out
    first = script.splitlines()[0]
    told = "closed as resolved in the queue 技术支持, high priority, confirmed by the customer"
    assert first == f"case {kept(desk).id}: {told}"
    facts = head(script)
    assert facts["about"] == "星河宽带/报障"
    assert facts["category"] == "报障/宽带/断网"
    assert facts["answers"] == "2, 2 of them not seen on the platform yet"
    assert facts["contact"] == "张** weibo:7001"
    assert re.fullmatch(r"工单系统 GD-1, came back [-\d]+ [\d:]+: 端口已修复", facts["tickets"])
    assert re.fullmatch(r"[-\d]+ [\d:]+, done [-\d]+ [\d:]+, in time", facts["respond by"])
    assert re.fullmatch(r"[-\d]+ [\d:]+, done [-\d]+ [\d:]+, in time", facts["resolve by"])
    assert "in hands" not in facts
    assert "news" not in facts


def test_an_open_case_says_how_long_there_is(place: Place) -> None:
    manned(place).take(post(1, author=ZHANG))
    facts = head(place.call("case show", "weibo:1").out)
    assert facts["respond by"].endswith(", 3 d left")
    assert facts["resolve by"].endswith(", 6 d left")


def test_posts_and_our_answers_are_shown_with_the_evidence_marked(desk: Place) -> None:
    desk.take(
        post(0, "您好，正在处理", id="weibo:2", author=CARE, **UNDER),
        post(0, "还是不行", id="weibo:3", author=ZHANG, **UNDER),
        name="more.jsonl",
    )
    script = desk.call("case show", "weibo:1").out
    shown = script.partition("what was said\n")[2].partition("\n\n")[0].splitlines()
    assert [re.sub(r"[-\d]{10} [\d:]{5}", "…", line) for line in shown] == [
        "  [1] …  张**  weibo:1",
        "      【星河宽带】又【断网】了",
        "  [2] …  our answer  weibo:2",
        "      您好，正在处理",
        "  [3] …  张**  weibo:3",
        "      还是不行",
    ]
    assert head(script)["news"] == "new post"
    assert head(script)["answers"] == "1"
    assert said(script)[-2:] == [
        *("A further post of the customer was found: [3].",),
        said(script)[-1],
    ]
    assert re.fullmatch(r"Our answer stood on the platform at [-\d]+ [\d:]+: \[2\]\.", said(script)[-1])


def test_a_deleted_post_says_so(desk: Place) -> None:
    desk.take(post(1, author=ZHANG, deleted=True), name="gone.jsonl")
    script = desk.call("case show", "weibo:1").out
    assert "  张**, deleted since  weibo:1" in script
    assert said(script)[-1] == "[1] was deleted."


def test_numbers_and_names_are_masked_until_somebody_who_may_asks_for_them(place: Place) -> None:
    worked(place, f"星河宽带断网，打{PHONE}")
    take(place, "note", f"回电{PHONE}")
    for words in ([], ["--json"]):
        shown = place.call("case show", "weibo:1", *words).out
        assert "138****5678" in shown
        assert PHONE not in shown
        assert "张三丰" not in shown
    refused = place.call("case show", "weibo:1", "--unmasked", "--as", "王磊")
    assert (refused.code, refused.out) == (1, "")
    whole = place.call("case show", "weibo:1", "--unmasked", "--as", "李娜").out
    assert whole.count(PHONE) == 2
    assert "张三丰" in whole


def test_a_machine_gets_case_events_and_posts(desk: Place) -> None:
    (found,) = through(desk).call("case show", "weibo:1", "--json").records
    assert list(found) == ["case", "events", "posts"]
    told = {"status": "closed", "result": "resolved", "confirmed": True, "posts": ["weibo:1"]}
    assert told.items() <= found["case"].items()
    assert [event["kind"] for event in found["events"]] == kinds(desk)
    (said_post,) = found["posts"]
    assert (said_post["id"], said_post["place"], said_post["ours"]) == ("weibo:1", 1, False)
    assert found["events"][0]["data"]["post"] == said_post["ref"], "events name it by its pseudonym"


def test_verdicts_are_told_by_rule(desk: Place) -> None:
    take(desk, "verdict", "irrelevant", "--reason", "同名公司")
    script = desk.call("case show", "weibo:1").out
    assert head(script)["verdicts"] == "星河宽带/报障 irrelevant"
    assert said(script)[-1] == "王磊 found [1] irrelevant: 同名公司."


def test_without_a_category_the_tree_is_shown_with_the_suggestion(desk: Place) -> None:
    answer = desk.call("case classify", "weibo:1")
    assert answer.code == 0
    assert answer.out.splitlines() == ["报障", "  报障/宽带  <- suggested", "    报障/宽带/断网", "投诉"]
    suggested = [
        each for each in desk.call("case classify", "weibo:1", "--json").records if each["suggested"]
    ]
    assert suggested == [{"category": ["报障", "宽带"], "suggested": True}]
    assert "classify" not in kinds(desk)


@pytest.mark.parametrize("written", ["报障/宽带/断网", "报障／宽带／断网", " 报障 / 宽带 / 断网 "])
def test_a_category_is_written_as_a_path(desk: Place, written: str) -> None:
    take(desk, "classify", written)
    assert kept(desk).category == ("报障", "宽带", "断网")


def test_a_category_that_is_not_in_the_tree_is_refused_with_the_one_that_was_meant(desk: Place) -> None:
    answer = step(desk, "classify", "报修/宽带")
    told = f"{kept(desk).id}: there is no category 报修/宽带 - did you mean '报障/宽带'?\n"
    assert (answer.code, answer.err) == (1, told)


def test_closing_without_a_category_says_how_to_classify(desk: Place) -> None:
    answer = step(desk, "close", "--result", "resolved")
    case_id = kept(desk).id
    assert (answer.code, answer.out) == (1, "")
    cure = f"listening case classify {case_id} 报障/宽带 --as 王磊"
    assert answer.err == f"{case_id}: close is not possible, it has no category - {cure}\n"
    take(desk, "classify", "报障/宽带")
    take(desk, "close", "--result", "resolved")


def test_what_needs_no_work_is_closed_at_once(place: Place) -> None:
    manned(place).take(post(1))
    answer = step(place, "close", "--result", "irrelevant", "--reason", "同名公司")
    assert (answer.code, answer.out) == (0, f"{kept(place).id}: closed as irrelevant in 技术支持\n")


def test_a_receipt_asks_for_a_reply_with_its_result(desk: Place) -> None:
    take(desk, "classify", "报障")
    take(desk, "ticket", "--system", "工单系统", "--number", "GD-1")
    take(desk, "receipt", "--number", "GD-1", "--result", "已修复")
    refused = step(desk, "close", "--result", "resolved")
    assert refused.code == 1
    assert "a receipt whose result the customer was not told - reply with the result first" in refused.err
    take(desk, "reply", "--with-result")
    take(desk, "close", "--result", "resolved")


def test_an_answer_may_have_been_given_before_it_is_entered(desk: Place) -> None:
    take(desk, "reply", "--at", "10m", "--text", "您好")
    (reply,) = kept(desk).replies
    assert timedelta(minutes=9) < datetime.now(UTC) - reply.at < timedelta(minutes=12)
    wrong = step(desk, "reply", "--at", "刚才")
    assert (wrong.code, "--at 刚才: is not a time - write 2026-11-01" in wrong.err) == (2, True)
    future = step(desk, "reply", "--at", "2099-01-01")
    assert (future.code, "cannot lie in the future" in future.err) == (1, True)


def test_a_revoked_case_is_back_in_its_queue(desk: Place) -> None:
    take(desk, "classify", "报障")
    take(desk, "close", "--result", "unresolved")
    answer = step(desk, "follow-up", "--revoked", "--reason", "又断了")
    assert answer.out.startswith(f"{kept(desk).id}: open in 技术支持")
    assert step(desk, "follow-up").code == 2, "whether it is done has to be said"


def test_the_other_steps_are_taken(desk: Place) -> None:
    take(desk, "escalate", "crisis", "--reason", "媒体在问", "--to", "值班经理")
    take(desk, "convert", "kept", "--confirmed", "--value", "1188")
    take(desk, "invite")
    take(desk, "satisfaction", "4", "--comment", "修得快")
    take(desk, "check", "--verdict", "relevant", person="李娜")
    take(desk, "score", "5", "--comment", "得体", person="李娜")
    take(desk, "classify", "报障")
    take(desk, "abandon", "--reason", "看不到了")
    take(desk, "reopen", "--reason", "又看到了")
    done = [
        "escalate",
        "convert",
        "invite",
        "satisfaction",
        "check",
        "score",
        "classify",
        "abandon",
        "reopen",
    ]
    assert kinds(desk)[3:] == done
    assert head(desk.call("case show", "weibo:1").out)["satisfied"] == "yes"


WRONG: list[tuple[str, tuple[str, ...], str]] = [
    ("verdict", ("maybe",), "'maybe' is not one of"),
    ("close", ("--result", "done"), "'done' is not one of"),
    ("close", (), "Missing option '--result'"),
    ("convert", ("won",), "'won' is not one of"),
    ("escalate", ("panic", "--reason", "x"), "'panic' is not one of"),
    ("escalate", ("crisis",), "Missing option '--reason'"),
    ("satisfaction", ("0",), "0 is not in the range"),
    ("ticket", ("--system", "工单系统"), "Missing option '--number'"),
]


@pytest.mark.parametrize(
    ("verb", "words", "told"), WRONG, ids=[f"{verb} {' '.join(w)}" for verb, w, _ in WRONG]
)
def test_words_that_no_step_knows_are_usage_errors(
    desk: Place, verb: str, words: tuple[str, ...], told: str
) -> None:
    before = kinds(desk)
    answer = step(desk, verb, *words)
    assert (answer.code, answer.out) == (2, "")
    assert told in answer.err
    assert kinds(desk) == before


REFUSED: list[tuple[str, tuple[str, ...], str, str]] = [
    ("note", ("  ",), "王磊", "an empty text says nothing"),
    ("reply", ("--text", "长" * 2_001), "王磊", "is too long"),
    ("receipt", ("--number", "GD-9", "--result", "x"), "王磊", "has no ticket GD-9"),
    ("close", ("--result", "unreachable"), "王磊", "is not waiting for the customer"),
    ("follow-up", ("--confirmed",), "王磊", "it is responded"),
    ("reopen", (), "王磊", "it is responded"),
    ("satisfaction", ("6",), "王磊", "6 is no score of 1 to 5"),
    ("check", (), "李娜", "a second look says nothing"),
    ("check", ("--result", "resolved"), "王磊", "is your own work"),
    ("score", ("5",), "王磊", "may not grade the quality of the work"),
    ("join", ("weibo:1",), "王磊", "cannot be joined to itself"),
    ("split", ("weibo:1",), "王磊", "is the only post of its case"),
    ("verdict", ("relevant", "--post", "weibo:9"), "王磊", "holds no hit weibo:9"),
    ("close", ("--result", "irrelevant"), "陈静", "may not close a case with a result"),
]


@pytest.mark.parametrize(
    ("verb", "words", "person", "told"), REFUSED, ids=[f"{each[0]}: {each[3]}" for each in REFUSED]
)
def test_what_cannot_be_is_one_line_with_the_cure_and_ends_with_1(
    desk: Place, verb: str, words: tuple[str, ...], person: str, told: str
) -> None:
    before = kinds(desk)
    answer = step(desk, verb, *words, person=person)
    (line,) = answer.err.splitlines()
    assert (answer.code, answer.out) == (1, "")
    assert told in line
    assert " - " in line
    assert kinds(desk) == before


def two_hits(desk: Place) -> Place:
    desk.take(post(0, "星河宽带还断网", id="weibo:2", author=ZHANG, **UNDER), name="two.jsonl")
    return desk


def test_of_several_hits_it_is_said_which_one_is_judged(desk: Place) -> None:
    refused = step(two_hits(desk), "verdict", "duplicate")
    told = f"{kept(desk).id}: holds 2 hits - say which by --post: weibo:1, weibo:2\n"
    assert (refused.code, refused.err) == (1, told)
    take(desk, "verdict", "duplicate", "--post", "weibo:2")
    assert head(desk.call("case show", "weibo:1").out)["verdicts"] == "星河宽带/报障 duplicate"


def test_a_post_is_parted_and_joined_again(desk: Place) -> None:
    old = kept(two_hits(desk)).id
    answer = step(desk, "split", "weibo:2")
    new = kept(desk, "weibo:2").id
    assert answer.out.startswith(f"{new}: open in 技术支持")
    script = desk.call("case show", old).out
    assert said(script)[-1] == f"王磊 parted a post that is in case {new} now from it, as case {new}."
    assert head(script)["contact"] == "张** weibo:7001, 1 other case"
    joined = step(desk, "join", old, name=new)
    assert joined.out.startswith(f"{old}: responded in 技术支持")
    assert desk.call("case show", new).out.splitlines()[0] == (
        f"case {new}: joined to case {old}, which has its posts"
    )
    refused = step(desk, "note", "还有", name=new)
    assert refused.err == f"{new}: note is not possible, it was joined to {old} - work on {old}\n"


def test_a_case_is_opened_for_a_mention_and_only_once(desk: Place) -> None:
    desk.take(post(5, MENTION), name="mention.jsonl")
    none = desk.call("case show", "weibo:5")
    assert none.err == "weibo:5: is in no case - open one: listening case open weibo:5 --as NAME\n"
    opened = desk.call("case open", "weibo:5", "--as", "王磊", "--json")
    assert opened.records[0]["case"] == kept(desk, "weibo:5").id
    again = desk.call("case open", "weibo:5", "--as", "王磊")
    assert (again.code, "is in case" in again.err) == (1, True)


def test_an_unknown_case_is_told_how_cases_are_named(desk: Place) -> None:
    answer = desk.call("case show", "没有")
    cure = "give a case's id, 4 or more characters of its beginning, or the id of a post"
    assert (answer.code, answer.err) == (1, f"没有: is no case and no post of one - {cure}\n")


def test_the_answer_for_a_machine_is_where_the_case_stands(desk: Place) -> None:
    (record,) = step(desk, "classify", "报障/宽带", "--json").records
    told: dict[str, Any] = {"case": kept(desk).id, "status": "responded", "category": ["报障", "宽带"]}
    assert told.items() <= record.items()


def test_the_environment_names_the_person(desk: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LISTENING_PERSON", "王磊")
    assert desk.call("case note", "weibo:1", "已联系").code == 0
    monkeypatch.delenv("LISTENING_PERSON")
    answer = desk.call("case note", "weibo:1", "已联系")
    assert (answer.code, answer.err.startswith("no person is named - add --as NAME")) == (1, True)
