"""The address of a cluster: what may be written, what is refused, and that nothing secret is ever shown."""

from __future__ import annotations

import traceback
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listening.errors import StoreError
from listening.store.elasticsearch.address import Address, read_address


def read(url: str, **environment: str) -> Address:
    return read_address(url, Path(), environment)


@pytest.mark.parametrize(
    ("url", "hosts", "prefix", "patience"),
    [
        ("elasticsearch+https://a.example/x", ("https://a.example:9200",), "x", 60.0),
        ("elasticsearch+http://a:9201", ("http://a:9201",), "listening", 60.0),
        ("opensearch+https://a,b:9201/x-1?patience=5", ("https://a:9200", "https://b:9201"), "x-1", 5.0),
        ("elasticsearch+http://[::1]:9200/", ("http://[::1]:9200",), "listening", 60.0),
        ("elasticsearch+http://a, b/x?patience=0", ("http://a:9200", "http://b:9200"), "x", 0.0),
    ],
    ids=["a host", "no prefix", "two hosts", "IPv6", "a blank after the comma"],
)
def test_addresses(url: str, hosts: tuple[str, ...], prefix: str, patience: float) -> None:
    address = read(url)
    assert (address.hosts, address.prefix, address.patience) == (hosts, prefix, patience)


@pytest.mark.parametrize(
    ("url", "line"),
    [
        ("elasticsearch+https://", "store: the address names no host - write it as in "),
        ("elasticsearch+https://a:x/p", "a:x: has no such port - write it as in "),
        ("elasticsearch+https://u:geheim@a/p", "store: the address holds a user or a password - take it out"),
        ("elasticsearch+https://a/Große", "Große: cannot begin the names of indices - take small letters"),
        (
            "elasticsearch+https://a/p?patience=soon",
            "?patience=soon: is no number of seconds - write it like",
        ),
        ("elasticsearch+https://a/p?patience=-1", "?patience=-1: is no number of seconds"),
        ("elasticsearch+https://a/p?patience=nan", "?patience=nan: is no number of seconds"),
        ("elasticsearch+https://a/p?shards=3", "?shards=: is not known in a store's address - there are"),
        ("elasticsearch+https://a/p?env=A-B", "?env=A-B: is no part of an environment variable's name"),
        ("elasticsearch+https://[a/p", "store: the address cannot be read - write it as in "),
    ],
    ids=[
        *("no host", "no port", "a password", "letters", "a word", "negative", "not a number"),
        *("unknown", "a bad name", "a bracket"),
    ],
)
def test_mistakes_are_told_with_the_cure(url: str, line: str) -> None:
    with pytest.raises(StoreError) as caught:
        read(url)
    assert str(caught.value).startswith(line)
    assert "geheim" not in str(caught.value)


def test_credentials_come_from_the_environment(tmp_path: Path) -> None:
    (tmp_path / "password").write_text("geheim\nof the reader\n", "utf-8")
    (tmp_path / "ca.pem").write_text("x")
    given = {
        "LISTENING_STORE_USER": "leser",
        "LISTENING_STORE_PASSWORD_FILE": "password",
        "LISTENING_STORE_CA": "ca.pem",
        "LISTENING_OLD_API_KEY": "c2NobHVlc3NlbA==",
    }
    address = read_address("elasticsearch+https://a", tmp_path, given)
    assert (address.basic, address.api_key, address.ca) == (
        ("leser", "geheim"),
        None,
        str(tmp_path / "ca.pem"),
    )
    assert read_address("elasticsearch+https://a?env=old", tmp_path, given).api_key == "c2NobHVlc3NlbA=="


@pytest.mark.parametrize(
    ("environment", "line"),
    [
        (
            {"LISTENING_STORE_USER": "u"},
            "LISTENING_STORE_PASSWORD: is not set - set it, or neither of the two",
        ),
        ({"LISTENING_STORE_PASSWORD": "geheim"}, "LISTENING_STORE_USER: is not set"),
        (
            {"LISTENING_STORE_API_KEY_FILE": "gone"},
            "LISTENING_STORE_API_KEY_FILE: the file cannot be read (No",
        ),
        ({"LISTENING_STORE_CA": "gone.pem"}, "LISTENING_STORE_CA: the file cannot be read (No such file"),
    ],
    ids=["no password", "no user", "no key file", "no authority"],
)
def test_half_of_a_setting_is_a_mistake(environment: dict[str, str], line: str) -> None:
    with pytest.raises(StoreError) as caught:
        read("elasticsearch+https://a", **environment)
    assert str(caught.value).startswith(line)


@pytest.mark.parametrize(
    ("given", "file", "line"),
    [
        ({"API_KEY": "geheim key"}, None, "LISTENING_STORE_API_KEY: holds what no key has"),
        ({"API_KEY": "geheim\nkey"}, None, "LISTENING_STORE_API_KEY: holds what no key has"),
        ({"API_KEY": "geheim密"}, None, "LISTENING_STORE_API_KEY: holds what no key has"),
        ({"USER": "u", "PASSWORD": "geheim\udcff"}, None, "LISTENING_STORE_PASSWORD: is not UTF-8"),
        ({"USER": "geheim\udcff", "PASSWORD": "x"}, None, "LISTENING_STORE_USER: is not UTF-8"),
        ({"API_KEY_FILE": "secret"}, b"\n", "LISTENING_STORE_API_KEY_FILE: the file is empty"),
        ({"API_KEY_FILE": "secret"}, b"geheim\xff", "LISTENING_STORE_API_KEY_FILE: the file cannot be read"),
        ({"API_KEY_FILE": "secret"}, b"geheim key\n", "LISTENING_STORE_API_KEY: holds what no key has"),
    ],
    ids=[
        *("a blank", "a line's end", "a letter", "bytes of a password", "bytes of a user"),
        *("an empty file", "a file of bytes", "a blank in a file"),
    ],
)
def test_a_secret_that_cannot_be_sent_is_refused_without_it(
    tmp_path: Path, given: dict[str, str], file: bytes | None, line: str
) -> None:
    if file is not None:
        (tmp_path / "secret").write_bytes(file)
    environment = {f"LISTENING_STORE_{name}": value for name, value in given.items()}
    with pytest.raises(StoreError) as caught:
        read_address("elasticsearch+https://a", tmp_path, environment)
    told = "".join(traceback.format_exception(caught.value))
    assert str(caught.value).startswith(line)
    assert "geheim" not in told


SECRETS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1).map(lambda more: f"geheim{more}")


@given(secret=SECRETS)
def test_a_secret_is_never_shown(secret: str) -> None:
    """Whatever it is made of: also of what parts an address."""
    given = {"LISTENING_STORE_USER": "u", "LISTENING_STORE_PASSWORD": secret}
    address = read("elasticsearch+https://a", **given)
    assert address.basic == ("u", secret)
    assert "geheim" not in repr(address) and "geheim" not in str(address)
    with pytest.raises(StoreError) as caught:
        read(f"elasticsearch+https://u:{secret}@a/p?patience=x")
    assert "geheim" not in str(caught.value)


@given(secret=SECRETS)
def test_a_key_is_never_shown(secret: str) -> None:
    try:
        address = read("elasticsearch+https://a", LISTENING_STORE_API_KEY=secret)
    except StoreError as error:
        assert "geheim" not in "".join(traceback.format_exception(error))
    else:
        assert address.api_key == secret
        assert "geheim" not in repr(address) and "geheim" not in str(address)
