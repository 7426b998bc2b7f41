"""The whole history as archived feeds (RFC 5005, section 4): Atom, one chain of documents per language.

The feed of all news links to its last archive document, and each of these to the one before it,
so that a reader finds every article there ever was. A document holds a fixed number of articles,
as many as a feed does, in the order in which they came in and not in that of their dates: an old
article that is found late then joins the last document, and no other one moves. So the articles
of a document are settled as soon as another document follows it, which is what the RFC asks for.
Its text is not: a correction, or English that came late, is written into it, as is a change of
base_url. English documents hold the same articles as Dutch ones, without those that have no
English yet. One that is withdrawn keeps its place, in which it is said to be deleted (RFC 6721), so
that here, too, no other one moves. What does not rewrite a document: an article's new address or second source.

To know what to write costs one query for the marks of all articles, and the last bytes of each
document, which hold a hash of its marks; only documents that are missing or changed are read from
the store. There are none as long as the feed itself holds everything.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from tweeklank import __version__
from tweeklank.article import Entry, Language
from tweeklank.publish.edition import Channel, Edition, read_entries
from tweeklank.publish.feeds import archive_document, archive_path
from tweeklank.publish.write import Output
from tweeklank.store import Store


@dataclass(frozen=True)
class Shelf:
    """The articles of one archive document. ``marks`` tell which version of each; ``last``: no other follows."""

    number: int
    articles: tuple[int, ...]
    marks: tuple[str, ...]
    last: bool


def shelves(edition: Edition, store: Store) -> list[Shelf]:
    """Every archive document's articles, oldest first."""
    size = edition.config.publication.entries
    known = store.history.marks()
    if len(known) <= size:
        return []
    parts = [known[start : start + size] for start in range(0, len(known), size)]
    return [
        Shelf(number, tuple(one for one, _ in part), tuple(mark for _, mark in part), last=number == len(parts))
        for number, part in enumerate(parts, 1)
    ]


def archive(edition: Edition, store: Store, filled: list[Shelf], output: Output) -> Iterator[tuple[str, bytes]]:
    """The archive documents that are missing or changed, each with its path."""
    # What an archived article leads to must not depend on today's news.
    edition = replace(edition, articles={})
    for language in Language:
        for shelf in filled:
            path, ending = archive_path(language, shelf.number), _ending(edition, shelf)
            if not output.has(path, ending):
                entries = tuple(_entries(edition, store, shelf, language))
                deleted = tuple(store.history.deleted(shelf.articles))
                everything = Channel(None, {language: entries}, deleted=deleted)
                yield path, archive_document(edition, language, everything, shelf.number, last=shelf.last) + ending


def _entries(edition: Edition, store: Store, shelf: Shelf, language: Language) -> Iterator[Entry]:
    return read_entries(edition.config, lambda hold_above: store.history.read(shelf.articles, language, hold_above))


def _ending(edition: Edition, shelf: Shelf) -> bytes:
    """A comment after the document that tells what it was made from."""
    config = edition.config
    publication = replace(config.publication, output=Path(), hub="")
    sources = [(source.id, source.title, source.topics) for source in config.sources]
    review = config.translate.review, config.translate.review_above
    made_from = repr((__version__, edition.tag, publication, sources, review, shelf))
    return f"<!-- {hashlib.sha256(made_from.encode()).hexdigest()[:32]} -->\n".encode()
