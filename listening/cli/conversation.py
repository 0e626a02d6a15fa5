"""`listening conversation`: what was said in a thread, to be read aloud."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from listening.app import open_app
from listening.cli.options import WORDS, config_option, json_option
from listening.cli.output import local, marked, write_line
from listening.cli.persons import as_option
from listening.cli.sights import sight, unmasked_option
from listening.codec import to_json
from listening.model import Case, Status
from listening.review.conversations import Conversation, Line, Speaker, conversation, threads_named
from listening.review.showing import case_facts, line_facts


@click.command()
@config_option
@json_option
@as_option
@unmasked_option
@click.argument("name", metavar="POST|THREAD|CASE", type=WORDS)
def command(config_file: Path, as_json: bool, person: str | None, unmasked: bool, name: str) -> None:
    """Read all posts of a thread in order, ours among them.

    Named by the id of one of its posts, of the thread, or of a case, which may have several. Names of people
    and numbers, such as those of telephones, are masked.

    \b
    Example:
      listening conversation weibo:4900000000000001
      listening conversation weibo:4900000000000001 --json
      listening conversation weibo:4900000000000001 --unmasked --as 韩梅梅
    """
    with open_app(config_file) as app:
        seen = sight(app, person, unmasked)
        for n, thread in enumerate(threads_named(app.store, name)):
            shown = seen.conversation(conversation(app.store, thread))
            if as_json:
                write_line(to_json(_facts(shown)))
                continue
            for line in (*([""] if n else []), *_script(shown, app.config.timezone)):
                click.echo(line)


def _facts(shown: Conversation) -> dict[str, object]:
    cases, lines = map(case_facts, shown.cases), map(line_facts, shown.lines)
    return {"thread": shown.thread, "cases": list(cases), "lines": list(lines)}


def _script(shown: Conversation, zone: str) -> Iterator[str]:
    """Who, when and to whom, and under it what they say."""
    yield f"{shown.thread}: {_posts(len(shown.lines))}"
    yield from (f"case {case.id}: {_standing(case)}" for case in shown.cases)
    by_id = {line.hit.id: line for line in shown.lines}
    for line in shown.lines:
        post = line.hit.post
        parent = by_id.get(post.parent.id) if post.parent else None
        yield ""
        yield f"{local(post.published_at, zone)}  {_head(shown, line, parent)}"
        title = marked(line.hit, "title").strip()
        for said in (*([title] if title else []), *marked(line.hit, "text").splitlines()):
            yield f"    {said}"


def _posts(n: int) -> str:
    return "1 post" if n == 1 else f"{n:,} posts"


def _standing(case: Case) -> str:
    held = f", in the hands of {case.assignee}" if case.assignee else ""
    queue = f" in {case.queue}" if case.queue else ""
    return f"{case.status}{queue}{held}"


def _head(shown: Conversation, line: Line, parent: Line | None) -> str:
    to = ""
    if parent is not None and (parent.speaker, parent.voice) != (line.speaker, line.voice):
        to = f" to {_who(shown, parent)}"
    case = f" [case {line.hit.case}]" if line.hit.case and len(shown.cases) > 1 else ""
    said = ", ".join(_marks(line))
    return f"{_who(shown, line)}{to}{f' ({said})' if said else ''}{case}:"


def _who(shown: Conversation, line: Line) -> str:
    """The side, its number where there are several, and the name."""
    author = line.hit.post.author
    many = line.speaker is not Speaker.OURS and shown.voices(line.speaker) > 1
    number = f" {line.voice}" if many else ""
    return f"{line.speaker}{number}{f' {author.name}' if author and author.name else ''}"


def _marks(line: Line) -> Iterator[str]:
    """What a listener has to know of a post beside its words."""
    if line.hit.post.deleted:
        yield "deleted since"
    if line.hit.status is Status.WITHDRAWN:
        yield "matches no longer"
    if line.hit.level == 1:
        yield "mention"
