"""What the server tells of its work: a line per request in the log, and counters for Prometheus."""

from __future__ import annotations

import ipaddress
import json
import logging
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from http import HTTPStatus

from prometheus_client import CollectorRegistry, Gauge, Metric, generate_latest
from prometheus_client.core import CounterMetricFamily
from prometheus_client.registry import Collector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tweeklank.serve.kinds import Kind

ACCESS_LOG = "tweeklank.access"
METRICS_TYPE = "text/plain; version=0.0.4"

_access = logging.getLogger(ACCESS_LOG)


class Counters(Collector):
    """Counts since the start. Only the event loop writes here, so nothing is locked."""

    def __init__(self) -> None:
        self._requests: Counter[tuple[Kind, int]] = Counter()
        self._bytes: Counter[Kind] = Counter()

    def count(self, kind: Kind, status: int, size: int) -> None:
        self._requests[kind, status] += 1
        self._bytes[kind] += size

    def collect(self) -> Iterator[Metric]:
        """The counts, as a registry of Prometheus asks for them."""
        requests = CounterMetricFamily(
            "tweeklank_http_requests", "Answers, by kind and status.", labels=["kind", "status"]
        )
        for (kind, status), count in sorted(self._requests.items()):
            requests.add_metric([kind, str(status)], count)
        sent = CounterMetricFamily("tweeklank_http_response_bytes", "Bytes of bodies sent.", labels=["kind"])
        for kind, size in sorted(self._bytes.items()):
            sent.add_metric([kind], size)
        unchanged = sum(n for (_, status), n in self._requests.items() if status == HTTPStatus.NOT_MODIFIED)
        yield from (requests, sent, CounterMetricFamily("tweeklank_http_not_modified", "Answers 304.", unchanged))

    def text(self, feeds: Sequence[float], now: float) -> str:
        """Everything in the text format of Prometheus 0.0.4; ``feeds`` are times of change of feeds."""
        made = CollectorRegistry()
        made.register(self)
        Gauge("tweeklank_feeds", "Feeds at the top of the output folder.", registry=made).set(len(feeds))
        if feeds:
            age = Gauge("tweeklank_newest_feed_age_seconds", "Since the last change of any feed.", registry=made)
            age.set(max(0, round(now - max(feeds))))
        return generate_latest(made).decode()


class Observed:
    """ASGI middleware: counts and logs each answer, with the kind that the app found for it."""

    def __init__(self, app: ASGIApp, counters: Counters) -> None:
        self._app, self._counters = app, counters

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status, size = time.perf_counter(), int(HTTPStatus.INTERNAL_SERVER_ERROR), 0

        async def watched(message: Message) -> None:
            nonlocal status, size
            if message["type"] == "http.response.start":
                status = message["status"]
            else:
                size += len(message.get("body", b""))
            await send(message)

        try:
            await self._app(scope, receive, watched)
        finally:
            kind: Kind = scope.get("state", {}).get("kind", Kind.NONE)
            self._counters.count(kind, status, size)
            _log(scope, kind, status, size, time.perf_counter() - began)


def _log(scope: Scope, kind: Kind, status: int, size: int, seconds: float) -> None:
    """One line of JSON, which whatever a client sends cannot break out of."""
    if not _access.isEnabledFor(logging.INFO):
        return
    headers = dict(scope["headers"])
    line = {
        "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "client": _network(scope),
        "method": scope["method"],
        "path": scope["path"],
        "kind": kind,
        "status": status,
        "bytes": size,
        "ms": round(seconds * 1000, 2),
        "agent": headers.get(b"user-agent", b"").decode("latin-1")[:200],
    }
    _access.info(json.dumps(line))


def _network(scope: Scope) -> str:
    """Where a client is, not who: a whole address is personal data (GDPR, article 4), its /24 or /48 will do."""
    try:
        address = ipaddress.ip_address((scope.get("client") or ("",))[0])
    except ValueError:
        return ""
    return str(ipaddress.ip_network((address, 24 if address.version == 4 else 48), strict=False).network_address)
