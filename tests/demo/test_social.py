"""The social server answers as an instance of Mastodon does."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from listening.demo.sites import DemoSites
from listening.demo.world import load_posts

Ask = Callable[..., Any]


def link(answer: Any, rel: str) -> str | None:
    found = re.search(rf'<([^>]+)>; rel="{rel}"', answer.headers["Link"] or "")
    return found[1] if found else None


def walk(ask: Ask, url: str) -> list[dict[str, Any]]:
    """Follow rel=next until there is none."""
    found: list[dict[str, Any]] = []
    following: str | None = url
    while following:
        answer = ask(following)
        found += answer.json
        following = link(answer, "next")
    return found


def account(sites: DemoSites, ask: Ask, acct: str) -> dict[str, Any]:
    told: dict[str, Any] = ask(f"{sites.social_url}/api/v1/accounts/lookup?acct={acct}").json
    return told


def statuses_of(sites: DemoSites, ask: Ask, acct: str, query: str = "") -> list[dict[str, Any]]:
    number = account(sites, ask, acct)["id"]
    return walk(ask, f"{sites.social_url}/api/v1/accounts/{number}/statuses?limit=40{query}")


def test_the_public_timeline_gives_every_own_post_once_newest_first(sites: DemoSites, ask: Ask) -> None:
    statuses = walk(ask, f"{sites.social_url}/api/v1/timelines/public?limit=40")
    mine = [post for post in load_posts() if post.site == "social" and post.edition == 1]
    ids = [int(status["id"]) for status in statuses]
    assert len(ids) == sum(not post.reblog and not post.reply_to for post in mine) + 2  # answers to oneself
    assert ids == sorted(set(ids), reverse=True)
    assert len({status["uri"] for status in statuses}) == len(ids)


def test_a_page_has_twenty_posts_unless_asked_and_never_more_than_forty(sites: DemoSites, ask: Ask) -> None:
    public = f"{sites.social_url}/api/v1/timelines/public"
    sizes = [len(ask(public + query).json) for query in ("", "?limit=7", "?limit=400", "?limit=x")]
    assert sizes == [20, 7, 40, 20]


def test_the_last_page_is_empty_and_names_no_other(sites: DemoSites, ask: Ask) -> None:
    answer = ask(f"{sites.social_url}/api/v1/timelines/public?max_id=1")
    assert (answer.json, answer.headers["Link"]) == ([], None)


def test_min_id_gives_the_page_right_above_and_since_id_the_newest(sites: DemoSites, ask: Ask) -> None:
    public = f"{sites.social_url}/api/v1/timelines/public"
    top = ask(f"{public}?limit=10").json
    mark = top[-1]["id"]
    assert ask(f"{public}?limit=3&min_id={mark}").json == top[6:9]
    assert ask(f"{public}?limit=3&since_id={mark}").json == top[:3]


def test_links_keep_the_other_parameters(sites: DemoSites, ask: Ask) -> None:
    answer = ask(f"{sites.social_url}/api/v1/timelines/public?local=true&limit=5&max_id=999999999999999999")
    last, first = answer.json[-1]["id"], answer.json[0]["id"]
    public = f"{sites.social_url}/api/v1/timelines/public"
    assert link(answer, "next") == f"{public}?local=true&limit=5&max_id={last}"
    assert link(answer, "prev") == f"{public}?local=true&limit=5&min_id={first}"


def test_local_leaves_out_what_came_from_another_instance(sites: DemoSites, ask: Ask) -> None:
    public = f"{sites.social_url}/api/v1/timelines/public?limit=40"
    everybody, local = walk(ask, public), walk(ask, f"{public}&local=true")
    remote = walk(ask, f"{public}&remote=true")
    assert {s["id"] for s in everybody} == {s["id"] for s in local} | {s["id"] for s in remote}
    assert {status["account"]["acct"].partition("@")[2] for status in remote} == {"harbour.example"}
    assert all("@" not in status["account"]["acct"] for status in local)


def test_a_tag_lists_answers_too_and_is_named_in_percent_or_plain(sites: DemoSites, ask: Ask) -> None:
    statuses = walk(ask, f"{sites.social_url}/api/v1/timelines/tag/{quote('星河宽带')}?limit=4")
    assert len({status["id"] for status in statuses}) == len(statuses) >= 8
    assert all("星河宽带" in {tag["name"] for tag in status["tags"]} for status in statuses)
    assert any(status["in_reply_to_id"] for status in statuses)


def test_further_tags_can_be_asked_for_at_once(sites: DemoSites, ask: Ask) -> None:
    tag = f"{sites.social_url}/api/v1/timelines/tag/"
    one = walk(ask, f"{tag}{quote('断网')}")
    both = walk(ask, f"{tag}{quote('断网')}?any[]={quote('云帆网络')}")
    assert len(both) == len(one) + 1


def test_the_same_federated_post_has_one_uri_on_two_instances(sites: DemoSites, ask: Ask) -> None:
    tag = f"/api/v1/timelines/tag/{quote('星河宽带')}?limit=40"
    here = {status["uri"]: status for status in ask(sites.social_url + tag).json}
    there = {status["uri"]: status for status in ask(sites.mirror_url + tag).json}
    assert set(here) == set(there)
    assert {status["id"] for status in here.values()}.isdisjoint(s["id"] for s in there.values())
    fay = next(uri for uri in here if "federated_fay" in uri)
    assert (here[fay]["account"]["acct"], there[fay]["account"]["acct"]) == (
        "federated_fay@harbour.example",
        "federated_fay",
    )


def test_names_and_tags_are_anchors_and_are_told_beside(sites: DemoSites, ask: Ask) -> None:
    status = next(s for s in statuses_of(sites, ask, "sos_sun") if "南桥小区整个没网了" in s["content"])
    assert (
        '<a href="https://yunzhou.example/@xinghe" class="u-url mention">@<span>xinghe</span></a>'
        in (status["content"])
    )
    assert 'class="mention hashtag" rel="tag">#<span>断网</span></a>' in status["content"]
    assert [(m["acct"], m["id"]) for m in status["mentions"]] == [
        ("xinghe", account(sites, ask, "xinghe")["id"])
    ]
    assert [tag["name"] for tag in status["tags"]] == ["星河宽带", "断网"]


def test_an_at_name_in_chinese_is_no_mention(sites: DemoSites, ask: Ask) -> None:
    status = statuses_of(sites, ask, "at_attached")[-1]
    assert status["content"] == "<p>@星河宽带你们又断网了能不能管管</p>"
    assert status["mentions"] == []


def test_our_own_answers_name_whom_they_answer(sites: DemoSites, ask: Ask) -> None:
    answers = [s for s in statuses_of(sites, ask, "xinghe") if s["in_reply_to_id"]]
    assert len(answers) >= 4
    asked = {account(sites, ask, name)["id"] for name in ("keke", "sos_sun", "xiaofei_quan", "zhuanwang_q")}
    assert {answer["in_reply_to_account_id"] for answer in answers} == asked
    assert statuses_of(sites, ask, "xinghe", "&exclude_replies=true")[0]["in_reply_to_id"] is None


def test_a_boost_holds_the_boosted_post_and_has_an_address_of_its_own(sites: DemoSites, ask: Ask) -> None:
    boost = next(status for status in statuses_of(sites, ask, "tiantian_k") if status["reblog"])
    assert boost["reblog"]["account"]["acct"] == "keke"
    assert boost["content"] == boost["reblog"]["content"]
    assert boost["uri"].endswith("/activity") and boost["uri"] != boost["reblog"]["uri"]
    assert all(s["reblog"] is None for s in statuses_of(sites, ask, "tiantian_k", "&exclude_reblogs=true"))


def test_a_thread_can_be_read_from_its_first_post(sites: DemoSites, ask: Ask) -> None:
    first = next(s for s in statuses_of(sites, ask, "sos_sun") if s["in_reply_to_id"] is None)
    context = ask(f"{sites.social_url}/api/v1/statuses/{first['id']}/context").json
    assert context["ancestors"] == []
    assert [s["account"]["acct"] for s in context["descendants"]] == ["xinghe", "linju_b", "sos_sun"]
    assert first["replies_count"] == 3


@pytest.mark.parametrize(
    ("acct", "wish", "value"),
    [
        pytest.param("noindex_ning", "noindex", True, id="does not want to be indexed"),
        pytest.param("quiet_qiao", "discoverable", False, id="does not want to be found"),
        pytest.param("xinghe", "indexable", True, id="wants to be found"),
        pytest.param("keke", "noindex", False, id="has no wish"),
    ],
)
def test_accounts_tell_what_their_owner_wishes(
    sites: DemoSites, ask: Ask, acct: str, wish: str, value: bool
) -> None:
    assert account(sites, ask, acct)[wish] is value


@pytest.mark.parametrize("acct", ["xinghe", "@xinghe", "xinghe@yunzhou.example", "XINGHE"])
def test_an_account_is_found_by_its_name(sites: DemoSites, ask: Ask, acct: str) -> None:
    found = account(sites, ask, acct)
    assert (found["acct"], found["followers_count"]) == ("xinghe", 48210)
    assert ask(f"{sites.social_url}/api/v1/accounts/{found['id']}").json == found


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/accounts/lookup?acct=nobody",
        "/api/v1/accounts/1",
        "/api/v1/accounts/1/statuses",
        "/api/v1/statuses/1",
        "/api/v1/statuses/1/context",
        "/api/v1/nothing",
    ],
)
def test_what_is_not_there_is_404_in_json(sites: DemoSites, ask: Ask, path: str) -> None:
    answer = ask(sites.social_url + path)
    assert (answer.status, answer.json) == (404, {"error": "Record not found"})


def test_every_answer_says_how_many_requests_are_left(sites: DemoSites, ask: Ask) -> None:
    answers = [ask(f"{sites.social_url}/api/v1/timelines/public?limit=1") for _ in range(3)]
    left = [int(answer.headers["X-RateLimit-Remaining"]) for answer in answers]
    assert left == [299, 298, 297]
    assert answers[0].headers["X-RateLimit-Limit"] == "300"
    assert answers[0].headers["X-RateLimit-Reset"].endswith("Z")


def test_the_next_edition_edits_deletes_and_adds(sites: DemoSites, ask: Ask) -> None:
    public = f"{sites.social_url}/api/v1/timelines/public?limit=40"
    before = {status["uri"]: status for status in walk(ask, public)}
    sites.advance()
    after = {status["uri"]: status for status in walk(ask, public)}
    edited = [after[uri] for uri in before if uri in after and after[uri]["edited_at"]]
    assert [status["account"]["acct"] for status in edited] == ["edit_add", "edit_soft"]
    assert all(status["edited_at"] > status["created_at"] for status in edited)
    assert all(status["content"] != before[status["uri"]]["content"] for status in edited)
    assert [uri.split("/")[4] for uri in before.keys() - after.keys()] == ["gone_girl"]
    assert [uri.split("/")[4] for uri in after if uri not in before] == ["chang_new", "miduo", "keke"]


def test_fields_have_the_types_of_a_real_instance(sites: DemoSites, ask: Ask, recordings: Path) -> None:
    cassette = (recordings / "mastodon" / "test_hashtag_tl.yaml").read_text("utf-8")
    raw = re.search(r"string: '(\{\"id\":.*?)'\n    headers", cassette, re.DOTALL)
    assert raw is not None
    folded = re.sub(r"\n +", " ", raw[1])
    real = json.loads(folded.replace("''", "'"))
    ours = ask(f"{sites.social_url}/api/v1/timelines/public").json[0]
    assert ours.keys() - real.keys() == set()
    assert ours["account"].keys() - real["account"].keys() == set()
    for mine, theirs in ((ours, real), (ours["account"], real["account"])):
        both = [key for key in mine if None not in (mine[key], theirs[key])]
        assert [key for key in both if type(mine[key]) is not type(theirs[key])] == []
