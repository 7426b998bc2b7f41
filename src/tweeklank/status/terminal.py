"""The facts on a terminal."""

from __future__ import annotations

from datetime import datetime

from rich.console import Console
from rich.table import Table

from tweeklank.status.facts import Ending, Facts

_SHOWN_RUNS = 5
_SPANS = ((86400, "d"), (3600, "h"), (60, "min"))


def print_facts(facts: Facts) -> None:
    """Syncs, sources, translations and feeds; problems last, where the eye ends."""
    console = Console(highlight=False)
    _print_runs(console, facts)
    _print_sources(console, facts)
    done = facts.translations
    console.print(
        f"translated  {done.made} articles, {done.waiting} waiting, "
        f"{done.partly_dutch} with sentences left in Dutch, {done.needing_review} needing review",
        soft_wrap=True,
    )
    if facts.model:
        origin = "the built-in one" if facts.model.builtin else "installed"
        console.print(f"model       {facts.model.name}, {origin}", markup=False)
    if facts.feeds:
        newest, oldest = (pick(facts.feeds, key=lambda feed: feed.changed) for pick in (max, min))
        ages = f"the newest changed {_age(newest.seconds)} ago, the oldest ({oldest.path}) {_age(oldest.seconds)} ago"
        console.print(f"published   {len(facts.feeds)} feeds; {ages}", markup=False, soft_wrap=True)
    size = "" if facts.store_bytes is None else f"{facts.store_bytes / 1e6:.1f} MB, "
    console.print(f"store       {size}{facts.free_bytes / 1e9:.1f} GB free")
    for problem in facts.problems:
        since = f" (since {_moment(problem.since)})" if problem.since else ""
        console.print(f"problem     {problem.text}{since}", style="red", markup=False, soft_wrap=True)
    if not facts.problems:
        console.print("all is well", style="green")


def _print_runs(console: Console, facts: Facts) -> None:
    table = _table("sync", "took", "ended")
    for run in facts.runs[:_SHOWN_RUNS]:
        failed = f"failed: {len(run.failures)} failures" if run.ended is Ending.FAILED else run.ended.value
        untold = f", {len(run.undelivered)} alerts undelivered" if run.undelivered else ""
        took = "·" if run.seconds is None else f"{run.seconds:.0f} s"
        table.add_row(_moment(run.started), took, failed + untold)
    console.print(table)
    console.print()


def _print_sources(console: Console, facts: Facts) -> None:
    table = _table("source", "articles", "waiting", "last success", "last news", "failures", "next try")
    for source in facts.sources:
        table.add_row(
            source.id,
            str(source.articles),
            str(source.waiting or "·"),
            _ago(source.last_success, facts.now),
            _ago(source.last_news, facts.now),
            str(source.failures or "·"),
            _moment(source.next_try) if source.next_try else "next sync",
        )
    console.print(table)
    console.print()


def _table(*headings: str) -> Table:
    table = Table(box=None, header_style="bold", pad_edge=False)
    for heading in headings:
        table.add_column(heading, justify="right" if heading in ("articles", "waiting", "failures", "took") else "left")
    return table


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone():%Y-%m-%d %H:%M}"


def _ago(moment: datetime | None, now: datetime) -> str:
    return f"{_age((now - moment).total_seconds())} ago" if moment else "never"


def _age(seconds: float) -> str:
    for length, unit in _SPANS:
        if seconds >= length:
            return f"{seconds / length:.0f} {unit}"
    return f"{max(0.0, seconds):.0f} s"
