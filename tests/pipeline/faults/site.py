"""Covenant sites on loopback, one for each host, that fail in the way that they are told to."""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.pipeline.answering import answer, body_of

LISTING, ROBOTS, ARTICLES = "/nieuws", "/robots.txt", "/nieuws/"

Fault = Callable[[BaseHTTPRequestHandler, bytes], None]
"""Answers a request wrongly; is given the right body."""


@dataclass
class Host:
    """One site. ``full`` lists the pages it sent whole; ``fault`` takes the place of the answer for ``faulty``."""

    base: str = ""
    pages: dict[str, str] = field(default_factory=dict)
    full: list[str] = field(default_factory=list)
    asked: threading.Event = field(default_factory=threading.Event)
    seconds: float = 0.0
    fault: Fault | None = None
    faulty: str = ""

    def publish(self, *numbers: int, changed: bool = False) -> None:
        """Puts articles on the site and in its listing."""
        for number in numbers:
            self.pages[f"{ARTICLES}bericht-{number}"] = article_page(number, changed=changed)
        listed = [path for path in self.pages if path.startswith(ARTICLES)]
        rows = "".join(f'<li><a href="{path}">{_teaser(path, self.pages[path])}</a></li>' for path in listed)
        self.pages[LISTING] = f"<html><body><main><h1>Nieuws</h1><ul>{rows}</ul></main></body></html>"

    def fail(self, faulty: str, fault: Fault) -> None:
        """From now on what starts with ``faulty`` (only the listing itself: LISTING) is answered by ``fault``."""
        self.faulty, self.fault = faulty, fault

    def heal(self) -> None:
        self.faulty, self.fault = "", None

    def is_faulty(self, path: str) -> bool:
        return path == self.faulty or (self.faulty == ARTICLES and path.startswith(ARTICLES))


def _teaser(path: str, page: str) -> str:
    return f"Dit is {path.removeprefix(ARTICLES)} uit de keten{', aangevuld' * ('modified_time' in page)}"


def article_page(number: int, *, changed: bool = False) -> str:
    """Every article has another moment, so that their order does not hang on which was collected first."""
    moment = f"2025-{1 + number // 28 % 12:02}-{1 + number % 28:02}T{8 + number // 336:02}:15:00+01:00"
    later = '<meta property="article:modified_time" content="2026-01-09T10:00:00+01:00">' if changed else ""
    more = "<p>Het convenant loopt nu een jaar langer door.</p>" if changed else ""
    return (
        f"<html lang=nl><head><title>Bericht {number}</title>"
        f'<meta property="article:published_time" content="{moment}">{later}</head><body><main><article>'
        f"<h1>Bericht {number} over de keten</h1><p>De bedrijven in het convenant hebben nieuwe afspraken gemaakt. "
        f"Zij willen misstanden in de keten voorkomen.</p>{more}<p>De vakbonden zijn <strong>tevreden</strong> "
        'met <a href="/over">het convenant</a>.</p></article></main></body></html>'
    )


@contextmanager
def running(secure: ssl.SSLContext | None = None) -> Iterator[Host]:
    """A host on a port of its own."""
    host = Host()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            _answer(host, self)

        def log_message(self, *args: object) -> None:
            pass

    server = _Server(("127.0.0.1", 0), Handler)
    if secure is not None:
        server.socket = secure.wrap_socket(server.socket, server_side=True)
    host.base = f"http{'s' if secure else ''}://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield host
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Nothing: a client that goes away, or does not trust the certificate, is what is tried here."""


def _answer(host: Host, handler: BaseHTTPRequestHandler) -> None:
    time.sleep(host.seconds)
    host.asked.set()
    page = host.pages.get(handler.path)
    if host.fault and host.is_faulty(handler.path):
        handler.close_connection = True
        with suppress(OSError):  # the client may give up first
            host.fault(handler, body_of(page))
        return
    answer(handler, page, host.full)
