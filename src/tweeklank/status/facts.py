"""The facts about a publication at one moment, from the store, the output folder and the disk."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from tweeklank.article import Language
from tweeklank.config import Config, Source
from tweeklank.status.disk import LEAST_FREE, free_bytes
from tweeklank.store import Store
from tweeklank.store.lock import at_work
from tweeklank.store.open import sqlite_file
from tweeklank.translate.models import ModelError, find_model

_RUNS = 10
_FEEDS = (".atom.xml", ".rss.xml", ".json")


class Ending(StrEnum):
    """How a sync ended."""

    WELL = "well"
    FAILED = "failed"
    INTERRUPTED = "interrupted"
    RUNNING = "running"


@dataclass(frozen=True)
class RunFacts:
    """A sync. ``seconds`` is None while it runs and if it was interrupted."""

    started: datetime
    ended: Ending
    seconds: float | None
    failures: tuple[str, ...]
    undelivered: tuple[str, ...]


@dataclass(frozen=True)
class SourceFacts:
    """A source. ``failures``: in a row; ``waiting``: links shown and not taken yet; moments are None for "never"."""

    id: str
    title: str
    url: str
    articles: int
    waiting: int
    failures: int
    last_error: str
    last_try: datetime | None
    last_success: datetime | None
    last_news: datetime | None
    next_try: datetime | None


@dataclass(frozen=True)
class TranslationFacts:
    """Articles by the state of their English. ``partly_dutch``: with sentences that failed their checks."""

    made: int
    waiting: int
    partly_dutch: int
    needing_review: int


@dataclass(frozen=True)
class ModelFacts:
    """The model that the next sync translates with. ``builtin``: the one that comes with Tweeklank."""

    name: str
    version: str
    builtin: bool


@dataclass(frozen=True)
class FeedFacts:
    """A published feed; ``path`` is relative to the output folder, ``seconds`` is its age."""

    path: str
    changed: datetime
    seconds: float


@dataclass(frozen=True)
class ProblemFacts:
    """What is wrong now. ``since`` is None if that is not recorded."""

    text: str
    since: datetime | None


@dataclass(frozen=True)
class Facts:
    """Everything at the moment ``now``. ``store_bytes`` is None for a store that is no file."""

    now: datetime
    problems: tuple[ProblemFacts, ...]
    runs: tuple[RunFacts, ...]
    sources: tuple[SourceFacts, ...]
    translations: TranslationFacts
    model: ModelFacts | None
    feeds: tuple[FeedFacts, ...]
    store_bytes: int | None
    free_bytes: int

    @property
    def last_ended(self) -> RunFacts | None:
        """The last sync that ran to its end."""
        return next((run for run in self.runs if run.seconds is not None), None)

    def as_dict(self) -> dict[str, Any]:
        """The facts in types that JSON has; moments in ISO 8601."""
        plain: dict[str, Any] = _plain(asdict(self))
        return plain


def gather(config: Config, store: Store, now: datetime) -> Facts:
    """Raises StoreError. ``now`` must be aware."""
    runs = tuple(_runs(store, now))
    total, partly_dutch = store.translations.counts()
    review_above = config.translate.review_above
    counts = store.articles.counts()
    file, free = sqlite_file(store.url), free_bytes(config)
    feeds = tuple(_feeds(config.publication.output, now))
    model, no_model = _model(config)
    problems = [ProblemFacts(problem.text, problem.began) for problem in store.problems.open()]
    problems += [ProblemFacts(text, None) for text in (*_of_runs(runs), *no_model, *_of_output(feeds), *_of_disk(free))]
    return Facts(
        now=now,
        problems=tuple(problems),
        runs=runs,
        sources=tuple(_source(store, source, counts.get(source.id, 0)) for source in config.sources),
        translations=TranslationFacts(
            total, store.translations.count_waiting(), partly_dutch, store.translations.needing_review(review_above)
        ),
        model=model,
        feeds=feeds,
        store_bytes=_size(file) if file else None,
        free_bytes=free,
    )


def _runs(store: Store, now: datetime) -> Iterator[RunFacts]:
    for number, run in enumerate(store.runs.last(_RUNS)):
        summary, finished = run["summary"] or {}, run["finished"]
        if finished is None:
            # Only the newest can be at work still; whether it is, its lock tells.
            runs = number == 0 and run["started"] <= now and at_work(store.url)
            ended = Ending.RUNNING if runs else Ending.INTERRUPTED
        else:
            ended = Ending.FAILED if summary.get("failures") else Ending.WELL
        yield RunFacts(
            started=run["started"],
            ended=ended,
            seconds=(finished - run["started"]).total_seconds() if finished else None,
            failures=tuple(summary.get("failures", ())),
            undelivered=tuple(summary.get("undelivered", ())),
        )


def _source(store: Store, source: Source, articles: int) -> SourceFacts:
    state = store.sources.state(source.id)
    return SourceFacts(
        id=source.id,
        title=source.title.get(Language.EN, source.id),
        url=source.url,
        articles=articles,
        waiting=store.links.waiting(source.id),
        failures=state.failures,
        last_error=state.last_error,
        last_try=state.last_try,
        last_success=state.last_success,
        last_news=state.last_news,
        next_try=state.next_try,
    )


def _model(config: Config) -> tuple[ModelFacts | None, list[str]]:
    try:
        model = find_model(config.translate.model)
    except ModelError as error:
        return None, [str(error)]
    return ModelFacts(model.name, model.version, model.builtin), []


def _feeds(output: Path, now: datetime) -> Iterator[FeedFacts]:
    """The feeds at the top of the output folder and of the sources' folders, the ones with all articles first."""
    found = [file for pattern in ("*", "*/*") for file in sorted(output.glob(pattern)) if file.name.endswith(_FEEDS)]
    for file in found:
        path = file.relative_to(output).as_posix()
        # Those are written once, or are no news.
        if not path.startswith(("archive/", "status/")):
            changed = datetime.fromtimestamp(file.stat().st_mtime, UTC)
            yield FeedFacts(path, changed, max(0.0, (now - changed).total_seconds()))


def _of_runs(runs: tuple[RunFacts, ...]) -> Iterator[str]:
    if not runs:
        yield "No sync has run yet; run tweeklank sync."
    elif runs[0].ended is Ending.INTERRUPTED:
        yield f"The last sync, of {runs[0].started:%Y-%m-%d %H:%M} UTC, was interrupted; run tweeklank sync."


def _of_output(feeds: tuple[FeedFacts, ...]) -> Iterator[str]:
    if not feeds:
        yield "The output folder holds no feeds; run tweeklank sync."


def _of_disk(free: int) -> Iterator[str]:
    if free < LEAST_FREE:
        yield f"Only {free / 1e6:.0f} MB of disk are free; the next sync may not be able to write."


def _size(file: Path) -> int:
    """Of the database with its log of what is not yet in it."""
    parts = (file, file.with_name(f"{file.name}-wal"))
    return sum(part.stat().st_size for part in parts if part.is_file())


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value.isoformat(timespec="seconds") if isinstance(value, datetime) else value
