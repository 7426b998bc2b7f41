"""All articles in the order in which they came in: an order in which only the end ever changes."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Engine, func, select

from tweeklank.article import Entry, Language
from tweeklank.store.duplicates import COPIES
from tweeklank.store.entries import is_readable, read_entries
from tweeklank.store.schema import article, revision, translation


class History:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def marks(self) -> list[tuple[int, str]]:
        """Every article with a mark that is another one when its words or its date are."""
        made = (
            func.max(translation.c.id),
            func.max(translation.c.updated),
            func.sum(translation.c.kept),
            func.sum(translation.c.sentences),
        )
        query = (
            select(article.c.id, article.c.published, func.max(revision.c.id), *made)
            .select_from(article.join(revision).outerjoin(translation, translation.c.revision == revision.c.id))
            .where(article.c.id.not_in(COPIES))
            .group_by(article.c.id, article.c.published)
            .order_by(article.c.id)
        )
        with self._engine.connect() as connection:
            return [(row[0], " ".join(map(str, row[1:]))) for row in connection.execute(query)]

    def read(self, ids: Sequence[int], language: Language, hold_above: float | None = None) -> list[Entry]:
        """The entries of these articles that have a text in this language, newest first.

        ``hold_above``: as for ``Articles.newest``.
        """
        chosen = select(article.c.id).where(article.c.id.in_(ids), is_readable(article.c.id, language, hold_above))
        with self._engine.connect() as connection:
            found = connection.execute(chosen.order_by(article.c.published.desc(), article.c.id.desc()))
            return read_entries(connection, [row[0] for row in found], language)
