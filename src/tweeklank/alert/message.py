"""What an alert says."""

from __future__ import annotations

from dataclasses import dataclass

from tweeklank.article import Language
from tweeklank.config import Config

_MOST_FAILURES = 20


@dataclass(frozen=True)
class Message:
    """One alert. ``state``: "failing" or "recovered"; ``failures`` are the sentences of the last sync."""

    state: str
    publication: str
    subject: str
    failures: tuple[str, ...]
    status_page: str
    contact: str

    @property
    def text(self) -> str:
        """For people, in plain text."""
        lines = [f"{self.subject}.", *(f"- {failure}" for failure in self.failures), f"More: {self.status_page}"]
        return "\n".join(lines) + "\n"


def failing(config: Config, failures: list[str], in_a_row: int) -> Message:
    shown = failures[:_MOST_FAILURES]
    if len(failures) > len(shown):
        shown.append(f"and {len(failures) - len(shown)} more")
    what = f"{in_a_row} syncs in a row have failed" if in_a_row > 1 else "the last sync has failed"
    return _message(config, "failing", what, tuple(shown))


def recovered(config: Config) -> Message:
    return _message(config, "recovered", "syncs go well again", ())


def _message(config: Config, state: str, what: str, failures: tuple[str, ...]) -> Message:
    publication = config.publication.title[Language.EN]
    page = f"{config.publication.base_url}status/"
    return Message(state, publication, f"{publication}: {what}", failures, page, config.collect.contact)
