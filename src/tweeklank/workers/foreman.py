"""A sync's side of the queue: hands out jobs, waits for them, and gives those of dead workers to others."""

from __future__ import annotations

import time
from asyncio import sleep
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from procrastinate.jobs import Status
from procrastinate.types import JSONValue

from tweeklank.article import TweeklankError, address_key
from tweeklank.collect import Collected, SourceReport
from tweeklank.collect import Progress as Collecting
from tweeklank.config import Config, Source
from tweeklank.store import Store
from tweeklank.store.work import Reported
from tweeklank.translate import Translated, edition_in_use
from tweeklank.translate.attempts import Progress as Translating
from tweeklank.translate.corrections import learn_from_publishers
from tweeklank.workers import Spread
from tweeklank.workers.queue import COLLECT, QUEUE, TRANSLATE, opened

BATCH = 25
"""Articles in one job: enough to be worth loading the model, few enough to lose with a worker."""

_LOOK = 0.5  # seconds
_DEATHS = 3  # of workers over one job, after which the job is to blame
_DIED = f"{_DEATHS} workers died over it"


class Foreman:
    """Hands out the work of one sync. There is never more than one, for a sync holds the lock of its store."""

    def __init__(self, config: Config, store: Store) -> None:
        self._config, self._store = config, store
        self._alive = self._begun = time.monotonic()
        self._failed: set[int] = set()

    async def hand_out(self, collecting: Collecting, translating: Translating, *, even_resting: bool) -> Spread:
        """Collects at all sources, then translates all that waits. Raises StoreError."""
        spread = Spread()
        async with opened(self._store) as app:
            self._app = app
            unfinished = await self._clear_up()
            try:
                await self._collect(spread, unfinished, collecting, even_resting=even_resting)
                if not spread.failures:
                    await self._translate(spread, translating)
            except TweeklankError as error:
                spread.failures.append(str(error))
            finally:
                await self._withdraw()
        return spread

    async def _clear_up(self) -> list[int]:
        """Takes back what an interrupted sync left; returns the jobs that workers are still busy with."""
        self._store.work.forget()
        await self._withdraw()
        await self._app.job_manager.delete_old_jobs(0, QUEUE, True, True, True)
        busy = await self._app.job_manager.list_jobs_async(queue=QUEUE, status=Status.DOING.value)
        return [job.id for job in busy if job.id is not None]

    async def _withdraw(self) -> None:
        for job in await self._app.job_manager.list_jobs_async(queue=QUEUE, status=Status.TODO.value):
            if job.id is not None:
                await self._app.job_manager.cancel_job_by_id_async(job.id, delete_job=True)

    async def _collect(
        self, spread: Spread, unfinished: list[int], progress: Collecting, *, even_resting: bool
    ) -> None:
        """One job for each host: only the process that asks a host can keep the pause between two requests."""
        hosts: dict[str, list[Source]] = {}
        for source in self._config.sources:
            hosts.setdefault(address_key(source.url).partition("/")[0].partition("?")[0], []).append(source)
        jobs: dict[int, list[Source]] = {}
        for host, sources in hosts.items():
            task = self._app.configure_task(COLLECT, queue=QUEUE, lock=f"host {host}")
            ids: list[JSONValue] = [source.id for source in sources]
            jobs[await task.defer_async(sources=ids, even_resting=even_resting)] = sources

        def tell(job: int) -> None:
            for source in jobs.get(job, ()):
                progress(source.id, 1, 1)

        for source in self._config.sources:
            progress(source.id, 0, 1)
        problem = await self._finish([*jobs, *unfinished], tell)
        spread.failures += [problem] if problem else []
        spread.collected = self._collected(jobs)

    def _collected(self, jobs: Mapping[int, list[Source]]) -> Collected:
        reported, whole = self._store.work.reported(), Collected()
        for job, sources in jobs.items():
            if job in self._failed:
                why = reported.get(job, Reported(None, _DIED)).failure or _DIED
                whole.sources += [SourceReport(one.id, failures=[f"{one.url}: {why}"]) for one in sources]
            elif job in reported and reported[job].result:
                part = reported[job].result
                whole.sources += [SourceReport(**one) for one in part["sources"]]
                whole.requests += part["requests"]
                whole.bytes += part["bytes"]
        order = [source.id for source in self._config.sources]
        whole.sources.sort(key=lambda report: order.index(report.source))
        return whole

    async def _translate(self, spread: Spread, progress: Translating) -> None:
        learn_from_publishers(self._store)
        waiting = [one.revision for one in self._store.translations.waiting()]
        if not waiting:
            return
        edition = edition_in_use(self._config)
        jobs: dict[int, list[Any]] = {}
        task = self._app.configure_task(TRANSLATE, queue=QUEUE)
        for start in range(0, len(waiting), BATCH):
            part: list[Any] = waiting[start : start + BATCH]
            jobs[await task.defer_async(edition=edition, revisions=part)] = part
        done = 0

        def tell(job: int) -> None:
            nonlocal done
            done += len(jobs[job])
            progress(done, len(waiting))

        problem = await self._finish(jobs, tell)
        reported = self._store.work.reported()
        whys = [reported.get(job, Reported(None, _DIED)).failure or _DIED for job in jobs if job in self._failed]
        spread.failures += [*([problem] if problem else []), *dict.fromkeys(whys)]
        spread.translated = _together(
            Translated(**(reported[job].result | {"articles": len(part)}))
            for job, part in jobs.items()
            if job in reported and reported[job].result and job not in self._failed
        )

    async def _finish(self, jobs: Iterable[int], tell: Callable[[int], None]) -> str:
        """Waits until all jobs are done. Returns a sentence if it gives up, or nothing."""
        waiting = set(jobs)
        while True:
            await self._revive()
            states = await self._states(waiting)
            for job in sorted(waiting):
                # A job that is gone was cleared away when it was done.
                if (state := states.get(job, Status.SUCCEEDED.value)) not in (Status.TODO.value, Status.DOING.value):
                    if state != Status.SUCCEEDED.value:
                        self._failed.add(job)
                    waiting.remove(job)
                    tell(job)
            if not waiting:
                return ""
            if problem := await self._hopeless(len(waiting)):
                return problem
            await sleep(_LOOK)

    async def _revive(self) -> None:
        """Puts the jobs of dead workers back into the queue."""
        manager = self._app.job_manager
        for job in await manager.get_stalled_jobs(
            queue=QUEUE, seconds_since_heartbeat=self._config.workers.stalled_after
        ):
            if job.attempts + 1 < _DEATHS:
                await manager.retry_job(job)
            else:
                await manager.finish_job(job, Status.FAILED, delete_job=False)

    async def _states(self, jobs: Iterable[int]) -> dict[int, str]:
        rows = await self._app.connector.execute_query_all_async(
            "SELECT id, status::text AS state FROM procrastinate_jobs WHERE id = ANY(%(jobs)s)", jobs=list(jobs)
        )
        return {row["id"]: row["state"] for row in rows}

    async def _hopeless(self, left: int) -> str:
        """Why there is no use in waiting any longer, or nothing."""
        limits, now = self._config.workers, time.monotonic()
        row = await self._app.connector.execute_query_one_async(
            "SELECT count(*) AS alive FROM procrastinate_workers"
            " WHERE last_heartbeat > now() - make_interval(secs => %(seconds)s)",
            seconds=limits.stalled_after,
        )
        if row["alive"]:
            self._alive = now
        if now - self._alive > limits.stalled_after:
            return "no worker is alive; start one or more with: tweeklank worker."
        if now - self._begun > limits.patience:
            return f"the workers are not done after {limits.patience:g} seconds, {left} jobs are left to the next sync."
        return ""


def _together(parts: Iterable[Translated]) -> Translated:
    whole = Translated()
    for part in parts:
        whole = replace(
            part,
            articles=whole.articles + part.articles,
            changed=whole.changed + part.changed,
            sentences=whole.sentences + part.sentences,
            remembered=whole.remembered + part.remembered,
            corrected=whole.corrected + part.corrected,
            kept=whole.kept + part.kept,
        )
    return whole
