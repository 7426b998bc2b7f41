"""Articles, their addresses and revisions, and the entries of a feed."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Row, func, insert, literal, select, update
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from tweeklank.article import (
    Article,
    Entry,
    Image,
    Language,
    Origin,
    Rendering,
    address_key,
    entry_id,
    entry_tag,
)
from tweeklank.store.schema import address, article, membership, revision, translation


class Change(StrEnum):
    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True)
class Kept:
    """What storing an article came to."""

    article: int
    change: Change


class Articles:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def keep(self, source: str, requested: str, found: Article, now: datetime) -> Kept:
        """Stores an article that ``source`` showed under the address ``requested``.

        It is a known one if one of its addresses is known or the same source has one with
        exactly these words (it has moved); a canonical address is believed only if what it
        leads to reads alike, for some sites put the same one on every page.
        """
        with self._engine.begin() as connection:
            known = _known(connection, source, requested, found)
            if known is None:
                known, change = _create(connection, source, found, now), Change.NEW
                _revise(connection, known, found, now)
            else:
                change = _revise(connection, known, found, now)
                if found.published:
                    _set_date(connection, known, found.published)
            for url in (requested, found.url, found.canonical):
                _alias(connection, url, known)
            _join(connection, source, known)
            return Kept(known, change)

    def keep_english(self, article_id: int, found: Article, now: datetime) -> Change:
        """Stores the publisher's own English version of an article."""
        with self._engine.begin() as connection:
            return _revise(connection, article_id, found, now)

    def newest(self, language: Language, most: int, source: str | None = None) -> list[Entry]:
        """The newest entries in a language; in English only articles that have an English text."""
        chosen = select(article.c.id).order_by(article.c.published.desc(), article.c.id.desc()).limit(most)
        if source is not None:
            chosen = (
                select(membership.c.article)
                .where(membership.c.source == source)
                .order_by(membership.c.published.desc(), membership.c.article.desc())
                .limit(most)
            )
        if language is Language.EN:
            owner = article.c.id if source is None else membership.c.article
            chosen = chosen.where(_has_english(owner))
        with self._engine.connect() as connection:
            ids = list(connection.execute(chosen).scalars())
            return [_entry(connection, article_id, language) for article_id in ids]

    def count(self) -> int:
        with self._engine.connect() as connection:
            return connection.execute(select(func.count()).select_from(article)).scalar_one()


def _known(connection: Connection, source: str, requested: str, found: Article) -> int | None:
    by_address = select(address.c.article).where(address.c.key.in_([address_key(requested), address_key(found.url)]))
    known = connection.execute(by_address.limit(1)).scalar()
    if known is not None:
        return int(known)
    claimed = connection.execute(
        select(address.c.article).where(address.c.key == address_key(found.canonical))
    ).scalar()
    if claimed is not None:
        current = _current(connection, claimed, Language.NL)
        if current.title == found.title or current.text_fingerprint == found.text_fingerprint():
            return int(claimed)
    same_words = (
        select(revision.c.article)
        .join(membership, membership.c.article == revision.c.article)
        .where(revision.c.text_fingerprint == found.text_fingerprint(), membership.c.source == source)
    )
    moved = connection.execute(same_words.limit(1)).scalar()
    return None if moved is None else int(moved)


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
    if url:
        connection.execute(
            sqlite_insert(address).values(key=address_key(url), article=article_id).on_conflict_do_nothing()
        )


def _join(connection: Connection, source: str, article_id: int) -> None:
    published = select(article.c.published).where(article.c.id == article_id).scalar_subquery()
    connection.execute(
        sqlite_insert(membership)
        .values(source=source, article=article_id, published=published)
        .on_conflict_do_nothing()
    )


def _set_date(connection: Connection, article_id: int, published: datetime) -> None:
    connection.execute(update(article).where(article.c.id == article_id).values(published=published))
    connection.execute(update(membership).where(membership.c.article == article_id).values(published=published))


def _current(connection: Connection, article_id: int, language: Language) -> Row[Any]:
    row = _current_or_none(connection, article_id, language)
    assert row is not None  # noqa: S101 - every article is created with a Dutch revision
    return row


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
    if current is not None and updated <= current.updated:
        # The publisher changed the words and not the date.
        updated = now
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
            updated=updated,
        )
    )
    return Change.CHANGED if current is not None else Change.NEW


def _has_english(owner: ColumnElement[int]) -> ColumnElement[bool]:
    """Whether an article has the publisher's English text, or a translation of any of its revisions."""
    english = select(literal(1)).where(revision.c.article == owner, revision.c.language == Language.EN)
    machine = (
        select(literal(1))
        .select_from(revision.join(translation, translation.c.revision == revision.c.id))
        .where(revision.c.article == owner)
    )
    return english.exists() | machine.exists()


def _entry(connection: Connection, article_id: int, language: Language) -> Entry:
    head = connection.execute(select(article).where(article.c.id == article_id)).one()
    dutch = _current(connection, article_id, Language.NL)
    sources = connection.execute(
        select(membership.c.source).where(membership.c.article == article_id).order_by(membership.c.source)
    ).scalars()
    image = Image(**dutch.image) if dutch.image else None
    words, origin, url, updated, model, kept = _words(connection, dutch, image, language)
    return Entry(
        id=entry_id(head.tag, language),
        source=head.first_source,
        sources=tuple(sources),
        language=language,
        origin=origin,
        words=words,
        url=url,
        original_url=dutch.url,
        published=head.published,
        updated=max(updated, head.published),
        image=image,
        author=dutch.author,
        topics=tuple(dutch.topics),
        model=model,
        kept=kept,
    )


def _words(
    connection: Connection, dutch: Row[Any], image: Image | None, language: Language
) -> tuple[Rendering, Origin, str, datetime, str, int]:
    """What an entry says, where that comes from, its page, its date, the model and the sentences left in Dutch."""
    if language is Language.NL:
        return _rendering(dutch, image), Origin.ORIGINAL, dutch.url, dutch.updated, "", 0
    english = _current_or_none(connection, dutch.article, Language.EN)
    if english is not None:
        own = Image(**english.image) if english.image else None
        return _rendering(english, own), Origin.PUBLISHER, english.url, english.updated, "", 0
    made = _latest_translation(connection, dutch.article)
    words = Rendering(made.title, made.lead, made.body, made.alt, made.caption)
    return words, Origin.MACHINE, dutch.url, made.updated, made.model, made.kept


def _latest_translation(connection: Connection, article_id: int) -> Row[Any]:
    """The translation of the newest revision that has one: it stands until a newer one is translated."""
    return connection.execute(
        select(translation, revision.c.updated)
        .join(revision, revision.c.id == translation.c.revision)
        .where(revision.c.article == article_id)
        .order_by(revision.c.id.desc())
        .limit(1)
    ).one()


def _rendering(row: Row[Any], image: Image | None) -> Rendering:
    image = image or Image("")
    return Rendering(row.title, row.lead, row.body, image.alt, image.caption)
