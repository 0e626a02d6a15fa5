"""Section 4 of the page: addresses, names and quoted text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from listening.model import Post
from listening.rules.expression import TermKind
from listening.rules.ruleset import RuleSet
from tests.reference.fields import Field
from tests.reference.occurrences import Occurrence
from tests.reference.views import cleaned, fold, is_ascii_digit, is_ascii_letter

NAME_LENGTH = 30

_URL_START = re.compile(r"https?://|www\.", re.IGNORECASE | re.ASCII)
_URL_CHARS = frozenset(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~:/?#[]@!$&'()*+,;=%"
)


@dataclass(frozen=True)
class Name:
    """A name in the text: its span with the @, and what stands behind the @ (folded)."""

    span: Occurrence
    name: str


@lru_cache(maxsize=100)
def urls(original: str) -> tuple[Occurrence, ...]:
    found: list[Occurrence] = []
    n = 0
    while start := _URL_START.search(original, n):
        n = _url_end(original, start.start(), start.end())
        found.append(Occurrence(start.start(), n))
    return tuple(found)


def _url_end(original: str, start: int, behind_start: int) -> int:
    end = behind_start
    while end < len(original) and original[end] in _URL_CHARS:
        end += 1
    quote = original.find("//@", behind_start, end)
    end = quote if quote >= 0 else end
    return start + len(original[start:end].rstrip(".,;:!?)"))


def quoted_from(original: str) -> int:
    """Where the quoted text starts; behind the end where nothing is quoted."""
    for found in re.finditer("(?=//@)", original):
        n = found.start()
        inside = any(url.start <= n < url.end for url in urls(original))
        if not inside and original[n - 1 : n] != ":":
            return n
    return len(original)


@lru_cache(maxsize=10_000)
def plain_name(name: str) -> str:
    """Names are equal after folding and without a leading @."""
    return fold(name).removeprefix("@")


def known_names(post: Post, ruleset: RuleSet) -> frozenset[str]:
    """What a name in the text may begin with, and then ends behind."""
    names = [mention.name for mention in post.mentions if mention.name]
    for subject in ruleset.subjects:
        names += subject.accounts.get(post.platform, ()) if post.platform else ()
        terms = (*subject.conditions.any, *subject.conditions.all)
        named = [term for term in terms if term.kind in (TermKind.WORD, TermKind.TEXT) and not term.weak]
        names += [term.text for term in named]
    return frozenset(known for name in names if (known := cleaned(name).removeprefix("@")))


def names_in(field: Field, known: Iterable[str]) -> Iterator[Name]:
    """The names of a field; an address holds none."""
    text, at = field.written.text, field.written.at
    addresses = urls(field.original)
    n = 0
    while (n := text.find("@", n)) >= 0:
        in_address = any(url.start <= at[n] < url.end for url in addresses)
        end = n + 1 if in_address or _mail(text, n) else _name_end(text, n, known)
        if end > n + 1:
            yield Name(Occurrence(at[n], at[end - 1] + 1), text[n + 1 : end])
        n = end


def _mail(text: str, n: int) -> bool:
    """An ASCII letter or digit stands before the @."""
    return n > 0 and _is_ascii_alnum(text[n - 1])


def _is_ascii_alnum(char: str) -> bool:
    return is_ascii_letter(char) or is_ascii_digit(char)


def _name_end(text: str, at_sign: int, known: Iterable[str]) -> int:
    run = _run(text, at_sign + 1)
    taken = [len(name) for name in known if run.startswith(name) and _may_end(text, at_sign + 1, name)]
    return at_sign + 1 + max(taken, default=len(run))


def _may_end(text: str, start: int, name: str) -> bool:
    """A known name that ends like a word of ASCII is only taken where that word ends, and no host follows."""
    following = text[start + len(name) :]
    goes_on = _is_word_char(following[:1]) or (following[:1] == "@" and _is_host_char(following[1:2]))
    return not (_is_word_char(name[-1]) and goes_on)


def _is_word_char(char: str) -> bool:
    return char != "" and (_is_ascii_alnum(char) or char == "_")


def _run(text: str, start: int) -> str:
    """Name characters, then perhaps one further @ with an ASCII host, at most 30 characters in all."""
    end = start
    while end < len(text) and _is_name_char(text[end]):
        end += 1
    if end > start and text[end : end + 1] == "@" and _is_host_char(text[end + 1 :][:1]):
        end += 1
        while end < len(text) and _is_host_char(text[end]):
            end += 1
    return text[start : min(end, start + NAME_LENGTH)]


def _is_host_char(char: str) -> bool:
    return char != "" and (_is_ascii_alnum(char) or char in "_-.")


def _is_name_char(char: str) -> bool:
    return char != "" and (char.isalnum() or char in "_-.")
