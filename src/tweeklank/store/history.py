"""All articles in the order in which they came in: an order in which only the end ever changes."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Engine, func, select

from tweeklank.article import Deleted, Entry, Language
from tweeklank.store.duplicates import COPIES
from tweeklank.store.entries import is_readable, read_entries
from tweeklank.store.schema import article, revision, translation


class History:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def marks(self) -> list[tuple[int, str]]:
        """Every article with a mark that is another one when its words or its date are, or when it is withdrawn."""
        made = (
            func.max(translation.c.revision),
            func.max(translation.c.updated),
            func.sum(translation.c.kept),
            func.sum(translation.c.sentences),
        )
        query = (
            select(
                article.c.id, article.c.published, article.c.withdrawn, article.c.returned,
                func.max(revision.c.id), *made,
            )
            .select_from(article.outerjoin(revision).outerjoin(translation, translation.c.revision == revision.c.id))
            .where(article.c.id.not_in(COPIES))
            .group_by(article.c.id, article.c.published, article.c.withdrawn, article.c.returned)
            .order_by(article.c.id)
        )  # fmt: skip
        with self._engine.connect() as connection:
            return [(row[0], " ".join(map(str, row[1:]))) for row in connection.execute(query)]

    def read(self, ids: Sequence[int], language: Language, hold_above: float | None = None) -> list[Entry]:
        """The entries of these articles that have a text in this language, newest first.

        ``hold_above``: as for ``Articles.newest``.
        """
        readable = (article.c.withdrawn.is_(None), is_readable(article.c.id, language, hold_above))
        chosen = select(article.c.id).where(article.c.id.in_(ids), *readable)
        with self._engine.connect() as connection:
            found = connection.execute(chosen.order_by(article.c.published.desc(), article.c.id.desc()))
            return read_entries(connection, [row[0] for row in found], language)

    def deleted(self, ids: Sequence[int]) -> list[Deleted]:
        """Which of these articles are withdrawn, the last one first."""
        query = select(article.c.tag, article.c.withdrawn).where(
            article.c.id.in_(ids), article.c.withdrawn.is_not(None)
        )
        with self._engine.connect() as connection:
            rows = connection.execute(query.order_by(article.c.withdrawn.desc(), article.c.id.desc()))
            return [Deleted(row.tag, row.withdrawn) for row in rows]
