"""`listening replay`: the archive matched again with today's rules."""

from __future__ import annotations

import pytest

from listening.app import App, open_app
from tests.cli.place import BROKEN_RULES, HIT, MENTION, RULES, UNMATCHED, Place, json_line, post
from tests.desk import RefusingStore

WIDER = RULES.replace("断网, 掉线", "断网, 掉线, 不错")
NARROWER = RULES.replace("断网, 掉线", "掉线").replace("星河宽带, 星河光纤", "星河光纤")


@pytest.fixture
def full(place: Place) -> Place:
    place.take(post(1, HIT), post(2, MENTION), post(3, UNMATCHED), post(10_000, MENTION))
    return place


def test_with_the_same_rules_nothing_changes(full: Place) -> None:
    before = full.call("export").out
    answer = full.call("replay")
    assert (answer.code, answer.err) == (0, "")
    assert answer.out == "4 posts: 1 hit, 2 mention, 1 unmatched; 0 withdrawn\n"
    assert full.call("export").out == before


def test_a_wider_rule_adds_hits(full: Place) -> None:
    answer = full.lay_out(WIDER).call("replay")
    assert (answer.code, answer.out) == (0, "4 posts: 3 hit, 1 unmatched; 0 withdrawn\n")
    assert full.record("weibo:2")["level"] == 2


def test_a_fresh_mention_that_becomes_a_hit_waits_in_the_queue(full: Place) -> None:
    full.lay_out(WIDER).call("replay")
    assert set(full.call("queue list", "--json").ids) == {"weibo:1", "weibo:2"}
    assert full.record("weibo:2")["respond_by"] > full.record("weibo:2")["found_at"]


def test_old_posts_become_hits_but_do_not_flood_the_desk(full: Place) -> None:
    full.take(post(9_999, UNMATCHED), name="old.jsonl")
    rules = WIDER.replace("星河宽带, 星河光纤", "星河宽带, 今天").replace("不错", "不错, 真好")
    assert full.lay_out(rules).call("replay").out == "5 posts: 5 hit; 0 withdrawn\n"
    old = [full.record(f"weibo:{n}") for n in (9_999, 10_000)]
    assert [(record["level"], record["status"]) for record in old] == [(2, "kept"), (2, "kept")]
    assert set(full.call("queue list", "--json").ids) == {"weibo:1", "weibo:2", "weibo:3"}


def test_a_narrower_rule_withdraws_what_matches_no_more(full: Place) -> None:
    answer = full.lay_out(NARROWER).call("replay")
    assert answer.out == "4 posts: 4 unmatched; 3 withdrawn\n"
    assert full.call("export").ids == []
    assert full.call("queue list", "--json").ids == []
    assert full.record("weibo:1")["status"] == "withdrawn"


def test_rules_taken_back_bring_the_withdrawn_back(full: Place) -> None:
    before = full.call("export").out
    for rules in (NARROWER, RULES):
        full.lay_out(rules).call("replay")
    assert full.call("export").out == before


def test_the_rules_version_of_a_record_is_that_of_the_rules_that_made_it(full: Place) -> None:
    before = full.record("weibo:1")["rules_version"]
    full.lay_out(WIDER).call("replay")
    assert full.record("weibo:1")["rules_version"] != before


def test_since_goes_by_the_time_of_publication(full: Place) -> None:
    answer = full.lay_out(WIDER).call("replay", "--since", "2d")
    assert answer.out == "3 posts: 2 hit, 1 unmatched; 0 withdrawn\n"
    assert full.record("weibo:10000")["level"] == 1


def test_source_takes_only_what_that_source_brought(full: Place) -> None:
    full.take(post(20, HIT), name="other.jsonl")
    assert full.call("replay", "--source", "other.jsonl").out == "1 posts: 1 hit; 0 withdrawn\n"
    assert full.call("replay", "--source", "nowhere").out == "0 posts: none; 0 withdrawn\n"


@pytest.mark.parametrize(
    "rules",
    [
        pytest.param(BROKEN_RULES, id="a mistake"),
        pytest.param(
            RULES.replace("queue: 市场拓展", "examples: {hit: [今天天气真好]}"), id="an example that fails"
        ),
    ],
)
def test_bad_rules_end_it_with_1_and_nothing_is_done(full: Place, rules: str) -> None:
    before = full.call("export").out
    answer = full.lay_out(rules).call("replay")
    assert (answer.code, answer.out) == (1, "")
    assert answer.err.startswith(f"{full.rules}:")
    assert full.call("export").out == before


def test_the_rules_of_a_replay_are_the_last_good_ones(full: Place) -> None:
    full.lay_out(WIDER).call("replay")
    answer = full.lay_out(BROKEN_RULES).take(post(30, MENTION), name="later.jsonl")
    assert (answer.code, answer.out) == (3, "later.jsonl: 1 posts: 1 hit [ok]\n")


def test_what_a_kill_left_of_the_archive_is_mended_and_told(full: Place) -> None:
    (segment,) = full.archive.rglob("*.zst")
    size = segment.stat().st_size
    with segment.open("ab") as file:
        file.write(b"half a frame")
    answer = full.call("replay")
    assert answer.code == 0
    assert f"a torn tail of 12 bytes was cut at byte {size:,}" in answer.err
    assert segment.stat().st_size == size


def test_an_empty_archive_is_no_failure(place: Place) -> None:
    assert place.call("replay").out == "0 posts: none; 0 withdrawn\n"


def test_a_deleted_post_keeps_its_record_through_a_replay(full: Place) -> None:
    full.take(json_line(post(1, "", deleted=True)), name="gone.jsonl")
    assert full.call("replay").out == "4 posts: 1 hit, 2 mention, 1 unmatched; 0 withdrawn\n"
    assert (full.record("weibo:1")["text"], full.record("weibo:1")["deleted"]) == (HIT, True)


def test_what_the_store_refuses_ends_it_with_3_and_can_be_retried_from_the_quarantine(
    full: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_app(full.config) as app:
        store = RefusingStore("weibo:2")
        assert store.put_records(list(app.store.scan())).created == 3
    monkeypatch.setattr(App, "store", store)
    answer = full.lay_out(WIDER).call("replay")
    assert (answer.code, answer.out) == (3, "4 posts: 2 hit, 1 unmatched, 1 invalid; 0 withdrawn\n")
    assert full.record("weibo:2")["level"] == 1, "as it was"
    (entry,) = full.call("quarantine list", "--json").records
    assert (entry["source"], entry["reason"]) == ("posts.jsonl", "the store refused it: its text is too long")
    answer = full.call("quarantine retry", "1")
    assert (answer.code, answer.out) == (3, "1 posts: 1 invalid\n")
    assert answer.err == "1 (posts.jsonl): the store refused it: its text is too long\n"
    store.refuses.clear()
    assert full.call("quarantine retry").out == "1 posts: 1 hit\n"
    assert full.record("weibo:2")["level"] == 2
    assert full.call("quarantine list", "--json").records == []
