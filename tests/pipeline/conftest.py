"""A small covenant site on loopback whose pages a test can change, and commands run as a user runs them."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import feedparser
import pytest

from tests.pipeline.answering import answer
from tweeklank.config import load_config
from tweeklank.summary import Summary
from tweeklank.sync import sync as run_sync

Command = Callable[..., subprocess.CompletedProcess[str]]


@dataclass
class Site:
    """Pages by path. ``requests`` lists what was asked for; ``asked`` is notified of each request."""

    base: str
    pages: dict[str, str] = field(default_factory=dict)
    requests: list[str] = field(default_factory=list)
    full: list[str] = field(default_factory=list)
    asked: threading.Condition = field(default_factory=threading.Condition)

    def publish(self, *slugs: str) -> None:
        """Puts articles on the site and in its listing."""
        for slug in slugs:
            self.pages.setdefault(f"/nieuws/{slug}", article_page(slug))
        listed = [path for path in self.pages if path.startswith("/nieuws/")]
        rows = "".join(f'<li><a href="{path}">Bericht over {path[8:]} in de keten</a></li>' for path in listed)
        self.pages["/nieuws"] = f"<html><body><main><h1>Nieuws</h1><ul>{rows}</ul></main></body></html>"


def article_page(slug: str, body: str = "", title: str = "") -> str:
    body = body or (
        f"<p>De bedrijven in het convenant hebben afspraken gemaakt over {slug}. "
        "Zij willen misstanden in de keten voorkomen.</p>"
        '<p>De vakbonden zijn <strong>tevreden</strong> met <a href="/over">het convenant</a>.</p>'
    )
    return (
        f"<html lang=nl><head><title>{title or slug}</title></head><body><main><article><h1>{title or f'Nieuws over {slug}'}</h1>"
        f"<p class=datum>18 juni 2026 | 14.30 uur</p>{body}</article></main></body></html>"
    )


@pytest.fixture
def site() -> Iterator[Site]:
    with running_site() as found:
        yield found


@contextmanager
def running_site() -> Iterator[Site]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            with found.asked:
                found.requests.append(self.path)
                found.asked.notify_all()
            answer(self, found.pages.get(self.path), found.full)

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    # A visitor that is killed is no news.
    server.handle_error = lambda *_: None
    found = Site(f"http://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield found
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def config_file(tmp_path: Path, site: Site) -> Path:
    file = tmp_path / "config.toml"
    file.write_text(
        f"""
[publication]
base_url = "https://example.org/nieuws/"
[collect]
contact = "mailto:iemand@example.org"
delay = 0
[[sources]]
id = "metaal"
title = {{ nl = "Metaalconvenant", en = "Metals Agreement" }}
listing = "{site.base}/nieuws"
local = true
""",
        "utf-8",
    )
    return file


@pytest.fixture
def tweeklank(tmp_path: Path) -> Command:
    """Runs the command line in a process of its own."""

    def run(*arguments: object, stdin: str = "", **options: object) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "tweeklank", *map(str, arguments)]
        return subprocess.run(
            command, input=stdin, capture_output=True, text=True, cwd=tmp_path, timeout=120, check=False, **options
        )

    return run


def sync(tweeklank: Command, config_file: Path) -> dict[str, Any]:
    """One that goes well; its summary."""
    done = tweeklank("sync", "--config", config_file, "--json")
    assert done.returncode == 0, done.stderr
    summary: dict[str, Any] = json.loads(done.stdout)
    return summary


def entries(config_file: Path, name: str) -> list[Any]:
    """What a feed that was published holds."""
    feed = feedparser.parse(str(config_file.parent / "feeds" / name))
    assert not feed.bozo
    return list(feed.entries)


class _Nobody:
    """Looks at no sync."""

    def collecting(self, *_: object) -> None: ...
    def translating(self, *_: object) -> None: ...


def again(config_file: Path) -> Summary:
    """A sync in this process that leaves no source alone for having failed."""
    return run_sync(load_config(config_file), _Nobody(), even_resting=True)


def contents(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Every file with its bytes and the time it was last written."""
    return {
        str(file.relative_to(folder)): (file.read_bytes(), file.stat().st_mtime_ns)
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }
