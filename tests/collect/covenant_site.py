"""A web site on loopback that behaves exactly as badly as a test asks, and remembers what it was asked."""

from __future__ import annotations

import socket
import struct
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock, Thread

from tweeklank.article import Language
from tweeklank.collect import Collected, collect
from tweeklank.collect.http import Retries
from tweeklank.config import Collect, Config, Foreign, Publication, Source, Translate
from tweeklank.store import Store

SOON = Retries(attempts=3, first=0.01, longest=0.02)
HTML = "text/html; charset=utf-8"


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    headers: dict[str, str]
    begun: float
    ended: float = 0.0

    @property
    def conditional(self) -> bool:
        return "if-none-match" in self.headers or "if-modified-since" in self.headers


@dataclass(frozen=True)
class Reply:
    """``parts`` are sent one by one with ``pause`` in between; ``reset`` breaks the connection after them."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    wait: float = 0.0
    parts: Iterator[bytes] | None = None
    pause: float = 0.0
    reset: bool = False
    announced: int | None = None


Route = Reply | Callable[[Request], Reply]


def page(text: str | bytes, content_type: str = HTML, **more: str) -> Reply:
    body = text if isinstance(text, bytes) else text.encode()
    return Reply(body, headers={"Content-Type": content_type, **more})


def moved(target: str, status: int = 302) -> Reply:
    return Reply(status=status, headers={"Location": target})


def with_etag(reply: Reply) -> Route:
    """Answers 304 to those who have it."""
    etag = f'"{hash(reply.body)}"'

    def route(request: Request) -> Reply:
        if request.headers.get("if-none-match") == etag:
            return Reply(status=304, headers={"ETag": etag})
        return replace(reply, headers={**reply.headers, "ETag": etag})

    return route


def in_turn(*replies: Reply) -> Route:
    """The first reply first; the last one for ever."""
    waiting = list(replies)
    return lambda _: waiting.pop(0) if len(waiting) > 1 else waiting[0]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        begun = time.monotonic()
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Request(self.command, self.path, headers, begun)
        route = self.server.site.routes.get(self.path, Reply(b"<h1>Niet gevonden</h1>", 404))
        reply = route if isinstance(route, Reply) else route(request)
        try:
            self._send(reply)
        except OSError:
            self.close_connection = True
        with self.server.site.lock:
            self.server.site.requests.append(replace(request, ended=time.monotonic()))

    do_HEAD = do_GET  # noqa: N815

    def _send(self, reply: Reply) -> None:
        time.sleep(reply.wait)
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        if reply.parts is None and reply.status != 304:
            length = len(reply.body) if reply.announced is None else reply.announced
            self.send_header("Content-Length", str(length))
        else:
            self.close_connection = True
        self.end_headers()
        if self.command == "HEAD":
            return
        for part in (reply.body,) if reply.parts is None else reply.parts:
            self.wfile.write(part)
            time.sleep(reply.pause)
        if reply.reset:
            self.wfile.flush()
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
            self.close_connection = True
        elif reply.announced is not None:
            self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64
    site: Site

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients that hang up are what these tests are about."""


class Site:
    """Paths (with query) and what they answer. Everything else, robots.txt too, is 404."""

    def __init__(self, server: _Server, name: str) -> None:
        self.base = f"http://{name}:{server.server_address[1]}"
        self.routes: dict[str, Route] = {}
        self.requests: list[Request] = []
        self.lock = Lock()

    def add(self, path: str, route: Route | str) -> str:
        """Puts something at a path; returns its address."""
        self.routes[path] = page(route) if isinstance(route, str) else route
        return self.base + path

    def listing(self, *paths: str, at: str = "/nieuws/") -> str:
        links = "".join(f'<li><a href="{path}">Bericht over het convenant op {path}</a></li>' for path in paths)
        return self.add(at, with_etag(page(f"<html><body><main><h1>Nieuws</h1><ul>{links}</ul></main></body></html>")))

    def article(self, path: str, title: str = "", **parts: str) -> str:
        return self.add(path, with_etag(page(article_page(title or f"Nieuws van {path}", **parts))))

    def asked(self, *paths: str) -> list[Request]:
        """The requests for these paths, or all but those for robots.txt."""
        with self.lock:
            return [r for r in self.requests if (r.path in paths if paths else r.path != "/robots.txt")]

    def forget(self) -> None:
        with self.lock:
            self.requests.clear()


@contextmanager
def running_site(name: str = "127.0.0.1") -> Iterator[Site]:
    server = _Server(("127.0.0.1", 0), _Handler)
    server.site = Site(server, name)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server.site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


WORDS = (
    "De deelnemers van het convenant hebben afgesproken om misstanden in de keten op te sporen en aan te pakken.",
    "Volgens de voorzitter is dat een belangrijke stap, maar er moet nog veel gebeuren voordat de doelen zijn gehaald.",
    "Over een jaar wordt bekeken welke bedrijven hun plannen hebben uitgevoerd en welke nog achterblijven.",
)


def article_page(
    title: str, body: str = "", date: str = "2024-06-18T14:30:00+02:00", head: str = "", lang: str = "nl"
) -> str:
    text = body or "".join(f"<p>{words} ({title})</p>" for words in WORDS)
    time_ = f'<time datetime="{date}">{date[:10]}</time>' if date else ""
    return (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>{title} | Convenant</title>{head}</head>'
        f"<body><nav><a href='/'>Home</a></nav><main><article><h1>{title}</h1>{time_}{text}</article></main>"
        "<footer>Over deze site</footer></body></html>"
    )


class Desk:
    """Someone who syncs: real client, real store, tiny pauses."""

    def __init__(self, store: Store, folder: Path) -> None:
        self.store, self.folder = store, folder

    async def collect(
        self,
        *sources: Source,
        delay: float = 0,
        patience: float = 5,
        most: int = 30,
        retries: Retries = SOON,
        foreign: str = "leave",
        entries: int = 50,
    ) -> Collected:
        settings = Collect("mailto:redactie@example.org", delay, patience, most, Foreign(foreign))
        publication = Publication("https://example.org/", self.folder, entries)
        config = Config(self.folder / "config.toml", publication, settings, Translate(), self.store.url, sources)
        return await collect(config, self.store, retries=retries)

    def articles(self, language: Language = Language.NL, source: str | None = None) -> list:
        return self.store.articles.newest(language, 100, source)

    def titles(self, source: str | None = None) -> set[str]:
        return {entry.words.title for entry in self.articles(source=source)}


def source(id: str = "bron", **where: object) -> Source:  # noqa: A002
    return Source(id, {}, **{"local": True, **where})  # type: ignore[arg-type]
