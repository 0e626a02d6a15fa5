"""`listening match` from rule files and JSON lines to records on stdout."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from listening.cli.entry import run


def records(tmp_path: Path, capfd: pytest.CaptureFixture[str], rules: str, text: str) -> list[dict[str, Any]]:
    (tmp_path / "rules.yaml").write_text(rules, "utf-8")
    (tmp_path / "posts.jsonl").write_text(json.dumps({"id": "1", "text": text}) + "\n", "utf-8")
    assert run(["match", "--rules", str(tmp_path / "rules.yaml"), str(tmp_path / "posts.jsonl")]) == 0
    return [json.loads(line) for line in capfd.readouterr().out.splitlines()]


@pytest.mark.parametrize(
    ("text", "rule", "matched"),
    [
        pytest.param("请先判断网络是否正常", "any: [断网]", [], id="断网 crosses 判断/网络"),
        pytest.param("专家诊断网站", "any: [断网]", [], id="断网 crosses 诊断/网站"),
        pytest.param("这次投资费用太高", "any: [资费]", [], id="资费 crosses 投资/费用"),
        pytest.param("物资费用报销", "any: [资费]", [], id="资费 crosses 物资/费用"),
        pytest.param("广电信息股份", "any: [电信]", [], id="电信 crosses 广电/信息"),
        pytest.param("关联通知已发送", "any: [联通]", [], id="联通 crosses 关联/通知"),
        pytest.param("移动硬盘坏了", "any: [移动]", [(0, 2, "移动硬盘", [])], id="移动 is nested"),
        pytest.param("移动硬盘坏了", "{any: [移动], except: [移动硬盘]}", [], id="except"),
        pytest.param("移动硬盘坏了", "{any: [移动], match: strict}", [], id="strict"),
        pytest.param("我家宽带又双叒断网啦", "any: [断网]", [(7, 9, None, [])], id="a new word"),
        pytest.param("XX宽带装维师傅不来", "any: [XX宽带]", [(0, 4, None, [])], id="letters and Han"),
        pytest.param("长城宽带断线", "any: [长城宽带]", [(0, 4, None, [])], id="a brand of two words"),
        pytest.param("宽帶斷網", "any: [断网]", [(2, 4, None, [])], id="traditional"),
        pytest.param("我跟客服讲投 诉", "any: [投诉]", [(5, 8, None, [])], id="a blank inside"),
        pytest.param("电信诈骗案告破", "{any: [电信], except: [电信诈骗]}", [], id="fraud is excepted"),
        pytest.param("不投诉了已解决", "any: [投诉]", [(1, 3, None, ["negated"])], id="negated"),
    ],
)
def test_words_match_as_words(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], text: str, rule: str, matched: list[Any]
) -> None:
    body = rule if rule.startswith("{") else f"{{{rule}}}"
    found = records(tmp_path, capfd, f"brands:\n  甲: {body}\n", text)
    evidence = [m for record in found for m in record["matches"]]
    assert [(m["start"], m["end"], m.get("inside"), m.get("marks", [])) for m in evidence] == matched
    assert all(text[m["start"] : m["end"]] == m["text"] for m in evidence)


def test_a_hit_has_the_fields_of_the_record_and_nothing_of_the_desk(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    rules = (
        "brands: {星河: {any: [星河]}}\nscenarios: {断网: {any: [断网], queue: 技术支持, priority: high}}\n"
    )
    (record,) = records(tmp_path, capfd, rules, "星河断网")
    assert (record["level"], record["scenarios"], record["queue"]) == (2, ["星河/断网"], "技术支持")
    assert not {"found_at", "status", "respond_by", "platform", "metrics_history"} & set(record)


def test_broken_lines_are_told_kept_and_the_rest_goes_on(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "r.yaml").write_text("brands: {星河: {any: [星河]}}\n", "utf-8")
    posts = tmp_path / "p.jsonl"
    posts.write_bytes(
        b'{"id": "1"\n\xff\n{"id": "2", "text": "\xe6\x98\x9f\xe6\xb2\xb3"}\n{"id": 3, "text": ""}\n'
    )
    rejects = tmp_path / "bad.jsonl"
    args = ["match", "--rules", str(tmp_path / "r.yaml"), "--rejects", str(rejects), str(posts)]
    assert run(args) == 3
    out, err = capfd.readouterr()
    assert [json.loads(line)["id"] for line in out.splitlines()] == ["2"]
    assert "4 posts: 1 mention, 3 invalid" in err
    assert [json.loads(line)["line"] for line in rejects.read_text("utf-8").splitlines()] == [1, 2, 4]


def test_two_workers_print_the_same_bytes_as_one(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "r.yaml").write_text("brands: {星河: {any: [星河]}}\n", "utf-8")
    posts = tmp_path / "p.jsonl"
    lines = (json.dumps({"id": str(n), "text": "星河" if n % 3 else "长河"}) for n in range(3500))
    posts.write_text("\n".join(lines), "utf-8")
    outputs = []
    for workers in ("1", "2"):
        assert run(["match", "--rules", str(tmp_path / "r.yaml"), "--workers", workers, str(posts)]) == 0
        outputs.append(capfd.readouterr().out)
    assert outputs[0] == outputs[1]
    assert outputs[0].count("\n") == 2333


@pytest.mark.parametrize(
    ("args", "code", "told"),
    [
        pytest.param(["match", "--rules", "nowhere"], 1, "there is no such file or folder", id="no rules"),
        pytest.param(["search", "--config", "nowhere.yaml"], 1, "cannot be read", id="no config"),
        pytest.param(["serch"], 2, "there are: ", id="an unknown verb lists the ones there are"),
        pytest.param(["match"], 2, "Missing option '--rules'", id="usage"),
    ],
)
def test_errors_are_one_line_with_their_exit_code(
    args: list[str], code: int, told: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run(args) == code
    assert told in capfd.readouterr().err
