"""From files to the rule set: the design's example, every form of a value, which files are read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from listening.errors import Place, RuleMistakes
from listening.model import Author, Mention, Priority
from listening.rules import RuleSet, read_rules
from listening.rules.expression import Term, TermKind
from listening.rules.ruleset import Conditions, Ignore, MatchMode, Scenario, Side, Subject
from tests.rules.conftest import Read

BRAND = "brands:\n  云帆: {any: [云帆]}\n"


def word(text: str) -> Term:
    return Term(TermKind.WORD, text)


DESIGN = """\
lists:
  断网: [断网, 掉线, 没网了, 上不了网]

brands:
  星河宽带:
    any: [星河宽带, 星河光纤]
    except: [星河宽带杯]                # the word does not count inside these longer ones
    accounts: {weibo: ['1234567890'], mastodon: ['@xinghe@social.example']}
    sources: [星河论坛]                 # what is collected there speaks about this brand

competitors:
  长河通信: {any: [长河通信, 长河宽带]}

scenarios:
  宽带报障:
    any: [$断网, 光猫红灯]
    none: [招聘]                       # takes this scenario away
    queue: 技术支持
    priority: high
    respond_within: 30m
    examples:
      hit:  [星河宽带又双叒断网啦]
      miss: [星河宽带提示：请先判断网络是否正常]
  挖角机会:
    of: competitors                    # default: brands. Also: both, or a list of names
    any: [涨价, $断网, 客服差]
"""
OUTAGE = tuple(map(word, ["断网", "掉线", "没网了", "上不了网"]))


@pytest.fixture
def design(read: Read) -> RuleSet:
    return read(DESIGN)


def test_the_brand_of_the_design_reads_as_stated(design: RuleSet) -> None:
    assert design.subjects[0] == Subject(
        name="星河宽带",
        side=Side.BRAND,
        conditions=Conditions(any=(word("星河宽带"), word("星河光纤")), except_=(word("星河宽带杯"),)),
        accounts={"weibo": ("1234567890",), "mastodon": ("@xinghe@social.example",)},
        sources=("星河论坛",),
    )


def test_the_competitor_of_the_design_reads_as_stated(design: RuleSet) -> None:
    terms = (word("长河通信"), word("长河宽带"))
    assert design.subjects[1:] == (
        Subject(name="长河通信", side=Side.COMPETITOR, conditions=Conditions(any=terms)),
    )


def test_the_scenarios_of_the_design_read_as_stated(design: RuleSet) -> None:
    outage, chance = design.scenarios
    assert outage == Scenario(
        name="宽带报障",
        conditions=Conditions(any=(*OUTAGE, word("光猫红灯")), none=(word("招聘"),)),
        of=("星河宽带",),
        queue="技术支持",
        priority=Priority.HIGH,
        respond_within=timedelta(minutes=30),
        examples=outage.examples,
    )
    assert chance == Scenario(
        name="挖角机会",
        conditions=Conditions(any=(word("涨价"), *OUTAGE, word("客服差"))),
        of=("长河通信",),
    )


def test_the_examples_of_the_design_are_posts_with_their_places(design: RuleSet) -> None:
    examples = design.scenarios[0].examples
    [(hit, hit_place)], [(miss, miss_place)] = examples.hit, examples.miss
    assert (hit.id, hit.text, str(hit_place)) == ("example-1", "星河宽带又双叒断网啦", "rules/a.yaml:22:14")
    assert (miss.id, miss.text) == ("example-2", "星河宽带提示：请先判断网络是否正常")
    assert str(miss_place) == "rules/a.yaml:23:14"


def test_every_term_and_rule_knows_its_place(design: RuleSet) -> None:
    outage = design.scenarios[0]
    assert outage.place == Place("rules/a.yaml", 15, 3)
    places = {term.text: str(term.place) for term in outage.conditions.any}
    assert places["掉线"] == "rules/a.yaml:2:12"
    assert places["光猫红灯"] == "rules/a.yaml:16:16"


@pytest.mark.parametrize(
    ("written", "terms"),
    [
        pytest.param("[断网, 掉线]", [(TermKind.WORD, "断网"), (TermKind.WORD, "掉线")], id="list"),
        pytest.param("断网", [(TermKind.WORD, "断网")], id="one word instead of a list"),
        pytest.param("{text: 断网}", [(TermKind.TEXT, "断网")], id="one text instead of a list"),
        pytest.param(
            "\n      - 断网\n      - '掉线'", [(TermKind.WORD, "断网"), (TermKind.WORD, "掉线")], id="dashes"
        ),
        pytest.param(
            "[{text: '断网，真的'}]", [(TermKind.TEXT, "断网，真的")], id="text with a Chinese comma"
        ),
        pytest.param("[{text: '“断网”'}]", [(TermKind.TEXT, "“断网”")], id="text with quotes"),
        pytest.param("[{text: '#断网#'}]", [(TermKind.TEXT, "#断网#")], id="text with hashes"),
        pytest.param("[{case: LTE}]", [(TermKind.CASE, "LTE")], id="case"),
        pytest.param("[iphone*]", [(TermKind.PREFIX, "iphone")], id="prefix"),
        pytest.param("['/换.{0,4}宽带/']", [(TermKind.PATTERN, "换.{0,4}宽带")], id="pattern"),
        pytest.param(
            "[/换.宽带/]", [(TermKind.PATTERN, "换.宽带")], id="pattern without brackets needs no quotes"
        ),
        pytest.param("['raw/[A-Z]{3}/']", [(TermKind.RAW_PATTERN, "[A-Z]{3}")], id="raw pattern"),
        pytest.param("['/a/b/']", [(TermKind.PATTERN, "a/b")], id="pattern with a slash inside"),
        pytest.param(
            "['10086', 'no', '@云帆']", [(TermKind.WORD, w) for w in ("10086", "no", "@云帆")], id="quoted"
        ),
        pytest.param(
            "[移*动, C++, L’Oréal, 4G]",
            [(TermKind.WORD, w) for w in ("移*动", "C++", "L’Oréal", "4G")],
            id="signs",
        ),
        pytest.param(
            "[断网, 掉线, 断网]", [(TermKind.WORD, "断网"), (TermKind.WORD, "掉线")], id="each once"
        ),
        pytest.param(
            "|\n      断网\n\n      # 常见\n      掉 线  # 带空格\n      iphone*\n      /a #b/\n"
            "      10086\n      no",
            [
                (TermKind.WORD, "断网"),
                (TermKind.WORD, "掉 线"),
                (TermKind.PREFIX, "iphone"),
                (TermKind.PATTERN, "a #b"),
                (TermKind.WORD, "10086"),
                (TermKind.WORD, "no"),
            ],
            id="block",
        ),
    ],
)
def test_terms_are_read_as_they_are_written(
    written: str, terms: list[tuple[TermKind, str]], read: Read
) -> None:
    [scenario] = read(f"{BRAND}scenarios:\n  报障:\n    any: {written}\n").scenarios
    assert [(term.kind, term.text) for term in scenario.conditions.any] == terms


def test_the_lines_of_a_block_have_places_of_their_own(read: Read) -> None:
    [scenario] = read(f"{BRAND}scenarios:\n  报障:\n    any: |\n\n      断网\n        掉线\n").scenarios
    assert [str(t.place) for t in scenario.conditions.any] == ["rules/a.yaml:7:7", "rules/a.yaml:8:9"]


def test_lists_are_spelled_out_across_files_and_lists_of_lists(read: Read) -> None:
    rules = read(
        a="lists: {全部: [$断网, $慢, 断网], 闲置: [从来不用]}\n",
        b=f"{BRAND}scenarios: {{报障: {{any: [卡顿, $全部], except: [$慢]}}}}\n",
        c="lists: {断网: [断网, 掉线], 慢: [{text: 网速慢}, '/卡.{0,2}死/']}\n",
    )
    conditions = rules.scenarios[0].conditions
    assert list(map(str, conditions.any)) == ["卡顿", "断网", "掉线", "网速慢", "/卡.{0,2}死/"]
    assert list(map(str, conditions.except_)) == ["网速慢", "/卡.{0,2}死/"]


def test_a_chain_of_ten_thousand_lists_is_no_trouble(read: Read) -> None:
    chain = "".join(f"  l{n}: [$l{n + 1}]\n" for n in range(10_000))
    rules = read(f"lists:\n{chain}  l10000: [断网]\n{BRAND}scenarios: {{报障: {{any: [$l0]}}}}\n")
    assert rules.scenarios[0].conditions.any == (word("断网"),)


@pytest.mark.parametrize(
    ("of", "names"),
    [
        pytest.param("", ("云帆", "海豚"), id="nothing said: brands"),
        pytest.param("of: brands", ("云帆", "海豚"), id="brands"),
        pytest.param("of: competitors", ("长河",), id="competitors"),
        pytest.param("of: both", ("云帆", "长河", "海豚"), id="both, in the order of the files"),
        pytest.param("of: [长河, 云帆]", ("云帆", "长河"), id="names, in the order of the files"),
        pytest.param("of: 海豚", ("海豚",), id="one name"),
        pytest.param("of: [competitors, 海豚]", ("长河", "海豚"), id="a group and a name"),
        pytest.param("of: |\n      长河\n      # 另一个\n      海豚", ("长河", "海豚"), id="a block"),
        pytest.param("of: [停用, 海豚]", ("海豚",), id="switched off ones are left out"),
        pytest.param("of: 停用", (), id="only one that is switched off"),
    ],
)
def test_of_comes_to_names(of: str, names: tuple[str, ...], read: Read) -> None:
    rules = read(
        a="brands:\n  云帆: {any: [云帆]}\n  停用: {any: [停用], enabled: no}\n",
        b="competitors: {长河: {any: [长河]}}\nbrands: {海豚: {any: [海豚]}}\n",
        c=f"scenarios:\n  报障:\n    any: [断网]\n    {of}\n",
    )
    assert rules.scenarios[0].of == names
    assert [subject.name for subject in rules.subjects] == ["云帆", "长河", "海豚"]


@pytest.mark.parametrize("off", ["false", "False", "no", "NO", "off", "'off'"])
def test_rules_that_are_switched_off_are_checked_and_left_out(off: str, read: Read) -> None:
    rules = read(
        f"{BRAND}competitors: {{长河: {{any: [长河], enabled: {off}}}}}\n"
        f"scenarios: {{报障: {{any: [断网], enabled: {off}}}, 离网: {{any: [销户], enabled: yes}}}}\n"
    )
    assert [subject.name for subject in rules.subjects] == ["云帆"]
    assert [scenario.name for scenario in rules.scenarios] == ["离网"]


@pytest.mark.parametrize(
    ("written", "duration"),
    [
        ("30m", timedelta(minutes=30)),
        ("2h", timedelta(hours=2)),
        ("3d", timedelta(days=3)),
        ("90s", timedelta(seconds=90)),
        ("1h30m", timedelta(minutes=90)),
        ("1d 2h", timedelta(hours=26)),
        ("２H", timedelta(hours=2)),
    ],
)
def test_durations_are_read(written: str, duration: timedelta, read: Read) -> None:
    text = (
        f"{BRAND}scenarios: {{报障: {{any: [断网], respond_within: {written}, resolve_within: '{written}'}}}}"
    )
    [scenario] = read(text).scenarios
    assert (scenario.respond_within, scenario.resolve_within) == (duration, duration)


@pytest.mark.parametrize(
    ("written", "priority"),
    [
        *[(str(priority), priority) for priority in Priority],
        ("低", Priority.LOW),
        ("普通", Priority.NORMAL),
        ("高", Priority.HIGH),
        ("紧急", Priority.URGENT),
        ("緊急", Priority.URGENT),
        ("High", Priority.HIGH),
    ],
)
def test_priorities_are_read_in_both_languages(written: str, priority: Priority, read: Read) -> None:
    [scenario] = read(f"{BRAND}scenarios: {{报障: {{any: [断网], priority: {written}}}}}\n").scenarios
    assert scenario.priority is priority


@pytest.mark.parametrize("mode", list(MatchMode))
def test_the_way_bare_words_are_taken_is_read(mode: MatchMode, read: Read) -> None:
    [scenario] = read(f"{BRAND}scenarios: {{报障: {{any: [断网], match: {mode}}}}}\n").scenarios
    assert scenario.conditions.match is mode


def test_ignore_of_several_files_is_put_together(read: Read) -> None:
    rules = read(
        a=f"{BRAND}ignore: {{any: [抽奖, $广告], authors: 机器人}}\n",
        b="ignore: {authors: [机器人, '42']}\n",
        c="lists: {广告: [优惠券]}",
    )
    assert rules.ignore == Ignore(any=(word("抽奖"), word("优惠券")), authors=("机器人", "42"))


def test_cases_wait_where_the_scenario_says_or_in_the_usual_queue(read: Read) -> None:
    rules = read(f"{BRAND}scenarios: {{报障: {{any: [断网], queue: 客服}}, 离网: {{any: [销户]}}}}\n")
    assert [scenario.queue for scenario in rules.scenarios] == ["客服", "默认"]


def test_nothing_behind_a_key_of_an_example_is_nothing(read: Read) -> None:
    example = "{text: 断网, title: ~, source: '~', region: }"
    [scenario] = read(
        f"{BRAND}scenarios: {{报障: {{any: [断网], examples: {{hit: [{example}]}}}}}}\n"
    ).scenarios
    [(post, _)] = scenario.examples.hit
    assert (post.title, post.source, post.region) == (None, "~", None)


def test_an_example_may_be_a_whole_post(read: Read) -> None:
    [scenario] = read(
        f"""{BRAND}scenarios:
  报障:
    any: [断网]
    note: |
      why
    examples:
      hit:
        - text: 10086
          title: 云帆
          platform: weibo
          kind: comment
          source: 论坛
          author: {{id: '7', name: 小明, followers: 120, verified: yes}}
          mentions: ['@云帆', {{id: '9'}}]
          tags: [断网]
          published_at: 2026-11-23T16:00:00+08:00
      miss: 一条
"""
    ).scenarios
    [(post, _)], [(other, _)] = scenario.examples.hit, scenario.examples.miss
    assert (post.id, post.text, post.title, post.kind) == ("example-1", "10086", "云帆", "comment")
    assert post.author == Author(id="7", name="小明", followers=120, verified=True)
    assert post.mentions == (Mention(name="@云帆"), Mention(id="9"))
    assert post.published_at == datetime(2026, 11, 23, 8, tzinfo=UTC)
    assert (other.id, other.text, scenario.note) == ("example-2", "一条", "why\n")


def test_a_subject_may_live_by_its_accounts_or_sources_alone(read: Read) -> None:
    rules = read(
        "brands:\n  云帆: {accounts: {weibo: '1234'}}\n  海豚: {sources: 海豚论坛, none: [海豚表演]}\n"
    )
    assert [(s.accounts, s.sources) for s in rules.subjects] == [
        ({"weibo": ("1234",)}, ()),
        ({}, ("海豚论坛",)),
    ]


def test_a_subject_with_accounts_may_state_words_that_none_takes_away(read: Read) -> None:
    assert read("brands: {云帆: {any: [云帆], none: [云帆], accounts: {weibo: ['1']}}}\n").subjects


@pytest.mark.parametrize(
    "conditions",
    [
        pytest.param("any: [断网, 掉线], none: [断网]", id="one of any is left"),
        pytest.param("any: [断网], none: ['/断网/']", id="a pattern in none is not looked into"),
        pytest.param("any: [{text: 断网}], none: [断网]", id="a text counts where the word may not"),
        pytest.param("any: [{case: LTE}], none: [{case: lte}]", id="another spelling"),
        pytest.param("any: [断网], except: [判断网络]", id="a longer word under except"),
        pytest.param("any: [iphone], none: [iphone*]", id="a prefix needs a boundary that the word may lack"),
        pytest.param("any: [断网], all: [掉线], none: [断网络]", id="a longer word in none"),
    ],
)
def test_only_rules_that_certainly_never_match_are_refused(conditions: str, read: Read) -> None:
    assert read(f"{BRAND}scenarios: {{报障: {{{conditions}}}}}\n").scenarios


def test_files_are_found_below_the_folder_in_the_order_of_their_paths(tmp_path: Path) -> None:
    files = {
        "b.yaml": "乙",
        "a/z.yml": "甲",
        "c/d/e.YAML": "丙",
        ".hidden.yaml": "隐藏",
        ".git/x.yaml": "隐藏二",
        "c/.#d.yaml": "隐藏三",
        "notes.txt": "别的",
        "b.yaml~": "旧",
    }
    for name, brand in files.items():
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"brands: {{{brand}: {{any: [{brand}]}}}}\n", encoding="utf-8")
    (tmp_path / "folder.yaml").mkdir()
    assert [subject.name for subject in read_rules(tmp_path).subjects] == ["甲", "乙", "丙"]
    assert [s.name for s in read_rules([tmp_path / "b.yaml", tmp_path / "a"]).subjects] == ["乙", "甲"]
    assert [s.name for s in read_rules(str(tmp_path / "b.yaml")).subjects] == ["乙"]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        pytest.param(
            BRAND.encode("gb18030"),
            "rules/a.yaml:2: is not UTF-8, it looks like GB18030 (文件编码不是 UTF-8) - save it as UTF-8; "
            "for example: iconv -f gb18030 -t utf-8 rules/a.yaml",
            id="gb18030",
        ),
        pytest.param(
            BRAND.encode("utf-16"),
            "rules/a.yaml:1: is not UTF-8, it looks like UTF-16 (文件编码不是 UTF-8) - save it as UTF-8; "
            "for example: iconv -f utf-16 -t utf-8 rules/a.yaml",
            id="utf-16",
        ),
        pytest.param(
            BRAND.encode("utf-32"),
            "rules/a.yaml:1: is not UTF-8, it looks like UTF-32 (文件编码不是 UTF-8) - save it as UTF-8; "
            "for example: iconv -f utf-32 -t utf-8 rules/a.yaml",
            id="utf-32",
        ),
        pytest.param(
            b"brands:\n  \xff\xff: x",
            "rules/a.yaml:2: is not UTF-8 (文件编码不是 UTF-8) - save it as UTF-8",
            id="no encoding at all",
        ),
        pytest.param(
            b"x: " + b"x" * 20_000_001,
            "rules/a.yaml: is 20,000,001 bytes long, more than 20,000,000 (文件过大) - split the file",
            id="too large a file",
        ),
        pytest.param(
            b"note: " + b"x" * 10_000_000,
            "rules/a.yaml:1:7: a text of 10,000,000 characters (文本过长) - split it",
            id="ten megabytes in one text",
        ),
    ],
)
def test_a_file_that_cannot_be_read_is_told(
    data: bytes, expected: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("rules").mkdir()
    Path("rules/a.yaml").write_bytes(data)
    with pytest.raises(RuleMistakes) as caught:
        read_rules(Path("rules"))
    assert str(caught.value) == expected


def test_a_byte_order_mark_and_windows_line_ends_change_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes(b"\xef\xbb\xbf" + BRAND.replace("\n", "\r\n").encode())
    [subject] = read_rules(tmp_path).subjects
    assert (subject.name, subject.place.line, subject.place.column) == ("云帆", 2, 3)


def test_a_missing_folder_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(RuleMistakes) as caught:
        read_rules("nowhere")
    assert str(caught.value) == (
        "nowhere: there is no such file or folder (不存在) - give the folder with the rule files, "
        "for example --rules rules/"
    )


def test_an_empty_folder_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("rules").mkdir()
    Path("rules/readme.txt").touch()
    with pytest.raises(RuleMistakes) as caught:
        read_rules(Path("rules"))
    assert str(caught.value) == (
        "rules: holds no rule files, *.yaml or *.yml (没有规则文件) - give the folder with the rule files, "
        "for example --rules rules/"
    )


def test_a_file_that_cannot_be_opened_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.yaml").touch()
    with pytest.raises(RuleMistakes) as caught:
        read_rules(["a.yaml/b.yaml", "a.yaml"])
    assert str(caught.value) == "a.yaml/b.yaml: cannot be read (Not a directory) - look at its permissions"


@pytest.mark.parametrize("shape", ["brackets", "dashes", "block"])
def test_a_hundred_thousand_terms_are_read(shape: str, read: Read) -> None:
    words = [f"{chr(0x4E00 + n % 20_000)}{chr(0x5000 + n // 20_000)}" for n in range(100_000)]
    text = {
        "brackets": f"[{', '.join(words)}]",
        "dashes": "\n" + "".join(f"      - {each}\n" for each in words),
        "block": "|\n" + "".join(f"      {each}\n" for each in words),
    }[shape]
    [scenario] = read(f"{BRAND}scenarios:\n  报障:\n    any: {text}\n").scenarios
    assert [term.text for term in scenario.conditions.any] == words


def test_the_own_words_of_the_rule_set_leave_out_except_texts_patterns_and_prefixes(read: Read) -> None:
    rules = read(
        "brands: {云帆: {any: [云帆], except: [云帆杯]}}\nignore: {any: [抽奖]}\n"
        "scenarios: {报障: {any: [断网, {text: 网断}, /掉线/, lte*], all: [宽带], none: [招聘]}}\n"
    )
    assert rules.words() == {"云帆", "抽奖", "断网", "宽带", "招聘"}
