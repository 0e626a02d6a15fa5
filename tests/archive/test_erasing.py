"""Posts of people who are erased: given to nobody from that moment on, and taken out of the segments."""

from __future__ import annotations

import io
import resource
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from listening import codec
from listening.archive import Archive, Cleared, Quarantine, State, frames, read_place
from listening.archive.erased import Nobody
from listening.archive.erasing import NEW
from listening.archive.frames import Frame, encode, encode_into, read_frame, walk
from listening.errors import ArchiveError
from listening.model import Author, Mention, Outcome, Post, Reference
from tests.archive.eraser import STEPS, no_room
from tests.archive.gone import Gone
from tests.archive.posts import NOON, a_post, ids

ROOT = Path(__file__).resolve().parents[2]
MING, HONG = Author(id="7", name="小明"), Author(id="8", name="小红")
WORDS = "我叫小明，星河宽带又断网啦"
RULES = "rules-1"


def by(author: Author | None, number: int, text: str = "", **given: Any) -> Post:
    words = WORDS if author == MING else f"第{number}天没网"
    return a_post(number, text or words, author=author, **given)


def opened(folder: Path, *people: str) -> Archive:
    return Archive.open(folder / "archive", host="h", erased=Gone(*people))


def fill(folder: Path, *batches: Sequence[Post], run: str = "run", settled: bool = True) -> None:
    """One run that archives these batches; the process is gone afterwards."""
    with opened(folder) as archive, archive.writer("论坛", run) as writer:
        for batch in batches:
            writer.append(batch)
            if settled:
                archive.settle([(post, Outcome.HIT) for post in batch], RULES)


def a_mixed_archive(folder: Path) -> None:
    """Two runs of three batches, of which 小明 wrote posts 1, 3 and 7."""
    fill(folder, [by(HONG, 0), by(MING, 1)], [by(HONG, 2)], [by(MING, 3)])
    fill(folder, [by(HONG, 4), by(HONG, 5)], [by(HONG, 6), by(MING, 7), by(HONG, 8)], run="second")


OTHERS = [f"demo:{n}" for n in (0, 2, 4, 5, 6, 8)]


def on_disk(folder: Path) -> str:
    """All lines of all segments, as any Zstandard reader shows them."""
    found = []
    for path in sorted(folder.rglob("*.zst*")):
        with path.open("rb") as file:
            found.append(zstandard.ZstdDecompressor().stream_reader(file, read_across_frames=True).read())
    return b"".join(found).decode()


def segments(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.rglob("*.zst*"))}


def everybody_else_is_there(folder: Path) -> None:
    with opened(folder, "7") as archive:
        assert archive.recover().cleared == Cleared(), "nothing is left to do"
        assert ids(archive.scan()) == OTHERS
        assert sorted(archive.ids()) == sorted(OTHERS)
        assert [archive.get(each) for each in OTHERS] == [by(HONG, int(each[5:])) for each in OTHERS]
        assert archive.counts().pending == 0
    assert WORDS not in on_disk(folder)
    assert "小明" not in on_disk(folder)
    assert not list(folder.rglob(f"*{NEW}"))


def test_from_the_moment_a_tombstone_stands_no_reader_is_given_the_posts(tmp_path: Path) -> None:
    a_mixed_archive(tmp_path)
    with opened(tmp_path, "7") as archive:
        assert ids(archive.scan()) == OTHERS
        read = [post.id for place in archive.places() for post in read_place(archive.folder, place).posts]
        assert read == OTHERS
        assert archive.get("demo:1") is None
        drawn = archive.sample(9, 1, list(Outcome)).posts
        assert {post.id for post in drawn} == set(OTHERS)


def test_what_waits_for_its_outcome_is_not_given_either(tmp_path: Path) -> None:
    fill(tmp_path, [by(HONG, 0), by(MING, 1)], settled=False)
    with opened(tmp_path, "7") as archive:
        assert ids(archive.pending()) == ["demo:0"]


def test_recovering_takes_the_posts_out_of_segments_and_index(tmp_path: Path) -> None:
    a_mixed_archive(tmp_path)
    assert WORDS in on_disk(tmp_path)
    with opened(tmp_path, "7") as archive:
        assert archive.recover().cleared == Cleared(posts=3, segments=2)
        assert archive.counts().posts == len(OTHERS)
        assert archive.seen([by(MING, 1)])[0].state is State.NEW, "nothing is known of it any more"
    everybody_else_is_there(tmp_path)


def test_all_else_stays_byte_for_byte_where_it_was(tmp_path: Path) -> None:
    a_mixed_archive(tmp_path)
    fill(tmp_path, [by(HONG, 9)], run="untouched")
    before = segments(tmp_path)
    with opened(tmp_path, "7") as archive:
        archive.recover()
    after = segments(tmp_path)
    assert after["h-untouched.zst"] == before["h-untouched.zst"]
    for name in before:
        first, second = (frames_of(data) for data in (before[name], after[name]))
        assert [(f.offset, f.end, f.at, f.source) for f in first] == [
            (f.offset, f.end, f.at, f.source) for f in second
        ]
        for old, new in zip(first, second, strict=True):
            kept = tuple(b"" if b'"id":"7"' in line else line for line in old.lines)
            assert new.lines == kept
            if kept == old.lines:
                assert after[name][new.offset : new.end] == before[name][old.offset : old.end]


def frames_of(data: bytes) -> list[Frame]:
    return [found for found in walk(io.BytesIO(data), 0) if isinstance(found, Frame)]


def test_whoever_had_begun_to_read_goes_on(tmp_path: Path) -> None:
    a_mixed_archive(tmp_path)
    with opened(tmp_path) as reader, opened(tmp_path, "7") as archive:
        places = reader.places()
        first = next(places)
        archive.recover()
        rest = [post.id for place in [first, *places] for post in read_place(archive.folder, place).posts]
    assert rest == OTHERS


def test_older_versions_go_as_well_and_a_placeholder_that_names_nobody(tmp_path: Path) -> None:
    fill(tmp_path, [by(MING, 1), by(HONG, 0)])
    fill(tmp_path, [by(MING, 1, "我叫小明，修好了")], run="second")
    fill(tmp_path, [by(None, 1, "该帖已删除", deleted=True), by(None, 2, "无名氏")], run="third")
    with opened(tmp_path, "7") as archive:
        assert archive.get("demo:1") == by(None, 1, "该帖已删除", deleted=True), "nobody can tell yet"
        assert archive.recover().cleared.posts == 3
        assert sorted(archive.ids()) == ["demo:0", "demo:2"]
    assert "小明" not in on_disk(tmp_path)
    assert "该帖已删除" not in on_disk(tmp_path)


def naming(number: int) -> Post:
    """An answer of somebody else that says whom it answers."""
    answered = Reference(id="demo:1", author=MING)
    return by(HONG, number, "回复@小明 ：我也是", parent=answered, mentions=(Mention(id="7", name="小明"),))


def test_posts_of_others_stay_without_what_they_say_of_the_person(tmp_path: Path) -> None:
    fill(tmp_path, [by(MING, 1), naming(2)], [by(HONG, 3)])
    erased = Gone("7")
    kept = erased.without(naming(2))
    assert "小明" not in codec.canonical(kept).decode()
    with opened(tmp_path, "7") as archive:
        assert archive.recover().cleared == Cleared(posts=1, named=1, segments=1)
        assert archive.get("demo:2") == kept
        assert archive.seen([kept])[0].state is State.REPEAT, "no new version only because of that"
        assert archive.settle([(kept, Outcome.HIT)], RULES) == []
    assert "小明" not in on_disk(tmp_path)


def test_a_batch_is_sifted_and_what_comes_out_of_the_archive_can_be_stored_without_the_name(
    tmp_path: Path,
) -> None:
    kept = Gone("7").without(naming(2))
    with opened(tmp_path, "7") as archive:
        assert archive.sifted([by(MING, 1), naming(2), by(HONG, 3)]) == [kept, by(HONG, 3)]
        assert archive.unnamed(naming(2)) == kept
    with opened(tmp_path) as archive:
        assert archive.sifted([by(MING, 1), naming(2)]) == [by(MING, 1), naming(2)]


def test_an_older_version_that_names_somebody_does_not_become_the_current_one(tmp_path: Path) -> None:
    fill(tmp_path, [naming(2)])
    fill(tmp_path, [by(HONG, 2, "已编辑")], run="second")
    with opened(tmp_path, "7") as archive:
        assert archive.recover().cleared.named == 1
        assert archive.get("demo:2") == by(HONG, 2, "已编辑")
        assert archive.seen([by(HONG, 2, "已编辑")])[0].state is State.REPEAT
    assert "小明" not in on_disk(tmp_path)


def test_a_segment_of_a_living_process_is_left_to_the_next_recovery(tmp_path: Path) -> None:
    a_mixed_archive(tmp_path)
    with opened(tmp_path) as living, living.writer("微博", "living") as writer:
        writer.append([by(MING, 10), by(HONG, 11)])
        with opened(tmp_path, "7") as archive:
            cleared = archive.recover().cleared
            assert cleared.left == [writer.path]
            assert cleared.posts == 3
            assert ids(archive.scan()) == [*OTHERS, "demo:11"], "its posts are hidden all the same"
        living.settle([(by(MING, 10), Outcome.HIT), (by(HONG, 11), Outcome.HIT)], RULES)
    with opened(tmp_path, "7") as archive:
        assert archive.recover().cleared == Cleared(posts=1, segments=1)
        assert ids(archive.scan()) == [*OTHERS, "demo:11"]
    assert WORDS not in on_disk(tmp_path)


def damage_everything(folder: Path) -> None:
    """Whoever reads it now would see."""
    for path in folder.rglob("*.zst"):
        data = bytearray(path.read_bytes())
        data[50] ^= 1
        path.write_bytes(data)


def test_what_was_looked_through_is_not_read_again_until_somebody_else_is_erased(tmp_path: Path) -> None:
    a_mixed_archive(tmp_path)
    with opened(tmp_path, "7") as archive:
        archive.recover()
    damage_everything(tmp_path)
    with opened(tmp_path, "7") as archive:
        assert archive.recover().cleared == Cleared()
    with opened(tmp_path, "7", "9") as archive:
        assert archive.recover().cleared.unreadable > 0


def test_without_anybody_erased_nothing_is_read_and_no_table_is_made(tmp_path: Path) -> None:
    a_mixed_archive(tmp_path)
    damage_everything(tmp_path)
    with opened(tmp_path) as archive:
        assert archive.recover().cleared == Cleared()
        tables = archive._index.database.connection.execute("SELECT name FROM sqlite_schema").fetchall()
    assert "cleared" not in str(tables)


def test_an_index_that_is_built_anew_knows_none_of_the_posts(tmp_path: Path) -> None:
    a_mixed_archive(tmp_path)
    (tmp_path / "archive" / "index.sqlite").unlink()
    with opened(tmp_path, "7") as archive:
        recovery = archive.recover()
        assert recovery.indexed == len(OTHERS)
        assert recovery.cleared.posts == 3
        assert archive.rebuild_index().indexed == len(OTHERS), "empty lines are no posts, nor quarantined"
        assert archive.quarantine.entries() == []
        assert ids(archive.pending()) == OTHERS


def test_damaged_bytes_are_left_and_told_since_nobody_can_look_through_them(tmp_path: Path) -> None:
    a_mixed_archive(tmp_path)
    path = next((tmp_path / "archive").rglob("h-run.zst"))
    data = bytearray(path.read_bytes())
    second = frames_of(bytes(data))[1]
    data[second.offset + 40] ^= 1
    path.write_bytes(data)
    with opened(tmp_path, "7") as archive:
        cleared = archive.recover().cleared
    assert (cleared.posts, cleared.unreadable) == (3, second.end - second.offset)
    assert path.read_bytes()[second.offset : second.end] == bytes(data[second.offset : second.end])


def test_a_batch_that_finds_no_room_moves_to_the_end_of_its_segment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_mixed_archive(tmp_path)
    monkeypatch.setattr(frames, "encode_into", no_room(encode_into))
    with opened(tmp_path, "7") as archive:
        assert archive.recover().cleared.posts == 3
        waiting = [post for batch in archive.pending() for post in batch]
        assert sorted(post.id for post in waiting) == ["demo:0", "demo:6", "demo:8"]
        archive.settle([(post, Outcome.HIT) for post in waiting], RULES)
        assert archive.recover().damaged == []
        assert sorted(ids(archive.scan())) == OTHERS
    assert WORDS not in on_disk(tmp_path)


def killed(folder: Path, step: str, times: int) -> None:
    command = [sys.executable, "-m", "tests.archive.eraser", str(folder / "archive"), "7", step, str(times)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == -signal.SIGKILL, f"it never came to this step: {done.stderr}"


@pytest.mark.parametrize("times", [1, 2])
@pytest.mark.parametrize("step", STEPS)
def test_killed_at_any_step_the_next_recovery_completes_it(tmp_path: Path, step: str, times: int) -> None:
    a_mixed_archive(tmp_path)
    killed(tmp_path, step, times)
    with opened(tmp_path, "7") as archive:
        assert sorted(ids(archive.scan())) == OTHERS, "what is half done shows nothing, and loses nothing"
        archive.recover()
        waiting = [post for batch in archive.pending() for post in batch]
        archive.settle([(post, Outcome.HIT) for post in waiting], RULES)
        assert bool(waiting) == (step == "indexed")
    if step == "indexed":
        assert WORDS not in on_disk(tmp_path)
    else:
        everybody_else_is_there(tmp_path)


def test_killed_between_a_batch_that_moved_and_its_index(tmp_path: Path) -> None:
    a_mixed_archive(tmp_path)
    command = [sys.executable, "-c", _KILLED_BEFORE_INDEX, str(tmp_path / "archive")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr
    with opened(tmp_path, "7") as archive:
        assert archive.recover().indexed == 1
        assert sorted(ids(archive.scan())) == OTHERS


_KILLED_BEFORE_INDEX = """
import sys
from listening.archive import frames
from listening.archive.index import Index
from tests.archive import eraser
fate = eraser.Fate("now", 1)
Index.add = fate.around(Index.add, "now", "")
frames.encode_into = eraser.no_room(frames.encode_into)
eraser.main(sys.argv[1], "7", "never", "1")
"""


@contextmanager
def no_file_longer_than(size: int) -> Iterator[None]:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_disk_without_room_changes_nothing_and_leaves_nothing_behind(tmp_path: Path) -> None:
    a_mixed_archive(tmp_path)
    before = segments(tmp_path)
    with opened(tmp_path, "7") as archive:
        archive.places()  # its table is made
        with no_file_longer_than(300), pytest.raises(ArchiveError, match=r"cannot be (written|used)"):
            archive.recover()
    assert segments(tmp_path) == before
    with opened(tmp_path, "7") as archive:
        archive.recover()
    everybody_else_is_there(tmp_path)


def test_two_who_erase_at_the_same_time_do_not_disturb_each_other(tmp_path: Path) -> None:
    a_mixed_archive(tmp_path)
    for n in range(12):
        fill(tmp_path, [by(MING, 100 + n)], run=f"more-{n}")
    begin = threading.Barrier(3)
    failed: list[BaseException] = []

    def erase() -> None:
        try:
            with opened(tmp_path, "7") as archive:
                begin.wait(30)
                archive.recover()
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=erase) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    with opened(tmp_path, "7") as archive:
        archive.recover()
    everybody_else_is_there(tmp_path)


def raw(**post: Any) -> bytes:
    return codec.plain_json({"id": "demo:1", "text": WORDS, "platform": "demo"} | post)


UNREADABLE = [
    pytest.param(raw(author={"id": "7"}, published_at="昨天"), id="a time nobody can read"),
    pytest.param(raw(author={"id": 7, "name": "小明"}), id="an id that is a number"),
    pytest.param(encode([raw(author={"id": "7"})], source="论坛", at=1)[:-3], id="the torn tail of a batch"),
]
OF_OTHERS = [
    pytest.param(raw(author={"id": "8"}, published_at="昨天"), id="of somebody else"),
    pytest.param(raw(author="小明"), id="an author that is no author"),
    pytest.param(b'{"author": {"id": "7"', id="half a line"),
    pytest.param(b"\xff\xfe7", id="no text at all"),
    pytest.param(b"\x28\xb5\x2f\xfd\xff\xff\xff", id="no batch at all"),
    pytest.param(b"[" * 100_000, id="nested without end"),
]


@pytest.mark.parametrize("line", UNREADABLE)
def test_what_could_not_be_read_of_the_person_leaves_the_quarantine_and_does_not_come_back(
    tmp_path: Path, line: bytes
) -> None:
    given: dict[str, Any] = {"source": "论坛", "file": "f", "line": 1, "reason": "?", "at": NOON}
    with opened(tmp_path) as archive:
        archive.quarantine.add(raw=line, **given)
        archive.quarantine.add(raw=b"of others", **given)
    with opened(tmp_path, "7") as archive:
        assert archive.recover().cleared.quarantine == 1
        assert [entry.raw for entry in archive.quarantine.entries()] == [b"of others"]
        assert archive.quarantine.add(raw=line, **given) is False
        assert archive.quarantine.counts() == {"论坛": 1}
    kept = b"".join(path.read_bytes() for path in (tmp_path / "archive").glob("quarantine.sqlite*"))
    assert b"of others" in kept
    assert line not in kept


@pytest.mark.parametrize("line", OF_OTHERS)
def test_what_nobody_can_tell_to_be_theirs_stays_in_quarantine(tmp_path: Path, line: bytes) -> None:
    with opened(tmp_path, "7") as archive:
        assert archive.quarantine.add(source="论坛", file="f", line=1, reason="?", raw=line, at=NOON)
        assert archive.recover().cleared.quarantine == 0
        assert [entry.raw for entry in archive.quarantine.entries()] == [line]


def test_a_line_of_theirs_that_recovery_found_unreadable_goes_too(tmp_path: Path) -> None:
    home = tmp_path / "archive" / "2026-03-01" / "a"
    home.mkdir(parents=True)
    lines = [codec.canonical(by(HONG, 0)), raw(author={"id": 7})]
    (home / "h-run.zst").write_bytes(frames.encode(lines, source="a", at=1))
    with opened(tmp_path) as archive:
        archive.recover()
        assert len(archive.quarantine.entries()) == 1
    with opened(tmp_path, "7") as archive:
        archive.recover()
        assert archive.quarantine.entries() == []
    assert WORDS not in on_disk(tmp_path)


def test_nobody_is_erased_by_default(tmp_path: Path) -> None:
    assert not Nobody().holds(by(MING, 1))
    assert Nobody().without(naming(2)) == naming(2)
    with Quarantine(tmp_path / "q.sqlite") as quarantine:
        assert quarantine.add(source="a", file="f", line=1, reason="?", raw=raw(author={"id": "7"}), at=NOON)


def test_every_version_on_the_disk_can_be_shown_whoever_is_erased(tmp_path: Path) -> None:
    fill(tmp_path, [by(MING, 1), by(HONG, 0)])
    told: list[tuple[str, int]] = []
    with opened(tmp_path) as living, living.writer("微博", "living") as writer:
        writer.append([by(MING, 1, "我叫小明，修好了")])
        with opened(tmp_path, "7") as archive:
            found = list(archive.versions(Gone("7").holds, lambda what, n: told.append((what, n))))
    assert sorted((each.source, each.post.text) for each in found) == [
        ("微博", "我叫小明，修好了"),
        ("论坛", WORDS),
    ]
    assert [post.at.tzinfo is not None for post in found] == [True, True]
    assert told == [("segments read", 1), ("segments read", 2)]


LINES = st.lists(
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=300), min_size=1, max_size=30
)


@settings(max_examples=300, deadline=None)
@given(texts=LINES, source=st.text(max_size=10), gone=st.data())
def test_a_batch_without_some_of_its_lines_fits_into_its_own_bytes(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str], source: str, gone: Any
) -> None:
    lines = [codec.canonical(by(HONG, n, text or "无")) for n, text in enumerate(texts)]
    indexes = gone.draw(st.sets(st.integers(0, len(lines) - 1), min_size=1))
    file = tmp_path_factory.mktemp("frames") / "one"
    data = encode(lines, source=source, at=5)
    file.write_bytes(data)
    kept = [b"" if n in indexes else line for n, line in enumerate(lines)]
    with file.open("r+b") as opened_file:
        before = read_frame(opened_file, 0)
        assert before is not None
        again = encode_into(before, kept)
        assert again is not None
        assert len(again) == len(data)
        opened_file.seek(0)
        opened_file.write(again)
        assert read_frame(opened_file, 0) == replace(before, lines=tuple(kept))


PEOPLE = st.sampled_from([MING, HONG, None])


@settings(max_examples=25, deadline=None)
@given(authors=st.lists(PEOPLE, min_size=1, max_size=30), size=st.integers(1, 7))
def test_what_is_left_of_any_archive_is_what_others_wrote(
    tmp_path_factory: pytest.TempPathFactory, authors: list[Author | None], size: int
) -> None:
    folder = tmp_path_factory.mktemp("any")
    posts = [by(author, n) for n, author in enumerate(authors)]
    fill(folder, *(posts[n : n + size] for n in range(0, len(posts), size)))
    wanted = [post.id for post in posts if post.author != MING]
    with opened(folder, "7") as archive:
        assert ids(archive.scan()) == wanted
        assert archive.recover().cleared.posts == len(posts) - len(wanted)
        assert ids(archive.scan()) == wanted
        assert sorted(archive.ids()) == sorted(wanted)
    assert WORDS not in on_disk(folder)
