"""Forgetting an article: nothing of its words stays in the store.

What is left: the article's row with its id and dates, its addresses, the sources that showed it
(whose feeds say that it is gone), and hashes of its words, so that it is not collected again. Its
copies on the sites of other sources have the same words, and are forgotten with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from html import unescape
from typing import Any

from sqlalchemy import Column, Connection, Engine, Table, delete, insert, select, update

from tweeklank.article import address_key, article_slug, without_tags
from tweeklank.store.corrections import Provenance, outdate
from tweeklank.store.current import is_current
from tweeklank.store.duplicates import copies_of, entry_of, forget_words
from tweeklank.store.retention import know_addresses, take_out
from tweeklank.store.schema import (
    address,
    article,
    correction,
    forgotten,
    link,
    memory,
    page,
    problem,
    revision,
    run,
    segment,
    translation,
    work,
)
from tweeklank.store.segments import normal_form, segment_key

_PART = 500  # keys in one query; SQLite allows 999 parameters at the least
_QUOTED = 80  # characters of a title, at most, in what is told of a page
_NO_WORDS = "this was about an article that has been forgotten."


class Forgetting:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def find(self, url: str) -> int | None:
        """The article that was ever known under an address, or whose page here it is; None for neither."""
        key = address_key(url)
        with self._engine.connect() as connection:
            for table in (address, link):
                query = select(table.c.article).where(table.c.key == key, table.c.article.is_not(None))
                found = connection.execute(query).scalar()
                if found is not None:
                    return int(found)
            for row in connection.execute(select(revision.c.article, revision.c.url)):
                if address_key(row.url) == key:
                    return int(row.article)
            return _by_page(connection, url)

    def title(self, article_id: int) -> str:
        """The title of an article, in Dutch if it has one; nothing if it is forgotten already."""
        query = select(revision.c.title).where(revision.c.article == article_id)
        newest = query.order_by(revision.c.language.desc(), revision.c.id.desc()).limit(1)
        with self._engine.connect() as connection:
            return str(connection.execute(newest).scalar() or "")

    def copies(self, article_id: int) -> list[str]:
        """The addresses of what is forgotten with an article, for it has the same words."""
        with self._engine.connect() as connection:
            entry = entry_of(connection, article_id)
            others = {entry, *copies_of(connection, entry)} - {article_id}
            shown = select(revision.c.url).where(revision.c.article.in_(others), is_current(revision))
            return sorted(set(connection.execute(shown).scalars()))

    def forget(self, article_id: int, now: datetime) -> bool:
        """Deletes all words of an article and its copies; False if there were none left. Follow it with ``scrub``."""
        with self._engine.begin() as connection:
            entry = entry_of(connection, article_id)
            return sum(_forget(connection, one, now) for one in (entry, *copies_of(connection, entry))) > 0

    def scrub(self) -> bool:
        """Takes what was deleted out of the database's files as well; False if another program keeps them open.

        SQLite only marks what is deleted as free, and its log repeats it. Other databases do this
        by themselves, in their own time.
        """
        if self._engine.dialect.name != "sqlite":
            return True
        raw = self._engine.raw_connection()
        try:
            cursor = raw.cursor()
            cursor.execute("PRAGMA secure_delete=ON")
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            (busy, *_) = cursor.fetchone() or (1,)
            return not busy
        finally:
            raw.close()


def _forget(connection: Connection, article_id: int, now: datetime) -> bool:
    revisions = connection.execute(select(revision).where(revision.c.article == article_id)).all()
    if not revisions:
        return False
    shown = connection.execute(select(link.c.url).where(link.c.article == article_id)).scalars()
    titles, urls = {row.title for row in revisions}, {*shown, *(row.url for row in revisions)}
    keys = set(map(address_key, urls))
    know_addresses(connection, article_id, keys)
    keys |= set(connection.execute(select(address.c.key).where(address.c.article == article_id)).scalars())
    _forget_sentences(connection, article_id, [_text(row) for row in revisions])
    origins = [row.url for row in revisions if row.language == "en"]
    _forget_learnt(connection, origins)
    ids = [row.id for row in revisions]
    for table, column in ((segment, segment.c.revision), (translation, translation.c.revision)):
        _delete(connection, table, column, ids)
    _delete(connection, revision, revision.c.id, ids)
    connection.execute(delete(link).where(link.c.key.in_(keys)))
    forget_words(connection, article_id)
    _forget_pages(connection, keys)
    _forget_failures(connection, {*titles, *urls})
    # A page is known again by the original's words; those of the publisher's own English stand on another page.
    language = max(row.language for row in revisions)
    prints = {row.text_fingerprint for row in revisions if row.language == language}
    connection.execute(insert(forgotten), [{"article": article_id, "text_fingerprint": one} for one in sorted(prints)])
    take_out(connection, article_id, now)
    connection.execute(update(article).where(article.c.id == article_id).values(unsettled=True))
    return True


def _by_page(connection: Connection, url: str) -> int | None:
    page_name = re.search(r"(?:^|/)(?:nl|en)/([\w-]+)\.html(?:[?#].*)?$", url)
    if page_name is None:
        return None
    rows = connection.execute(select(article.c.id, article.c.tag))
    return next((int(row.id) for row in rows if article_slug(row.tag) == page_name[1]), None)


def _text(row: object) -> str:
    """All words of a revision, in the form in which sentences are compared."""
    image = getattr(row, "image", None) or {}
    parts = (getattr(row, name) for name in ("title", "lead", "body"))
    text = " ".join((*parts, image.get("alt", ""), image.get("caption", "")))
    # A tag stands within a word, or between two.
    return normal_form(unescape("\n".join(without_tags(text, gap) for gap in ("", " "))))


def _forget_sentences(connection: Connection, article_id: int, texts: list[str]) -> None:
    """Deletes what sentences became, by machines and people, if they stand in no other article.

    A sentence is this article's if it was noted as such, and also if its text has it: what was
    translated before an interruption, and what only people have translated, is noted nowhere.
    """
    own = select(segment.c.key).join(revision, revision.c.id == segment.c.revision)
    mine = set(connection.execute(own.where(revision.c.article == article_id)).scalars())
    others = set(connection.execute(own.where(revision.c.article != article_id)).scalars())

    def only_here(sentence: str) -> bool:
        key = segment_key(sentence)
        return key not in others and (key in mine or any(normal_form(sentence) in text for text in texts))

    machine = connection.execute(select(memory.c.key, memory.c.source))
    _delete(connection, memory, memory.c.key, [row.key for row in machine if only_here(row.source)])
    people = connection.execute(select(correction.c.key, correction.c.dutch))
    _delete(connection, correction, correction.c.key, {row.key for row in people if only_here(row.dutch)})


def _forget_learnt(connection: Connection, origins: list[str]) -> None:
    """Deletes the sentences that were taken over from an article's English; what used them is redone."""
    learnt = (correction.c.origin.in_(origins), correction.c.provenance == Provenance.PUBLISHER)
    keys = list(connection.execute(select(correction.c.key).where(*learnt)).scalars())
    connection.execute(delete(correction).where(*learnt))
    outdate(connection, keys)


def _forget_pages(connection: Connection, keys: set[str]) -> None:
    urls = connection.execute(select(page.c.url)).scalars()
    _delete(connection, page, page.c.url, [url for url in urls if address_key(url) in keys])


def _forget_failures(connection: Connection, marks: set[str]) -> None:
    """Takes what was told of an article, by its title or address, out of the records of syncs and problems.

    Why a page could not be read may be told in its own words.
    """
    # What workers reported of the last sync stands in its record.
    connection.execute(delete(work))
    quoted = {mark for name in marks if name for mark in (name, repr(name[:_QUOTED])[1:-1])}
    for row in connection.execute(select(run.c.id, run.c.summary).where(run.c.finished.is_not(None))).all():
        if (rest := _without(row.summary, quoted)) != row.summary:
            connection.execute(update(run).where(run.c.id == row.id).values(summary=rest))
    for row in connection.execute(select(problem.c.id, problem.c.text)).all():
        if (text := _without(row.text, quoted)) != row.text:
            connection.execute(update(problem).where(problem.c.id == row.id).values(text=text))


def _without(told: Any, marks: set[str]) -> Any:
    """JSON with other words for the texts that have one of these marks in them."""
    if isinstance(told, dict):
        return {name: _without(value, marks) for name, value in told.items()}
    if isinstance(told, list):
        return [_without(value, marks) for value in told]
    return _NO_WORDS if isinstance(told, str) and any(mark in told for mark in marks) else told


def _delete(connection: Connection, table: Table, column: Column[object], values: Iterable[object]) -> None:
    for part in _parts(list(values)):
        connection.execute(delete(table).where(column.in_(part)))


def _parts(values: list[object]) -> Iterator[list[object]]:
    return (values[start : start + _PART] for start in range(0, len(values), _PART))
