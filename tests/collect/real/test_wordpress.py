"""A real WordPress: posts and comments are read once, edits are seen, what was withdrawn is not."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from listening.model import Author, Kind, Outcome, Reference, RunStatus
from tests.collect.real.reading import Desk, crawl, source
from tests.collect.real.servers import Wordpress

MANY = 205
_FILL = """
for ($n = 0; $n < {number}; $n++) {{
    $at = gmdate('Y-m-d H:i:s', time() - 3600 - 60 * $n);
    wp_insert_post(['post_title' => "旧帖 $n", 'post_content' => '流水账', 'post_status' => 'publish',
        'post_author' => 1, 'post_date_gmt' => $at, 'post_date' => get_date_from_gmt($at)]);
}}
"""


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as opened:
        yield opened


def test_a_post_is_kept_once_its_edit_is_seen_and_what_is_withdrawn_stays_as_it_was(
    wordpress: Wordpress, tmp_path: Path, stack: ExitStack
) -> None:
    first = wordpress.post("断网 & 掉线", "<p>星河宽带又断网了。</p>", status="publish")
    second = wordpress.post("公告", "<p>星河宽带掉线，已经修好。</p>")
    wordpress.post("草稿", "<p>星河宽带断网（草稿）</p>", status="draft")
    desk = Desk(source("wordpress_posts", wordpress.url), tmp_path, stack)
    run = desk.crawl()
    assert (run.status, run.outcomes[Outcome.HIT]) == (RunStatus.OK, 2)
    found = desk.records()
    assert set(found) == {str(first), str(second)}
    post = found[str(first)].post
    assert (post.title, post.text, post.kind) == ("断网 & 掉线", "星河宽带又断网了。", Kind.ARTICLE)
    assert post.author == Author(id="1", name="editor", url=f"{wordpress.url}/author/editor/")
    assert post.published_at is not None
    assert abs(datetime.now(UTC) - post.published_at) < timedelta(minutes=5), "not Shanghai's clock"

    wordpress.edit("posts", first, content="<p>星河宽带断网，又修好了。</p>")
    wordpress.delete("posts", second)
    run = desk.crawl()
    assert run.status is RunStatus.OK
    assert {number: hit.post.text for number, hit in desk.records().items()} == {
        str(first): "星河宽带断网，又修好了。",
        str(second): "星河宽带掉线，已经修好。",
    }
    assert desk.crawl().outcomes[Outcome.REPEAT] == 1, "what has not changed is known"
    wordpress.delete("posts", first)


def test_a_comment_is_kept_once_and_one_that_waits_is_never_seen(
    wordpress: Wordpress, tmp_path: Path, stack: ExitStack
) -> None:
    under = wordpress.post("断网了吗", "<p>都来说说。</p>")
    comment = wordpress.comment(under, "星河宽带断网三天了", author="阿青")
    answer = wordpress.comment(under, "我家星河宽带也掉线", author="老周", parent=comment)
    held = wordpress.comment(under, "星河宽带断网（待审）", author="小李", status="hold")
    desk = Desk(source("wordpress_comments", wordpress.url), tmp_path, stack)
    assert desk.crawl().status is RunStatus.OK
    found = desk.records()
    assert set(found) == {str(comment), str(answer)}
    site = wordpress.url.removeprefix("http://")
    post = found[str(answer)].post
    assert (post.title, post.kind, post.author) == ("断网了吗", Kind.COMMENT, Author(name="老周"))
    assert post.parent == Reference(id=f"wordpress/{site}:comment:{comment}")
    assert post.root == Reference(id=f"wordpress/{site}:post:{under}", author=Author(id="1"))

    wordpress.edit("comments", held, status="approved")
    wordpress.edit("comments", comment, content="星河宽带断网四天了")
    wordpress.delete("comments", answer)
    assert desk.crawl().status is RunStatus.OK
    assert {number: hit.post.text for number, hit in desk.records().items()} == {
        str(comment): "星河宽带断网四天了",
        str(answer): "我家星河宽带也掉线",
        str(held): "星河宽带断网（待审）",
    }


def test_many_posts_are_read_to_the_first_one_then_only_the_new_ones_then_those_of_a_gap(
    wordpress: Wordpress,
) -> None:
    wordpress.run(_FILL.format(number=MANY))
    what = source("wordpress_posts", wordpress.url)
    posts, report = crawl(what)
    old = [post for post in posts if post.title and post.title.startswith("旧帖")]
    assert len({post.id for post in old}) == len(old) == MANY
    assert report.statistics["pages"] >= 3
    ((look, _),) = report.looks
    assert look.reached

    wordpress.post("新帖", "<p>刚写的</p>")
    posts, report = crawl(what, before=report)
    assert "新帖" in [post.title for post in posts]
    assert report.statistics["pages"] <= 2

    moment = old[150].published_at
    posts, report = crawl(what, start=moment)
    assert {post.id for post in old[150:]} <= {post.id for post in posts}


def test_its_sitemap_leads_to_the_articles_themselves(wordpress: Wordpress) -> None:
    number = wordpress.post(
        "光猫红灯怎么办", "<p>星河宽带的光猫亮红灯，先重启，再报障。</p><ul><li>拔电源</li></ul>"
    )
    posts, report = crawl(source("sitemap_articles", wordpress.url))
    assert report.status is RunStatus.OK
    (post,) = (each for each in posts if each.title == "光猫红灯怎么办")
    assert post.text == "星河宽带的光猫亮红灯，先重启，再报障。\n\n拔电源"
    assert post.published_at is not None
    assert abs(datetime.now(UTC) - post.published_at) < timedelta(minutes=5)
    assert post.published_guessed is None
    wordpress.delete("posts", number)
