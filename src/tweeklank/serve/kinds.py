"""How each kind of file is served: its media type, how long it keeps, and who may use it.

deploy/nginx and deploy/caddy say the same in their own words; tests/serve holds the three together.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePosixPath


class Kind(StrEnum):
    """What a request was for, as the metrics count it."""

    FEED = "feed"
    PAGE = "page"
    EMBED = "embed"
    LIST = "list"
    ASSET = "asset"
    PROBE = "probe"
    NONE = "none"


_MEDIA_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".xml": "application/xml; charset=utf-8",
    # JSON is always UTF-8 and its media type has no charset (RFC 8259, section 11).
    ".json": "application/feed+json",
    ".opml": "text/x-opml; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml; charset=utf-8",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
    ".webp": "image/webp",
    ".avif": "image/avif",
    ".ico": "image/x-icon",
    ".woff2": "font/woff2",
}
_PACKED_ALREADY = {".png", ".jpg", ".jpeg", ".gif", ".webp", ".avif", ".woff2"}
_ASSETS = {".css", ".js", ".svg", ".ico"} | _PACKED_ALREADY
_FEED = re.compile(r"\.(atom|rss)(\.[\w-]+)*\.xml$|\.json$")
# What partner sites use: the component, the frame, and the frame's own script, which needs CORS in a sandboxed frame.
_EMBED = re.compile(r"embed[a-z-]*\.(html|js)")

_FRESH_NEWS = "public, max-age=300, stale-while-revalidate=3600"
_FRESH_ASSET = "public, max-age=3600, stale-while-revalidate=86400"

_ON_EVERYTHING = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "strict-origin-when-cross-origin"}
_CORS = {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": "ETag"}
PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
    "Access-Control-Allow-Headers": "If-None-Match, If-Modified-Since",
    "Access-Control-Max-Age": "86400",
}

# Pages bring their own scripts and styles, none of them inline, and fetch feeds; pictures come from any publisher.
_OWN = "script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'"
_PAGE_POLICY = f"default-src 'none'; img-src 'self' https: http:; {_OWN}; frame-ancestors 'none'"
_FRAME_POLICY = f"default-src 'none'; {_OWN}; frame-ancestors *"
# A feed or a drawing opened by itself shows with its style sheet and runs nothing.
_FILE_POLICY = "default-src 'none'; style-src 'self' 'unsafe-inline'; frame-ancestors 'none'"
NOT_FRAMED = {"X-Frame-Options": "DENY"}
PAGE_HEADERS = {**_ON_EVERYTHING, **NOT_FRAMED, "Content-Security-Policy": _PAGE_POLICY}


@dataclass(frozen=True)
class Manner:
    """How one file is served. ``headers`` go with every answer about it, a 304 included."""

    kind: Kind
    media_type: str
    packable: bool
    shared: bool
    headers: dict[str, str]

    def media_type_for(self, destination: str) -> str:
        """The media type for a request with this Sec-Fetch-Dest (Fetch Metadata).

        A browser that opens a feed as a page gets XML, which it shows with its style sheet; the
        feed's own type it would show as source text.
        """
        opened = destination == "document" and self.kind is Kind.FEED and "+xml" in self.media_type
        return _MEDIA_TYPES[".xml"] if opened else self.media_type


def manner(path: str) -> Manner | None:
    """How the file at a path relative to the output folder is served.

    None for whatever is not of a type that is published: a database or a configuration that
    ended up in the folder stays private.
    """
    suffix = PurePosixPath(path).suffix
    if suffix not in _MEDIA_TYPES:
        return None
    kind = _kind(path, suffix)
    shared = kind in (Kind.FEED, Kind.EMBED)
    headers = {**_ON_EVERYTHING, **(_CORS if shared else {}), **_policy(kind, suffix)}
    headers["Cache-Control"] = _FRESH_ASSET if suffix in _ASSETS else _FRESH_NEWS
    packable = suffix not in _PACKED_ALREADY
    if packable:
        styled = kind is Kind.FEED and suffix == ".xml"
        headers["Vary"] = "Accept-Encoding, Sec-Fetch-Dest" if styled else "Accept-Encoding"
    return Manner(kind, _media_type(path, suffix), packable, shared, headers)


def _kind(path: str, suffix: str) -> Kind:
    if _FEED.search(path):
        return Kind.FEED
    if _EMBED.fullmatch(path):
        return Kind.EMBED
    if suffix == ".html":
        return Kind.PAGE
    return Kind.ASSET if suffix in _ASSETS else Kind.LIST


def _media_type(path: str, suffix: str) -> str:
    feed = _FEED.search(path)
    return f"application/{feed[1]}+xml; charset=utf-8" if feed and feed[1] else _MEDIA_TYPES[suffix]


def _policy(kind: Kind, suffix: str) -> dict[str, str]:
    """What a browser lets a document do (CSP Level 3)."""
    if suffix == ".html":
        if kind is Kind.EMBED:
            return {"Content-Security-Policy": _FRAME_POLICY}
        return {"Content-Security-Policy": _PAGE_POLICY, **NOT_FRAMED}
    if suffix in (".xml", ".opml", ".svg"):
        return {"Content-Security-Policy": _FILE_POLICY}
    return {}
