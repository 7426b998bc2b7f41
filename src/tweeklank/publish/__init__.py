"""Publishing: from the store to feeds and pages in the output folder."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

from tweeklank.config import Config, Review
from tweeklank.publish.archive import archive, shelves
from tweeklank.publish.directory import directory
from tweeklank.publish.edition import Edition, gather
from tweeklank.publish.feeds import feeds
from tweeklank.publish.jsonfeed import json_feeds
from tweeklank.publish.site import site
from tweeklank.publish.topics import with_topics
from tweeklank.publish.withdrawn import clear, pages_of_changed
from tweeklank.publish.write import Output, PublishError
from tweeklank.store import Store

__all__ = ["PublishError", "Published", "publish"]


@dataclass(frozen=True)
class Published:
    """What a publication did: how many files were written or removed, how many were right already, and which changed.

    ``needs_review`` counts the articles whose English has too many sentences in Dutch, ``held_back``
    those of them that are in no English feed for it.
    """

    written: int
    unchanged: int
    changed: tuple[Path, ...]
    needs_review: int = 0
    held_back: int = 0

    def with_more(self, output: Output) -> Published:
        """Counting the files of another publication, too."""
        return replace(
            self,
            written=self.written + len(output.changed),
            unchanged=self.unchanged + output.unchanged,
            changed=(*self.changed, *output.changed),
        )


def publish(config: Config, store: Store) -> Published:
    """Brings the output folder up to date with the store.

    The same store gives the same bytes, whatever the clock says. Files of articles that newer ones
    have pushed out of the feeds stay, for others may link to them. Raises PublishError.
    """
    output, left_or_back = Output(config.publication.output), store.retention.unsettled()
    edition = with_topics(gather(config, store))
    history = shelves(edition, store)
    edition = replace(edition, archives=len(history))
    pages = pages_of_changed(edition, store, left_or_back)
    for name, content in chain(pages, archive(edition, store, history, output), _files(edition)):
        output.put(name, content)
    clear(output, left_or_back)
    output.settle()
    store.retention.settle(left_or_back)
    needs_review = store.translations.needing_review(config.translate.review_above)
    held_back = needs_review if config.translate.review is Review.HOLD else 0
    return Published(len(output.changed), output.unchanged, tuple(output.changed), needs_review, held_back)


def _files(edition: Edition) -> Iterator[tuple[str, bytes]]:
    """Every file with its path; feeds come last, so that what they link to is there."""
    return chain(site(edition), directory(edition), json_feeds(edition), feeds(edition))
