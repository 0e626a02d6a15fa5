"""All that is held of one person: found, handed out, erased, and what stays."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from listening import codec
from listening.archive import Archive
from listening.errors import Conflict, DeskMistake
from listening.model import (
    Author,
    Case,
    EventKind,
    Hit,
    ListeningClass,
    Mention,
    Outcome,
    Post,
    Reference,
    ReviewEvent,
    Status,
)
from listening.model.ids import contact_of, thread_of
from listening.review.contacts import contact, join, tag
from listening.review.disclosure import disclosure, told
from listening.review.erasure import Erased, erase
from listening.review.fold import fold
from listening.review.personal import HIDDEN, Holdings, holdings, whose
from listening.store import Store, open_store
from listening.store.pseudonyms import Pseudonyms, open_pseudonyms
from listening.store.tombstones import Tombstones

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
MING, HONG = Author(id="1234567", name="小明"), Author(id="7654321", name="小红")
NAMESAKE, ELSEWHERE = Author(name="小明"), Author(id="42", name="明哥")
KEY = "weibo:1234567"


def nothing(_what: str, _n: int) -> None:
    """Nobody looks on."""


def a_post(name: str, author: Author | None = MING, text: str = "我家又断网了", **more: Any) -> Post:
    given = {"platform": "weibo", "author": author, "published_at": NOON} | more
    return Post(id=f"weibo:{name}", text=text, **given)


REPLY = a_post(
    "回复",
    HONG,
    "回复@小明：我也是",
    root=Reference(id="weibo:甲", author=MING),
    mentions=(Mention(id="1234567", name="小明"),),
)


@dataclass(slots=True)
class House:
    """A store, an archive, and who was erased."""

    store: Store
    folder: Path
    stack: ExitStack
    runs: int = 0
    tombstones: Tombstones = field(init=False)
    archive: Archive = field(init=False)

    def __post_init__(self) -> None:
        self.tombstones = Tombstones(lambda: self.store)
        opened = Archive.open(self.folder, host="h", erased=self.tombstones)
        self.archive = self.stack.enter_context(opened)

    @property
    def pseudonyms(self) -> Pseudonyms:
        return open_pseudonyms(self.store)

    def collect(self, *posts: Post, hits: bool = True, status: Status = Status.OPEN) -> None:
        """Archived, and stored where they are hits; each has the case it makes."""
        self.runs += 1
        with self.archive.writer("微博", f"run-{self.runs}") as writer:
            writer.append(posts)
            outcome = Outcome.HIT if hits else Outcome.UNMATCHED
            self.archive.settle([(post, outcome) for post in posts], "r1")
        if hits:
            self.store.save([self._hit(post, status) for post in posts])

    def _hit(self, post: Post, status: Status) -> Hit:
        return Hit(
            post=post,
            level=2,
            listening_class=ListeningClass.KEYWORD,
            brands=("星河宽带",),
            found_at=NOON,
            status=status,
            case=self.pseudonyms.case(post),
            thread=thread_of(post),
            contact=contact_of(post),
        )

    def open(self, post: Post, *posts: Post, **more: Any) -> Case:
        """A case as finding the post opens it; it holds further posts, too."""
        key = contact_of(post)
        data = {
            "why": "found",
            "post": self.pseudonyms.post(post.id),
            "contact": self.pseudonyms.contact(key) if key else None,
            "queue": "技术支持",
        }
        return self.say(
            self.pseudonyms.case(post), EventKind.OPEN, post, *posts, person="system", **data | more
        )

    def say(self, case_id: str, kind: EventKind, *posts: Post, person: str = "李娜", **data: Any) -> Case:
        """The next step of a case."""
        n = len(self.store.read(case_id)) + 1
        at = NOON + timedelta(minutes=n)
        assert self.store.append(ReviewEvent(case=case_id, n=n, kind=kind, at=at, person=person, data=data))
        folded = fold(self.store.read(case_id))
        assert folded is not None
        before = next(iter(self.store.get_cases([case_id])), None)
        held = before.posts if before else tuple(post.id for post in posts)
        thread = thread_of(posts[0]) if posts else None
        case = replace(folded, posts=held, thread=before.thread if before else thread)
        self.store.put_cases([case])
        return case

    def kept(self, case_id: str) -> Case:
        (case,) = self.store.get_cases([case_id])
        return case

    def held(self, key: str = KEY) -> Holdings:
        return holdings(self.store, self.archive, contact(self.store, key), nothing)

    def erase(self, found: Holdings | None = None) -> Erased:
        return erase(
            self.store,
            self.archive,
            self.tombstones,
            found or self.held(),
            person="李娜",
            at=NOON + timedelta(days=1),
            progress=nothing,
        )

    def everything(self) -> str:
        """All that is held, as text: store, archive, quarantine."""
        records = [*self.store.scan(), *self.store.scan(HIDDEN)]
        said: list[Any] = [codec.hit_to_dict(hit) for hit in records]
        said += [codec.post_to_dict(each.post) for each in self.archive.versions(lambda _: True)]
        said += [entry.raw.decode() for entry in self.archive.quarantine.entries()]
        said += [[each.key, dict(each.body)] for each in self.store.documents("")]
        said += [codec.to_json(each).decode() for each in (*self.store.events(), *self.store.scan_cases())]
        return codec.to_json(said).decode()


@pytest.fixture(params=["memory:", "sqlite:hits.sqlite"])
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    with ExitStack() as stack:
        store = open_store(request.param, tmp_path)
        stack.callback(store.close)
        yield House(store, tmp_path / "archive", stack)


@pytest.mark.parametrize("word", [KEY, "contact:" + KEY, "weibo:甲", "post:weibo:甲", "小明"])
def test_a_contact_is_meant_by_key_post_or_name(house: House, word: str) -> None:
    house.collect(a_post("甲"), REPLY)
    assert whose(house.store, house.archive, word).key == KEY


@pytest.mark.parametrize("prefix", ["", "case:"])
def test_a_contact_is_meant_by_a_case_of_theirs(house: House, prefix: str) -> None:
    reposted = a_post("转", HONG)
    house.collect(a_post("甲"), reposted)
    case = house.open(a_post("甲"), reposted)
    house.store.put_cases([replace(house.kept(case.id), posts=(reposted.id, "weibo:甲"))], anyway=True)
    assert whose(house.store, house.archive, prefix + case.id).key == KEY


def test_a_post_that_only_the_archive_has_leads_to_its_author(house: House) -> None:
    house.collect(a_post("丁"), hits=False)
    assert whose(house.store, house.archive, "weibo:丁").key == KEY


def test_an_unknown_key_is_taken_as_it_is(house: House) -> None:
    """Who does not want to be collected may say so before."""
    assert whose(house.store, house.archive, "weibo:999").key == "weibo:999"
    assert house.held("weibo:999").is_empty


def test_joined_keys_lead_to_the_main_one(house: House) -> None:
    house.collect(a_post("甲"))
    join(house.store, KEY, ["tieba:42"], person="李娜", at=NOON)
    assert whose(house.store, house.archive, "tieba:42").key == KEY


@pytest.mark.parametrize(
    ("word", "line"),
    [
        ("没有人", "没有人: is no contact that we know - "),
        ("post:weibo:没有", "weibo:没有: there is no such post - see listening search"),
        ("post:weibo:无名", "weibo:无名: names no author - there is nobody to be found behind it"),
        ("case:aaaaaaaaaaaa", "aaaaaaaaaaaa: there is no such case - see listening queue list"),
    ],
)
def test_a_word_that_means_nobody_is_refused_with_what_to_do(house: House, word: str, line: str) -> None:
    house.collect(a_post("无名", None))
    with pytest.raises(DeskMistake) as caught:
        whose(house.store, house.archive, word)
    assert str(caught.value).startswith(line)


def test_a_case_without_posts_does_not_say_whose_it_is(house: House) -> None:
    case = house.open(a_post("甲"))
    with pytest.raises(DeskMistake, match="has no post left that says whose it is - give the contact's key"):
        whose(house.store, house.archive, case.id)
    house.collect(a_post("甲"))
    house.erase()
    with pytest.raises(DeskMistake, match="was erased - give the contact's key"):
        whose(house.store, house.archive, case.id)


def test_what_is_a_key_of_one_and_a_post_of_another_has_to_be_said(house: House) -> None:
    house.collect(a_post("7654321"), a_post("乙", HONG))
    with pytest.raises(
        DeskMistake, match=r"not the same person - write post:weibo:7654321 or contact:weibo:"
    ):
        whose(house.store, house.archive, "weibo:7654321")
    assert whose(house.store, house.archive, "post:weibo:7654321").key == KEY
    assert whose(house.store, house.archive, "contact:weibo:7654321").key == "weibo:7654321"


def test_before_something_is_erased_a_posts_id_is_not_taken_for_what_it_is_not_said_to_be(
    house: House,
) -> None:
    house.collect(a_post("999"))
    assert whose(house.store, house.archive, "weibo:999").key == KEY
    with pytest.raises(DeskMistake) as caught:
        whose(house.store, house.archive, "weibo:999", certain=True)
    cure = "write post:weibo:999, or contact:weibo:999 if that is the key of somebody unknown"
    assert str(caught.value) == f"weibo:999: is the id of a post by {KEY} - {cure}"
    assert whose(house.store, house.archive, "post:weibo:999", certain=True).key == KEY


def fill(house: House) -> None:
    """小明 wrote 甲 twice, 乙 and 丁; 小红 answers; there are a namesake without an id and 42 elsewhere."""
    house.collect(a_post("甲"), REPLY, a_post("旁", HONG, "今天天气真好"))
    house.collect(a_post("甲", text="我家又断网了（已编辑）"))
    house.collect(a_post("乙"), status=Status.WITHDRAWN)
    house.collect(a_post("丁", text="今天天气真好"), a_post("同名", NAMESAKE, "我也叫小明"), hits=False)
    house.collect(a_post("吧", ELSEWHERE, "换了个地方", platform="tieba"))
    add = house.archive.quarantine.add
    given: dict[str, Any] = {"source": "导入", "reason": "?", "at": NOON}
    add(file="a.jsonl", line=1, raw=b'{"platform": "weibo", "author": {"id": 1234567}, "text": "?"}', **given)
    add(file="b.csv", line=2, raw='小明,又断网了,"昨天'.encode(), **given)
    add(file="b.csv", line=3, raw='小明明,又断网了,"昨天'.encode(), **given)
    case = house.open(a_post("甲"), a_post("乙"))
    house.say(case.id, EventKind.CLAIM, until="2026-11-24T12:30:00+00:00")
    house.say(case.id, EventKind.RESPOND, natural_ms=60_000)
    house.say(case.id, EventKind.SATISFACTION, satisfied=True, score=5, scale=5)
    house.open(REPLY, a_post("甲"))
    tag(house.store, KEY, ["大客户"])


def test_everything_is_found_wherever_it_is(house: House) -> None:
    fill(house)
    found = house.held()
    assert sorted(hit.id for hit in found.records) == ["weibo:乙", "weibo:甲"]
    assert sorted(each.post.text for each in found.versions) == sorted(
        ["我家又断网了"] * 2 + ["我家又断网了（已编辑）", "今天天气真好"]
    )
    assert sorted(found.posts) == ["weibo:丁", "weibo:乙", "weibo:甲"]
    assert [case.id for case in found.cases] == [house.pseudonyms.case(a_post("甲"))]
    assert [(entry.file, entry.line) for entry in found.quarantine] == [("a.jsonl", 1), ("b.csv", 2)]
    assert (found.naming, found.namesakes) == (("weibo:回复",), ("weibo:同名",))
    assert (found.names, found.words) == (("weibo:小明",), ("1234567", "小明"))
    assert not found.is_empty


def test_what_is_joined_is_found_together(house: House) -> None:
    fill(house)
    join(house.store, KEY, ["tieba:42"], person="李娜", at=NOON)
    found = house.held()
    assert "weibo:吧" in found.posts
    assert found.names == ("tieba:明哥", "weibo:小明")
    assert house.held("tieba:42").posts == found.posts


def test_all_is_handed_out_as_one_value(house: House) -> None:
    fill(house)
    value = disclosure(house.store, house.held(), NOON)
    assert value["contact"] == {"key": KEY, "members": [KEY], "tags": ["大客户"]}
    assert sorted((each["held_in"], each["id"]) for each in value["posts"]) == [
        *[("archive", f"weibo:{name}") for name in ("丁", "乙", "甲", "甲")],
        *[("store", f"weibo:{name}") for name in ("乙", "甲")],
    ]
    (case,) = value["cases"]
    assert [event["kind"] for event in case["events"]] == ["open", "claim", "respond", "satisfaction"]
    assert case["events"][0]["data"]["post"] == "weibo:甲", "not its pseudonym"
    assert case["events"][0]["data"]["contact"] == KEY
    assert [answer["data"]["score"] for answer in value["satisfaction"]] == [5]
    assert [each["file"] for each in value["unreadable"]] == ["a.jsonl", "b.csv"]
    assert value["named_in"] == ["weibo:回复"], "what others wrote is theirs, so its id is enough"
    assert value["same_name"] == ["weibo:同名"]
    assert codec.read_json(codec.to_json(value)) == value


def test_the_same_can_be_read(house: House) -> None:
    fill(house)
    join(house.store, KEY, ["tieba:42"], person="李娜", at=NOON)
    text = "\n".join(told(disclosure(house.store, house.held(), NOON)))
    for line in (
        f"All that is held of {KEY} (as of 2026-11-24T12:00:00.000Z)",
        f"  members: {KEY}, tieba:42",
        "  tags: 大客户",
        "  shown as: 1234567, 42, 小明, 明哥",
        "    我家又断网了（已编辑）",
        "    2026-11-24T12:04:00.000Z  satisfaction  by 李娜  (satisfied: True, score: 5, scale: 5)",
        "  weibo:回复",
    ):
        assert line in text.splitlines()


def test_what_is_held_of_nobody_is_short(house: House) -> None:
    value = disclosure(house.store, house.held("weibo:999"), NOON)
    assert list(told(value)) == [
        "All that is held of weibo:999 (as of 2026-11-24T12:00:00.000Z)",
        "  members: weibo:999",
    ]


def test_erasing_leaves_nothing_that_says_who_it_was(house: House) -> None:
    fill(house)
    done = house.erase()
    assert (done.records, done.named, done.cases) == (2, 1, 1)
    assert (done.cleared.posts, done.cleared.named, done.cleared.quarantine) == (4, 1, 2)
    assert done.is_whole
    left = house.everything()
    for word in ("1234567", "我家又断网了", "大客户"):
        assert word not in left
    assert left.count("小明") == left.count("我也叫小明") * 2 + 1, "a namesake's name and text, and 小明明"
    assert house.held().posts == ()


def test_what_others_wrote_stays_without_the_name(house: House) -> None:
    fill(house)
    house.erase()
    record = house.store.get("weibo:回复")
    assert record is not None
    assert record.post == replace(
        REPLY, text="回复@**：我也是", mentions=(), root=Reference(id="weibo:甲", author=None)
    )
    assert house.archive.get("weibo:回复") == record.post
    assert record.status is Status.OPEN
    assert house.store.get("weibo:旁") is not None


def test_events_stay_and_every_case_of_theirs_says_that_it_was_erased(house: House) -> None:
    fill(house)
    case_id = house.pseudonyms.case(a_post("甲"))
    before = house.store.read(case_id)
    house.erase()
    events = house.store.read(case_id)
    assert events[:-1] == before
    assert (events[-1].kind, events[-1].person, events[-1].data) == ("erase", "李娜", {})
    kept = house.kept(case_id)
    assert (kept.erased, kept.contact, kept.thread, kept.posts) == (True, None, None, ())
    assert kept.responded_at is not None
    assert kept.satisfied is True


def test_cases_that_are_still_open_are_told(house: House) -> None:
    fill(house)
    assert house.erase().open == (house.pseudonyms.case(a_post("甲")),)


def test_what_others_wrote_into_a_case_of_theirs_stays_in_it(house: House) -> None:
    """A plain repost belongs to the case of the original; a case may have been joined to it by hand."""
    fill(house)
    reposted = a_post("转", HONG, "转发微博", root=Reference(id="weibo:甲", author=MING))
    house.collect(reposted)
    case_id = house.pseudonyms.case(a_post("甲"))
    posts = (*house.kept(case_id).posts, reposted.id)
    house.store.put_cases([replace(house.kept(case_id), posts=posts)], anyway=True)
    assert house.erase().open == (), "somebody else waits in it"
    assert house.kept(case_id).posts == (reposted.id,)


def test_cases_of_others_let_go_of_their_posts(house: House) -> None:
    fill(house)
    other = house.pseudonyms.case(REPLY)
    house.store.put_cases([replace(house.kept(other), posts=("weibo:回复", "weibo:丙"))], anyway=True)
    house.collect(a_post("丙"))
    hit = house.store.get("weibo:丙")
    assert hit is not None
    house.store.put_records([replace(hit, case=other)])
    house.erase()
    kept = house.kept(other)
    assert kept.posts == ("weibo:回复",)
    assert not kept.erased
    assert kept.contact == house.pseudonyms.contact("weibo:7654321")


def test_what_comes_in_again_is_kept_out_and_readers_are_given_none_of_it(house: House) -> None:
    fill(house)
    house.erase()
    assert house.tombstones.sifted([a_post("甲"), a_post("戊"), a_post("己", HONG)]) == [a_post("己", HONG)]
    assert [post.id for batch in house.archive.scan() for post in batch if post.author == MING] == []


def test_erasing_again_changes_nothing(house: House) -> None:
    fill(house)
    found = house.held()
    house.erase(found)
    before = house.everything()
    again = house.erase(found)
    assert (again.records, again.named, again.cases, again.cleared.posts) == (0, 0, 0, 0)
    assert house.erase().cases == 0
    assert house.everything().replace('"number":2', "").replace('"number":3', "") == before.replace(
        '"number":1', ""
    ), "but for how often somebody said it"


def test_joined_identities_are_erased_together_and_nobody_can_tell_that_they_were_joined(
    house: House,
) -> None:
    fill(house)
    join(house.store, KEY, ["tieba:42"], person="李娜", at=NOON)
    assert house.erase().records == 3
    left = house.everything()
    assert "tieba:42" not in left
    assert "明哥" not in left
    assert list(house.store.documents("contact/")) == []
    assert house.tombstones.stands("tieba:42")
    assert len(house.tombstones.all()) == 2


def test_posts_without_an_id_go_where_it_is_said_that_they_are_theirs(house: House) -> None:
    fill(house)
    found = holdings(house.store, house.archive, house.held().by_name(), nothing)
    assert "weibo:同名" in found.posts
    house.erase(found)
    assert house.tombstones.holds(a_post("新", NAMESAKE))
    assert "我也叫小明" not in house.everything()


STEPS = ["recover", "append", "put_cases", "delete_records", "save", "delete_document"]


@pytest.mark.parametrize("step", STEPS)
def test_stopped_at_any_step_the_same_command_again_completes_it(
    house: House, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(house)
    join(house.store, KEY, ["tieba:42"], person="李娜", at=NOON)
    part: Any = house.archive if step == "recover" else house.store

    def stop(*_args: Any, **_more: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as stopping, pytest.raises(KeyboardInterrupt):
        stopping.setattr(part, step, stop)
        house.erase()
    assert house.tombstones.holds(a_post("甲")), "it stands from the first moment"
    house.erase()
    left = house.everything()
    for word in ("1234567", "我家又断网了", "大客户", "tieba:42"):
        assert word not in left
    case_id = house.pseudonyms.case(a_post("甲"))
    assert [event.kind for event in house.store.read(case_id)].count("erase") == 1
    assert house.kept(case_id).erased


def test_somebody_who_takes_the_same_step_of_a_case_only_makes_it_the_next_one(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(house)
    case_id = house.pseudonyms.case(a_post("甲"))
    append, quicker = house.store.append, [case_id]

    def appending(event: ReviewEvent) -> bool:
        if quicker:
            append(replace(event, kind=EventKind.NOTE, person="韩梅梅", key=None, case=quicker.pop()))
        return append(event)

    monkeypatch.setattr(house.store, "append", appending)
    house.erase()
    assert [event.kind for event in house.store.read(case_id)][-2:] == ["note", "erase"]


@pytest.mark.parametrize("part", ["append", "delete_document"])
def test_who_is_never_the_quickest_is_told(house: House, part: str, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(house)

    def never(*_: Any) -> bool:
        if part == "append":
            return False
        raise Conflict("d", "has version 2, not 1", "read it again")

    monkeypatch.setattr(house.store, part, never)
    with pytest.raises(Conflict, match=r"others are always quicker - try again"):
        house.erase()


def test_a_segment_that_is_being_written_is_left_and_told(house: House) -> None:
    fill(house)
    with house.archive.writer("微博", "living") as writer:
        writer.append([a_post("晚")])
        done = house.erase()
        assert done.cleared.left == [writer.path]
        assert not done.is_whole
    assert house.archive.recover().cleared.posts == 1
    assert house.erase().is_whole


def test_a_record_that_a_batch_on_its_way_has_brought_meanwhile_goes_too(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(house)
    save = house.store.save

    def saving(hits: Any) -> Any:
        save([house._hit(a_post("晚"), Status.OPEN)])
        return save(hits)

    monkeypatch.setattr(house.store, "save", saving)
    assert house.erase().records == 3
    assert house.store.get("weibo:晚") is None
