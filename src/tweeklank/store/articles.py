"""Articles with their addresses and revisions: what is the same article, and what has changed."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Engine, Row, func, insert, literal, select, update

from tweeklank.article import Article, Entry, Language, address_key, entry_tag, later
from tweeklank.store.current import has_text, is_current
from tweeklank.store.duplicates import COPIES, entry_of, join_alike, note_words, part_drifted
from tweeklank.store.entries import newest_ids, read_entries
from tweeklank.store.schema import address, article, membership, revision, translation


class Change(StrEnum):
    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    COPY = "copy"
    """It is new, and another source has it already."""


@dataclass(frozen=True)
class Kept:
    """What storing an article came to."""

    article: int
    change: Change


@dataclass(frozen=True)
class Length:
    """When an article was found, and how many characters its text has, markup included."""

    found: datetime
    characters: int


class Articles:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def keep(self, source: str, requested: str, found: Article, now: datetime) -> Kept:
        """Stores an article that ``source`` showed under the address ``requested``.

        It is a known one if one of its addresses is known or the same source has one with
        exactly these words (it has moved); a canonical address is believed only if what it
        leads to reads alike, for some sites put the same one on every page. A new one that another
        source has as well becomes part of that one's entry.
        """
        with self._engine.begin() as connection:
            known = _known(connection, source, requested, found)
            if known is None:
                known = _create(connection, source, found, now)
                _revise(connection, known, found, now)
                note_words(connection, known, found)
                joined = join_alike(connection, source, known, found, now)
                known, change = (known, Change.NEW) if joined is None else (joined, Change.COPY)
            else:
                change = _revise(connection, known, found, now)
                if not _is_translation(connection, known, found.language):
                    _follow(connection, known, found, change)
            for url in (requested, found.url, found.canonical):
                _alias(connection, url, known)
            for one in {known, entry_of(connection, known)}:
                _join(connection, source, one)
            return Kept(known, change)

    def keep_english(self, article_id: int, found: Article, now: datetime) -> Change:
        """Stores the publisher's own English version of an article."""
        with self._engine.begin() as connection:
            # A source that lists its English pages as well shows no other article with this one.
            _alias(connection, found.url, article_id)
            return _revise(connection, article_id, found, now)

    def newest(
        self, language: Language, most: int, source: str | None = None, hold_above: float | None = None
    ) -> list[Entry]:
        """The newest entries in a language, of articles that have a text in it.

        ``hold_above``: without those whose translation has more than this share of its sentences in Dutch.
        """
        with self._engine.connect() as connection:
            ids = [row[0] for row in connection.execute(newest_ids(language, most, source, hold_above))]
            return read_entries(connection, ids, language)

    def count(self) -> int:
        with self._engine.connect() as connection:
            return connection.execute(select(func.count()).select_from(article)).scalar_one()

    def counts(self) -> dict[str, int]:
        """How many articles each source has shown."""
        entries = select(membership.c.source, func.count()).where(membership.c.article.not_in(COPIES))
        query = entries.group_by(membership.c.source)
        with self._engine.connect() as connection:
            return {row[0]: row[1] for row in connection.execute(query)}

    def lengths(self, source: str, most: int) -> list[Length]:
        """How long the articles of a source are, the last found first and of those the last published."""
        query = (
            select(article.c.first_seen, func.length(revision.c.lead) + func.length(revision.c.body))
            .join(membership, membership.c.article == article.c.id)
            .join(revision, revision.c.article == article.c.id)
            .where(membership.c.source == source, revision.c.language == Language.NL, is_current(revision))
            .order_by(article.c.first_seen.desc(), article.c.published.desc())
            .limit(most)
        )
        with self._engine.connect() as connection:
            return [Length(found, characters) for found, characters in connection.execute(query)]

    def pictures(self, source: str, but: str, most: int) -> list[str]:
        """The addresses of the pictures of a source's articles, of the last found first; not that of the article that
        is known at the address ``but``."""
        itself = select(address.c.article).where(address.c.key == address_key(but))
        query = (
            select(revision.c.image)
            .join(article, article.c.id == revision.c.article)
            .join(membership, membership.c.article == article.c.id)
            .where(membership.c.source == source, article.c.id.not_in(itself), is_current(revision))
            .order_by(article.c.first_seen.desc(), article.c.published.desc())
            .limit(most)
        )
        with self._engine.connect() as connection:
            return [str(image["url"]) for image in connection.execute(query).scalars() if image]


def _known(connection: Connection, source: str, requested: str, found: Article) -> int | None:
    by_address = select(address.c.article).where(address.c.key.in_([address_key(requested), address_key(found.url)]))
    known = connection.execute(by_address.limit(1)).scalar()
    if known is not None:
        return int(known)
    if (of_english := _own_english(connection, found)) is not None:
        return of_english
    claimed = connection.execute(
        select(address.c.article).where(address.c.key == address_key(found.canonical))
    ).scalar()
    if claimed is not None:
        current = _current_or_none(connection, claimed, found.language)
        # Of a forgotten article there is nothing to compare with.
        if current and (current.title == found.title or current.text_fingerprint == found.text_fingerprint()):
            return int(claimed)
    same_words = (
        select(revision.c.article)
        .join(membership, membership.c.article == revision.c.article)
        .where(revision.c.text_fingerprint == found.text_fingerprint(), membership.c.source == source)
    )
    moved = connection.execute(same_words.limit(1)).scalar()
    return None if moved is None else int(moved)


def _own_english(connection: Connection, found: Article) -> int | None:
    """The article that was found in English only, if its Dutch page turns up and names it."""
    if not found.english_url:
        return None
    by_address = select(address.c.article).where(address.c.key == address_key(found.english_url))
    query = by_address.where(~has_text(address.c.article, Language.NL))
    known: int | None = connection.execute(query).scalar()
    return known


def _follow(connection: Connection, article_id: int, found: Article, change: Change) -> None:
    """Lets what depends on an original follow its page."""
    if change is not Change.UNCHANGED:
        note_words(connection, article_id, found)
        part_drifted(connection, article_id, found)
    if found.published:
        _set_date(connection, article_id, found.published)


def _is_translation(connection: Connection, article_id: int, language: Language) -> bool:
    return language is not Language.NL and _current_or_none(connection, article_id, Language.NL) is not None


def _create(connection: Connection, source: str, found: Article, now: datetime) -> int:
    published = found.published or now
    taken = select(literal(1)).select_from(address).where(address.c.key == address_key(found.canonical))
    # A canonical address that already leads elsewhere was not believed: see keep.
    first = found.url if connection.execute(taken).first() else found.canonical
    values = {
        "tag": entry_tag(first, published.year),
        "first_source": source,
        "published": published,
        "first_seen": now,
    }
    key = connection.execute(insert(article).values(values)).inserted_primary_key
    assert key is not None  # noqa: S101 - an insert of one row always has one
    return int(key[0])


def _alias(connection: Connection, url: str, article_id: int) -> None:
    key = address_key(url)
    if url and connection.execute(select(address.c.key).where(address.c.key == key)).first() is None:
        connection.execute(insert(address).values(key=key, article=article_id))


def _join(connection: Connection, source: str, article_id: int) -> None:
    pair = (membership.c.source == source, membership.c.article == article_id)
    if connection.execute(select(membership.c.source).where(*pair)).first() is None:
        published = select(article.c.published).where(article.c.id == article_id).scalar_subquery()
        connection.execute(insert(membership).values(source=source, article=article_id, published=published))


def _set_date(connection: Connection, article_id: int, published: datetime) -> None:
    connection.execute(update(article).where(article.c.id == article_id).values(published=published))
    connection.execute(update(membership).where(membership.c.article == article_id).values(published=published))


def _current_or_none(connection: Connection, article_id: int, language: Language) -> Row[Any] | None:
    return connection.execute(
        select(revision)
        .where(revision.c.article == article_id, revision.c.language == language)
        .order_by(revision.c.id.desc())
        .limit(1)
    ).one_or_none()


def _revise(connection: Connection, article_id: int, found: Article, now: datetime) -> Change:
    current = _current_or_none(connection, article_id, found.language)
    if current is not None and current.fingerprint == found.fingerprint():
        if current.url != (found.canonical or found.url):
            moved = update(revision).where(revision.c.id == current.id)
            connection.execute(moved.values(url=found.canonical or found.url))
        return Change.UNCHANGED
    published = connection.execute(select(article.c.published).where(article.c.id == article_id)).scalar_one()
    updated = max(found.modified or published, found.published or published)
    shown = current.updated if current is not None else _machine_updated(connection, article_id, found.language)
    if shown is not None and updated <= shown:
        # The words changed and the publisher's date did not.
        updated = later(now, shown)
    connection.execute(
        insert(revision).values(
            article=article_id,
            language=found.language,
            fingerprint=found.fingerprint(),
            text_fingerprint=found.text_fingerprint(),
            url=found.canonical or found.url,
            title=found.title,
            lead=found.lead,
            body=found.body,
            image=asdict(found.image) if found.image else None,
            author=found.author,
            topics=list(found.topics),
            taken_from=found.taken_from,
            updated=updated,
        )
    )
    return Change.CHANGED if current is not None else Change.NEW


def _machine_updated(connection: Connection, article_id: int, language: Language) -> datetime | None:
    """When the machine's words that the publisher's own English takes the place of last changed."""
    if language is not Language.EN:
        return None
    translated = (
        select(func.max(translation.c.updated))
        .join(revision, revision.c.id == translation.c.revision)
        .where(revision.c.article == article_id)
    )
    found: datetime | None = connection.execute(translated).scalar_one()
    return found
