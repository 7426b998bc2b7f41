"""Articles that stand on the sites of several sources, such as a press release: one entry for all of them.

The first one that was found is the entry and keeps its id; the others are its copies. Each is
visited and kept like any article, so that a copy can become an entry of its own again when its
page comes to say something else. What was published by itself is never made a copy later: an
entry does not disappear from under its readers. When the page of an entry is gone and a copy is
still there, the entry goes on with that (see ``retention``); a copy that is gone is withdrawn, and
stays a copy.

Where a page names a page of another site as its original (``rel=canonical``) and that one is found
too, the entry goes on with the words, the date and the address of the original, and the same id.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, Select, case, delete, func, insert, literal, or_, select, update

from tweeklank.article import Article, Language, Place, address_key, later
from tweeklank.store.current import is_current
from tweeklank.store.likeness import Words, drifted_apart, keys, same_article
from tweeklank.store.schema import address, article, duplicate, likeness, link, membership, revision

COPIES: Select[int] = select(duplicate.c.article)
"""The articles that are no entries of their own."""

_SPREAD = timedelta(days=7)  # between the dates of two copies
_FEWEST_SHARED = 3  # keys that two texts worth comparing have in common
_MOST_COMPARED = 8


def entry_of(connection: Connection, article_id: int) -> int:
    """The article whose entry this one is part of: itself, unless it is a copy."""
    entry: int | None = connection.execute(select(duplicate.c.entry).where(duplicate.c.article == article_id)).scalar()
    return article_id if entry is None else entry


def note_words(connection: Connection, article_id: int, found: Article) -> None:
    """Stores the keys by which an article's text is found."""
    forget_words(connection, article_id)
    rows = [{"key": key, "article": article_id} for key in keys(_words(found))]
    if rows:
        connection.execute(insert(likeness), rows)


def join_alike(connection: Connection, source: str, article_id: int, found: Article, now: datetime) -> int | None:
    """Makes a new article part of the entry of another source that has it already, if there is one.

    Returns what the page is kept as from now on: the copy, or the entry if it is the original.
    """
    words = _words(found)
    for candidate in _candidates(connection, article_id, keys(words)):
        entry = entry_of(connection, candidate)
        # Two articles of one source are two articles, for it shows both.
        if _shows(connection, source, entry) or is_withdrawn(connection, entry):
            continue
        current = _current(connection, candidate, found.language)
        if current is not None and same_article(words, _words(current)):
            connection.execute(insert(duplicate).values(article=article_id, entry=entry))
            if not _names(connection, entry, found):
                return article_id
            exchange(connection, entry, article_id, now)
            return entry
    return None


def copies_of(connection: Connection, entry: int) -> list[int]:
    query = select(duplicate.c.article).where(duplicate.c.entry == entry).order_by(duplicate.c.article)
    return list(connection.execute(query).scalars())


def live_copies(connection: Connection, entry: int) -> list[int]:
    """The copies of an entry whose pages are there, in the order in which they were found."""
    return [copy for copy in copies_of(connection, entry) if not is_withdrawn(connection, copy)]


def forget_words(connection: Connection, article_id: int) -> None:
    connection.execute(delete(likeness).where(likeness.c.article == article_id))


def part_drifted(connection: Connection, article_id: int, found: Article) -> None:
    """Makes copies entries of their own where one of the two texts has become something else."""
    words, entry = _words(found), entry_of(connection, article_id)
    own = [(article_id, entry)] if entry != article_id else []
    pairs = own or [(copy, copy) for copy in live_copies(connection, article_id)]
    for copy, other in pairs:
        current = _current(connection, other, found.language)
        if current is not None and drifted_apart(words, _words(current)):
            _part(connection, copy, entry)


def places(connection: Connection, ids: Sequence[int]) -> dict[int, tuple[Place, ...]]:
    """Where else the articles of these entries stand, in the order in which that was found."""
    found: dict[int, dict[int, Place]] = {entry: {} for entry in ids}
    query = (
        select(duplicate.c.entry, duplicate.c.article, article.c.first_source, revision.c.url)
        .select_from(duplicate.join(article, article.c.id == duplicate.c.article))
        .join(revision, revision.c.article == duplicate.c.article)
        .where(duplicate.c.entry.in_(ids), article.c.withdrawn.is_(None), is_current(revision))
        # The Dutch page, where there is one, and not that of the publisher's own English version.
        .order_by(duplicate.c.article, revision.c.language.desc())
    )
    for row in connection.execute(query):
        found[row.entry].setdefault(row.article, Place(row.first_source, row.url))
    return {entry: tuple(of_copies.values()) for entry, of_copies in found.items()}


def _words(text: Article | Row[Any]) -> Words:
    return Words.of(text.title, text.lead, text.body)


def _candidates(connection: Connection, article_id: int, wanted: list[int]) -> Iterator[int]:
    """The articles of the same days that share most keys."""
    published = connection.execute(select(article.c.published).where(article.c.id == article_id)).scalar_one()
    shared = func.count()
    query = (
        select(likeness.c.article)
        .join(article, article.c.id == likeness.c.article)
        .where(
            likeness.c.key.in_(wanted),
            likeness.c.article != article_id,
            article.c.published.between(published - _SPREAD, published + _SPREAD),
        )
        .group_by(likeness.c.article)
        .having(shared >= _FEWEST_SHARED)
        .order_by(shared.desc(), likeness.c.article)
        .limit(_MOST_COMPARED)
    )
    yield from connection.execute(query).scalars().all()


def _shows(connection: Connection, source: str, article_id: int) -> bool:
    shown = select(literal(1)).where(membership.c.source == source, membership.c.article == article_id)
    return connection.execute(shown).first() is not None


def _current(connection: Connection, article_id: int, language: Language) -> Row[Any] | None:
    query = select(revision).where(revision.c.article == article_id, revision.c.language == language)
    return connection.execute(query.order_by(revision.c.id.desc()).limit(1)).one_or_none()


def is_withdrawn(connection: Connection, article_id: int) -> bool:
    withdrawn = select(article.c.withdrawn).where(article.c.id == article_id)
    return connection.execute(withdrawn).scalar_one() is not None


def _names(connection: Connection, entry: int, found: Article) -> bool:
    """Whether the page of an entry names this one as its original."""
    current = _current(connection, entry, found.language)
    if current is None or not current.taken_from:
        return False
    return address_key(current.taken_from) in {address_key(found.url), address_key(found.canonical)}


def exchange(connection: Connection, entry: int, copy: int, now: datetime) -> None:
    """Lets an entry and its copy change places: all but what readers know the entry by, its id and its rank."""
    pair = (entry, copy)
    heads = {row.id: row for row in connection.execute(select(article).where(article.c.id.in_(pair)))}
    shown = connection.execute(select(func.max(revision.c.updated)).where(revision.c.article == entry)).scalar_one()
    for table in (revision, link, address):
        swapped = case((table.c.article == entry, copy), else_=entry)
        connection.execute(update(table).where(table.c.article.in_(pair)).values(article=swapped))
    for one, other in (pair, pair[::-1]):
        taken_over = {"first_source": heads[other].first_source, "published": heads[other].published}
        connection.execute(update(article).where(article.c.id == one).values(taken_over))
    connection.execute(update(membership).where(membership.c.article == entry).values(published=heads[copy].published))
    connection.execute(delete(membership).where(membership.c.article == copy))
    own = {"source": heads[entry].first_source, "article": copy, "published": heads[entry].published}
    connection.execute(insert(membership).values(own))
    # Readers have seen other words.
    newest = select(func.max(revision.c.id)).where(revision.c.article == entry).scalar_subquery()
    connection.execute(update(revision).where(revision.c.id == newest).values(updated=later(now, shown)))


def _part(connection: Connection, copy: int, entry: int) -> None:
    """Makes a copy an entry of its own; the entry leaves the feeds of those that showed only the copy."""
    connection.execute(delete(duplicate).where(duplicate.c.article == copy))
    of_copy = select(membership.c.source).where(membership.c.article == copy)
    others = select(duplicate.c.article).where(duplicate.c.entry == entry)
    showing = (
        select(article.c.first_source)
        .where(or_(article.c.id == entry, article.c.id.in_(others)))
        .union(select(link.c.source).where(link.c.article == entry))
    )
    left = delete(membership).where(
        membership.c.article == entry, membership.c.source.in_(of_copy), membership.c.source.not_in(showing)
    )
    connection.execute(left)
