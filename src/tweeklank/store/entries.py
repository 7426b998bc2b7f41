"""Reading the entries of a feed: a fixed number of queries, however many entries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, func, literal, select

from tweeklank.article import Entry, Image, Language, Origin, Rendering, entry_id
from tweeklank.store.current import has_publishers_english, has_text, is_newest_translated
from tweeklank.store.duplicates import COPIES, places
from tweeklank.store.schema import article, membership, revision, translation

WITHDRAWN: Select[int] = select(article.c.id).where(article.c.withdrawn.is_not(None))
"""The articles that have left the publication."""


def newest_ids(language: Language, most: int, source: str | None, hold_above: float | None = None) -> Select[int]:
    """The articles of a feed, newest first: those that have a text in its language.

    ``hold_above`` holds back those that need review: see ``needs_review``.
    """
    table, owner = (article, article.c.id) if source is None else (membership, membership.c.article)
    chosen: Select[int] = select(owner).order_by(table.c.published.desc(), owner.desc()).limit(most)
    chosen = chosen.where(owner.not_in(WITHDRAWN))
    if source is not None:
        chosen = chosen.where(membership.c.source == source)
    return chosen.where(owner.not_in(COPIES), is_readable(owner, language, hold_above))


def is_readable(owner: ColumnElement[int], language: Language, hold_above: float | None = None) -> ColumnElement[bool]:
    """Whether an article has a text in a language, and is not held back there (see ``newest_ids``)."""
    if language is Language.NL:
        return has_text(owner, Language.NL)
    return has_english(owner) if hold_above is None else has_english(owner) & owner.not_in(needs_review(hold_above))


def needs_review(above: float) -> Select[int]:
    """Articles whose English is a machine's, with more than this share of its sentences left in Dutch."""
    return (
        select(revision.c.article)
        .join(translation, translation.c.revision == revision.c.id)
        .where(
            translation.c.kept > 0,
            translation.c.kept > above * translation.c.sentences,
            is_newest_translated(revision),
            ~has_publishers_english(revision.c.article),
            revision.c.article.not_in(COPIES),
            revision.c.article.not_in(WITHDRAWN),
        )
    )


def read_entries(connection: Connection, ids: Sequence[int], language: Language) -> list[Entry]:
    """The entries of these articles in a language, in this order."""
    heads = {row.id: row for row in connection.execute(select(article).where(article.c.id.in_(ids)))}
    dutch = _current(connection, ids, Language.NL)
    english = _current(connection, ids, Language.EN) if language is Language.EN else {}
    machine = _translated(connection, [i for i in ids if i not in english]) if language is Language.EN else {}
    sources = _sources(connection, ids)
    elsewhere = places(connection, ids)
    found = {i: _entry(language, heads[i], dutch.get(i), english.get(i), machine.get(i)) for i in ids}
    return [replace(found[i], sources=sources[i], elsewhere=elsewhere[i]) for i in ids]


def has_english(owner: ColumnElement[int]) -> ColumnElement[bool]:
    """Whether an article has the publisher's English text, or a translation of any of its revisions."""
    machine = (
        select(literal(1))
        .select_from(revision.join(translation, translation.c.revision == revision.c.id))
        .where(revision.c.article == owner)
    )
    return has_publishers_english(owner) | machine.exists()


def _current(connection: Connection, ids: Sequence[int], language: Language) -> dict[int, Row[Any]]:
    """The current revision of each article in a language."""
    latest = (
        select(func.max(revision.c.id))
        .where(revision.c.article.in_(ids), revision.c.language == language)
        .group_by(revision.c.article)
    )
    rows = connection.execute(select(revision).where(revision.c.id.in_(latest)))
    return {row.article: row for row in rows}


def _translated(connection: Connection, ids: Sequence[int]) -> dict[int, Row[Any]]:
    """The translation of each article's newest translated revision: it stands until a newer one is made."""
    latest = (
        select(func.max(revision.c.id))
        .select_from(revision.join(translation, translation.c.revision == revision.c.id))
        .where(revision.c.article.in_(ids))
        .group_by(revision.c.article)
    )
    rows = connection.execute(
        select(translation, revision.c.article)
        .join(revision, revision.c.id == translation.c.revision)
        .where(revision.c.id.in_(latest))
    )
    return {row.article: row for row in rows}


def _sources(connection: Connection, ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    found: dict[int, list[str]] = {i: [] for i in ids}
    rows = connection.execute(select(membership.c.article, membership.c.source).where(membership.c.article.in_(ids)))
    for row in rows:
        found[row.article].append(row.source)
    # Databases sort texts in orders of their own.
    return {i: tuple(sorted(names)) for i, names in found.items()}


def _entry(
    language: Language,
    head: Row[Any],
    dutch: Row[Any] | None,
    english: Row[Any] | None,
    machine: Row[Any] | None,
) -> Entry:
    original = dutch if dutch is not None else english
    assert original is not None  # noqa: S101 - see is_readable
    image = Image(**original.image) if original.image else None
    words, origin, updated, url = _rendering(original), Origin.ORIGINAL, original.updated, original.url
    model, sentences, kept = "", 0, 0
    if language is Language.EN and english is not None and original is not english:
        words, origin, updated, url = _rendering(english), Origin.PUBLISHER, english.updated, english.url
    elif language is Language.EN and machine is not None:
        words = Rendering(machine.title, machine.lead, machine.body, machine.alt, machine.caption)
        origin, updated = Origin.MACHINE, machine.updated
        model, sentences, kept = machine.model, machine.sentences, machine.kept
    return Entry(
        id=entry_id(head.tag, language),
        source=head.first_source,
        language=language,
        origin=origin,
        words=words,
        url=url,
        original_url=original.url,
        published=head.published,
        # One that came back must be newer than the note that it was withdrawn (RFC 6721, section 3).
        updated=max(updated, head.published, head.returned or head.published),
        image=image,
        author=original.author,
        topics=tuple(original.topics),
        model=model,
        sentences=sentences,
        kept=kept,
    )


def _rendering(row: Row[Any]) -> Rendering:
    image = Image(**row.image) if row.image else Image("")
    return Rendering(row.title, row.lead, row.body, image.alt, image.caption)
