"""`listening contact`: who writes, what they wrote before, what became of it, and what people say of them."""

from __future__ import annotations

import re
import shlex

import pytest

from listening.app import open_app
from tests.cli.place import Place
from tests.cli.talk import LI, PHONE, WANG, ZHANG, ZHANG_ELSEWHERE, filled, staffed
from tests.conftest import ROOT
from tests.review.authors import kept, wrote

PAGE = (ROOT / "docs" / "contacts.md").read_text("utf-8")
COMMANDS = [
    line.removeprefix("$ listening ")
    for block in re.findall(r"```console\n(.*?)```", PAGE, re.DOTALL)
    for line in block.splitlines()
]


@pytest.fixture(autouse=True)
def nobody_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LISTENING_PERSON", raising=False)


@pytest.fixture
def desk(place: Place) -> Place:
    return filled(staffed(place))


def joined(desk: Place) -> Place:
    assert desk.call("contact join", ZHANG, ZHANG_ELSEWHERE, "--as", "王磊").code == 0
    return desk


def test_contacts_of_a_search_are_listed_with_their_open_cases(desk: Place) -> None:
    answer = joined(desk).call("contact list", "scenario:宽带报障")
    head, row = (line.split() for line in answer.out.splitlines())
    assert head[:6] == ["contact", "name", "platforms", "records", "scenarios", "open"]
    assert (row[:6], row[-1]) == ([ZHANG, "小**满", "bilibili、weibo", "2", "宽带报障", "1"], "bilibili:5004")


def test_who_was_left_out_is_told(desk: Place) -> None:
    with open_app(desk.config) as app:
        app.store.save([wrote(None, 7)])
    assert desk.call("contact list", "--limit", "1").err.splitlines() == [
        "2 contacts, the first 1 are shown",
        "1 records name no author",
        "1 records of competitors alone are left out: class:competitor",
    ]


def test_a_minus_before_a_word_is_no_option(desk: Place) -> None:
    answer = desk.call("contact list", "--json", "-没人接")
    assert [each["contact"] for each in answer.records] == [ZHANG_ELSEWHERE]


def test_customers_to_be_won_over_are_a_list_of_their_own(desk: Place) -> None:
    answer = desk.call("contact list", "--competitor", "长河通信", "--json")
    assert answer.err == "1 contacts\n"
    (found,) = answer.records
    assert {name: found[name] for name in ("contact", "name", "last", "open_cases", "scenarios")} == {
        "contact": WANG,
        "name": "王**七",
        "last": "weibo:5005",
        "open_cases": 1,
        "scenarios": {"长河通信/挖角机会": 1},
    }
    assert desk.call("contact list", "--competitor", "大江宽带", "--json").records == []
    assert WANG not in desk.call("contact list").out


def test_names_are_masked_until_somebody_who_may_asks_for_them(desk: Place) -> None:
    with open_app(desk.config) as app:
        app.store.save([wrote(LI, 6)])
    listed = desk.call("contact list", "--json")
    assert [each["contact"] for each in listed.records if each["last"] == "weibo:6"] == ["weibo:李**"]
    assert not any(secret in listed.out for secret in ("张小满", "李四光"))
    full = desk.call("contact list", "--json", "--unmasked", "--as", "李娜")
    assert {LI, ZHANG} <= {each["contact"] for each in full.records}
    assert '"张小满"' in full.out
    refused = desk.call("contact list", "--unmasked", "--as", "王磊")
    assert (refused.code, refused.out) == (1, "")


def test_one_contact_is_shown_with_all_there_is(desk: Place) -> None:
    joined(desk).call("contact tag", ZHANG, "VIP", "--as", "王磊")
    desk.call("contact describe", ZHANG, "--name", "城东张女士", "--note", f"打{PHONE}", "--as", "王磊")
    answer = desk.call("contact show", ZHANG_ELSEWHERE)
    times = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d")
    told, cases, records = times.sub("TIME", answer.out).strip().split("\n\n")
    assert (answer.code, answer.err) == (0, "")
    assert told.splitlines() == [
        f"{ZHANG}  城***士",
        f"  also {ZHANG_ELSEWHERE}, joined by 王磊 TIME",
        "  tags: VIP",
        "  note: 打138****8000",
        "  2 records: TIME to TIME",
        "  platforms: bilibili 1、weibo 1",
        "  brands: 星河宽带 2",
        "  scenarios: 星河宽带/宽带报障 2",
        "  followers: 1,500",
        "  region: 云州",
        "  when last asked: satisfied",
    ]
    assert [line.split() for line in cases.splitlines()[1:]] == [
        ["case2", "TIME", "closed", "技术支持", "宽带报障", "yes"],
        ["case1", "TIME", "claimed", "技术支持", "宽带报障", "no"][:5],
    ]
    assert [line.split()[-1] for line in records.splitlines()[1:]] == ["bilibili:5004", "weibo:5001"]
    assert "打138****8000没人接" in records


def test_one_contact_for_a_machine(desk: Place) -> None:
    joined(desk)
    (found,) = desk.call("contact show", ZHANG, "--json", "--limit", "1").records
    assert [each["key"] for each in found["joined"]] == [ZHANG_ELSEWHERE]
    assert [each["case"] for each in found["cases"]] == ["case2", "case1"]
    assert [each["id"] for each in found["history"]] == ["bilibili:5004"]
    assert (found["satisfied"], found["records"]) == (True, 2)


@pytest.mark.parametrize("name", ["张小满", "weibo:5001", ZHANG])
def test_a_contact_is_named_by_a_name_a_post_or_its_key(desk: Place, name: str) -> None:
    (found,) = desk.call("contact show", name, "--json").records
    assert found["contact"] == ZHANG


def test_where_several_are_called_so_their_keys_are_told(desk: Place) -> None:
    with open_app(desk.config) as app:
        app.store.save([wrote("tieba:77", 8)])
    answer = desk.call("contact show", "张小满")
    told = f"张小满: 2 contacts are called so - give the key of one: tieba:77, {ZHANG}\n"
    assert (answer.code, answer.out, answer.err) == (1, "", told)


def test_contacts_are_joined_and_parted(desk: Place) -> None:
    answer = desk.call("contact join", ZHANG, "小满不满", "王五六七", "--as", "王磊")
    assert (answer.code, answer.out) == (0, f"{ZHANG}: 3 keys are one contact\n")
    answer = desk.call("contact part", ZHANG_ELSEWHERE, "--as", "王磊")
    assert (answer.code, answer.out) == (0, f"{ZHANG_ELSEWHERE}: parted from {ZHANG}\n")
    with open_app(desk.config) as app:
        assert {key: body.get("person") for key, body in kept(app.store).items()} == {
            ZHANG: None,
            WANG: "王磊",
        }


def test_tags_are_put_on_and_taken_off(desk: Place) -> None:
    answer = desk.call("contact tag", ZHANG, "VIP", "老用户", "--as", "王磊")
    assert (answer.code, answer.out) == (0, f"{ZHANG}: VIP、老用户\n")
    assert desk.call("contact untag", ZHANG, "vip", "老用户", "--as", "王磊").out == f"{ZHANG}: no tags\n"
    assert desk.call("contact untag", ZHANG, "VIP", "--as", "王磊").err == (
        f"{ZHANG}: has no tag VIP - its tags: none\n"
    )


CHANGES = {
    "joining": ["join", ZHANG, ZHANG_ELSEWHERE],
    "parting": ["part", ZHANG],
    "tagging": ["tag", ZHANG, "VIP"],
    "untagging": ["untag", ZHANG, "VIP"],
    "describing": ["describe", ZHANG, "--note", "只接电话"],
    "declaring": ["same-as", "pairs.csv"],
}


@pytest.mark.parametrize("words", [pytest.param(words, id=name) for name, words in CHANGES.items()])
def test_whatever_is_said_of_a_contact_somebody_says(desk: Place, words: list[str]) -> None:
    verb, *rest = words
    pairs = desk.folder / "pairs.csv"
    pairs.write_text(f"contact,same_as\n{ZHANG},{ZHANG_ELSEWHERE}\n", "utf-8")
    given = [str(pairs) if each == pairs.name else each for each in rest]
    answer = desk.call(f"contact {verb}", *given)
    assert (answer.code, answer.out) == (1, "")
    assert answer.err.startswith("no person is named")
    assert desk.call(f"contact {verb}", *given, "--as", "张三").err.startswith(
        "张三: there is nobody of this"
    )
    with open_app(desk.config) as app:
        assert kept(app.store) == {}


def test_saying_nothing_of_a_contact_is_a_slip(desk: Place) -> None:
    answer = desk.call("contact describe", ZHANG, "--as", "王磊")
    assert (answer.code, answer.out) == (2, "")
    assert "nothing to say - give --name or --note" in answer.err


def test_a_sheet_joins_contacts_or_nothing_of_it_does(desk: Place) -> None:
    file = desk.folder / "pairs.csv"
    file.write_text(f"contact,same_as\n{ZHANG},{ZHANG_ELSEWHERE}\n张小满,{WANG}\n", "utf-8")
    answer = desk.call("contact same-as", file, "--as", "王磊")
    assert (answer.code, answer.out) == (1, "")
    assert f"{file}:3: '张小满' is no contact" in answer.err
    file.write_text(f"contact,same_as\n{ZHANG},{ZHANG_ELSEWHERE}\n", "utf-8")
    answers = [desk.call("contact same-as", file, "--as", "王磊").out for _ in range(2)]
    assert answers == ["1 pairs: 1 joined, 0 known before\n", "1 pairs: 0 joined, 1 known before\n"]
    assert "declared by 王磊" in desk.call("contact show", ZHANG).out


def test_nobody_found_is_no_failure(place: Place) -> None:
    answer = place.call("contact list", "断网")
    assert (answer.code, len(answer.out.splitlines()), answer.err) == (0, 1, "0 contacts\n")


def test_the_commands_of_the_page_can_be_given_one_after_another(
    desk: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(desk.folder)
    (desk.folder / "members.csv").write_text(f"contact,same_as\n{ZHANG},{ZHANG_ELSEWHERE}\n", "utf-8")
    for words in COMMANDS:
        verb, *rest = shlex.split(words)
        answer = desk.run(verb, *rest)
        assert answer.code == 0, (words, answer)
        assert answer.out, words


@pytest.mark.parametrize("name", re.findall(r"\]\(([a-z-]+\.md)", PAGE))
def test_the_links_of_the_page_lead_somewhere(name: str) -> None:
    assert (ROOT / "docs" / name).is_file()


def test_every_verb_is_on_the_page() -> None:
    from listening.cli import contact, segment

    given = {tuple(words.split()[:2]) for words in COMMANDS}
    verbs = {("contact", verb) for verb in contact.command.commands}
    verbs |= {("segment", verb) for verb in segment.command.commands}
    assert verbs <= given
