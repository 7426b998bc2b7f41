"""How the sites of these tests answer for a page."""

from __future__ import annotations

import hashlib
from http.server import BaseHTTPRequestHandler


def answer(handler: BaseHTTPRequestHandler, page: str | None, full: list[str]) -> None:
    """Answers 200, or 304 to who has the page already, or 404 for None. ``full`` gets the paths with a body sent."""
    body = body_of(page)
    etag = f'"{hashlib.sha256(body).hexdigest()[:12]}"'
    same = page is not None and handler.headers.get("If-None-Match") == etag
    handler.send_response(304 if same else 200 if page is not None else 404)
    handler.send_header("ETag", etag)
    if not same:
        full.append(handler.path)
        handler.send_header("Content-Type", "text/html; charset=utf-8")
        handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    if not same:
        handler.wfile.write(body)


def body_of(page: str | None) -> bytes:
    return (page or "weg").encode()
