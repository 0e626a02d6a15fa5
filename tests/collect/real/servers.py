"""Real servers for one test or many: `isso_server()` and `wordpress_server()`, each with doors to write by.

Their data is gone with the block, and they with this process, however it ends. Raises `Missing` where the
machine cannot have them.
"""

from __future__ import annotations

import base64
import json
import os
import random
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from tests.collect.real import fetch
from tests.servers.fetch import Missing
from tests.servers.leash import Leash

_OURS = fetch.HERE / "wordpress"
_PATIENCE = 60.0
_LOOK_AGAIN = 0.05
_PORTS = range(19000, 21000)  # none that the system gives to clients
_ISSO = """
[general]
dbpath = {folder}/comments.db
host = http://127.0.0.1:1/
max-age = 1h
latest-enabled = {latest}
[moderation]
enabled = {moderated}
[server]
listen = http://127.0.0.1:{port}/
[guard]
enabled = false
"""
_PHP_LISTENS = re.compile(r"Development Server \((http://127\.0\.0\.1:\d+)\) started")
_CONTENT = {
    "themes/plain/style.css": "/* Theme Name: plain */",
    "themes/plain/index.php": "<!doctype html><html lang='zh'><head><title><?php wp_title(''); ?></title>"
    "</head><body><?php while (have_posts()) { the_post(); ?><article><h1><?php the_title(); ?></h1>"
    "<time datetime='<?php echo get_post_time('c', true); ?>'></time><?php the_content(); ?></article>"
    "<?php } ?></body></html>",
    # As newer versions do by themselves: a sitemap tells when a post was changed.
    "mu-plugins/lastmod.php": "<?php add_filter('wp_sitemaps_posts_entry', fn ($entry, $post) => "
    "$entry + ['lastmod' => get_post_modified_time('c', true, $post)], 10, 2);",
}


class Isso:
    """Comments under the pages of a site. Who writes a comment may change it, as in a browser."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._cookies: dict[int, str] = {}

    def comment(
        self, page: str, text: str, *, author: str | None = None, parent: int | None = None, **fields: Any
    ) -> int:
        given = {"text": text, "author": author, "parent": parent, "title": page, **fields}
        told, headers = _ask("POST", f"{self.url}/new?{urllib.parse.urlencode({'uri': page})}", given)
        self._cookies[told["id"]] = headers["Set-Cookie"].partition(";")[0]
        return int(told["id"])

    def edit(self, comment: int, text: str) -> None:
        self._own("PUT", comment, {"text": text})

    def delete(self, comment: int) -> None:
        self._own("DELETE", comment, {})

    def _own(self, method: str, comment: int, fields: Mapping[str, Any]) -> None:
        _ask(method, f"{self.url}/id/{comment}", fields, {"Cookie": self._cookies[comment]})


class Wordpress:
    """A site in Shanghai with one user, `editor`."""

    def __init__(self, url: str, password: str, run: Callable[[str], str]) -> None:
        self.url, self.run = url, run
        """`run` is given PHP for the site itself, for what takes too long one by one."""
        self._headers = {"Authorization": f"Basic {base64.b64encode(f'editor:{password}'.encode()).decode()}"}

    def post(self, title: str, text: str, **fields: Any) -> int:
        given = {"title": title, "content": text, "status": "publish", **fields}
        return int(self.ask("POST", "posts", **given)["id"])

    def comment(self, post: int, text: str, *, author: str, **fields: Any) -> int:
        """A visitor's; `parent` is the comment that it answers, `status="hold"` lets it wait for approval."""
        who = {"author_name": author, "author_email": "visitor@blog.example"}
        return int(self.ask("POST", "comments", post=post, content=text, **who, **fields)["id"])

    def edit(self, kind: str, number: int, **fields: Any) -> None:
        """`kind` is `posts` or `comments`."""
        self.ask("POST", f"{kind}/{number}", **fields)

    def delete(self, kind: str, number: int) -> None:
        """To the bin, as the button on the page does."""
        self.ask("DELETE", f"{kind}/{number}")

    def ask(self, method: str, path: str, **fields: Any) -> Any:
        """The REST interface, as `editor`."""
        return _ask(method, f"{self.url}/wp-json/wp/v2/{path}", fields, self._headers)[0]


@contextmanager
def isso_server(*, latest: bool = True, moderated: bool = False) -> Iterator[Isso]:
    """`latest`: the server lists its latest comments; `moderated`: none is seen before it is approved."""
    package = fetch.isso()
    with _folder("isso") as folder, ExitStack() as stack:
        port = _free_port()
        settings = folder / "isso.cfg"
        settings.write_text(_ISSO.format(folder=folder, port=port, latest=latest, moderated=moderated))
        command = [sys.executable, "-S", "-c", "from isso import main; main()", "-c", str(settings), "run"]
        log = folder / "isso.log"
        running = stack.enter_context(Leash(command, folder, log, folder, {"PYTHONPATH": str(package)}))
        url = f"http://127.0.0.1:{port}"
        _until(lambda: _answers(url), running, log)
        yield Isso(url)


@contextmanager
def wordpress_server() -> Iterator[Wordpress]:
    """A new site, without posts."""
    root = fetch.wordpress()
    with _folder("wordpress") as folder, ExitStack() as stack:
        _start_database(root, folder, stack)
        for name, text in _CONTENT.items():
            (folder / "content" / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / "content" / name).write_text(text)
        environment = {"SITE_SOCKET": str(folder / "socket"), "SITE_CONTENT": str(folder / "content")}
        php, pages = _php(root), root / "usr" / "share" / "wordpress"
        log = folder / "php.log"
        command = [*php, "-S", "127.0.0.1:0", "-t", str(pages), str(_OURS / "router.php")]
        running = stack.enter_context(Leash(command, folder, log, folder, environment))
        _until(lambda: _PHP_LISTENS.search(log.read_text()) is not None, running, log)
        url = _PHP_LISTENS.findall(log.read_text())[0]
        environment["SITE_URL"] = url
        told = _output([*php, str(_OURS / "install.php"), str(pages)], environment)

        def run(code: str) -> str:
            return _output([*php, "-r", f"require '{pages}/wp-load.php'; {code}"], environment)

        yield Wordpress(url, json.loads(told)["password"], run)


def _php(root: Path) -> list[str]:
    """PHP without the machine's own settings, and with what WordPress needs of it."""
    settings = [
        *(f"extension={_module(root, name)}" for name in ("mysqlnd", "mysqli", "simplexml")),
        f"zend_extension={_module(root, 'opcache')}",
        "opcache.enable_cli=1",
        "display_errors=stderr",
        "sendmail_path=/bin/true",
        "memory_limit=256M",
    ]
    php = fetch.found(root, "usr/bin/php[78].[0-9]")
    return [str(php), "-n", *(part for setting in settings for part in ("-d", setting))]


def _module(root: Path, name: str) -> Path:
    return fetch.found(root, f"usr/lib/php/2*/{name}.so")


def _start_database(root: Path, folder: Path, stack: ExitStack) -> None:
    """A server that nobody but us can reach, which needs no passwords; without InnoDB it starts at once."""
    for database in ("mysql", "site"):
        (folder / "data" / database).mkdir(parents=True)
    base = fetch.found(root, "usr/share/mysql", "usr/share/mariadb").parents[1]
    options = {
        "basedir": base,
        "datadir": folder / "data",
        "socket": folder / "socket",
        "pid-file": folder / "pid",
        "default-storage-engine": "Aria",
        **({"user": "root"} if os.geteuid() == 0 else {}),
    }
    flags = ["--skip-networking", "--skip-grant-tables", "--skip-innodb", "--skip-log-bin"]
    command = [str(fetch.found(root, "usr/sbin/mariadbd")), "--no-defaults", *flags]
    command += [f"--{name}={value}" for name, value in options.items()]
    libraries = ":".join(map(str, (*root.glob("usr/lib/*-linux-gnu"), *root.glob("lib/*-linux-gnu"))))
    log = folder / "mariadb.log"
    running = stack.enter_context(Leash(command, folder, log, folder, {"LD_LIBRARY_PATH": libraries}))
    _until(lambda: "ready for connections" in log.read_text("utf-8", "replace"), running, log)


def _output(command: list[str], environment: Mapping[str, str]) -> str:
    """What a program says; nothing else will do."""
    done = subprocess.run(
        command,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=_PATIENCE,
    )
    said = done.stdout[-1000:] + done.stderr[-1000:]
    assert done.returncode == 0 and not done.stderr, said
    return done.stdout


@contextmanager
def _folder(name: str) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix=f"{name}-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _until(is_ready: Callable[[], bool], running: Leash, log: Path) -> None:
    deadline = time.monotonic() + _PATIENCE
    while not is_ready():
        if not running.is_running(_LOOK_AGAIN) or time.monotonic() > deadline:
            words = log.read_text("utf-8", "replace").strip().splitlines()
            raise Missing(f"a server did not start: {words[-1] if words else 'no word why'}")


def _answers(url: str) -> bool:
    try:
        urllib.request.urlopen(url, timeout=5).close()
    except urllib.error.HTTPError as answer:
        answer.close()
    except OSError:
        return False
    return True


def _free_port() -> int:
    for port in random.sample(_PORTS, len(_PORTS)):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port
    raise AssertionError(f"the ports {_PORTS.start} to {_PORTS.stop - 1} are all taken")


def _ask(
    method: str, url: str, fields: Mapping[str, Any], headers: Mapping[str, str] | None = None
) -> tuple[Any, Mapping[str, str]]:
    request = urllib.request.Request(
        url,
        json.dumps(fields).encode(),
        {"Content-Type": "application/json", **(headers or {})},
        method=method,
    )
    try:
        with urllib.request.urlopen(request, timeout=_PATIENCE) as answer:
            return json.loads(answer.read()), answer.headers
    except urllib.error.HTTPError as refused:
        with refused:
            said = refused.read()[:500].decode("utf-8", "replace")
        raise AssertionError(f"{method} {url}: {refused.code} {said}") from None
