"""`listening cron`: lines for a crontab, a unit for systemd."""

from __future__ import annotations

import shlex
import subprocess
from typing import Any

import pytest

from tests.cli.place import Place

FEED = {"spider": "feed_entries", "url": "https://paper.example/feed"}
SOURCES: dict[str, Any] = {
    "晚报": FEED,
    "two words": FEED,
    "早报": FEED | {"cron": "0 9 * * 1-5"},
    "工作日": FEED | {"during": ["workdays 09:00-18:00"]},
    "手工": FEED | {"every": "never"},
}


def test_a_crontab_crawls_each_source_when_it_is_due(place: Place) -> None:
    place.lay_out(sources=SOURCES)
    answer = place.call("cron")
    assert (answer.code, answer.err) == (0, "")
    comments = [line for line in answer.out.splitlines() if line.startswith("#")]
    assert comments[0] == f"# written by `listening cron` out of {place.config}"
    assert "Asia/Shanghai" in comments[1]
    assert "# 手工: by hand only" in comments
    assert (
        "# 工作日: every 15m during workdays 09:00-18:00 - cannot be said in a crontab, use listening run"
        in comments
    )
    first, second = (line for line in answer.out.splitlines() if not line.startswith("#"))
    assert first.startswith("*/15 * * * *  cd ")
    assert second.startswith("0 9 * * 1-5  cd ")
    words = shlex.split(first.split("  ", 1)[1])
    assert words[:3] == ["cd", str(place.folder), "&&"]
    assert words[3].endswith("listening")
    assert words[4:] == ["crawl", "晚报", "two words"]


def test_a_config_of_another_name_is_named(place: Place) -> None:
    place.lay_out(sources={"晚报": FEED})
    other = place.config.rename(place.folder / "other config.yaml")
    *_, line = place.run("cron", "--config", other).out.splitlines()
    assert shlex.split(line)[-4:] == ["crawl", "--config", "other config.yaml", "晚报"]


def test_what_a_crontab_line_says_is_a_command_that_can_be_given(place: Place) -> None:
    """With the shell in cron's place: it comes to the point where the source has no address."""
    place.lay_out(sources={"it's 100%": FEED | {"url": "http://127.0.0.1:9/", "delay": 0}})
    *_, line = place.call("cron").out.splitlines()
    command = line.split("  ", 1)[1].replace(r"\%", "%")
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 3
    assert done.stdout.startswith("it's 100%: 0 posts: none [failed: ")


def unit(place: Place, *options: str) -> dict[str, list[str]]:
    """The values of a unit by key; a key may stand twice."""
    found: dict[str, list[str]] = {}
    for line in place.call("cron", "--systemd", *options).out.splitlines():
        key, equals, value = line.partition("=")
        if equals and not line.startswith("#"):
            found.setdefault(key, []).append(value)
    return found


def test_a_unit_runs_the_service_where_its_files_are(place: Place) -> None:
    place.lay_out(sources=SOURCES | {"导出": {"folder": "inbox"}})
    found = unit(place, "--user", "listening")
    assert found["User"] == ["listening"]
    assert found["WorkingDirectory"] == [str(place.folder)]
    assert found["ExecStart"][0].endswith("listening run")
    assert found["ExecReload"] == ["/bin/kill -HUP $MAINPID"]
    assert found["Restart"] == ["on-failure"]
    assert found["EnvironmentFile"] == ["-/etc/listening/secrets.env"]
    written = found["ReadWritePaths"][0].split()
    assert written == [str(place.archive), str(place.folder / "inbox"), str(place.folder)]
    assert found["ProtectSystem"] == ["strict"]


def test_a_store_that_is_a_server_is_no_folder_to_write_to(place: Place) -> None:
    place.lay_out(store="elasticsearch+http://127.0.0.1:9/x", archive="/srv/kept archive")
    assert unit(place)["ReadWritePaths"] == ['"/srv/kept archive"']


def test_a_unit_names_no_secrets(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAPER", "s3cr3t")
    place.lay_out(sources={"晚报": FEED | {"cookie_env": "PAPER"}})
    assert "s3cr3t" not in place.call("cron", "--systemd").out + place.call("cron").out


def test_what_systemd_would_read_as_something_else_is_written_so_that_it_does_not(place: Place) -> None:
    place.lay_out(archive="100% of $it")
    assert f"{place.folder}/100%% of $it" in unit(place)["ReadWritePaths"][0]
