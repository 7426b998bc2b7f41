"""The log: for people on a terminal, else JSON with one object a line; on stderr, without secrets.

Modules log with `logging`. What they pass as ``extra`` becomes fields of the line, and so does what is
bound with structlog's contextvars, such as the number of the run.
"""

from __future__ import annotations

import logging
import os
import re
import sys
from typing import Any

import structlog
from structlog.types import EventDict, Processor, WrappedLogger

from tweeklank.article import tellable

_OURS = "tweeklank"

_BEARER = re.compile(r"\b(?P<name>(?:bearer|basic)\s+)[\w.~+/=-]{8,}", re.IGNORECASE)


def configure(level: int) -> None:
    """Sends this process's log to stderr, from ``level`` on; of other packages only warnings, unless debugging."""
    shared: list[Processor] = [
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.ExtraAdder(),
    ]
    # Packages that log with structlog itself would write to stdout, amid what the commands print.
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *_rendered(sys.stderr.isatty())],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level if level <= logging.DEBUG else max(level, logging.WARNING))
    logging.getLogger(_OURS).setLevel(level)
    # A request that is made again is no failure; if it fails in the end, that is told.
    for name in ("stamina", "psycopg.pool"):
        logging.getLogger(name).setLevel(level if level <= logging.DEBUG else logging.ERROR)


def tell_more() -> None:
    """Makes this process's log tell what it does, and not only what goes wrong."""
    ours = logging.getLogger(_OURS)
    ours.setLevel(min(ours.level or logging.INFO, logging.INFO))


def read_as_log() -> bool:
    """Whether what this process prints and what it logs end up together in a file, a mail or the journal."""
    if sys.stderr.isatty():
        return False
    try:
        out, err = os.fstat(sys.stdout.fileno()), os.fstat(sys.stderr.fileno())
    except OSError:
        return False
    return (out.st_dev, out.st_ino) == (err.st_dev, err.st_ino)


def _rendered(for_people: bool) -> list[Processor]:
    tracebacks = structlog.processors.format_exc_info
    if for_people:
        console = structlog.dev.ConsoleRenderer(
            colors="NO_COLOR" not in os.environ, timestamp_key="time", exception_formatter=structlog.dev.plain_traceback
        )
        return [tracebacks, hide_secrets, console]
    order = structlog.processors.EventRenamer("message")
    return [tracebacks, hide_secrets, order, structlog.processors.JSONRenderer(ensure_ascii=False, default=str)]


def hide_secrets(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """A structlog processor: takes names with passwords, and tokens in queries, out of all addresses."""
    return {key: _hidden(value) for key, value in event.items()}


def _hidden(value: Any) -> Any:
    if isinstance(value, str):
        return _BEARER.sub(r"\g<name>…", tellable(value))
    if isinstance(value, dict):
        return {key: _hidden(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_hidden(item) for item in value]
    return value if value is None or isinstance(value, int | float) else _hidden(str(value))
