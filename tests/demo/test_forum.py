"""The forum answers as Discourse does."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from listening.demo.sites import DemoSites
from listening.demo.world import load_posts

Ask = Callable[..., Any]


def all_posts(sites: DemoSites, ask: Ask) -> list[dict[str, Any]]:
    """What a spider does: page by id, below the smallest id seen so far, until a page is empty."""
    found: list[dict[str, Any]] = []
    before = ""
    while page := ask(f"{sites.forum_url}/posts.json{before}").json["latest_posts"]:
        found += page
        before = f"?before={min(post['id'] for post in page) - 1}"
    return found


def topic_named(sites: DemoSites, ask: Ask, title: str) -> dict[str, Any]:
    post = next(post for post in all_posts(sites, ask) if title in post["topic_title"])
    topic: dict[str, Any] = ask(f"{sites.forum_url}/t/{post['topic_id']}.json").json
    return topic


def test_paging_by_id_gives_every_post_once_newest_first(sites: DemoSites, ask: Ask) -> None:
    posts = all_posts(sites, ask)
    ids = [post["id"] for post in posts]
    assert len(ids) == sum(post.site == "forum" and post.edition == 1 for post in load_posts())
    assert ids == sorted(set(ids), reverse=True)
    times = [post["created_at"] for post in posts]
    assert times == sorted(times, reverse=True)


def test_before_includes_the_id_it_names_and_a_page_holds_fifty(sites: DemoSites, ask: Ask) -> None:
    first = ask(f"{sites.forum_url}/posts.json").json["latest_posts"]
    again = ask(f"{sites.forum_url}/posts.json?before={first[-1]['id']}").json["latest_posts"]
    assert len(first) == 50
    assert again[0] == first[-1]


def test_a_bare_page_number_or_word_as_before_starts_at_the_top(sites: DemoSites, ask: Ask) -> None:
    top = ask(f"{sites.forum_url}/posts.json").text
    assert ask(f"{sites.forum_url}/posts.json?before=0").text == top
    assert ask(f"{sites.forum_url}/posts.json?before=xyz").text == top


@pytest.mark.parametrize("order", ["created", "activity"])
def test_topics_are_paged_thirty_at_a_time_without_doubles(sites: DemoSites, ask: Ask, order: str) -> None:
    first = ask(f"{sites.forum_url}/latest.json?order={order}").json["topic_list"]
    second = ask(f"{sites.forum_url}/latest.json?order={order}&page=1").json["topic_list"]
    beyond = ask(f"{sites.forum_url}/latest.json?order={order}&page=2").json["topic_list"]
    ids = [topic["id"] for topic in first["topics"] + second["topics"]]
    assert (len(first["topics"]), len(set(ids)), beyond["topics"]) == (30, len(ids), [])
    assert "page=1" in first["more_topics_url"]
    assert "more_topics_url" not in second


def test_only_the_usual_order_puts_pinned_topics_on_top(sites: DemoSites, ask: Ask) -> None:
    usual = ask(f"{sites.forum_url}/latest.json").json["topic_list"]["topics"]
    created = ask(f"{sites.forum_url}/latest.json?order=created").json["topic_list"]["topics"]
    assert usual[0]["pinned"] and not created[0]["pinned"]
    times = [topic["created_at"] for topic in created]
    assert times == sorted(times, reverse=True)


def test_a_long_thread_shows_twenty_posts_and_the_rest_by_their_ids(sites: DemoSites, ask: Ask) -> None:
    topic = topic_named(sites, ask, "四期集体断网")
    stream, shown = topic["post_stream"]["stream"], topic["post_stream"]["posts"]
    assert (len(shown), len(stream), topic["posts_count"]) == (20, 24, 24)
    wanted = "&".join(f"post_ids[]={number}" for number in stream[20:])
    rest = ask(f"{sites.forum_url}/t/{topic['id']}/posts.json?{wanted}").json["post_stream"]["posts"]
    assert [post["id"] for post in shown + rest] == stream
    assert [post["post_number"] for post in shown + rest] == list(range(1, 25))


def test_an_answer_of_our_own_names_the_post_it_answers(sites: DemoSites, ask: Ask) -> None:
    posts = [post for post in all_posts(sites, ask) if post["username"] == "xinghe_care"]
    assert len(posts) >= 5
    assert {post["name"] for post in posts} == {"星河宽带客服"}
    assert any(post["reply_to_post_number"] for post in posts)


def test_times_are_utc_with_milliseconds_and_never_after_the_start(
    sites: DemoSites, ask: Ask, now: datetime
) -> None:
    for post in all_posts(sites, ask):
        assert post["created_at"].endswith("Z") and len(post["created_at"]) == 24
        assert datetime.fromisoformat(post["created_at"]) <= now
        assert post["updated_at"] == post["created_at"]


def test_text_becomes_html_with_anchors_for_names_and_addresses(sites: DemoSites, ask: Ask) -> None:
    cooked = "\n".join(post["cooked"] for post in all_posts(sites, ask))
    assert '<a class="mention" href="/u/xinghe_care">@xinghe_care</a>' in cooked
    assert '<a href="http://www.example.org/changhe/outage" rel="noopener nofollow ugc">' in cooked
    assert "&lt;黑人问号&gt;" in cooked and "A&amp;B" in cooked
    assert "@星河宽带你们又断网了" in cooked  # no such user: just words


def test_likes_stand_in_the_actions_summary_and_are_absent_where_nobody_liked(
    sites: DemoSites, ask: Ask
) -> None:
    likes = {post["id"]: post["actions_summary"] for post in all_posts(sites, ask)}
    assert [] in likes.values()
    assert any(summary == [{"id": 2, "count": 41}] for summary in likes.values())


def test_an_edited_post_shows_its_new_text_and_time_under_the_same_id(sites: DemoSites, ask: Ask) -> None:
    before = {post["id"]: post for post in all_posts(sites, ask)}
    sites.advance()
    after = {post["id"]: post for post in all_posts(sites, ask)}
    changed = [n for n, post in before.items() if after[n]["cooked"] != post["cooked"]]
    edited = [n for n in changed if not after[n]["user_deleted"]]
    assert len(edited) == 2
    assert all(after[n]["updated_at"] > after[n]["created_at"] == before[n]["created_at"] for n in edited)
    assert all(after[n]["version"] == 2 for n in edited)


def test_a_post_deleted_by_its_author_stays_as_a_marked_shell(sites: DemoSites, ask: Ask) -> None:
    sites.advance()
    shells = [post for post in all_posts(sites, ask) if post["user_deleted"]]
    assert [shell["cooked"] for shell in shells] == ["<p>（帖子已被作者删除）</p>"]
    assert "砸猫" not in json.dumps(shells, ensure_ascii=False)


def test_new_posts_come_on_top_and_nobody_changes_numbers(sites: DemoSites, ask: Ask, now: datetime) -> None:
    before = {post["id"]: post["post_number"] for post in all_posts(sites, ask)}
    sites.advance()
    after = all_posts(sites, ask)
    new = [post for post in after if post["id"] not in before]
    assert new == after[: len(new)] and len(new) == 3
    assert all(datetime.fromisoformat(post["created_at"]) > now for post in new)
    assert all(before[p["id"]] == p["post_number"] for p in after[len(new) :])


def test_one_post_can_be_asked_for(sites: DemoSites, ask: Ask) -> None:
    post = ask(f"{sites.forum_url}/posts.json").json["latest_posts"][0]
    assert ask(f"{sites.forum_url}/posts/{post['id']}.json").json["cooked"] == post["cooked"]


@pytest.mark.parametrize(
    "path", ["/t/99999.json", "/t/99999/posts.json", "/posts/1.json", "/nothing.json", "/t/abc.json"]
)
def test_what_is_not_there_is_404_in_json(sites: DemoSites, ask: Ask, path: str) -> None:
    answer = ask(sites.forum_url + path)
    assert (answer.status, answer.json["error_type"]) == (404, "not_found")


def test_a_page_that_is_not_there_is_404_in_html(sites: DemoSites, ask: Ask) -> None:
    answer = ask(f"{sites.forum_url}/nothing")
    assert (answer.status, answer.headers["Content-Type"]) == (404, "text/html; charset=utf-8")


@pytest.mark.parametrize(
    ("recorded", "path", "pick"),
    [
        pytest.param("posts_latest.json", "/posts.json", ("latest_posts", 0), id="a post in the listing"),
        pytest.param("latest.json", "/latest.json", ("topic_list", "topics", 0), id="a topic in the listing"),
        pytest.param("topic.json", "/t/100.json", ("post_stream", "posts", 0), id="a post in its topic"),
        pytest.param("topic.json", "/t/100.json", ("details", "created_by"), id="who began the topic"),
    ],
)
def test_fields_have_the_types_of_a_real_forum(
    sites: DemoSites, ask: Ask, recordings: Path, recorded: str, path: str, pick: tuple[Any, ...]
) -> None:
    real = json.loads((recordings / "discourse" / recorded).read_text("utf-8"))
    ours = ask(sites.forum_url + path).json
    for step in pick:
        real, ours = real[step], ours[step]
    shared = {key for key in real.keys() & ours.keys() if None not in (real[key], ours[key])}
    assert len(shared) >= 3
    wrong = {key for key in shared if type(real[key]) is not type(ours[key]) and key != "score"}
    assert wrong == set()
