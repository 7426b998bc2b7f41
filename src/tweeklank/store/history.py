"""All articles in the order in which they came in: an order in which only the end ever changes."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Engine, func, select

from tweeklank.article import Entry, Language
from tweeklank.store.entries import has_english, needs_review, read_entries
from tweeklank.store.schema import article, revision, translation


class History:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def marks(self) -> list[tuple[int, str]]:
        """Every article with a mark that is another one when its words or its date are."""
        made = (
            func.max(translation.c.revision),
            func.max(translation.c.updated),
            func.sum(translation.c.kept),
            func.sum(translation.c.sentences),
        )
        query = (
            select(article.c.id, article.c.published, func.max(revision.c.id), *made)
            .select_from(article.join(revision).outerjoin(translation, translation.c.revision == revision.c.id))
            .group_by(article.c.id, article.c.published)
            .order_by(article.c.id)
        )
        with self._engine.connect() as connection:
            return [(row[0], " ".join(map(str, row[1:]))) for row in connection.execute(query)]

    def read(self, ids: Sequence[int], language: Language, hold_above: float | None = None) -> list[Entry]:
        """The entries of these articles, newest first; in English only those that have an English text.

        ``hold_above``: as for ``Articles.newest``.
        """
        chosen = select(article.c.id).where(article.c.id.in_(ids))
        if language is Language.EN:
            chosen = chosen.where(has_english(article.c.id))
            if hold_above is not None:
                chosen = chosen.where(article.c.id.not_in(needs_review(hold_above)))
        with self._engine.connect() as connection:
            found = connection.execute(chosen.order_by(article.c.published.desc(), article.c.id.desc()))
            return read_entries(connection, [row[0] for row in found], language)
