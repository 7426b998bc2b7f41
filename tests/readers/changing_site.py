"""A covenant site on loopback that changes: articles come, are corrected, and move."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

_LISTING = "/nieuws/"
_PAGE = """<!doctype html>
<html lang="nl">
<head><meta charset="utf-8"><title>{title} | Fietsconvenant</title><link rel="canonical" href="{base}{path}">
<meta property="og:type" content="article"></head>
<body>
<header><p>Fietsconvenant</p></header>
<main><article>
<h1>{title}</h1>
<p><time datetime="{date}T08:00:00Z">{date}</time></p>
<div class="intro"><p>{lead}</p></div>
<div class="field--name-body">{body}</div>
</article></main>
<footer><p>Secretariaat van het Fietsconvenant</p></footer>
</body>
</html>
"""


@dataclass(frozen=True)
class News:
    """An article as its publisher wrote it. ``paragraphs`` are Dutch."""

    title: str
    date: str
    lead: str
    paragraphs: tuple[str, ...]


@dataclass
class Site:
    """What the site shows now: articles and where former addresses lead, by path."""

    base: str = ""
    articles: dict[str, News] = field(default_factory=dict)
    moved: dict[str, str] = field(default_factory=dict)

    @property
    def listing(self) -> str:
        return f"{self.base}{_LISTING}"

    def move(self, path: str, target: str) -> None:
        """Gives an article another address; the former one leads there."""
        self.articles[target] = self.articles.pop(path)
        self.moved[path] = target

    def page(self, path: str) -> str | None:
        if path == _LISTING:
            items = "".join(
                f'<li><h2><a href="{link}">{news.title}</a></h2></li>' for link, news in self.articles.items()
            )
            return f'<!doctype html><html lang="nl"><title>Nieuws</title><main><h1>Nieuws</h1><ul>{items}</ul></main></html>'
        news = self.articles.get(path)
        if news is None:
            return None
        body = "".join(f"<p>{paragraph}</p>" for paragraph in news.paragraphs)
        return _PAGE.format(base=self.base, path=path, title=news.title, date=news.date, lead=news.lead, body=body)


@contextmanager
def serve(site: Site) -> Iterator[None]:
    """Serves a site on loopback while the context lasts, with entity tags and redirects."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            page = site.page(self.path)
            if target := site.moved.get(self.path):
                self._answer(301, Location=target)
            elif page is None:
                self._answer(404)
            else:
                self._page(page.encode())

        do_HEAD = do_GET  # noqa: N815

        def _page(self, content: bytes) -> None:
            etag = f'"{hashlib.sha256(content).hexdigest()[:16]}"'
            if self.headers.get("If-None-Match") == etag:
                self._answer(304, ETag=etag)
            else:
                self._answer(200, content, ETag=etag, **{"Content-Type": "text/html; charset=utf-8"})

        def _answer(self, status: int, content: bytes = b"", **headers: str) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    site.base = f"http://127.0.0.1:{server.server_address[1]}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
