"""uvicorn around the app: listening, logging, and stopping when told to."""

from __future__ import annotations

import logging
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

import uvicorn

from tweeklank.article import TweeklankError
from tweeklank.config import Config
from tweeklank.serve.app import app
from tweeklank.serve.observe import ACCESS_LOG

_MOST_HEADER_BYTES = 16 * 1024
_MOST_CONNECTIONS = 1000
_SECONDS_TO_FINISH = 10
_STOPS = (signal.SIGINT, signal.SIGTERM)


class ServeError(TweeklankError):
    """The server cannot listen where it should."""


def run(config: Config, host: str, port: int, further_metrics: Callable[[], str] = lambda: "") -> None:
    """Serves the output folder until SIGINT or SIGTERM, after which downloads under way are finished.

    Port 0 takes a free one. ``further_metrics``: see ``app``. Raises ServeError.
    """
    listener = _listen(host, port)
    _log_requests()
    output = config.publication.output
    settings = uvicorn.Config(
        app(output, further_metrics),
        http="h11",
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        h11_max_incomplete_event_size=_MOST_HEADER_BYTES,
        limit_concurrency=_MOST_CONNECTIONS,
        timeout_graceful_shutdown=_SECONDS_TO_FINISH,
    )
    shown = f"[{host}]" if ":" in host else host
    empty = "" if output.is_dir() else "; there is nothing in it yet, run tweeklank sync"
    sys.stderr.write(f"tweeklank: serving {output} at http://{shown}:{listener.getsockname()[1]}/{empty}\n")
    sys.stderr.flush()
    with _stopping_is_no_error():
        uvicorn.Server(settings).run(sockets=[listener])


def _listen(host: str, port: int) -> socket.socket:
    # By ourselves: uvicorn logs the failure and leaves the process.
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        listener = socket.create_server((host, port), family=family)
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise ServeError(
            f"cannot listen on port {port} of {host} ({reason}); choose others with --port and --host."
        ) from None
    # asyncio sets this only on sockets that name their protocol. Without it a body waits 40 ms
    # behind its headers, until a client that keeps its connection has acknowledged them.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def _log_requests() -> None:
    """Requests go to stderr as they are, whatever the level of the rest."""
    access = logging.getLogger(ACCESS_LOG)
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(message)s"))
    access.handlers, access.propagate = [handler], False
    access.setLevel(logging.INFO)


@contextmanager
def _stopping_is_no_error() -> Iterator[None]:
    """uvicorn raises the signal again that it stopped for; here stopping is what was asked."""

    def stopped(_number: int, _frame: FrameType | None) -> None: ...

    before = {number: signal.signal(number, stopped) for number in _STOPS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
