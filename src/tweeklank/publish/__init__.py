"""Publishing: from the store to feeds and pages in the output folder."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from tweeklank.config import Config
from tweeklank.publish.directory import directory
from tweeklank.publish.edition import Edition, gather
from tweeklank.publish.feeds import feeds
from tweeklank.publish.jsonfeed import json_feeds
from tweeklank.publish.site import site
from tweeklank.publish.write import Output, PublishError
from tweeklank.store import Store

__all__ = ["PublishError", "Published", "publish"]


@dataclass(frozen=True)
class Published:
    """What a publication did: how many files were written, how many were right already, and which changed."""

    written: int
    unchanged: int
    changed: tuple[Path, ...]


def publish(config: Config, store: Store) -> Published:
    """Brings the output folder up to date with the store.

    The same store gives the same bytes, whatever the clock says. Files of articles that have
    left the feeds stay, for others may link to them. Raises PublishError.
    """
    output = Output(config.publication.output)
    for name, content in _files(gather(config, store)):
        output.put(name, content)
    return Published(len(output.changed), output.unchanged, tuple(output.changed))


def _files(edition: Edition) -> Iterator[tuple[str, bytes]]:
    """Every file with its path; feeds come last, so that what they link to is there."""
    return chain(site(edition), directory(edition), json_feeds(edition), feeds(edition))
