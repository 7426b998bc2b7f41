"""What people see of a sync: progress while it runs, a table at its end."""

from __future__ import annotations

from datetime import datetime

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

from tweeklank.config import Config
from tweeklank.summary import Summary

_RARE = ("withdrawn", "returned", "left out")


class ProgressBars:
    """Bars on stderr while a sync runs; nothing if stderr is no terminal."""

    def __init__(self) -> None:
        console = Console(stderr=True)
        self._progress = Progress(
            TextColumn("{task.description:<24}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
            console=console, transient=True, disable=not console.is_terminal,
        )  # fmt: skip
        self._tasks: dict[str, TaskID] = {}

    def __enter__(self) -> ProgressBars:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def collecting(self, source: str, done: int, total: int) -> None:
        self._show(f"collecting {source}", done, total)

    def translating(self, done: int, total: int) -> None:
        self._show("translating", done, total)

    def receiving(self, done: int, total: int) -> None:
        self._show("downloading", done, total)

    def _show(self, name: str, done: int, total: int) -> None:
        if name not in self._tasks:
            self._tasks[name] = self._progress.add_task(name)
        self._progress.update(self._tasks[name], completed=done, total=total or None)


def print_summary(config: Config, summary: Summary) -> None:
    """The sources with their articles, then what was translated and written, then what failed."""
    console = Console(highlight=False)
    _print_sources(console, summary)
    print_english(config, summary, console)
    size = summary.collected.bytes / 1000
    console.print(
        f"fetched     {summary.collected.requests} requests, {size:.0f} kB, {summary.seconds:.1f} seconds in all"
    )
    print_failures(summary, console)


def print_failures(summary: Summary, console: Console | None = None) -> None:
    """A line for whatever failed while the rest went on, or went on by itself and should be looked at."""
    console = console or Console(highlight=False)
    for source in summary.collected.sources:
        for notice in source.notices:
            console.print(f"notice      {notice}", style="yellow", markup=False, soft_wrap=True)
    for failure in summary.failures:
        console.print(f"failed      {failure}", style="red", markup=False, soft_wrap=True)
    for undelivered in summary.undelivered:
        console.print(f"untold      {undelivered}", style="yellow", markup=False, soft_wrap=True)


def _print_sources(console: Console, summary: Summary) -> None:
    sources = summary.collected.sources
    counts = {
        "new": [one.new for one in sources],
        "changed": [one.changed for one in sources],
        "unchanged": [one.unchanged for one in sources],
        "withdrawn": [one.withdrawn for one in sources],
        "returned": [one.returned for one in sources],
        "left out": [one.left_out for one in sources],
        "waiting": [one.waiting for one in sources],
        "failed": [len(one.failures) for one in sources],
    }
    shown = [name for name, column in counts.items() if name not in _RARE or any(column)]
    table = Table(box=None, header_style="bold", pad_edge=False)
    table.add_column("source")
    for name in shown:
        table.add_column(name, justify="right")
    for row, source in enumerate(sources):
        table.add_row(source.source, *(str(counts[name][row] or "·") for name in shown))
    console.print(table)
    for source in summary.collected.sources:
        if source.foreign:
            console.print(f"left out    {source.foreign} of {source.source}: not in Dutch (see collect.foreign)")
        if source.copies:
            console.print(f"also there  {source.copies} new of {source.source}: another source has them as well")
        if source.next_try:
            why = "resting" if source.rested else "will rest"
            until = f"{datetime.fromisoformat(source.next_try).astimezone():%Y-%m-%d %H:%M}"
            console.print(f"{why:<12}{source.source} until {until}; --all asks it all the same")
    console.print()


def print_english(config: Config, summary: Summary, console: Console | None = None) -> None:
    """What was translated and written, with what people should look at."""
    console = console or Console(highlight=False)
    done = summary.translated
    if done.articles:
        console.print(f"translated  {done.articles} articles, {done.sentences} sentences, by {done.model}")
        if done.hit_rate:
            of_people = f", {done.corrected} corrected by people" if done.corrected else ""
            console.print(f"            {done.remembered} known already{of_people}: {done.hit_rate:.0%} from memory")
        if done.changed < done.articles:
            console.print(f"            {done.changed} articles have other words than before")
        if done.kept:
            console.print(f"            {done.kept} sentences failed their checks and stay in Dutch, marked as such")
    else:
        console.print("translated  nothing")
    files = summary.published
    if files.needs_review:
        fate = "held back from the English feeds" if files.held_back else "published with a notice"
        console.print(f"for review  {files.needs_review} articles with much Dutch left in the English, {fate}")
    console.print(f"written     {files.written} files, {files.unchanged} unchanged, in {config.publication.output}/")
