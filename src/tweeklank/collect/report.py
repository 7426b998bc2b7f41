"""What one sync did with its sources."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field

from tweeklank.article import TweeklankError, tellable

log = logging.getLogger(__name__)

Progress = Callable[[str, int, int], None]
"""Called with a source's id, the number of its pages visited, and of those to visit."""


@dataclass
class SourceReport:
    """What one sync did with one source.

    ``withdrawn`` counts the articles that the site no longer has, ``returned`` those that it has
    again; ``left_out`` those that were read and turned out not to be wanted, ``foreign`` those that
    are not in Dutch, ``copies`` those that another source showed first. ``failures`` are sentences
    with address and cause; ``notices`` tell what went well, and should be looked at.
    ``changed_layout``: what no longer matches in the pages of articles; empty if they read as
    before, None if this sync has seen none to judge by. ``rested``: it was not asked, for it keeps
    failing or has been quiet for long; ``next_try``: until when it is left alone (ISO 8601), empty
    for the next sync.
    """

    source: str
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    withdrawn: int = 0
    returned: int = 0
    left_out: int = 0
    foreign: int = 0
    copies: int = 0
    waiting: int = 0
    not_modified: bool = False
    changed_layout: str | None = None
    rested: bool = False
    next_try: str = ""
    failures: list[str] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)

    @property
    def news(self) -> bool:
        """Whether the source had anything that was not known."""
        return bool(self.new or self.copies or self.changed)

    def failed(self, url: str, error: TweeklankError) -> None:
        failure = tellable(f"{url}: {error}")
        log.warning("%s: %s", self.source, failure)
        self.failures.append(failure)

    def failed_once(self, url: str, error: TweeklankError) -> None:
        """For what many pages may fail by: it is told of the first of them only."""
        if not any(failure.endswith(tellable(str(error))) for failure in self.failures):
            self.failed(url, error)

    def noticed(self, notice: str) -> None:
        notice = tellable(notice)
        log.warning("%s: %s", self.source, notice)
        if notice not in self.notices:
            self.notices.append(notice)


@dataclass
class Collected:
    """What one sync collected. ``requests`` and ``bytes`` count what went over the network."""

    sources: list[SourceReport] = field(default_factory=list)
    requests: int = 0
    bytes: int = 0

    @property
    def failures(self) -> list[str]:
        return [failure for source in self.sources for failure in source.failures]
