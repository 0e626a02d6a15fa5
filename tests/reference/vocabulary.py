"""Words that collide: what generated rules look for and generated posts are made of."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from listening.model import Kind
from listening.rules.expression import BOTH_WAYS
from listening.rules.ruleset import Where


def _listed(block: str) -> tuple[str, ...]:
    """The items of a block, written with ` | ` between them so that blanks inside survive."""
    return tuple(item for line in block.strip().splitlines() for item in line.strip().split(" | "))


HAN_WORDS = _listed("""
断网 | 网络 | 判断 | 网速 | 投诉 | 资费 | 投资 | 费用 | 移动 | 移动硬盘 | 中国移动 | 电信 | 广电 | 信息 | 联通
关联 | 通知 | 铁通 | 地铁 | 通车 | 转移 | 连接 | 移连 | 宽带 | 星河宽带 | 不稳定 | 稳定 | 话费 | 电话费 | 用户
流量 | 信号 | 信号灯 | 没网了 | 不断 | 网 | 线 | 掉线 | 客服差
""")
WORDS = (
    *HAN_WORDS,
    *_listed("""
    5G | LTE | C++ | 5g网 | iphone | 2.5G | 4G套餐 | T恤 | c# | vip_客服 | 10086 | 卡拉ok | ①号
    斷網 | 寬帶 | 電信 | 資費 | ＬＴＥ | ５Ｇ | 5G 套餐 | 星河 光纤 | star river
    😡 | 📶断网 | 𠮷野家 | 𠮷 | 㐂信 | 々网 | привет | привет мир | #断网 | 断#网 | ~~
    """),
    "断\u200b线",
    "👨\u200d👩\u200d👧",
)
TEXTS = _listed("断网 | 5G | 诉 我 | 网 | 斷網 | ing | 不投 | !! | 。网 | 信号 差 | 😡😡")
PREFIXES = _listed("iphone | 宽 | 移动 | 5G | C+ | 断 网 | ＬＴ | 😡 | 4g套")
CASES = _listed("LTE | iPhone | 斷網 | 断网 | C++ | 5G网 | ＬＴＥ | 宽 帶")
PATTERNS = _listed(r"""
断.{0,2}网 | (?:投诉|举报) | \d+G\b | ＬＴＥ | 網絡$ | ^星河 | [，。]断网 | \S网 | 断 网 | \D网 | （断）
[Ａ-Ｃ]\+ | (?i)Iphone\d* | x* | (?P<word>宽带|\p{Han}信) | 移.动 | \QC++\E
""")
RAW_PATTERNS = _listed(r"LTE | 斷網 | 5[Gg] | \p{Han}{2}网 | 断\s*网 | ^. | [A-Z]{2,} | @\S+ | 断\x{200b}?网")
SEPARABLE = _listed("""
断..网 | 掉..线 | 投..诉 | 宽..带 | 用..5G | 信..号 | 断..网络 | 換..套餐 | 断 开..宽带 | 网..慢 | 断..断
""")
SEPARABLE += tuple(word + BOTH_WAYS for word in ("断..网", "网络..慢", "话费..贵", "5G..用", "信号..没"))
MARKED = _listed("投诉 | 断网 | 宽带 | 移动 | 客服差 | 5G | 斷線 | 中国移动 | 断断")
NICKNAMES = _listed("移不动 | 联不通 | 小电 | 移动哥 | 话费 | 断流 | 蓝色猫 | Mobile")
PINYIN = _listed("tousu | 投su | tou诉 | duanwang | duan网 | yidong | 流liang")
INITIALS = _listed("ts | dw | yd | kd")
SPLIT = _listed("扌殳诉 | 断冈 | 木又威 | 氵充量")
EXCEPT_WORDS = _listed("""
移动硬盘 | 断网络 | 不断网 | 星河宽带杯 | 投诉无门 | 电信诈骗 | 5G网络 | 断网 | C++11 | 断网 吧 | 判断网络
""")
EXCEPT_PATTERNS = _listed(r"移动.盘 | 断.?网[吧速] | 判断网 | 宽带. | \d5G | .断网")

CROSSING = (
    *_listed("""
    请先判断网络是否正常 | 专家诊断网站 | 这次投资费用太高 | 物资费用报销 | 广电信息股份 | 关联通知已发送
    地铁通车 | 转移连接 | 断网速度慢 | 家里断网速来修 | 移动硬盘坏了 | 中国移动用户 | 投诉无门 | 电话费
    车流量 | 信号灯 | 电信诈骗案 | 从未断网 | 不断网 | 不投诉了 | 没再投诉 | 并未断网 | 毫无信号 | 地铁通勤
    网络不稳定 | 5GHz | 2.5G | filter | iphone15 | 用5G网吧 | 用5G网络 | 5G① | ②5G | 5G_ | 5G. | x5G
    3.5 | LTE5 | 投诉信 | 移动用户 | 电信公司 | 手机信号 | 上网费用 | 流量费 | 不移动 | 宽带费 | 断网吧
    不断断网 | 别断网 | 没网了没网了 | 呵呵呵呵 | 啊啊啊 | 二〇〇八 | 断 # 网 | 𠮷野家乡 | 不移动硬盘
    移动电话 | 移动通信 | 信号弹 | 费用率 | 网络版 | 网络化 | 判断力 | 电信业 | 电信局 | 信息化 | 通知书
    连接器 | 地铁站 | 稳定性 | 宽带网 | 投资者 | 铁通社区 | 网速度 | 转移支付 | 手机话费 | 掉线率
    """),
    "投\n诉",
)
FILLER = (
    *_listed("""
    我家 | 今天 | 又双叒 | 了 | 的 | 师傅 | 请 | 怎么 | 办理 | 客服 | 说 | 一直 | 很 | 吗 | 啦 | 正常 | 慢
    差 | 贵 | ， | 。 | ！ | ? | # | 、 | ... | ~ | _ | . | - | ( | ： | ok | hello | Wi-Fi | v2.0
    user@mail.com | https: | 不 | 没 | 别 | 未 | 无 | 没有 | 不再 | 不要 | 从未 | 毫无 | 并未 | 3 | x | ① | ²
    ½ | Ⅴ | ª | 5 | ٣ | 😡 | 👍🏻 | 𠮷
    """),
    *(" ", " ", "\u3000", "\n", "\r\n", "\t", "\u2028", "\u200b", "\ufe0f"),
)
URLS = _listed("""
https://t.cn/A6断网 | http://5G.example/LTE?x=断网 | www.iphone.com, | HTTPS://social.example/@xinghe
https://a.example/x//@星河宽带:断网 | http://t.cn/5G. | http://c++) | www. | https://t.cn/#5G# | xhttp://y
""")
NAMES = _listed("""
星河客服 | xinghe | xinghe@social.example | XingHe_Help | 10086 | 长河通信 | 路人甲 | a.b-c | 星河 小助手
""")
SOURCES = ("星河论坛", "长河论坛", "新闻")
PLATFORMS = ("weibo", "mastodon")

TRADITIONAL = str.maketrans(
    "断网络诉资费动电联铁宽带广稳线话转连没",
    "斷網絡訴資費動電聯鐵寬帶廣穩線話轉連沒",
)
ZERO_WIDTH = ("\u200b", "\u200d", "\ufe0f", "\u00ad", "\u2060", "\U000e0101")
BLANKS = (" ", "\u3000", "  ", "\t", "\u00a0", " \u200b ", "\u2003")
NEGATIONS = _listed("不 | 没 | 别 | 未 | 无 | 没有 | 不再 | 不会 | 不要 | 没再 | 从未 | 并未 | 毫无 | 不曾")
NEIGHBOURS: tuple[str, ...] = (
    *"5x_.的了在一①²",
    "2.",
    ".5",
    " ",
    "",
    "",
    "网",
    "用",
    "#",
    "😡",
    "\u200b",
    "\n",
    "ª",
)
CARRIERS = _listed("""
再 | 会 | 有 | 过 | 怎么 | 出现 | 发生 | 遇到 | 遇 | 见 | 见过 | 到 | 要 | 想 | 能 | 敢 | 总 | 老 | 又 | 任何
什么 | 这么 | 那么 | 太 | 很 | 了 | 经常 | 一直 | 这种 | 这样 | 知道 | 为什么 | 的 | x
""")
BEFORE_CLAUSES = _listed("""
如果 | 要是 | 假如 | 万一 | 倘若 | 一旦 | 是不是 | 有没有 | 是否 | 会不会 | 能不能 | 可不可以 | 要不要
如何 | 如 果
""")
BEHIND_CLAUSES = _listed("""
的话 | 吗 | 么 | 嗎 | 什么 | 怎么办 | 吗😡 | 吗x | 么~ | 吗_ | 好不好 | 行不行 | 对不对 | 的 话 | 要么
""")
CLAUSE_ENDS = (
    "，",
    "。",
    "？",
    "?",
    "！",
    "、",
    "…",
    "；",
    ":",
    ".",
    "\n",
    "\r\n",
    "\u2028",
    "//@路人:",
    "，",
    "",
)
BETWEEN = ("", " ", "，", "，", "又", "的是", "了。", "呢？", "\n", "家里现在，")
MARKS = (
    "*",
    "*",
    " * ",
    "😡",
    "-",
    ".",
    "/",
    "***",
    "****",
    "，",
    "。",
    "#",
    "@",
    "\n",
    "x",
    "\u200b*",
    "~ ",
)
GAPS = (
    "",
    "了",
    "了个",
    " 了 ",
    "了\u200b",
    "了一下下",
    "了一下下的",
    "了，",
    "了\n",
    "过.",
    "ab c",
    "2.5",
    "！",
)
REGIONS = ("广东", "廣東 深圳", "北京", "中国北京", "上海", "Guangdong")
FOLLOWERS = (None, 0, 99, 100, 101, 5000)
_MIDNIGHT = datetime(2026, 11, 24, tzinfo=UTC)
MOMENTS = tuple(
    _MIDNIGHT + timedelta(hours=hour, minutes=minute) for hour in range(24) for minute in (0, 29, 30)
)
WHERES = (
    *(Where(platforms=names) for names in (("weibo",), ("ＭＡＳＴＯＤＯＮ", "zhihu"), ("Weibo", "mastodon"))),
    *(Where(kinds=kinds) for kinds in ((Kind.POST, Kind.COMMENT), (Kind.REPOST,), tuple(Kind)[:6])),
    *(Where(sources=names) for names in (("新闻",), ("星河论坛", "长河论坛"))),
    *(Where(regions=names) for names in (("广东",), ("北京", "上海"), ("GUANG",))),
    *(Where(fields=names) for names in (("title",), ("tags", "title"), ("text",))),
    *(
        Where(fields=names)
        for names in (("author",), ("author", "text"), ("author", "title", "text", "tags"))
    ),
    *(Where(followers=limits) for limits in ((100, None), (None, 100), (100, 100), (1, 101))),
    *(Where(verified=verified) for verified in (True, False)),
    *(Where(hours=hours) for hours in ((time(9, 30), time(18)), (time(22), time(6)), (time(8), time(0)))),
    *(Where(hours=(time(20), time(9, 30)), zone=zone) for zone in ("UTC", "America/New_York")),
    Where(platforms=("weibo", "mastodon"), regions=("广东", "北京"), fields=("text", "author")),
)
BEHIND_NAMES = _listed("你们又断网了 | x | @y | _ | . | ： |  | 5")
