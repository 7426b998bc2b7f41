"""A worker: takes jobs from the queue and does them, one at a time."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Any

from procrastinate import App, JobContext, RetryStrategy

from tweeklank.article import TweeklankError
from tweeklank.collect import collect
from tweeklank.config import Config
from tweeklank.store import Store, StoreError, open_store
from tweeklank.store.work import Reported
from tweeklank.translate import edition_in_use, translate_part
from tweeklank.workers import WorkersError
from tweeklank.workers.queue import COLLECT, QUEUE, TRANSLATE, opened

log = logging.getLogger(__name__)

_LOOK = 2.0  # seconds between two looks for jobs that nothing announced, such as retried ones
_AGAIN = RetryStrategy(max_attempts=2, wait=2)
"""A job that fails may do better at another worker."""


def run(config: Config) -> None:
    """Does jobs until SIGTERM or SIGINT. Raises StoreError, also when the database goes away."""
    # What procrastinate says of a failed job, with its traceback, is in the sync's summary in one sentence.
    quiet = logging.getLogger("procrastinate")
    quiet.setLevel(logging.DEBUG if log.isEnabledFor(logging.DEBUG) else logging.CRITICAL)
    with open_store(config.store_url) as store:
        asyncio.run(_run(config, store))


async def _run(config: Config, store: Store) -> None:
    async with opened(store) as app:
        _register(app, config, store)
        working = asyncio.ensure_future(
            app.run_worker_async(
                queues=[QUEUE],
                concurrency=1,
                fetch_job_polling_interval=_LOOK,
                update_heartbeat_interval=config.workers.stalled_after / 4,
                stalled_worker_timeout=config.workers.stalled_after,
                install_signal_handlers=False,
            )
        )
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, working.cancel)
        try:
            await working
        except asyncio.CancelledError:
            return
    raise StoreError("the worker lost its connection to the store; start it again once the server is back.")


def _register(app: App, config: Config, store: Store) -> None:
    """The jobs that there are. They run in a thread, so that signs of life go on while the model is at work."""

    @app.task(name=COLLECT, pass_context=True, retry=_AGAIN)
    def collect_host(context: JobContext, *, sources: list[str], even_resting: bool) -> None:
        _report(context, store, lambda: _collect(config, store, sources, even_resting=even_resting))

    @app.task(name=TRANSLATE, pass_context=True, retry=_AGAIN)
    def translate_batch(context: JobContext, *, edition: str, revisions: list[int]) -> None:
        _report(context, store, lambda: _translate(config, store, edition, revisions))


def _report(context: JobContext, store: Store, do: Callable[[], dict[str, Any]]) -> None:
    """Does a job, and tells the sync what became of it."""
    number = context.job.id or 0
    try:
        reported = Reported(do())
    except Exception as error:
        name = "" if isinstance(error, TweeklankError) else f"unexpected {type(error).__name__}: "
        sentence = name + str(error).partition("\n")[0]
        log.warning("job %d failed: %s", number, sentence)
        store.work.keep(number, Reported(None, sentence))
        raise
    store.work.keep(number, reported)


def _collect(config: Config, store: Store, sources: list[str], *, even_resting: bool) -> dict[str, Any]:
    own = tuple(source for source in config.sources if source.id in sources)
    if len(own) < len(sources):
        raise WorkersError(f"a worker's {config.path} lacks a source of {', '.join(sources)}; give all the same file.")
    return asdict(asyncio.run(collect(replace(config, sources=own), store, even_resting=even_resting)))


def _translate(config: Config, store: Store, edition: str, revisions: list[int]) -> dict[str, Any]:
    own = edition_in_use(config)
    if own != edition:
        raise WorkersError(
            f"a worker would translate by {own}, and the sync by {edition}; "
            "give all the same version, model and [translate] settings."
        )
    return asdict(translate_part(config, store, revisions))
