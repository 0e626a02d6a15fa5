"""A desk with people and a few threads: what the tests of conversations, contacts and segments start from."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from listening.app import open_app
from listening.model import Author, Hit, Match, Reference, Status
from listening.review.people import People, Role
from listening.store.pseudonyms import open_pseudonyms
from tests.cli.place import Place
from tests.review.authors import COMPETITOR, CONTEXT, wrote
from tests.store.records import case

ZHANG, ZHANG_ELSEWHERE, LI, WANG = "weibo:1234567890", "bilibili:42", "weibo:李四光", "weibo:3003"
PHONE = "13800138000"
_OUTAGE = f"星河宽带又双叒断网啦，打{PHONE}没人接"


def staffed(place: Place) -> Place:
    """李娜 is an admin, 王磊 a reviewer, 陈静 a marketer."""
    with open_app(place.config) as app:
        people = People(app.store)
        for name, role in (("李娜", Role.ADMIN), ("王磊", Role.REVIEWER), ("陈静", Role.MARKETER)):
            people.add(name, [role])
    return place


def filled(place: Place) -> Place:
    """A thread of an outage with our answer, the customer on another platform, somebody else's customer."""
    with open_app(place.config) as app:
        pseudonyms = open_pseudonyms(app.store)
        records = [
            replace(hit, post=replace(hit.post, published_at=app.now() - _age(n))) for n, hit in _talk()
        ]
        app.store.save(records)
        app.store.put_cases(
            [
                case(
                    "case1",
                    contact=pseudonyms.contact(ZHANG),
                    thread="weibo:5001",
                    status=Status.CLAIMED,
                    assignee="王磊",
                    posts=("weibo:5001",),
                ),
                case(
                    "case2", contact=pseudonyms.contact(ZHANG_ELSEWHERE), status=Status.CLOSED, satisfied=True
                ),
                case("case3", contact=pseudonyms.contact(WANG)),
            ]
        )
    return place


def _age(n: int) -> timedelta:
    """The first post is the oldest one, an hour and a half ago."""
    return timedelta(minutes=90 - 10 * n)


def _talk() -> list[tuple[int, Hit]]:
    zhang = Author(id="1234567890", name="张小满", followers=1_500)
    root = Reference(id="weibo:5001", author=zhang)
    thread = {"thread": "weibo:5001", "parent": root, "root": root}
    start = _OUTAGE.index("断网")
    found = Match(
        subject="星河宽带",
        scenario="宽带报障",
        term="断网",
        field="text",
        start=start,
        end=start + 2,
        text="断网",
    )
    return list(
        enumerate(
            [
                wrote(
                    ZHANG,
                    5001,
                    _OUTAGE,
                    author=zhang,
                    title="求助",
                    matches=(found,),
                    thread="weibo:5001",
                    case="case1",
                    region="云州",
                ),
                wrote(
                    "weibo:9",
                    5002,
                    "@张小满 您好，正在查",
                    author=Author(id="9", name="星河客服"),
                    ours=True,
                    **CONTEXT | thread,
                ),
                wrote(LI, 5003, "我家也是\n同一栋楼", deleted=True, **CONTEXT | thread),
                wrote(ZHANG_ELSEWHERE, 5004, author=Author(id="42", name="小满不满", followers=20)),
                wrote(WANG, 5005, "长河通信又涨价", author=Author(id="3003", name="王五六七"), **COMPETITOR),
            ]
        )
    )
