"""Any CSV or JSON lines through a column map."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listening.collect.importers import BadLine, Options, find, read_posts
from listening.errors import InputMistake
from listening.model import Author, Kind, Mention, Metrics, Post, Reference, ids

MAP = """
platform: weibo
columns:
  id: 编号
  text: 内容
  published_at: 时间
"""
HEADER = "编号,内容,时间\n"
ROW = "1,又断网啦,2019/2/28 11:25:05\n"
POST = Post(
    id="weibo:1", platform="weibo", text="又断网啦", published_at=datetime(2019, 2, 28, 3, 25, 5, tzinfo=UTC)
)


def read(
    tmp_path: Path, data: str | bytes, column_map: str = MAP, name: str = "posts.csv", zone: str | None = None
) -> list[Post | BadLine]:
    (tmp_path / "map.yaml").write_text(column_map, "utf-8")
    path = tmp_path / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    options = Options(map=tmp_path / "map.yaml", zone=ZoneInfo(zone) if zone else None)
    return list(read_posts(path, find("mapped", options)))


def mistakes(tmp_path: Path, column_map: str, data: str = HEADER, name: str = "posts.csv") -> list[str]:
    with pytest.raises(InputMistake) as caught:
        read(tmp_path, data, column_map, name)
    return str(caught.value).replace(f"{tmp_path}/", "").splitlines()


def bad(found: Post | BadLine) -> tuple[int, str]:
    assert isinstance(found, BadLine)
    return found.line, found.reason


FORMS = {
    "plain": (HEADER + ROW).encode(),
    "byte order mark": b"\xef\xbb\xbf" + (HEADER + ROW).encode(),
    "gb18030": (HEADER + ROW).encode("gb18030"),
    "windows line ends": (HEADER + ROW).replace("\n", "\r\n").encode(),
    "old macintosh line ends": (HEADER + ROW).replace("\n", "\r").encode(),
    "no newline at the end": (HEADER + ROW).rstrip().encode(),
    "blank lines": (HEADER + "\n" + ROW + "\n\n").encode(),
    "gz": gzip.compress((HEADER + ROW).encode("gb18030")),
    "tabs": (HEADER + ROW).replace(",", "\t").encode(),
    "semicolons": (HEADER + ROW).replace(",", ";").encode(),
    "quoted": '"编号","内容","时间"\n"1","又断网啦","2019/2/28 11:25:05"\n'.encode(),
    "another order": "时间,编号,内容\n2019/2/28 11:25:05,1,又断网啦\n".encode(),
    "blanks in the header": "编号, 内容 ,时间\n1,又断网啦,2019/2/28 11:25:05\n".encode(),
}


@pytest.mark.parametrize("data", FORMS.values(), ids=FORMS.keys())
def test_csv_is_read_in_every_usual_form(tmp_path: Path, data: bytes) -> None:
    assert read(tmp_path, data) == [POST]


def test_every_field_of_a_post_can_be_mapped(tmp_path: Path) -> None:
    column_map = """
platform: tieba
site: Xinghe
kind: comment
source: 星河吧
columns:
  id: a
  text: b
  published_at: c
  title: d
  url: e
  region: f
  lang: {const: zh}
  collected_at: g
  tags: {column: h, split: '|'}
  mentions: {column: i, split: ' '}
  deleted: j
  author.id: k
  author.name: l
  author.url: m
  author.followers: n
  author.verified: o
  parent.id: {column: p, kind: comment}
  parent.author.name: q
  root.id: r
  metrics.likes: s
  metrics.comments: t
  metrics.reposts: u
  metrics.views: v
"""
    values = (
        "9,正文,2019-02-28 11:25:05,标题,https://x.example/9,上海,2019-03-01 00:00,断网| 光猫 ||,小明 小红,否"
    )
    values += ",42,阿姨,https://x.example/u,1.2万,是,8,小李,1,3,0,,100万+"
    (post,) = read(tmp_path, "a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q,r,s,t,u,v\n" + values, column_map)
    assert post == Post(
        id="tieba/xinghe:comment:9",
        platform="tieba",
        kind=Kind.COMMENT,
        source="星河吧",
        text="正文",
        title="标题",
        url="https://x.example/9",
        region="上海",
        lang="zh",
        published_at=datetime(2019, 2, 28, 3, 25, 5, tzinfo=UTC),
        collected_at=datetime(2019, 2, 28, 16, tzinfo=UTC),
        tags=("断网", "光猫"),
        mentions=(Mention(name="小明"), Mention(name="小红")),
        deleted=False,
        author=Author(id="42", name="阿姨", url="https://x.example/u", followers=12_000, verified=True),
        parent=Reference(id="tieba/xinghe:comment:8", author=Author(name="小李")),
        root=Reference(id="tieba/xinghe:1"),
        metrics=Metrics(likes=3, comments=0, views=1_000_000),
    )


def test_columns_that_are_not_mapped_are_kept(tmp_path: Path) -> None:
    data = "编号,内容,时间,标签,空,标签,\n1,又断网啦,2019/2/28 11:25:05,差评,,急,末\n"
    (post,) = read(tmp_path, data)
    assert isinstance(post, Post)
    assert post.extra == {"标签": "差评", "标签.6": "急", ".7": "末"}


def test_without_an_id_column_the_id_comes_from_the_content(tmp_path: Path) -> None:
    column_map = MAP.replace("  id: 编号\n", "  author.name: 编号\n")
    first, same, other = read(tmp_path, HEADER + ROW + ROW + ROW.replace("啦", "了"), column_map)
    assert isinstance(first, Post)
    assert first == same
    assert isinstance(other, Post)
    assert first.id != other.id
    assert first.id == "weibo:" + ids.from_content("1", POST.published_at, None, "又断网啦")


def test_a_row_without_an_id_is_bad_unless_the_map_allows_it(tmp_path: Path) -> None:
    row = ROW.replace("1,", ",", 1)
    (found,) = read(tmp_path, HEADER + row)
    assert bad(found)[0] == 2
    assert bad(found)[1].startswith("has no id - fill the column, or write id: {column")
    (post,) = read(tmp_path, HEADER + row, MAP.replace("id: 编号", "id: {column: 编号, optional: true}"))
    assert isinstance(post, Post)
    assert post.id.startswith("weibo:sha1-")


def test_a_mere_date_and_a_default_time_are_marked_as_guessed(tmp_path: Path) -> None:
    column_map = MAP.replace("published_at: 时间", "published_at: {column: 时间, default: 2018-01-01 12:00}")
    found = read(tmp_path, HEADER + "1,a,2019-02-28\n2,b,\n3,c,2019-02-28 10:00\n", column_map)
    assert [post.published_guessed for post in found if isinstance(post, Post)] == [True, True, None]
    assert isinstance(found[1], Post)
    assert found[1].published_at == datetime(2018, 1, 1, 4, tzinfo=UTC)


def test_the_zone_is_shanghai_unless_the_map_or_the_caller_says_otherwise(tmp_path: Path) -> None:
    def hour(column_map: str, zone: str | None) -> int:
        (post,) = read(tmp_path, HEADER + "1,a,2019-02-28 12:00\n", column_map, zone=zone)
        assert isinstance(post, Post)
        assert post.published_at is not None
        return post.published_at.hour

    in_berlin = MAP + "zone: Europe/Berlin\n"
    assert [hour(MAP, None), hour(in_berlin, None), hour(in_berlin, "UTC")] == [4, 11, 12]


def test_fields_may_hold_newlines_quotes_and_delimiters_and_lines_are_counted_as_they_stand(
    tmp_path: Path,
) -> None:
    data = HEADER + '1,"第一行\n第二行, ""引用""\r\n第三行",2019-02-28 11:25\n' + "2,坏行\n" + ROW
    multi, short, last = read(tmp_path, data)
    assert isinstance(multi, Post)
    assert multi.text == '第一行\n第二行, "引用"\r\n第三行'
    assert bad(short) == (5, "has 2 values where the header has 3 - put fields that hold a ',' in quotes")
    assert isinstance(short, BadLine)
    assert short.raw == "2,坏行\n".encode()
    assert last == POST


BAD_ROWS = {
    "too few values": (b"2,x\n", "has 2 values where the header has 3"),
    "too many values": (b"2,x,2019-02-28,y\n", "has 4 values where the header has 3"),
    "quote never closed": ('2,"从这里开始,2019-02-28\n'.encode(), "a quote is opened and never closed"),
    "quote not doubled": (b'2,"a"b,2019-02-28\n', "a quote inside a field is not doubled"),
    "NUL": (b"2,a\x00b,2019-02-28\n", "holds a NUL character"),
    "wrong encoding": ("2,断网,2019-02-28\n".encode("gb18030"), "is not UTF-8"),
    "broken bytes": (b"2,\xff\xfe\xfa,2019-02-28\n", "is not UTF-8"),
    "no time that can be read": (
        "2,x,昨天\n".encode(),
        "published_at ('昨天') is not a time that can be read",
    ),
    "rounded id": (b"4.2E+15,x,2019-02-28\n", "id ('4.2E+15') was rounded by a spreadsheet"),
    "text too long": (b"2," + b"x" * 1_000_001 + b",2019-02-28\n", "has a text of 1,000,001 characters"),
    "huge field": (b"2," + b"x" * 2_000_001 + b",2019-02-28\n", "a field has more than 2,000,000 characters"),
}


@pytest.mark.parametrize(("raw", "reason"), BAD_ROWS.values(), ids=BAD_ROWS.keys())
def test_a_bad_row_costs_only_its_own_line(tmp_path: Path, raw: bytes, reason: str) -> None:
    data = (HEADER + ROW).encode() + raw + (ROW * 3).encode()
    first, found, *others = read(tmp_path, data)
    assert (first, others) == (POST, [POST] * 3)
    assert bad(found)[0] == 3
    assert reason in bad(found)[1]
    assert isinstance(found, BadLine)
    assert found.raw == raw


cells = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)


@given(rows=st.lists(st.tuples(cells, cells), max_size=6), ending=st.sampled_from(["\n", "\r\n"]))
def test_what_a_csv_writer_writes_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str]], ending: str
) -> None:
    quoted = [[f'"{cell.replace(chr(34), chr(34) * 2)}"' for cell in row] for row in rows]
    lines = [f'"{n}",{text},"2019-02-28 11:25:05",{extra}' for n, (text, extra) in enumerate(quoted)]
    data = ending.join([HEADER.strip() + ",x", *lines])
    folder = tmp_path_factory.mktemp("csv")
    found = read(folder, data, MAP + "encoding: utf-8\n")
    assert [(post.text, post.extra.get("x", "")) for post in found if isinstance(post, Post)] == rows


@given(st.binary(max_size=200))
def test_any_bytes_behind_a_header_give_posts_or_bad_lines(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    found = read(tmp_path_factory.mktemp("any"), HEADER.encode() + data)
    lines = [one.line for one in found if isinstance(one, BadLine)]
    assert lines == sorted(set(lines)), "one entry a line, in order"


def test_a_gz_cut_off_inside_a_row_gives_one_bad_line_with_all_of_it(tmp_path: Path) -> None:
    whole = HEADER + ROW * 50 + '2,"' + "第一行\n第二行\n" * 2
    packed = gzip.compress(whole.encode())
    *posts, found = read(tmp_path, packed[:-8], name="posts.csv.gz")
    assert posts == [POST] * 50
    assert bad(found)[0] == 52
    assert "the file is cut off here" in bad(found)[1]
    assert isinstance(found, BadLine)
    assert found.raw.decode().count("第二行") == 2


def test_one_broken_line_does_not_make_a_utf_8_file_look_like_gb18030(tmp_path: Path) -> None:
    data = (HEADER + ROW * 5).encode() + "2,断网,2019-02-28\n".encode("gb18030") + ROW.encode() * 5
    found = read(tmp_path, data)
    assert [one.line for one in found if isinstance(one, BadLine)] == [7]


def test_a_stated_encoding_is_taken(tmp_path: Path) -> None:
    found = read(tmp_path, (HEADER + ROW).encode("gbk"), MAP + "encoding: gbk\n")
    assert found == [POST]


# JSON lines


def test_json_lines_may_be_nested_and_their_columns_dotted(tmp_path: Path) -> None:
    column_map = """
platform: weibo
columns:
  id: mid
  text: text
  published_at: created_at
  author.id: user.id
  author.verified: user.verified
  metrics.likes: attitudes
  tags: tags
"""
    record = {
        "mid": 4231265311393455,
        "text": "又断网啦",
        "created_at": 1551324305,
        "user": {"id": 7, "verified": True, "city": "上海"},
        "attitudes": 12.0,
        "tags": ["断网", "光猫"],
        "nested": {"a": [1]},
        "empty": None,
    }
    (post,) = read(tmp_path, json.dumps(record), column_map, "posts.jsonl")
    assert post == Post(
        id="weibo:4231265311393455",
        platform="weibo",
        text="又断网啦",
        published_at=POST.published_at,
        author=Author(id="7", verified=True),
        metrics=Metrics(likes=12),
        tags=("断网", "光猫"),
        extra={"user": {"id": 7, "verified": True, "city": "上海"}, "nested": {"a": [1]}},
    )


BAD_RECORDS = {
    "broken": ('{"编号": ', "is not a JSON value"),
    "a list": ("[]", "is not a JSON object"),
    "deeply nested": ("[" * 5_000 + "]" * 5_000, "nested more than 100 deep"),
    "text is a list": (
        '{"编号": "2", "内容": ["x"], "时间": "2019-02-28"}',
        "text (\"['x']\") is not a text",
    ),
    "id is a fraction": ('{"编号": 2.5, "内容": "x", "时间": "2019-02-28"}', "id ('2.5') is a fraction"),
    "surrogate": ('{"编号": "2", "内容": "\\ud800", "时间": "2019-02-28"}', "lone surrogate"),
    "NUL": ('{"编号": "2", "内容": "\\u0000", "时间": "2019-02-28"}', "NUL"),
}


@pytest.mark.parametrize(("raw", "reason"), BAD_RECORDS.values(), ids=BAD_RECORDS.keys())
def test_a_bad_record_costs_only_its_own_line(tmp_path: Path, raw: str, reason: str) -> None:
    good = json.dumps({"编号": "1", "内容": "又断网啦", "时间": "2019/2/28 11:25:05"}, ensure_ascii=False)
    data = f"{good}\n{raw}\n\n{good}\n"
    for encoding in ("utf-8", "gb18030"):
        first, found, last = read(tmp_path, data.encode(encoding), MAP, "posts.jsonl")
        assert (first, last) == (POST, POST)
        assert bad(found)[0] == 2
        assert reason in bad(found)[1]


def test_an_array_of_objects_is_read_like_lines(tmp_path: Path) -> None:
    records = [{"编号": "1", "内容": "又断网啦", "时间": "2019/2/28 11:25:05"}, 7]
    post, found = read(tmp_path, json.dumps(records, indent=1), MAP, "posts.json")
    assert post == POST
    assert bad(found) == (7, "is not a JSON object - write one record as {...} per line")


def test_json_lines_are_checked_for_columns_no_record_has(tmp_path: Path) -> None:
    data = '{"编号": "1", "内容": "x"}\n{"编号": "2", "时问": "2019-02-28"}\n'
    assert mistakes(tmp_path, MAP, data, "posts.jsonl") == [
        "map.yaml:6:17: posts.jsonl has no column '时间' - did you mean '时问'?"
    ]


# Mistakes in the map


def test_columns_the_file_lacks_are_told_all_at_once(tmp_path: Path) -> None:
    column_map = MAP + "  title: 标题\n  url: {column: 链接, optional: true}\n"
    assert mistakes(tmp_path, column_map, "编号,内容详情,时间,时间\n") == [
        "map.yaml:5:9: posts.csv has no column '内容' - did you mean '内容详情'?",
        "map.yaml:6:17: posts.csv has 2 columns '时间' - rename all but one of them",
        "map.yaml:7:10: posts.csv has no column '标题' - there are: 编号, 内容详情, 时间",
    ]


def test_all_mistakes_of_a_map_are_told_with_their_places(tmp_path: Path) -> None:
    column_map = """
format: xlsx
encoding: utf8
platfrom: weibo
kind: tweet
zone: Asia/Shanghia
delimiter: ', '
time_formats: ['%Y/%Q', '%Y']
columns:
  txt: 内容
  published_at: [时间]
  author: {name: 用户}
  title: {column: a, const: b}
  url: {}
  tags: {column: t, split: '', optional: perhaps}
"""
    assert mistakes(tmp_path, column_map) == [
        "map.yaml: 'platform' is missing - say where the posts are from, like platform: weibo",
        "map.yaml:2:9: unknown word 'xlsx' - there are: csv, jsonl",
        "map.yaml:3:11: unknown word 'utf8' - did you mean 'utf-8'?",
        "map.yaml:4:1: unknown key 'platfrom' - did you mean 'platform'?",
        "map.yaml:5:7: unknown word 'tweet' - there are: post, repost, comment, article, question, answer,"
        " video, message",
        "map.yaml:6:7: unknown time zone 'Asia/Shanghia' - write one like Asia/Shanghai or UTC",
        "map.yaml:7:12: ', ' is no delimiter - write one character, a tab as \"\\t\"",
        "map.yaml:8:16: '%Y/%Q' is no time format ('Q' is a bad directive in format '%Y/%Q')"
        " - write one like %Y/%m/%d %H:%M",
        "map.yaml:10:3: unknown key 'txt' - did you mean 'text'?",
        "map.yaml:10:3: no column is given for 'text' - every post has a text; write text: <column>",
        "map.yaml:11:17: should be a word, not a list - write one word, quoted if need be",
        "map.yaml:12:3: unknown key 'author' - did you mean 'author.id'?",
        "map.yaml:13:10: needs either 'column' or 'const' - write {column: name} or {const: word}",
        "map.yaml:14:8: needs either 'column' or 'const' - write {column: name} or {const: word}",
        "map.yaml:15:28: should be a word, not an empty text - write one word, quoted if need be",
        "map.yaml:15:42: should be yes or no - write true or false",
    ]


WHOLE = {
    "empty": ("", "map.yaml: the map should be keys and values, not nothing"),
    "a list": ("- platform", "map.yaml:1:1: the map should be keys and values, not a list"),
    "no YAML": ("platform: 'x", "map.yaml:1:11: the quote that begins here is not closed"),
    "no columns": ("platform: x", "map.yaml: 'columns' is missing - name at least the columns of text and"),
    "a key twice": (MAP + "platform: x\n", "map.yaml:7:1: key 'platform' stands twice"),
    "full-width colon": (MAP.replace("weibo", "weibo\nsite：x"), "full width"),
}


@pytest.mark.parametrize(("column_map", "message"), WHOLE.values(), ids=WHOLE.keys())
def test_a_map_that_is_none_is_told(tmp_path: Path, column_map: str, message: str) -> None:
    assert any(message in line for line in mistakes(tmp_path, column_map))


def test_a_map_that_is_missing_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputMistake, match=r"no.yaml: the column map cannot be read \(No such file or dir"):
        find("mapped", Options(map=tmp_path / "no.yaml"))


UNUSABLE = {
    "empty": ("posts.csv", "", "has no header line that can be read"),
    "unknown name": ("posts.dat", HEADER, "its name does not tell its format - add format: csv or jsonl to"),
}


@pytest.mark.parametrize(("name", "data", "message"), UNUSABLE.values(), ids=UNUSABLE.keys())
def test_a_file_without_a_shape_is_told(tmp_path: Path, name: str, data: str, message: str) -> None:
    (line,) = mistakes(tmp_path, MAP, data, name)
    assert line.startswith(f"{name}: {message}")
