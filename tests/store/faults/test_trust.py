"""Who may ask, and whether the server is the one it says: told with the cure, and never with a secret."""

from __future__ import annotations

import logging
import traceback
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path

import pytest

from listening.errors import StoreError
from listening.store import open_store
from tests.cli.place import Place as Installation
from tests.store.faults.authority import Authority
from tests.store.faults.conftest import Corner, Opened
from tests.store.faults.proxy import Asked, Cut, Fate, Pass, Proxy, Reply, Rule
from tests.store.records import event, hit

PASSWORD, KEY = "geheim-密码-7391", "S2V5LTQ0MTE6Z2VoZWlt"
WRONG = "falsch-错误-8402"
BASIC = "Basic " + b64encode(f"leser:{PASSWORD}".encode()).decode()
CURE = "set LISTENING_STORE_USER and LISTENING_STORE_PASSWORD (or _PASSWORD_FILE), or LISTENING_STORE_API_KEY"


def only_for(authorization: str) -> Rule:
    def rule(asked: Asked) -> Fate:
        if asked.headers.get("authorization") == authorization:
            return Pass()
        return Reply(401, f'{{"error":"who is {asked.headers.get("authorization")}"}}'.encode())

    return rule


def everything_told(caught: pytest.ExceptionInfo[BaseException], caplog: pytest.LogCaptureFixture) -> str:
    """The error with all its causes, and the log.

    Not its finest words: at that level the clients log what the server says, and this one says it all back.
    """
    return "".join(traceback.format_exception(caught.value)) + caplog.text


@pytest.fixture
def guarded(proxy: Proxy) -> Proxy:
    proxy.rule = only_for(BASIC)
    return proxy


def test_the_right_password_opens(
    corner: Corner, guarded: Proxy, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LISTENING_STORE_USER", "leser")
    monkeypatch.setenv("LISTENING_STORE_PASSWORD", PASSWORD)
    store = opened(corner.through(guarded))
    assert store.save([hit()]).created == 1
    assert store.get(hit().id) == hit()


def test_the_right_api_key_opens(
    corner: Corner, proxy: Proxy, opened: Opened, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    proxy.rule = only_for(f"ApiKey {KEY}")
    (tmp_path / "key").write_text(f"{KEY}\n", "utf-8")
    monkeypatch.setenv("LISTENING_STORE_API_KEY_FILE", "key")
    assert opened(corner.through(proxy)).save([hit()]).created == 1


@pytest.mark.parametrize(
    ("given", "what"),
    [
        ({}, "refuses a request without credentials"),
        ({"USER": "leser", "PASSWORD": WRONG}, "refuses the credentials"),
        ({"API_KEY": KEY}, "refuses the credentials"),
    ],
    ids=["nothing", "a wrong password", "a wrong key"],
)
def test_wrong_credentials_are_told_without_them(
    corner: Corner,
    guarded: Proxy,
    opened: Opened,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    given: dict[str, str],
    what: str,
) -> None:
    for name, value in given.items():
        monkeypatch.setenv(f"LISTENING_STORE_{name}", value)
    with caplog.at_level(logging.INFO), pytest.raises(StoreError) as caught:
        opened(corner.through(guarded))
    assert str(caught.value) == f"{guarded.url}/{corner.prefix}: {what} - {CURE}"
    told = everything_told(caught, caplog)
    for secret in (WRONG, KEY, b64encode(f"leser:{WRONG}".encode()).decode()):
        assert secret not in told


def test_credentials_that_expire_while_it_works(
    corner: Corner,
    guarded: Proxy,
    opened: Opened,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setenv("LISTENING_STORE_USER", "leser")
    monkeypatch.setenv("LISTENING_STORE_PASSWORD", PASSWORD)
    store = opened(corner.through(guarded))
    guarded.rule = only_for("Basic nobody")
    with caplog.at_level(logging.INFO), pytest.raises(StoreError, match="refuses the credentials") as caught:
        store.save([hit()])
    told = everything_told(caught, caplog)
    assert PASSWORD not in told and BASIC.split()[1] not in told


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path / "authority")


@pytest.fixture
def secure(corner: Corner, authority: Authority) -> Iterator[Proxy]:
    with Proxy(corner.address, authority.context()) as between:
        yield between


def test_a_server_of_ones_own_authority(
    corner: Corner, secure: Proxy, authority: Authority, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LISTENING_STORE_CA", str(authority.ca))
    store = opened(corner.through(secure))
    assert store.save([hit()]).created == 1
    assert [each.id for each in store.scan()] == [hit().id]


def test_a_connection_that_is_cut_is_no_question_of_trust(
    corner: Corner, secure: Proxy, authority: Authority, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LISTENING_STORE_CA", str(authority.ca))
    store = opened(corner.through(secure))
    secure.rule = lambda asked: Cut(after=asked.number % 4 == 0) if asked.number % 2 == 0 else Pass()
    assert store.append(event(1))
    assert store.read("weibo:1") == [event(1)]


@pytest.mark.parametrize(
    ("days", "known", "reason"),
    [
        (-1, True, "certificate has expired"),
        (30, False, "unable to get local issuer certificate"),
    ],
    ids=["expired", "an unknown authority"],
)
def test_a_certificate_that_is_not_trusted_is_told_with_the_cure(
    corner: Corner,
    authority: Authority,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    days: int,
    known: bool,
    reason: str,
) -> None:
    other = Authority(tmp_path / "other")
    monkeypatch.setenv("LISTENING_STORE_CA", str((authority if known else other).ca))
    with (
        Proxy(corner.address, authority.context(days=days)) as between,
        pytest.raises(StoreError, match="its certificate is not trusted") as caught,
    ):
        open_store(corner.through(between), tmp_path)
    assert reason in str(caught.value)
    assert "name the authority's file in LISTENING_STORE_CA" in str(caught.value)
    assert "Max retries" not in str(caught.value) and "urllib3" not in str(caught.value)


def test_a_certificate_that_ends_while_it_works(
    corner: Corner, authority: Authority, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The client connects anew and then meets the other certificate."""
    monkeypatch.setenv("LISTENING_STORE_CA", str(authority.ca))
    context = authority.context()
    with Proxy(corner.address, context) as between:
        store = opened(corner.through(between))
        context.load_cert_chain(authority.file(days=-1))
        between.rule = lambda asked: Cut(after=False) if "_bulk" in asked.path else Pass()
        with pytest.raises(StoreError, match="its certificate is not trusted"):
            store.save([hit()])


def test_the_command_tells_it_in_one_line(
    corner: Corner, guarded: Proxy, installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LISTENING_STORE_USER", "leser")
    monkeypatch.setenv("LISTENING_STORE_PASSWORD", WRONG)
    answer = installation.lay_out(store=corner.through(guarded)).call("search", "断网")
    assert (answer.code, answer.out) == (4, "")
    assert answer.err == f"{guarded.url}/{corner.prefix}: refuses the credentials - {CURE}\n"
