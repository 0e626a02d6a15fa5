"""One post under one plan: its fields, whom it addresses, and each rule asked of it once."""

from __future__ import annotations

from collections.abc import Iterator, Set
from dataclasses import dataclass, field
from functools import partial

from listening.match.lazy import lazy
from listening.match.plan.plan import EVERYWHERE, Conditioned, Plan, account_form, name_form
from listening.match.reading.asked import Asked
from listening.match.reading.fields import Field, fields
from listening.match.reading.where import unmet
from listening.model import Post
from listening.rules.expression import Term

AUTHOR = "author"
_TAGS = "tags"


@dataclass(frozen=True, slots=True)
class Addressed:
    """An account that the post addresses, and where: in a reference, or as a name in a field."""

    account: str
    where: str
    place: tuple[Field, int, int] | None = field(default=None)


class Reading:
    """What every rule sees of the post."""

    def __init__(self, post: Post, plan: Plan) -> None:
        self.post = post
        self.plan = plan
        # not a method of its own: a reading that its fields know would be garbage that only a search finds
        self.fields = fields(post, plan, partial(_extra_names, post, plan))
        self._asked: dict[int, Asked] = {}

    def asked(self, conditions: Conditioned, *, names: bool) -> Asked:
        """The rule with these conditions, asked of the fields that it is about."""
        if (asked := self._asked.get(id(conditions))) is None:
            wanted = conditions.where.fields
            searched = [f for f in self.fields if _kind(f) in wanted] if wanted else self._texts
            asked = self._asked[id(conditions)] = Asked(searched, conditions, names=names)
        return asked

    @lazy
    def _texts(self) -> list[Field]:
        return [each for each in self.fields if each.name != AUTHOR]

    @lazy
    def literals(self) -> Set[str]:
        """The literals of the rules that stand in any field."""
        if len(self.fields) == 1:
            return self.fields[0].literals.keys()
        return set().union(*(each.literals for each in self.fields))

    @lazy
    def patterns(self) -> Set[Term]:
        """The patterns of the rules that may stand in a field."""
        return frozenset().union(*(each.patterns for each in self.fields))

    def unmet(self, conditions: Conditioned) -> str:
        """The limit of `where` that keeps the rule from being asked; "" if there is none."""
        return "" if conditions.where is EVERYWHERE else unmet(conditions.where, self.post)

    @lazy
    def addressed(self) -> dict[str, list[Addressed]]:
        """Everybody the post addresses, by the form in which accounts are compared."""
        found: dict[str, list[Addressed]] = {}
        for name, where, place in self._addresses():
            if form := account_form(name):
                found.setdefault(form, []).append(Addressed(name, where, place))
        return found

    def _addresses(self) -> Iterator[tuple[str, str, tuple[Field, int, int] | None]]:
        for mention in self.post.mentions:
            yield from ((each, "mentions", None) for each in (mention.id, mention.name) if each)
        for where, reference in (("parent", self.post.parent), ("root", self.post.root)):
            if reference and reference.author:
                author = reference.author
                yield from ((each, where, None) for each in (author.id, author.name) if each)
        for each in self.fields:
            if each.name != AUTHOR:
                for name in each.regions.names:
                    yield name.text, each.name, (each, name.start, name.end)


def _extra_names(post: Post, plan: Plan) -> tuple[Set[str], ...]:
    """Names that this post knows, and those of the accounts of its platform."""
    mentioned = [name_form(m.name) for m in post.mentions if m.name]
    accounts = plan.account_names.get(post.platform or "", frozenset())
    return (frozenset(filter(None, mentioned)), accounts) if mentioned else (accounts,)


def _kind(each: Field) -> str:
    """What `where: field` calls it: title, text, tags or author."""
    return _TAGS if each.name.startswith("tags.") else each.name
