"""What a sync has shown to be wrong, and what to be in order.

A key for which a sync gives no evidence, such as a source that was not visited, is in neither.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from tweeklank.article import without_login
from tweeklank.collect import SourceReport
from tweeklank.config import Config
from tweeklank.store import Store


@dataclass
class Findings:
    """``wrong``: a sentence for each key; ``fine``: keys that are in order."""

    wrong: dict[str, str] = field(default_factory=dict)
    fine: set[str] = field(default_factory=set)

    def note(self, key: str, sentence: str | None) -> None:
        """Notes what is wrong with something; "" is nothing, None unknown."""
        if sentence:
            self.wrong[key] = sentence
        elif sentence is not None:
            self.fine.add(key)


def find(config: Config, store: Store, sources: list[SourceReport], translation: str, hub: str | None) -> Findings:
    """The findings of a sync. ``translation`` and ``hub``: what failed there; "" is nothing, None unknown."""
    found = Findings()
    for report in sources:
        state = store.sources.state(report.source)
        url = _shown(config.source(report.source).url)
        failing = f"{report.source}: {url}: {state.last_error}." if state.failures else ""
        found.note(f"source/{report.source}", failing if state.last_try else None)
        changed = report.changed_layout
        found.note(f"articles/{report.source}", changed and f"{report.source}: {url}: changed layout: {changed}.")
    found.note("translation", translation)
    found.note("hub", "" if not config.publication.hub else hub)
    found.fine.update(_of_sources_gone(config, store))
    return found


def _shown(url: str) -> str:
    """An address without what may be secret in it, such as a password or key: what is found is published."""
    return urlsplit(without_login(url))._replace(query="").geturl()


def _of_sources_gone(config: Config, store: Store) -> Iterator[str]:
    """Keys of problems of sources that have left the configuration."""
    known = {source.id for source in config.sources}
    for problem in store.problems.open():
        _, slash, source = problem.key.partition("/")
        if slash and source not in known:
            yield problem.key
