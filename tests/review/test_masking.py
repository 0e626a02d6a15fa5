"""What leads to a person is hidden in place, however it is written; what a reader needs is left alone."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from listening.text.fold import fold
from listening.text.masking import masked, masked_name


def keys(text: str) -> str:
    """Each character drawn as a key."""
    return "".join(f"{char}\ufe0f\u20e3" for char in text)


NUMERALS = "〇零○一壹幺二贰貳三叁四肆五伍六陆陸七柒八捌九玖"

MOBILES = {
    "in a sentence": ("电话13812345678，急", "电话138****5678，急"),
    "by itself": ("19912345678", "199****5678"),
    "with the country": ("+8613812345678", "+86138****5678"),
    "with the country and a blank": ("+86 13812345678", "+86 138****5678"),
    "with the country in brackets": ("（+86）13812345678", "（+86）138****5678"),
    "with the country without a plus": ("8613812345678", "86138****5678"),
    "with the country as it is dialled": ("0086-13812345678", "0086-138****5678"),
    "with a 0 in front": ("013812345678", "0138****5678"),
    "blanks": ("138 1234 5678", "138 **** 5678"),
    "two blanks": ("138  1234  5678", "138  ****  5678"),
    "wide blanks": ("138　1234　5678", "138　****　5678"),
    "a tab": ("138\t1234\t5678", "138\t****\t5678"),
    "dashes": ("138-1234-5678", "138-****-5678"),
    "dashes with blanks": ("138 - 1234 - 5678", "138 - **** - 5678"),
    "long dashes": ("138—1234—5678", "138—****—5678"),
    "points": ("138.1234.5678", "138.****.5678"),
    "points in the middle": ("138·1234·5678", "138·****·5678"),
    "two kinds of gaps": ("138-1234 5678", "138-**** 5678"),
    "one gap": ("138 12345678", "138 ****5678"),
    "four, four, three": ("1381 2345 678", "138* ***5 678"),
    "three, three, five": ("138-123-45678", "138-***-*5678"),
    "in pairs": ("138 12 34 56 78", "138 ** ** 56 78"),
    "digit by digit": ("1 3 8 1 2 3 4 5 6 7 8", "1 3 8 * * * * 5 6 7 8"),
    "digit by digit with dashes": ("1-3-8-1-2-3-4-5-6-7-8", "1-3-8-*-*-*-*-5-6-7-8"),
    "full width": ("１３８１２３４５６７８", "１３８****５６７８"),
    "circled": ("①③⑧①②③④⑤⑥⑦⑧", "①③⑧****⑤⑥⑦⑧"),
    "keys": (keys("13812345678"), keys("138****5678")),
    "characters that take no room": ("138\u200b1234\u200b5678", "138\u200b****\u200b5678"),
    "in characters": ("一三八一二三四五六七八", "一三八****五六七八"),
    "in characters as on the phone": ("幺三八零零零零伍六七八", "幺三八****伍六七八"),
    "in characters with blanks": ("一三八 一二三四 五六七八", "一三八 **** 五六七八"),
    "in characters and digits": ("1三8一2三4五6七8", "1三8****五6七8"),
    "behind a number in characters": ("之一13812345678", "之一138****5678"),
    "between letters": ("vx13812345678abc", "vx138****5678abc"),
    "behind a number of a list": ("1.13812345678 2.13912345678", "1.138****5678 2.139****5678"),
    "several": ("13812345678、13912345678/13712345678", "138****5678、139****5678/137****5678"),
    "several with blanks": ("13812345678 13912345678 13712345678", "138****5678 139****5678 137****5678"),
    "in bold": ("**13812345678**", "**138****5678**"),
    "before New Year": ("打13812345678元旦前都在", "打138****5678元旦前都在"),
    "beside a hot line": ("10086 13812345678 12315", "10086 138****5678 12315"),
    "already hidden": ("138****5678", "138****5678"),
}
LANDLINES = {
    "with a dash": ("0755-86123456", "0755-*****456"),
    "with a blank": ("010 88886666", "010 *****666"),
    "in brackets": ("(0755)86123456", "(0755)*****456"),
    "in wide brackets": ("（0755） 8612 3456", "（0755） **** *456"),
    "without a gap": ("075586123456", "0755*****456"),
    "two gaps": ("010-8888-6666", "010-****-*666"),
    "seven digits": ("0931-8123456", "0931-****456"),
    "seven digits in two": ("0931-812 3456", "0931-*** *456"),
    "with the country": ("+86-755-86123456", "+86-755-*****456"),
    "with the country and its 0": ("+86(0)10 88886666", "+86(0)10 *****666"),
    "with an extension": ("0755-86123456-8001", "0755-*****456-8001"),
    "full width": ("０７５５－８６１２３４５６", "０７５５－*****４５６"),
}
CARDS_OF_IDENTITY = {
    "eighteen digits": ("身份证440106199001011234。", "身份证4401**********1234。"),
    "with an x": ("44010619900101123x", "4401**********123x"),
    "with a wide X": ("44010619900101123Ｘ", "4401**********123Ｘ"),
    "in three": ("440106 19900101 1234", "4401** ******** 1234"),
    "in fours": ("4401 0619 9001 0112 34", "4401 **** **** **12 34"),
    "behind another number": ("第1234 440106 19900101 1234", "第1234 4401** ******** 1234"),
    "full width": ("４４０１０６１９９００１０１１２３４", "４４０１**********１２３４"),
    "of the last century, fifteen digits": ("440106900101123", "4401*******1123"),
    "fifteen digits in three": ("440106-900101-123", "4401**-*****1-123"),
}
BANK_CARDS = {
    "sixteen digits": ("卡号4111111111111111", "卡号4111********1111"),
    "nineteen digits": ("6222021234567890128", "6222***********0128"),
    "in fours": ("4111 1111 1111 1111", "4111 **** **** 1111"),
    "in fours with dashes": ("4111-1111-1111-1111", "4111-****-****-1111"),
    "in fours and three": ("6222 0212 3456 7890 128", "6222 **** **** ***0 128"),
    "in fours before a number": ("4111 1111 1111 1111 12个月", "4111 **** **** 1111 12个月"),
    "six and the rest": ("622202 1234567890128", "6222** *********0128"),
    "fifteen digits": ("378282246310005", "3782*******0005"),
    "fifteen digits in three": ("3782 822463 10005", "3782 ****** *0005"),
    "behind a slash": ("卡号/4111111111111111", "卡号/4111********1111"),
}
MAIL = {
    "usual": ("写信到zhangsan@example.com吧", "写信到z*******@example.com吧"),
    "with a point": ("zhang.san@mail.example.cn", "z****.***@mail.example.cn"),
    "a number": ("123456789@example.com", "1********@example.com"),
    "the number of a mobile": ("13812345678@example.com", "1**********@example.com"),
    "one letter": ("a@example.com", "*@example.com"),
    "full width": ("ｚｈａｎｇ＠ｅｘａｍｐｌｅ．ｃｏｍ", "ｚ****＠ｅｘａｍｐｌｅ．ｃｏｍ"),
    "capitals": ("ZHANG@EXAMPLE.COM", "Z****@EXAMPLE.COM"),
}
LEFT_ALONE = {
    "a sentence": "星河宽带又双叒断网啦",
    "nothing": "",
    "prices": "39元、59元、139元和199元的套餐，原价1399现价1299",
    "a list of prices": "139 169 199 239 299",
    "a price with a point": "12345678.90元",
    "a price with commas": "13,812,345,678元",
    "a very large price": "15300000000元",
    "a very large price in front": "￥13812345678",
    "a price and a day": "套餐139 20241124生效",
    "dates": "2024-11-24、2024/11/24、20241124、2024年11月24日、24.11.2024",
    "a moment": "20241124123045 2024-11-24 12:30:45",
    "two days": "20241124 20241125 20241124-20241125",
    "times": "09:00-18:00，0900-1800",
    "hot lines": "10086 10010 10000 12315 12345 12381 95188 95588 96110 1008611",
    "hot lines of firms": "400-800-8888 4008008888 400 800 8888 800-810-1234 4008-123-123",
    "a hot line behind the number of a town": "0755-12345 010-10086 02012315",
    "a short message's sender": "10655012345678",
    "order numbers": "订单1234567890，工单A20241124，编号8812345",
    "an order number made from a date": "202411241234567897",
    "eleven digits that are no mobile": "12345678901 10012345678",
    "twenty digits": "13812345678138123456",
    "eighteen digits without a day": "440106199013011234 440106199001321234",
    "eighteen digits of no place": "990106199001011234",
    "sixteen digits that fail the check": "4111111111111112",
    "a post's address": "https://m.example.cn/status/4111111111111111",
    "an address of a machine": "192.168.100.101:8080",
    "a version": "5.14.133.1381",
    "a share": "99.9999999999%",
    "numbers in characters": "一九九八年三月十五日，一二三四五六七",
    "an account of the fediverse": "@star@social.example @小星@social.example",
    "a name": "@星河宽带客服 你好",
    "no mail": "价格@100元，a@b",
    "a year and a room": "2024 1124 1301",
    "emoji": "😡😡😡1️⃣2️⃣3️⃣",
}


HIDDEN = MOBILES | {f"landline {name}": row for name, row in LANDLINES.items()}
HIDDEN |= {f"identity {name}": row for name, row in CARDS_OF_IDENTITY.items()}
HIDDEN |= {f"bank card {name}": row for name, row in BANK_CARDS.items()}
HIDDEN |= {f"mail {name}": row for name, row in MAIL.items()}


@pytest.mark.parametrize(("text", "expected"), MOBILES.values(), ids=MOBILES)
def test_a_mobile_keeps_its_first_three_digits_and_its_last_four(text: str, expected: str) -> None:
    assert masked(text) == expected


@pytest.mark.parametrize(("text", "expected"), LANDLINES.values(), ids=LANDLINES)
def test_a_landline_keeps_its_town_and_its_last_three_digits(text: str, expected: str) -> None:
    assert masked(text) == expected


@pytest.mark.parametrize(("text", "expected"), CARDS_OF_IDENTITY.values(), ids=CARDS_OF_IDENTITY)
def test_an_identity_card_keeps_four_digits_at_each_end(text: str, expected: str) -> None:
    assert masked(text) == expected


@pytest.mark.parametrize(("text", "expected"), BANK_CARDS.values(), ids=BANK_CARDS)
def test_a_bank_card_keeps_four_digits_at_each_end(text: str, expected: str) -> None:
    assert masked(text) == expected


@pytest.mark.parametrize(("text", "expected"), MAIL.values(), ids=MAIL)
def test_mail_keeps_one_letter_and_where_it_goes(text: str, expected: str) -> None:
    assert masked(text) == expected


@pytest.mark.parametrize("text", LEFT_ALONE.values(), ids=LEFT_ALONE)
def test_what_leads_to_nobody_is_left_alone(text: str) -> None:
    assert masked(text) == text


@pytest.mark.parametrize(("text", "expected"), HIDDEN.values(), ids=HIDDEN)
def test_a_number_is_hidden_wherever_it_stands_in_a_sentence(text: str, expected: str) -> None:
    before, behind = "宽带断网3天，请回", "！月费139元（10086不管），2024-11-24"
    assert masked(before + text + behind) == before + expected + behind


def test_evidence_stands_at_the_same_place_in_the_masked_text() -> None:
    text = "我的号码１３８-１２３４-５６７８，身份证440106199001011234，😡断网"
    start = text.index("断网")
    assert masked(text)[start : start + 2] == "断网"
    assert "１２３４" not in masked(text)


ANYTHING = (
    st.text(st.sampled_from("01358９①一三八〇xX *-.·—+()/@a断电元¥\u200b\u3000\n"), max_size=60) | st.text()
)


@given(ANYTHING)
@example("13812345678 9012 3456 7890")
@example("z.@example.com")
def test_nothing_moves_and_masked_again_it_is_the_same(text: str) -> None:
    once = masked(text)
    assert len(once) == len(text)
    assert {after for before, after in zip(text, once, strict=True) if before != after} <= {"*"}
    assert masked(once) == once


@given(st.text())
def test_a_text_without_digits_and_without_an_at_is_left_alone(text: str) -> None:
    plain = "".join(char for char in text if fold(char) not in "0123456789@" and char not in NUMERALS)
    assert masked(plain) == plain


HAN = st.text(st.sampled_from("宽带断网请回电话是我的，。！：（）"), max_size=8)
digits = st.text(st.sampled_from("0123456789"), min_size=9, max_size=9)


@given(HAN, st.sampled_from("3456789"), digits, HAN, st.sampled_from(["", " ", "-", "\u200b"]))
def test_every_mobile_is_hidden(before: str, second: str, rest: str, behind: str, gap: str) -> None:
    number = f"1{second}{rest}"
    written = gap.join((number[:3], number[3:7], number[7:]))
    hidden = gap.join((number[:3], "****", number[7:]))
    assert masked(before + written + behind) == before + hidden + behind


def luhn(number: str) -> int:
    """The digit that makes it pass the check, by adding up from the right, as the check is usually told."""
    total = 0
    for place, digit in enumerate(reversed(number)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return -total % 10


@given(st.text(st.sampled_from("0123456789"), min_size=10, max_size=16), st.integers(1, 9))
def test_a_bank_card_is_told_by_its_check_digit(rest: str, wrong: int) -> None:
    body = f"62{rest}"  # with 62 begin those of UnionPay
    check = luhn(body)
    card = f"{body}{check}"
    assert masked(card) == f"{card[:4]}{'*' * (len(card) - 8)}{card[-4:]}"
    another = f"{body}{(check + wrong) % 10}"
    if len(another) not in (15, 18):  # these may be identity cards
        assert masked(another) == another


@given(st.text(st.sampled_from("123456789"), min_size=1, max_size=1), st.integers(0, 10**9 - 1))
def test_a_number_of_up_to_ten_digits_is_left_alone(first: str, rest: int) -> None:
    assert masked(f"单号{first}{rest}，") == f"单号{first}{rest}，"


@pytest.mark.parametrize(
    "text", ["1" * 100_000, "1 " * 50_000, "a@" * 50_000, "x@" + "a." * 50_000, "(" * 100_000]
)
def test_a_long_text_of_one_sign_takes_no_longer_than_its_length(text: str) -> None:
    assert len(masked(text)) == len(text)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        pytest.param("张三", "张*", id="two characters"),
        pytest.param("张三丰", "张**", id="three characters"),
        pytest.param("欧阳娜娜", "欧**娜", id="four characters"),
        pytest.param("快乐的小鱼", "快***鱼", id="a nickname"),
        pytest.param("star_2024", "s*******4", id="letters"),
        pytest.param("张", "*", id="one character"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_a_name_keeps_enough_to_tell_people_apart(name: str, expected: str) -> None:
    assert masked_name(name) == expected


@given(st.text())
def test_a_name_keeps_its_length_and_masked_again_is_the_same(name: str) -> None:
    once = masked_name(name)
    assert len(once) == len(name)
    assert masked_name(once) == once
