"""What a rule says of itself, phrase by phrase, in English and Chinese. Put together in `say`."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

Language: TypeAlias = Literal["en", "zh"]


def phrase(name: str, language: Language, /, **values: Any) -> str:
    """The phrase of this name, its blanks filled."""
    return PHRASES[name][language == "zh"].format(**values)


PHRASES: dict[str, tuple[str, str]] = {
    # terms, by kind
    "word": ("the word {text}", "词“{text}”"),
    "text": ("the text “{text}”, whatever stands around it", "文本“{text}”（前后不限）"),
    "prefix": ("words that begin with {text}", "以“{text}”开头的词"),
    "case": ("{text}, spelled exactly so", "“{text}”（大小写一致）"),
    "pattern": ("the pattern /{text}/", "正则 /{text}/"),
    "raw pattern": ("the pattern /{text}/ on the original text", "正则 /{text}/（匹配原文）"),
    "separable": (
        "{left} with {right} at most {apart} characters behind it",
        "“{left}”后不超过{apart}字有“{right}”",
    ),
    "separable both ways": (
        "{left} and {right} at most {apart} characters apart, in either order",
        "“{left}”与“{right}”相距不超过{apart}字（顺序不限）",
    ),
    "marked": ("{text} with signs between its characters", "字间夹有符号的“{text}”"),
    "subject": ("the brand or competitor itself", "品牌或竞品本身"),
    # what is added to a term
    "nickname": ("{term} (a nickname)", "{term}（绰号）"),
    "pinyin": ("{term} (pinyin of {word})", "{term}（“{word}”的拼音）"),
    "initials": ("{term} (initials of {word})", "{term}（“{word}”的首字母）"),
    "marks": ("{term}", "{term}"),
    "split": ("{term} ({word} taken apart)", "{term}（“{word}”的拆字）"),
    "weak": ("{term} (weak)", "{term}（弱词）"),
    # several terms
    "comma": (", ", "、"),
    "one of": ("one of ({terms})", "（{terms}）之一"),
    "and more": ("{terms} and {count} more", "{terms}等（另有{count}个）"),
    # operators
    "stands": ("{terms} stands in the post", "帖子里有{terms}"),
    "near": (
        "{left} stands at most {within} characters from {right}",
        "{left}与{right}相距不超过{within}字",
    ),
    "before": (
        "{left} stands before {right} with at most {within} characters between",
        "{left}在前、{right}在后，相距不超过{within}字",
    ),
    "not": ("it is not so that {inner}", "并非{inner}"),
    "and": (" and ", "，并且"),
    "or": (", or ", "，或者"),
    "group": ("({inner})", "（{inner}）"),
    # rules, and their keys in the order of the grammar
    "brand": ("{name} is a brand.", "“{name}”是品牌。"),
    "competitor": ("{name} is a competitor.", "“{name}”是竞品。"),
    "scenario": ("{name} is a scenario.", "“{name}”是业务场景。"),
    "any": ("At least one of these counts: {terms}.", "至少出现其一：{terms}。"),
    "all": ("Each of these counts: {terms}.", "必须全部出现：{terms}。"),
    "none": ("None of these counts: {terms}.", "不得出现：{terms}。"),
    "except": ("No term counts inside one of these: {terms}.", "在以下较长的词里不算：{terms}。"),
    "match": ("Bare words are taken as {mode}.", "词的匹配方式：{mode}。"),
    "match word": ("words", "按词匹配"),
    "match strict": (
        "words, inside longer words only of these rules",
        "严格按词匹配（只认规则集里的较长词）",
    ),
    "match text": ("texts, whatever stands around them", "按文本匹配（前后不限）"),
    "when": ("It holds when {clause}.", "条件：{clause}。"),
    "where": ("It is asked only of posts with {limits}.", "只看这样的帖子：{limits}。"),
    "context": (
        "A weak word counts only with one of these at most {within} characters away: {terms}.",
        "弱词只有在{within}字以内出现以下之一时才算：{terms}。",
    ),
    "nicknames": ("It is also called: {terms}.", "绰号：{terms}。"),
    "accounts": (
        "To address one of its accounts is to speak about it: {accounts}.",
        "提到以下账号也算：{accounts}。",
    ),
    "sources": (
        "Whatever comes from these sources speaks about it: {sources}.",
        "以下来源的帖子都算：{sources}。",
    ),
    "of": ("It is asked for {names}.", "适用于：{names}。"),
    "bind post": ("Its words may stand anywhere in the post.", "词可在帖子的任何位置。"),
    "bind sentence": ("Its words stand in one sentence with the subject.", "词须与主体在同一句。"),
    "bind near": (
        "Its words stand at most {within} characters from the subject.",
        "词与主体相距不超过{within}字。",
    ),
    "bind nearest": ("Its words belong to the subject that stands nearest.", "词归于最近的主体。"),
    "negated drop": ("Negated words do not count.", "被否定的词不算。"),
    "negated only": ("Only negated words count.", "只算被否定的词。"),
    "question drop": ("Words in a question do not count.", "问句里的词不算。"),
    "question only": ("Only words in a question count.", "只算问句里的词。"),
    "hypothetical drop": ("Words in a supposition do not count.", "假设句里的词不算。"),
    "hypothetical only": ("Only words in a supposition count.", "只算假设句里的词。"),
    "queue": ("Its cases wait in the queue {queue}.", "个案进入“{queue}”队列。"),
    "priority": ("Their priority is {priority}.", "优先级：{priority}。"),
    "priority low": ("low", "低"),
    "priority normal": ("normal", "普通"),
    "priority high": ("high", "高"),
    "priority urgent": ("urgent", "紧急"),
    "respond_within": ("They are answered within {time}.", "须在{time}内响应。"),
    "resolve_within": ("They are resolved within {time}.", "须在{time}内解决。"),
    "note": ("Note: {note}", "备注：{note}"),
    "examples": (
        "Examples: {hit} that must hit, {miss} that must not.",
        "示例：{hit}条应命中，{miss}条不应命中。",
    ),
    # limits of where
    "platform": ("platform {names}", "平台为{names}"),
    "kind": ("kind {names}", "类型为{names}"),
    "source": ("source {names}", "来源为{names}"),
    "region": ("region {names}", "地区含{names}"),
    "field": ("its terms in {names}", "词在{names}里"),
    "followers min": ("an author of at least {count} followers", "作者粉丝数不少于{count}"),
    "followers max": ("an author of at most {count} followers", "作者粉丝数不多于{count}"),
    "verified yes": ("a verified author", "作者已认证"),
    "verified no": ("an author who is not verified", "作者未认证"),
    "hours": ("a time from {begin} to before {end} ({zone})", "时间从{begin}到{end}（不含，{zone}）"),
    "or names": (" or ", "或"),
    "days": ("{n} d", "{n}天"),
    "hours long": ("{n} h", "{n}小时"),
    "minutes": ("{n} min", "{n}分钟"),
    "seconds": ("{n} s", "{n}秒"),
    # kinds of posts and fields, by their names in the rules
    "title": ("the title", "标题"),
    "text field": ("the text", "正文"),
    "tags": ("the tags", "标签"),
    "author": ("the author's name", "作者名"),
}
