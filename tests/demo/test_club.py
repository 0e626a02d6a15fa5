"""The campus forum answers as NodeBB does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from listening.demo import club
from listening.demo.sites import DemoSites
from listening.demo.world import load_posts

Ask = Callable[..., Any]
MINE = [post for post in load_posts() if post.site == "club"]


def topics(sites: DemoSites, ask: Ask, query: str = "") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    number, more = 1, True
    while more:
        page = ask(f"{sites.club_url}/api/recent?page={number}{query}").json
        found += page["topics"]
        number, more = page["pagination"]["next"]["page"], page["pagination"]["next"]["active"]
    return found


def topic(sites: DemoSites, ask: Ask, title: str, query: str = "") -> dict[str, Any]:
    tid = next(each["tid"] for each in topics(sites, ask) if title in each["titleRaw"])
    found: dict[str, Any] = ask(f"{sites.club_url}/api/topic/{tid}{query}").json
    return found


def test_topics_are_listed_by_their_last_post(sites: DemoSites, ask: Ask) -> None:
    found = topics(sites, ask)
    assert len(found) == sum(post.topic is None and post.edition == 1 for post in MINE)
    times = [each["lastposttime"] for each in found]
    assert times == sorted(times, reverse=True)
    assert found[-1]["pinned"] == 1, "this list puts no pinned ones on top"


@pytest.mark.parametrize("size", [1, 3, 5])
def test_pages_lead_to_every_topic_once(
    sites: DemoSites, ask: Ask, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    everything = topics(sites, ask)
    monkeypatch.setattr(club, "TOPICS_A_PAGE", size)
    assert topics(sites, ask) == everything


@pytest.mark.parametrize("size", [1, 2, 20])
def test_a_thread_has_its_first_post_on_top_and_then_the_newest(
    sites: DemoSites, ask: Ask, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    monkeypatch.setattr(club, "POSTS_A_PAGE", size)
    found: list[dict[str, Any]] = []
    number, more = 1, True
    while more:
        page = topic(sites, ask, "六栋断网了", f"?sort=newest_to_oldest&page={number}")
        found += page["posts"]
        number, more = page["pagination"]["next"]["page"], page["pagination"]["next"]["active"]
    assert found[0]["pid"] == page["mainPid"]
    ids = [post["pid"] for post in found[1:]]
    assert ids == sorted(set(ids), reverse=True)
    assert len(found) == page["postcount"] == 4


def test_a_thread_is_oldest_first_unless_asked(sites: DemoSites, ask: Ask) -> None:
    found = topic(sites, ask, "校外合租")
    ids = [post["pid"] for post in found["posts"]]
    assert ids == sorted(ids)
    assert [post["index"] for post in found["posts"]] == list(range(len(ids)))


def test_an_answer_names_what_it_answers_and_is_counted_there(sites: DemoSites, ask: Ask) -> None:
    posts = topic(sites, ask, "校外合租")["posts"]
    answer = next(post for post in posts if "感谢法学院" in post["content"])
    answered = next(post for post in posts if post["pid"] == answer["toPid"])
    assert answer["parent"]["username"] == answered["user"]["username"] == "law_liang"
    assert answered["replies"]["count"] == 1


def test_a_category_has_its_own_topics(sites: DemoSites, ask: Ask) -> None:
    found = topics(sites, ask, "&cid=2")
    assert found == [each for each in topics(sites, ask) if each["category"]["name"] == "宿舍"]
    assert len(found) > 3


@pytest.mark.parametrize("path", ["/api/topic/1", "/api/nothing", "/nothing"])
def test_what_is_not_there_is_404(sites: DemoSites, ask: Ask, path: str) -> None:
    assert ask(sites.club_url + path).status == 404


def test_the_next_edition_edits_deletes_and_adds(sites: DemoSites, ask: Ask) -> None:
    before = topic(sites, ask, "六栋断网了")["posts"]
    sites.advance()
    after = topic(sites, ask, "六栋断网了")["posts"]
    assert len(after) == len(before) + 1
    edited = [post for post in after if post["edited"]]
    assert [post["user"]["username"] for post in edited] == ["sushe_603"]
    assert "抢救成功" in edited[0]["content"]
    gone = [post for post in after if post["deleted"]]
    assert [post["content"] for post in gone] == ["[[topic:post-is-deleted]]"]
    listed = [each["titleRaw"] for each in topics(sites, ask)]
    assert listed[:2] == ["合租房装上星河宽带了，顺便表扬一下师傅", "六栋断网了，有没有人管"]
