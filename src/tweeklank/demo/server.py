"""The sample covenant site on loopback: static files, served the way a good web server would."""

from __future__ import annotations

import email.utils
import hashlib
import mimetypes
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import unquote, urlsplit

from tweeklank.article import TweeklankError

SITE = Path(__file__).parent / "site"
HOST = "127.0.0.1"
_PLACEHOLDER = b"{{base}}"
_TEXT = {".html", ".xml", ".txt", ".css", ".js"}


class PortTakenError(TweeklankError):
    """Another program listens where the sample site should."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        file = _file(self.path)
        if file is None:
            self._answer(HTTPStatus.NOT_FOUND, b"<h1>404 Pagina niet gevonden</h1>", "text/html; charset=utf-8")
            return
        body = file.read_bytes()
        if file.suffix in _TEXT:
            body = body.replace(_PLACEHOLDER, self.server.base.encode())
        etag = f'"{hashlib.sha256(body).hexdigest()[:20]}"'
        changed = datetime.fromtimestamp(file.stat().st_mtime, UTC)
        headers = {"ETag": etag, "Last-Modified": email.utils.format_datetime(changed, usegmt=True)}
        if self.headers.get("If-None-Match") == etag:
            self._answer(HTTPStatus.NOT_MODIFIED, b"", "", headers)
        else:
            self._answer(HTTPStatus.OK, body, _media_type(file), headers)

    do_HEAD = do_GET  # noqa: N815

    def _answer(self, status: int, body: bytes, media_type: str, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        if status != HTTPStatus.NOT_MODIFIED:
            self.send_header("Content-Type", media_type)
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Says nothing: the sync reports what it fetched."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A visitor that hangs up is no news."""

    @property
    def base(self) -> str:
        return f"http://{HOST}:{self.server_address[1]}"


def _file(target: str) -> Path | None:
    """The file behind a request target; queries do not count, folders have an index."""
    path = (SITE / unquote(urlsplit(target).path).lstrip("/")).resolve()
    if not path.is_relative_to(SITE.resolve()):
        return None
    choices = [path / "index.html", path / "index.xml"] if path.is_dir() else [path]
    return next((choice for choice in choices if choice.is_file()), None)


def _media_type(file: Path) -> str:
    if file.name == "index.xml":
        return "application/rss+xml; charset=utf-8"
    guessed = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    return f"{guessed}; charset=utf-8" if file.suffix in _TEXT else guessed


@contextmanager
def serve_site(port: int) -> Iterator[str]:
    """Serves the sample site on loopback while the context lasts; yields its base address.

    Port 0 takes a free one. Raises PortTakenError.
    """
    try:
        server = _Server((HOST, port), _Handler)
    except OSError:
        raise PortTakenError(f"port {port} on {HOST} is in use; choose another with --port.") from None
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server.base
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
