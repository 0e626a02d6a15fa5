"""What the archive promises to the pipeline, in one process."""

from __future__ import annotations

import itertools
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from listening import codec
from listening.archive import Archive, Held, Seen, State, read_place
from listening.archive.frames import Frame, walk
from listening.errors import ArchiveError, Locked
from listening.model import Author, Mention, Metrics, Outcome, Post, Reference
from tests.archive.posts import NOON, a_post, ids

RULES = "rules-1"


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    seconds = itertools.count()
    clock = lambda: NOON + timedelta(seconds=next(seconds))  # noqa: E731 - a clock is one expression
    with Archive.open(tmp_path / "archive", host="h", now=clock) as opened:
        yield opened


def keep(archive: Archive, *posts: Post, outcome: Outcome | None = None, source: str = "论坛") -> set[str]:
    """One run: archive the posts and, where an outcome is given, settle them."""
    with archive.writer(source, "run") as writer:
        older = writer.append(posts)
        if outcome:
            assert archive.settle([(post, outcome) for post in posts], RULES) == []
    return older


def state(archive: Archive, post: Post) -> Seen:
    return archive.seen([post])[0]


def test_a_post_comes_back_as_it_was_archived(archive: Archive) -> None:
    post = a_post(
        1,
        title="标题",
        parent=Reference(id="demo:0", author=Author(name="阿姨")),
        mentions=(Mention(name="星河宽带"),),
        tags=("断网", "𠮷"),
        extra={"nested": {"a": [1, None]}, "author.gender": "f"},
    )
    keep(archive, post)
    assert archive.get("demo:1") == post
    assert archive.get("demo:2") is None


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab._extid"), inner, max_size=3),
    max_leaves=6,
)
posts = st.builds(
    Post,
    id=st.text(min_size=1, alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\0")),
    text=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=50),
    title=st.none() | st.text("标题\n\t\"'\\ ", max_size=5),
    published_at=st.none()
    | st.datetimes(
        min_value=datetime(1, 1, 2),  # noqa: DTZ001 - hypothesis wants bounds without a zone
        timezones=st.just(UTC),
    ).map(codec.utc),
    tags=st.lists(st.text("签。 ", max_size=4), max_size=3).map(tuple),
    extra=st.dictionaries(st.text("xyz.", min_size=1), json_values, max_size=3),
)


@settings(max_examples=30)
@given(batch=st.lists(posts, max_size=8, unique_by=lambda post: post.id))
def test_any_posts_survive_the_round_trip(
    tmp_path_factory: pytest.TempPathFactory, batch: list[Post]
) -> None:
    readable = [post for post in batch if b"\\u0000" not in codec.canonical(post)]
    with Archive.open(tmp_path_factory.mktemp("archive")) as archive:
        keep(archive, *readable)
        given = [codec.post_from_json(codec.canonical(post)) for post in readable]
        assert [post for found in archive.scan() for post in found] == given
        assert [archive.get(post.id) for post in readable] == given


def test_every_state_a_post_can_be_seen_in(archive: Archive) -> None:
    post = a_post(1)
    edited = replace(post, text="已经修好了")
    assert state(archive, post).state is State.NEW
    assert not state(archive, post).may_be_stored

    assert keep(archive, post) == set()
    assert state(archive, post).state is State.NEW, "no outcome yet: taking it for a repeat could lose it"
    assert state(archive, edited).state is State.CHANGED
    assert state(archive, edited).may_be_stored, "whoever archived it may have stored it"

    archive.settle([(post, Outcome.HIT)], RULES)
    assert state(archive, post) == Seen(
        state=State.REPEAT, earlier=Outcome.HIT, may_be_stored=True, metrics=Metrics(likes=1)
    )
    assert state(archive, edited).state is State.CHANGED
    assert state(archive, edited).earlier is Outcome.HIT

    archive.settle([(post, Outcome.UNMATCHED)], RULES)
    assert not state(archive, edited).may_be_stored


def test_only_the_content_decides_about_a_repeat(archive: Archive) -> None:
    post = a_post(1)
    keep(archive, post, outcome=Outcome.MENTION)
    again = replace(post, metrics=Metrics(likes=9), collected_at=NOON, source="别处", region="上海")
    assert state(archive, again).state is State.REPEAT
    changes = [
        replace(post, title="新"),
        replace(post, tags=("新",)),
        replace(post, author=Author(id="8")),
        replace(post, parent=Reference(id="demo:9")),
        replace(post, root=Reference(id="demo:9")),
        replace(post, mentions=(Mention(id="3"),)),
        replace(post, published_at=NOON + timedelta(milliseconds=1)),
        replace(post, deleted=True),
    ]
    assert [seen.state for change in changes for seen in archive.seen([change])] == [State.CHANGED] * 8


def test_a_post_twice_in_one_batch_is_compared_with_its_first_appearance(archive: Archive) -> None:
    post, edited = a_post(1), a_post(1, text="改过")
    found = archive.seen([post, post, edited, post])
    assert [seen.state for seen in found] == [State.NEW, State.REPEAT, State.CHANGED, State.CHANGED]
    keep(archive, post, edited)
    assert archive.get("demo:1") == edited
    assert archive.settle([(post, Outcome.HIT), (edited, Outcome.UNMATCHED)], RULES) == []
    assert state(archive, edited).earlier is Outcome.UNMATCHED, "the last one in the batch counts"


def test_changed_metrics_are_noticed_once(archive: Archive) -> None:
    keep(archive, a_post(1), outcome=Outcome.HIT)
    liked = a_post(1, metrics=Metrics(likes=5, views=70))
    assert state(archive, liked).metrics_changed
    assert state(archive, liked).metrics == Metrics(likes=1)
    archive.update_metrics([liked, a_post(2)])
    assert not state(archive, liked).metrics_changed
    assert not state(archive, a_post(1, metrics=None)).metrics_changed, "unknown is not a change"
    assert state(archive, a_post(1, metrics=None)).metrics == Metrics(likes=5, views=70)


def test_an_edit_waits_for_its_own_outcome_and_remembers_the_earlier_one(archive: Archive) -> None:
    post, edited = a_post(1), a_post(1, text="改过")
    keep(archive, post, outcome=Outcome.HIT)
    assert keep(archive, edited) == {"demo:1"}, "the store may hold the version before"
    assert ids(archive.pending()) == ["demo:1"]
    assert state(archive, edited).earlier is Outcome.HIT
    assert archive.settle([(edited, Outcome.UNMATCHED)], RULES) == []
    assert state(archive, edited) == Seen(
        state=State.REPEAT, earlier=Outcome.UNMATCHED, metrics=Metrics(likes=1)
    )
    assert keep(archive, post) == set(), "the edit did not match, so nothing is in the store"


def test_settling_an_old_version_leaves_the_edit_pending(archive: Archive) -> None:
    post, edited = a_post(1), a_post(1, text="改过")
    keep(archive, post)
    assert keep(archive, edited) == {"demo:1"}, "nobody can say whether the version before was stored"
    assert archive.settle([(post, Outcome.HIT), (a_post(2), Outcome.HIT)], RULES) == ["demo:1", "demo:2"]
    assert ids(archive.pending()) == ["demo:1"]
    assert state(archive, edited).may_be_stored


def test_an_old_version_stored_after_the_edit_makes_the_edit_pending_again(archive: Archive) -> None:
    post, edited = a_post(1), a_post(1, text="改过")
    keep(archive, post)
    keep(archive, edited, outcome=Outcome.UNMATCHED)
    assert archive.settle([(post, Outcome.HIT)], RULES) == ["demo:1"]
    assert ids(archive.pending()) == ["demo:1"]
    assert archive.settle([(edited, Outcome.UNMATCHED)], RULES) == []
    assert ids(archive.pending()) == []


def test_an_old_version_stored_while_the_edit_is_worked_on_makes_the_edit_pending_once_more(
    archive: Archive,
) -> None:
    post, edited = a_post(1), a_post(1, text="改过")
    keep(archive, post)
    keep(archive, edited)
    assert archive.settle([(post, Outcome.HIT)], RULES) == ["demo:1"], "perhaps stored over the edit"
    assert archive.settle([(edited, Outcome.UNMATCHED)], RULES) == ["demo:1"], "so this cannot count either"
    assert state(archive, edited).may_be_stored
    assert archive.settle([(edited, Outcome.UNMATCHED)], RULES) == []


def test_pending_leaves_out_what_is_settled_and_comes_in_batches_oldest_first(tmp_path: Path) -> None:
    times = iter(NOON + timedelta(seconds=n) for n in range(100))
    with Archive.open(tmp_path, now=lambda: next(times)) as archive:
        for source, start in (("z", 0), ("a", 1_500)):
            with archive.writer(source, "run") as writer:
                writer.append([a_post(n) for n in range(start, start + 1_500)])
        archive.settle([(a_post(n), Outcome.HIT) for n in range(0, 3_000, 2)], RULES)
        batches = list(archive.pending())
    assert [len(batch) for batch in batches] == [1_000, 500]
    assert ids(batches) == [f"demo:{n}" for n in range(1, 3_000, 2)]


def test_what_is_not_settled_does_not_come_twice_from_one_pending(archive: Archive) -> None:
    keep(archive, *(a_post(n) for n in range(5)))
    found = []
    for batch in archive.pending():
        found += ids([batch])
        keep(archive, a_post(9))
    assert found == [f"demo:{n}" for n in range(5)]


def test_an_own_open_segment_is_ones_own_to_finish(archive: Archive) -> None:
    with archive.writer("论坛", "run") as writer:
        writer.append([a_post(1)])
        assert ids(archive.pending()) == ["demo:1"]


def test_a_scan_gives_current_versions_once_each_while_they_change(archive: Archive) -> None:
    keep(archive, *(a_post(n) for n in range(1_200)))
    keep(archive, a_post(3, text="改过"))
    scan = archive.scan()
    first = next(scan)
    keep(archive, a_post(0, text="在扫描时改过"), a_post(1_201))
    found = [*first, *(post for batch in scan for post in batch)]
    assert len(found) == len({post.id for post in found}) == 1_200
    assert [post.text for post in found if post.id == "demo:3"] == ["改过"]


def test_a_scan_can_be_narrowed_by_time_and_source(archive: Archive) -> None:
    late = NOON + timedelta(days=1)
    keep(archive, a_post(1), a_post(2, published_at=late), a_post(3, published_at=None), source="论坛")
    keep(archive, a_post(4, published_at=late, source="转载"), source="论坛")
    keep(archive, a_post(5, published_at=late), source="微博")
    assert ids(archive.scan()) == [f"demo:{n}" for n in range(1, 6)]
    assert ids(archive.scan(since=late)) == ["demo:2", "demo:4", "demo:5"]
    assert ids(archive.scan(since=NOON, source="论坛")) == ["demo:1", "demo:2", "demo:3"]
    assert ids(archive.scan(source="转载")) == ["demo:4"]


def test_the_counts_add_up(archive: Archive) -> None:
    keep(archive, a_post(1), a_post(2), outcome=Outcome.HIT)
    keep(archive, a_post(3), outcome=Outcome.EXCLUDED)
    keep(archive, a_post(4))
    counts = archive.counts()
    assert (counts.posts, counts.pending) == (4, 1)
    assert counts.outcomes == {Outcome.HIT: 2, Outcome.EXCLUDED: 1}
    assert counts.bytes == sum(path.stat().st_size for path in archive.folder.rglob("*.zst"))


NAMES = {
    "chinese": "星河论坛",
    "path": "../../etc/passwd",
    "dot": ".",
    "dots": "..",
    "empty": "",
    "slash": "a/b\\c:d*",
    "long": "很长的名字" * 40,
    "newline": "a\nb",
    "tilde": "~root",
}


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES.keys())
def test_a_source_may_have_any_name(archive: Archive, name: str) -> None:
    keep(archive, a_post(1), source=name)
    (segment,) = archive.folder.rglob("*.zst")
    assert len(segment.relative_to(archive.folder).parts) == 3
    archive.rebuild_index()
    assert ids(archive.scan(source=name)) == ["demo:1"], "the name is known after a rebuild, too"


def test_the_same_run_twice_writes_two_segments(archive: Archive) -> None:
    keep(archive, a_post(1))
    keep(archive, a_post(2))
    names = sorted(path.relative_to(archive.folder).as_posix() for path in archive.folder.rglob("*.zst"))
    source = "%E8%AE%BA%E5%9D%9B"
    assert names == [f"2026-03-01/{source}/h-run.2.zst", f"2026-03-01/{source}/h-run.zst"]


def test_a_living_segment_that_took_a_deleted_ones_name_is_left_to_its_owner(archive: Archive) -> None:
    keep(archive, a_post(1), outcome=Outcome.HIT)
    (segment,) = archive.folder.rglob("*.zst")
    segment.unlink()
    with archive.writer("论坛", "run") as writer, Archive.open(archive.folder) as other:
        writer.append([a_post(2)])
        assert writer.path == segment.relative_to(archive.folder).as_posix()
        assert ids(other.pending()) == []


def test_a_run_without_posts_leaves_nothing_behind(archive: Archive) -> None:
    with archive.writer("论坛", "run") as writer:
        assert writer.append([]) == set()
        assert writer.path is None
    assert sorted(path.suffix for path in archive.folder.iterdir() if path.is_dir()) == []


def test_large_batches_are_cut_into_frames_a_reader_can_hold(archive: Archive) -> None:
    long = [a_post(n, text=chr(0x4E00 + n) * 1_000_000) for n in range(7)]
    keep(archive, *long)
    assert list(archive.scan()) == [long]
    (segment,) = archive.folder.rglob("*.zst")
    with segment.open("rb") as file:
        sizes = [len(found.lines) for found in walk(file, 0) if isinstance(found, Frame)]
    assert sizes == [6, 1]


def test_rebuilding_needs_the_archive_at_rest(archive: Archive) -> None:
    with archive.writer("论坛", "run") as writer:
        writer.append([a_post(1)])
        with pytest.raises(Locked, match="somebody is writing to the archive - try again when"):
            archive.rebuild_index()
    assert archive.rebuild_index().indexed == 1


def test_a_newer_index_is_refused(tmp_path: Path) -> None:
    Archive.open(tmp_path).close()
    with sqlite3.connect(tmp_path / "index.sqlite") as index:
        index.execute("PRAGMA user_version = 99")
    index.close()
    with pytest.raises(ArchiveError, match=r"index.sqlite: was written by a newer program \(schema 99"):
        Archive.open(tmp_path)


def test_a_file_that_is_no_index_is_named(tmp_path: Path) -> None:
    (tmp_path / "index.sqlite").write_bytes(b"no database" * 500)
    with pytest.raises(ArchiveError, match=r"index.sqlite: is damaged .* - move it away: it is built again"):
        Archive.open(tmp_path)


def test_a_folder_that_cannot_be_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ArchiveError, match="file/archive: cannot be created") as caught:
        Archive.open(tmp_path / "file" / "archive")
    assert "\n" not in str(caught.value)


def test_a_damaged_segment_is_an_error_not_a_hole(archive: Archive) -> None:
    keep(archive, a_post(1))
    (segment,) = archive.folder.rglob("*.zst")
    data = bytearray(segment.read_bytes())
    data[-1] ^= 1
    segment.write_bytes(data)
    with pytest.raises(ArchiveError, match="is damaged at byte 0 - restore it from a backup"):
        list(archive.scan())
    segment.unlink()
    with pytest.raises(ArchiveError, match=r"h-run.zst: cannot be read \(No such file"):
        archive.get("demo:1")


def test_a_clock_put_back_does_not_bring_an_old_version_back(tmp_path: Path) -> None:
    hours = iter([12, 12, 10, 10, 9, 9, 8])
    with Archive.open(tmp_path, now=lambda: NOON.replace(hour=next(hours))) as archive:
        keep(archive, a_post(1, text="旧"))
        keep(archive, a_post(1, text="新"))
        assert archive.get("demo:1") == a_post(1, text="新")
        archive.rebuild_index()
        assert archive.get("demo:1") == a_post(1, text="新")


def test_places_are_read_without_the_index_and_held_counts_them(archive: Archive) -> None:
    keep(archive, a_post(1), a_post(2, published_at=NOON - timedelta(days=9)))
    keep(archive, a_post(3, source="贴吧"), source="导入")
    for since, source in itertools.product((None, NOON), (None, "论坛", "贴吧", "导入")):
        batches = [read_place(archive.folder, place) for place in archive.places(since, source)]
        read = [post for batch in batches for post in batch.posts]
        assert read == [post for batch in archive.scan(since, source) for post in batch]
        held = archive.held(since, source)
        assert sum(each.posts for each in held) == len(read)
    first = int((NOON - timedelta(days=9)).timestamp() * 1000)
    last = int(NOON.timestamp() * 1000)
    assert archive.held() == [Held("论坛", 2, first, last), Held("贴吧", 1, last, last)]
    assert [batch.source for batch in map(partial(read_place, archive.folder), archive.places())] == [
        "论坛",
        "导入",
    ]
