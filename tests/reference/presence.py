"""Section 5 of the page: excluded, addressed, present, happening."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from listening.model import Author, Post
from listening.rules.expression import Term
from listening.rules.ruleset import Conditions, Scenario, Side, Subject
from tests.reference.fields import Field
from tests.reference.reading import Reading, counting
from tests.reference.regions import Name, plain_name


def accounts_of(subject: Subject, post: Post) -> tuple[str, ...]:
    """Without a platform no account matches."""
    return subject.accounts.get(post.platform, ()) if post.platform else ()


def is_account(account: str, *names: str | None) -> bool:
    return any(name is not None and plain_name(name) == plain_name(account) for name in names)


def is_author(account: str, author: Author | None) -> bool:
    return author is not None and is_account(account, author.id, author.name)


def addressed_in(account: str, reading: Reading) -> Iterator[str]:
    """The fields of the record by which an account is addressed."""
    post = reading.post
    if any(is_account(account, mention.id, mention.name) for mention in post.mentions):
        yield "mentions"
    if post.parent and is_author(account, post.parent.author):
        yield "parent"
    if post.root and is_author(account, post.root.author):
        yield "root"


def addressing_names(account: str, reading: Reading) -> Iterator[tuple[Field, Name]]:
    """The names in the text that are this account."""
    for field in reading.fields:
        for name in reading.names[field.name]:
            if is_account(account, name.name):
                yield field, name


def is_addressed(subject: Subject, reading: Reading) -> bool:
    return any(
        any(addressed_in(account, reading)) or any(addressing_names(account, reading))
        for account in accounts_of(subject, reading.post)
    )


def counts(term: Term, rule: Conditions, reading: Reading, *, in_names: bool) -> bool:
    return bool(counting([term], rule, reading, in_names=in_names))


def holds(rule: Conditions, reading: Reading, *, in_names: bool) -> bool:
    """What a rule states in any and all."""
    some = any(counts(term, rule, reading, in_names=in_names) for term in rule.any) if rule.any else True
    return some and all(counts(term, rule, reading, in_names=in_names) for term in rule.all)


def is_taken_away(rule: Conditions, reading: Reading, *, in_names: bool) -> bool:
    """A term of `none` counts."""
    return any(counts(term, rule, reading, in_names=in_names) for term in rule.none)


def is_excluded(reading: Reading) -> bool:
    ruleset, post = reading.ruleset, reading.post
    own = [a for subject in brands(ruleset.subjects) for a in accounts_of(subject, post)]
    if any(is_author(account, post.author) for account in (*own, *ruleset.ignore.authors)):
        return True
    ignored = Conditions(any=ruleset.ignore.any)
    return bool(counting(ignored.any, ignored, reading, in_names=False))


def brands(subjects: Iterable[Subject]) -> list[Subject]:
    return [subject for subject in subjects if subject.side is Side.BRAND]


def is_present(subject: Subject, reading: Reading) -> bool:
    rule = subject.conditions
    if is_taken_away(rule, reading, in_names=True):
        return False
    by_terms = bool(rule.any or rule.all) and holds(rule, reading, in_names=True)
    return by_terms or is_addressed(subject, reading) or reading.post.source in subject.sources


def is_happening(scenario: Scenario, reading: Reading) -> bool:
    rule = scenario.conditions
    return holds(rule, reading, in_names=False) and not is_taken_away(rule, reading, in_names=False)
