"""The ASGI app: files of the output folder, and two probes for whoever keeps it running."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import format_datetime
from http import HTTPStatus
from pathlib import Path
from urllib.parse import quote

from anyio.to_thread import run_sync
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from tweeklank.serve.conditions import CONDITIONS, Coding, choose_coding, precondition
from tweeklank.serve.folder import Folder, Version, worth_packing
from tweeklank.serve.kinds import PREFLIGHT, Kind, Manner, manner
from tweeklank.serve.observe import METRICS_TYPE, Counters, Observed
from tweeklank.serve.refusals import refusal

log = logging.getLogger(__name__)

_METHODS = ["GET", "HEAD", "OPTIONS"]
_ALLOW = ", ".join(_METHODS)
_UNKEPT = {"Cache-Control": "no-store"}


def app(folder: Path, further_metrics: Callable[[], str] = lambda: "") -> Starlette:
    """Serves an output folder. A folder that is not there yet is one without files.

    ``further_metrics``: what /metrics tells beside the server's own; it is called in a thread.

    Byte ranges (RFC 9110, section 14) are not offered: files are small and go out packed, and
    parts of two versions must never be put together.
    """
    files, counters = Folder(folder), Counters()
    served = Starlette(
        routes=[
            Route("/healthz", _health),
            Route("/metrics", _metrics),
            Route("/{path:path}", _file, methods=_METHODS),
        ],
        middleware=[Middleware(Observed, counters=counters)],
        exception_handlers={HTTPException: _refused, OSError: _unreadable},
    )
    # A path without its slash is looked into by _file; anything else is no address at all.
    served.router.redirect_slashes = False
    served.state.files, served.state.counters = files, counters
    served.state.further_metrics = further_metrics
    return served


async def _file(request: Request) -> Response:
    # Not the route's parameter, which lacks a line feed at the end of a path.
    path: str = request.scope["path"]
    if request.method == "OPTIONS":
        return _options(path)
    files: Folder = request.app.state.files
    # A look at a local disk takes less time than handing it to a thread.
    place = files.look(path)
    if place is None:
        return _to_folder(request, files, path)
    served_as = manner(place.path)
    if served_as is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    request.state.kind = served_as.kind
    version = files.kept(place) or await run_sync(files.read, place)
    if version is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return await _answer(request, files, version, served_as)


async def _answer(request: Request, files: Folder, version: Version, served_as: Manner) -> Response:
    coding = Coding.IDENTITY
    if served_as.packable and worth_packing(version):
        coding = choose_coding(request.headers.getlist("accept-encoding"))
    headers = {**served_as.headers, **_validators(version, coding)}
    status = precondition(_conditions(request), version.etag(coding), version.changed)
    if status is not None:
        return Response(status_code=status, headers=headers)
    content = files.packed(version, coding)
    if content is None:
        content = await run_sync(files.pack, version, coding)
    if coding is not Coding.IDENTITY:
        headers["Content-Encoding"] = coding
    media_type = served_as.media_type_for(request.headers.get("sec-fetch-dest", ""))
    headers |= {"Content-Type": media_type, "Content-Length": str(len(content)), "Accept-Ranges": "none"}
    return Response(b"" if request.method == "HEAD" else content, headers=headers)


def _conditions(request: Request) -> dict[str, str]:
    """The fields that make a request conditional, several lines of one joined (RFC 9110, section 5.3)."""
    lines = {name: request.headers.getlist(name) for name in CONDITIONS}
    return {name: ", ".join(values) for name, values in lines.items() if values}


def _validators(version: Version, coding: Coding) -> dict[str, str]:
    # A file may come from the future; a Last-Modified must not (RFC 9110, section 8.8.2.1).
    changed = min(version.changed, datetime.now(UTC))
    return {"ETag": version.etag(coding), "Last-Modified": format_datetime(changed, usegmt=True)}


def _to_folder(request: Request, files: Folder, path: str) -> Response:
    """A folder without its slash leads to the folder; a relative address holds behind any proxy."""
    if path.endswith("/") or not files.is_folder(path) or files.look(f"{path}/") is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    request.state.kind = Kind.PAGE
    query = f"?{request.url.query}" if request.url.query else ""
    target = f"./{quote(path.rsplit('/', 1)[-1])}/{query}"
    return Response(status_code=HTTPStatus.MOVED_PERMANENTLY, headers={"Location": target})


def _options(path: str) -> Response:
    """What may be asked of an address; for what partner sites use, also of another origin (Fetch, CORS preflight)."""
    served_as = manner(path[1:] or "index.html")
    shared = {**served_as.headers, **PREFLIGHT} if served_as and served_as.shared else {}
    return Response(status_code=HTTPStatus.NO_CONTENT, headers={"Allow": _ALLOW, **shared})


async def _health(request: Request) -> Response:
    """Well if the folder can be read and holds a feed."""
    request.state.kind = Kind.PROBE
    try:
        feeds = await run_sync(request.app.state.files.feeds)
    except OSError as error:
        return _unwell(f"the output folder cannot be read: {error.strerror}")
    if not feeds:
        return _unwell("the output folder holds no feed yet; run tweeklank sync")
    return JSONResponse({"status": "ok", "feeds": len(feeds)}, headers=_UNKEPT)


def _unwell(reason: str) -> Response:
    content = {"status": "unavailable", "reason": reason}
    return JSONResponse(content, HTTPStatus.SERVICE_UNAVAILABLE, headers=_UNKEPT)


async def _metrics(request: Request) -> Response:
    request.state.kind = Kind.PROBE
    try:
        feeds = await run_sync(request.app.state.files.feeds)
    except OSError:
        feeds = []
    text = request.app.state.counters.text(feeds, time.time()) + await run_sync(request.app.state.further_metrics)
    return PlainTextResponse(text, media_type=METRICS_TYPE, headers=_UNKEPT)


async def _refused(_request: Request, error: Exception) -> Response:
    refused = error if isinstance(error, HTTPException) else HTTPException(HTTPStatus.INTERNAL_SERVER_ERROR)
    return refusal(HTTPStatus(refused.status_code), refused.headers or {})


async def _unreadable(request: Request, error: Exception) -> Response:
    log.error("%s: cannot be read: %s", request.scope["path"].encode("unicode_escape").decode(), error)
    return refusal(HTTPStatus.SERVICE_UNAVAILABLE, {"Retry-After": "60"})
