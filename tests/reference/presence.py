"""Section 5 of the page: excluded, addressed, present, happening."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from listening.model import Author, Post
from listening.rules.ruleset import Conditions, Side, Subject, Where
from tests.reference.asking import LookForScenario, LookForSubject, is_taken_away, standing, states_hold
from tests.reference.binding import Place
from tests.reference.counting import counting
from tests.reference.fields import Field
from tests.reference.reading import Reading, searched
from tests.reference.regions import Name, plain_name
from tests.reference.where import is_asked


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


def names_of(account: str, reading: Reading) -> Iterator[tuple[Field, Name]]:
    """The names in title, text and tags that are this account; whatever fields the rule names."""
    for field in searched(Where(), reading):
        for name in reading.names[field.name]:
            if is_account(account, name.name):
                yield field, name


def is_addressed(subject: Subject, reading: Reading) -> bool:
    return any(
        any(addressed_in(account, reading)) or any(names_of(account, reading))
        for account in accounts_of(subject, reading.post)
    )


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
    rule, look = subject.conditions, LookForSubject(subject, reading)
    if not is_asked(rule.where, reading.post) or is_taken_away(rule, look):
        return False
    stated = bool(rule.any or rule.all) or rule.when is not None
    if stated and states_hold(rule, look):
        return True
    return is_addressed(subject, reading) or reading.post.source in subject.sources


def places_of(subject: Subject, reading: Reading) -> tuple[Place, ...]:
    """The spans of its own evidence, names of its accounts in the text included."""
    words = standing(subject.conditions, LookForSubject(subject, reading))
    names = [found for account in accounts_of(subject, reading.post) for found in names_of(account, reading)]
    return (
        *(Place(found.field, found.occurrence) for found in words),
        *(Place(field, name.span) for field, name in names),
    )


def is_happening(look: LookForScenario) -> bool:
    rule = look.scenario.conditions
    if not is_asked(rule.where, look.reading.post):
        return False
    return states_hold(rule, look) and not is_taken_away(rule, look)
