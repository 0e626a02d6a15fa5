"""Matters that have to do with each other, with other people's posts, or with what is no hit."""

from __future__ import annotations

from tests.review.week.life import Life, arrives
from tests.review.week.lives_answered import looked_at_again, rated
from tests.review.week.script import TROUBLES


def second(life: Life, text: str | None = None) -> Life:
    """A new matter of the same customer in a thread of its own."""
    return arrives(life.week, text or life.same(), life.at, author=life.author)


def elsewhere(life: Life, text: str | None = None) -> Life:
    """A matter of somebody else that comes at the same time."""
    return arrives(life.week, text or life.same(), life.at)


def joins_by_rule(life: Life) -> None:
    """Written again elsewhere while it is open: the same case, whose turn it is."""
    life.wait(20, 10 * 60)
    other = second(life)
    life.at = other.at
    life.begin().reply().wait(20, 200)
    life.solved()
    rated(life)


def joins_by_rule_and_is_answered_there(life: Life) -> None:
    """Our answer stands below the second post."""
    life.begin().reply(asks=False).wait(60, 300)
    other = second(life)
    other.seen(other.at + life.week.between(3, 20))
    life.at = other.at
    life.work("note").close("resolved")


def joins_by_rule_and_goes_on_there(life: Life) -> None:
    """Both go on writing: in the second thread words that match nothing, too."""
    life.begin().reply().wait(60, 300)
    other = second(life)
    other.wait(5, 30).post("plain")
    other.wait(5, 30).post(other.same())
    life.at = other.at
    life.begin().solved()


def another_trouble(life: Life) -> None:
    """The same customer, another scenario: a matter of its own."""
    life.wait(20, 300)
    other = second(life, "rude" if life.first != "rude" else "fee")
    other.begin().solved()
    life.at = other.at
    life.begin().solved()


def comes_again(life: Life) -> None:
    """A new matter after the end of the first one."""
    life.begin().solved().wait(60, 4 * 24 * 60)
    other = second(life)
    other.begin().solved()
    looked_at_again(other)


def comes_again_after_a_long_time(life: Life) -> None:
    """The first one is still open, and nobody has touched it for more than a week."""
    life.begin().assign().wait(7 * 24 * 60 + 30, 9 * 24 * 60)
    second(life).begin().solved()


def comes_again_after_some_time(life: Life) -> None:
    """The first one is still open, and was touched within a week: one case."""
    life.begin().assign().wait(5 * 24 * 60, 6 * 24 * 60)
    second(life)


def joined_by_hand(life: Life) -> None:
    """Two people's matters are one; the second one had been answered."""
    other = elsewhere(life, life.random.choice(TROUBLES))
    life.begin().reply()
    other.begin().reply(result=True)
    other.at = max(life.at, other.at)
    if life.random.random() < 0.5:
        other.any("invite")
        other.any("satisfaction", score=4, scale=5)
    other.any("join", into=life.number)
    life.at = other.at
    if life.random.random() < 0.5:
        life.post("plain")
    life.begin().solved()


def joined_in_a_row(life: Life) -> None:
    """The third goes into the second, that one into the first; whoever wrote the third writes on."""
    middle, last = elsewhere(life), elsewhere(life, "fee")
    last.begin().reply()
    last.any("join", into=middle.number)
    middle.at = last.at
    middle.any("join", into=life.number)
    last.at = middle.at
    last.post("plain")
    life.at = last.at
    life.begin().solved()


def joined_and_answered_there(life: Life) -> None:
    """Our answer stands below the post of the one that was joined."""
    other = elsewhere(life)
    life.begin()
    other.at = life.at
    other.any("join", into=life.number)
    other.seen(other.at + life.week.between(3, 20))
    life.at = other.at
    life.begin().close("unresolved")


def joined_after_the_end(life: Life) -> None:
    """Two cases that are closed already."""
    other = elsewhere(life, life.random.choice(TROUBLES))
    life.begin().solved()
    other.begin().solved()
    other.at = max(life.at, other.at)
    other.any("join", into=life.number)


def parted(life: Life) -> None:
    """Two posts of one thread that are two matters."""
    text = "rude" if life.first != "rude" else "fee"
    post = life.wait(10, 60).post(text)
    life.wait(5, 60)
    other = parts(life, post)
    other.begin().solved()
    life.begin().solved()


def parts(life: Life, post: str) -> Life:
    """The matter of a post that is split off."""
    other = Life(life.week, life.at, author=life.author, root=life.posts[0], posts=[post])
    life.any("split", post=post, to=other.number)
    other.at = life.at
    return other


def repeated(life: Life) -> None:
    """Somebody else repeats the post without a word, before it is answered or between two answers."""
    if life.random.random() < 0.6:
        life.begin().reply()
    repeats(life.wait(10, 100))
    life.begin().solved()


def repeated_while_asked(life: Life) -> None:
    """Somebody else's repeating is no answer of the customer."""
    life.begin().reply(asks=True)
    repeats(life.wait(10, 600))
    life.wait(3 * 24 * 60, 4 * 24 * 60)


def repeats(life: Life) -> None:
    life.found("repost", post=f"{life.number}-o", author=100_000 + life.number, of=life.posts[0])


def two_in_one_thread(life: Life) -> None:
    """A second customer writes below the first; each is answered."""
    life.wait(10, 60)
    other = arrives(life.week, life.same(), life.at, root=life.posts[0])
    other.begin().reply(result=True)
    other.seen(other.at + life.week.between(0.1, 3))
    other.close("resolved")
    life.at = other.at
    life.begin()
    life.seen(life.at + life.week.between(0.1, 3))
    life.close("resolved")


def opened_by_hand(life: Life) -> None:
    """What the rules only call a mention, or what was too old for the queue."""
    life.wait(30, 20 * 60).any("open", post=life.posts[0])
    life.begin().solved()


# Whoever wrote it is erased


def erased_while_it_waits(life: Life) -> None:
    life.wait(30, 300).any("erase", author=life.author)


def erased_while_worked_on(life: Life) -> None:
    life.begin().any("erase", author=life.author)
    life.close("no_need")


def erased_after_the_end(life: Life) -> None:
    """They write once more, and nobody knows of it."""
    life.begin().solved()
    rated(life)
    life.any("erase", author=life.author)
    life.wait(60, 600).post(life.same())


def erased_with_a_question(life: Life) -> None:
    """Nobody is left to answer it."""
    life.begin().reply(asks=True).any("erase", author=life.author)


TOGETHER = (
    (5, joins_by_rule),
    (3, joins_by_rule_and_is_answered_there),
    (3, joins_by_rule_and_goes_on_there),
    (4, another_trouble),
    (6, comes_again),
    (2, comes_again_after_a_long_time),
    (2, comes_again_after_some_time),
    (4, joined_by_hand),
    (2, joined_in_a_row),
    (3, joined_and_answered_there),
    (2, joined_after_the_end),
    (4, parted),
    (4, repeated),
    (2, repeated_while_asked),
    (4, two_in_one_thread),
    (3, opened_by_hand),
    (2, erased_while_it_waits),
    (2, erased_while_worked_on),
    (2, erased_after_the_end),
    (1, erased_with_a_question),
)
