"""Accounts on Mastodon: where each is asked for, and what may be asked of whom."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from scrapy import Request

from listening.collect.spider.options import read_options
from listening.model import Kind, RunStatus
from spiders._mastodon_accounts import AccountsOptions
from spiders.mastodon_accounts import MastodonAccounts
from tests.spiders.statuses import account, server, status

OURS, THEIRS = "@xinghe@social.example", "@changhe@far.example"
OPTIONS = AccountsOptions(accounts=(OURS, THEIRS), delay=0)
NUMBERS = {"xinghe": "41", "changhe": "42", "xinghe@social.example": "41", "changhe@far.example": "42"}


def servers(statuses: dict[str, list[dict[str, Any]]], told: Any) -> Callable[[Request], Any]:
    """Servers on which the accounts with these numbers have written these statuses."""

    def answer(request: Request) -> Any:
        parts = urlsplit(request.url)
        if parts.path.endswith("/lookup"):
            number = NUMBERS.get(parse_qs(parts.query)["acct"][0])
            if number is None:
                return told(b'{"error": "Record not found"}', status=404)
            return told(f'{{"id": "{number}"}}'.encode())
        return server(statuses[parts.path.split("/")[4]], told)(request)

    return answer


def written(numbers: range, name: str = "xinghe", host: str = "social.example") -> list[dict[str, Any]]:
    return [
        status(number, account=account(name), uri=f"https://{host}/users/{name}/statuses/{number}")
        for number in numbers
    ]


def good_site(told: Any) -> Callable[[Request], Any]:
    """For the contract of all spiders."""
    theirs = written(range(1000, 950, -1), "changhe", "far.example")
    return servers({"41": written(range(900, 830, -1)), "42": theirs}, told)


def test_each_account_is_asked_for_on_its_own_server(read: Any, told: Any) -> None:
    result = read(MastodonAccounts, OPTIONS, good_site(told), queries=OPTIONS.accounts)
    assert [request.url for request in result.requests[:4]] == [
        "https://social.example/api/v1/accounts/lookup?acct=xinghe",
        "https://far.example/api/v1/accounts/lookup?acct=changhe",
        "https://social.example/api/v1/accounts/41/statuses?limit=40",
        "https://far.example/api/v1/accounts/42/statuses?limit=40",
    ]
    assert len(result.posts) == 120
    assert all(look.reached for look in result.looks)


def test_a_server_that_is_named_is_asked_for_all_of_them(read: Any, told: Any) -> None:
    options = replace(OPTIONS, url="https://social.example/")
    result = read(MastodonAccounts, options, good_site(told), queries=("xinghe", THEIRS))
    assert [request.url for request in result.requests[:2]] == [
        "https://social.example/api/v1/accounts/lookup?acct=xinghe",
        "https://social.example/api/v1/accounts/lookup?acct=changhe%40far.example",
    ]


def test_boosts_and_answers_of_the_account_are_read_too(read: Any, told: Any) -> None:
    boost = status(
        1000,
        content="",
        account=account("xinghe"),
        uri="https://social.example/b/1",
        reblog=status(5, uri="https://far.example/5", account=account("keke@far.example")),
    )
    answer = status(999, account=account("xinghe"), in_reply_to_id="7", in_reply_to_account_id="8")
    result = read(MastodonAccounts, OPTIONS, servers({"41": [boost, answer]}, told), queries=(OURS,))
    assert [post.kind for post in result.posts] == [Kind.REPOST, Kind.COMMENT]
    assert result.posts[1].parent.id == "mastodon/social.example:7"


def test_answers_to_the_same_number_on_two_servers_stay_apart(read: Any, told: Any) -> None:
    site = servers({"41": [status(1000, in_reply_to_id="7")], "42": [status(999, in_reply_to_id="7")]}, told)
    found = read(MastodonAccounts, OPTIONS, site, queries=OPTIONS.accounts).posts
    assert {post.parent.id for post in found} == {"mastodon/social.example:7", "mastodon/far.example:7"}


def test_the_second_run_ends_at_what_is_known(read: Any, told: Any) -> None:
    site = servers({"41": written(range(1000, 600, -1))}, told)
    first = read(MastodonAccounts, OPTIONS, site, queries=(OURS,))
    second = read(MastodonAccounts, OPTIONS, site, first.looks[0].marks, queries=(OURS,))
    assert len(first.requests) == 12
    assert len(second.requests) == 4, "the account, the hour before, and the page that ends it"


def test_an_account_that_is_gone_fails_and_the_others_are_read(read: Any, told: Any) -> None:
    site = servers({"41": written(range(1000, 990, -1))}, told)
    result = read(MastodonAccounts, OPTIONS, site, queries=(OURS, "@nobody@far.example"))
    assert len(result.posts) == 10
    assert [look.reached for look in result.looks] == [True, False]
    assert result.verdict.status is RunStatus.PARTIAL
    assert "@nobody@far.example: there is nothing at" in result.verdict.reason


def test_an_account_of_which_the_server_is_not_known_is_told(read: Any, told: Any) -> None:
    result = read(MastodonAccounts, OPTIONS, good_site(told), queries=("xinghe",))
    assert result.requests == []
    assert result.verdict == (
        RunStatus.FAILED,
        "'xinghe' does not say where it lives - write name@host, or give url",
    )


def test_an_account_without_a_number_is_a_changed_layout(read: Any, told: Any) -> None:
    result = read(MastodonAccounts, OPTIONS, lambda _: told(b'{"acct": "xinghe"}'), queries=(OURS,))
    assert result.verdict.status is RunStatus.LAYOUT


PROBLEMS: dict[str, tuple[dict[str, Any], list[str]]] = {
    "nothing is needed": ({}, []),
    "accounts with their servers": ({"accounts": [OURS, "changhe@far.example"]}, []),
    "a name alone": ({"accounts": ["xinghe"]}, ["accounts"]),
    "a name alone, and its server": ({"accounts": ["xinghe"], "url": "https://social.example"}, []),
    "a token for nobody": ({"token_env": "TOKEN"}, ["token_env"]),
    "a token for one server": ({"token_env": "TOKEN", "url": "https://social.example"}, []),
    "no address": ({"url": "social.example"}, ["url"]),
}


@pytest.mark.parametrize(("given", "keys"), PROBLEMS.values(), ids=PROBLEMS)
def test_settings_that_do_not_go_together_are_told(given: dict[str, Any], keys: list[str]) -> None:
    assert [each.key for each in read_options(AccountsOptions, given)[1]] == keys


def test_a_token_is_sent_to_its_server(read: Any, told: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOKEN", "t-123")
    options = replace(OPTIONS, url="https://social.example", token_env="TOKEN")
    result = read(MastodonAccounts, options, good_site(told), queries=(OURS,))
    assert {request.headers["Authorization"] for request in result.requests} == {b"Bearer t-123"}
