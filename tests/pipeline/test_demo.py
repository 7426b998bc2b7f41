"""The demo: what a newcomer sees first."""

from __future__ import annotations

import socket
from pathlib import Path

import feedparser

from tests.pipeline.conftest import Command, contents


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_the_demo_publishes_fifteen_articles_and_a_second_one_changes_nothing(
    tweeklank: Command, tmp_path: Path
) -> None:
    port = free_port()
    first = tweeklank("demo", "--output", "build/demo", "--port", port)
    assert first.returncode == 0, first.stdout + first.stderr
    folder = tmp_path / "build" / "demo"
    for name in ("nl.atom.xml", "en.atom.xml", "nl.rss.xml", "en.rss.xml", "nl-en.atom.xml"):
        feed = feedparser.parse(str(folder / name))
        assert not feed.bozo
        assert len(feed.entries) == 15, name
    english = feedparser.parse(str(folder / "en.atom.xml")).entries
    machine = [e for e in english if "machine-translated" in {tag.term for tag in e.tags}]
    assert len(machine) == 12
    assert any("bike-sharing provider" in entry.title for entry in english), "the demo's glossary is obeyed"
    assert "build/demo/index.html" in first.stdout
    before = contents(folder)
    second = tweeklank("demo", "--output", "build/demo", "--port", port)
    assert second.returncode == 0
    assert "Nothing new" in second.stdout
    assert contents(folder) == before


def test_a_port_in_use_is_told_with_the_option_that_mends_it(tweeklank: Command) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = tweeklank("demo", "--port", taken.getsockname()[1])
    assert done.returncode == 2
    assert "is in use; choose another with --port" in done.stderr
