"""A hub is told of what changed, and can do no harm."""

from __future__ import annotations

import http.server
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import parse_qs

import feedparser
import pytest
from newsroom import Newsroom, dutch

from tweeklank.publish.websub import announce

BASE = "https://example.org/convenant/"


class Hub(http.server.BaseHTTPRequestHandler):
    told: list[dict[str, str]]
    status = 202

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        assert self.headers["Content-Type"] == "application/x-www-form-urlencoded"
        assert self.headers["User-Agent"].startswith("Tweeklank/")
        self.told.append({name: value for name, (value,) in parse_qs(body, strict_parsing=True).items()})
        self.send_response(self.status)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def hub(status: int = 202) -> Iterator[tuple[str, list[dict[str, str]]]]:
    told: list[dict[str, str]] = []
    handler = type("Handler", (Hub,), {"told": told, "status": status})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/", told
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_the_hub_is_told_of_each_feed_that_changed_and_of_nothing_else(two_articles: Newsroom) -> None:
    with hub() as (address, told):
        newsroom = two_articles.with_publication(hub=address)
        assert announce(newsroom.config, newsroom.publish()) == []
        told.clear()
        assert announce(newsroom.config, newsroom.publish()) == []
        assert told == [], "nothing changed"
        newsroom.write(dutch(3))
        assert announce(newsroom.config, newsroom.publish()) == []
    assert {post["hub.mode"] for post in told} == {"publish"}
    assert all(post["hub.url"] == post["hub.topic"] for post in told)
    names = [post["hub.url"].removeprefix(BASE) for post in told]
    assert {"nl.atom.xml", "nl.json", "nl-en.rss.xml", "fietsen/nl.rss.xml", "topics/fietsen/nl.atom.xml"} <= set(names)
    assert len(names) == len(set(names))
    assert not [name for name in names if "koffie" in name or name.startswith("en.")]


def test_archive_documents_are_not_announced(newsroom: Newsroom) -> None:
    with hub() as (address, told):
        small = newsroom.with_publication(entries=2, hub=address)
        for number in range(5):
            small.write(dutch(number))
        published = small.publish()
        assert any("archive" in file.parts for file in published.changed)
        announce(small.config, published)
    assert told
    assert not [post for post in told if "archive" in post["hub.url"]]


def test_every_feed_names_its_hub_and_itself(two_articles: Newsroom) -> None:
    address = "https://hub.example/"
    two_articles.with_publication(hub=address).publish()
    for file in two_articles.output.rglob("*.xml"):
        if file.name == "sitemap.xml":
            continue
        links = {link.rel: link.href for link in feedparser.parse(file.read_bytes()).feed.links}
        assert links["hub"] == address
        assert links["self"] == BASE + file.relative_to(two_articles.output).as_posix()
    assert json.loads(two_articles.read("en.json"))["hubs"] == [{"type": "WebSub", "url": address}]


def test_without_a_hub_no_feed_names_one_and_nobody_is_told(two_articles: Newsroom) -> None:
    assert announce(two_articles.config, two_articles.publish()) == []
    assert b'rel="hub"' not in two_articles.read("nl.atom.xml")
    assert b'"hubs"' not in two_articles.read("nl.json")


@pytest.mark.parametrize(("status", "said"), [(500, "500 Internal Server Error"), (302, "302 Found")])
def test_a_hub_that_refuses_is_one_failure(two_articles: Newsroom, status: int, said: str) -> None:
    with hub(status) as (address, told):
        newsroom = two_articles.with_publication(hub=address)
        (failure,) = announce(newsroom.config, newsroom.publish())
    assert failure == f"hub {address}: refused {len(told)} of {len(told)} announcements ({said})."


def test_a_hub_that_is_not_there_is_asked_once(two_articles: Newsroom) -> None:
    with hub() as (address, _):
        pass
    newsroom = two_articles.with_publication(hub=address)
    (failure,) = announce(newsroom.config, newsroom.publish())
    assert failure.startswith(f"hub {address}: cannot be reached (")
    assert failure.endswith(" changed feeds were not announced.")
