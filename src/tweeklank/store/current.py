"""Conditions on revisions that several queries share."""

from __future__ import annotations

from sqlalchemy import ColumnElement, FromClause, literal, select

from tweeklank.article import Language
from tweeklank.store.schema import revision, translation


def is_current(table: FromClause) -> ColumnElement[bool]:
    """Whether a revision is the newest one of its article in its language."""
    newer = revision.alias()
    return ~(
        select(literal(1))
        .where(
            newer.c.article == table.c.article,
            newer.c.language == table.c.language,
            newer.c.id > table.c.id,
        )
        .exists()
    )


def has_text(article: ColumnElement[int], language: Language) -> ColumnElement[bool]:
    """Whether an article has a text of its publisher's in a language."""
    own = revision.alias()
    return select(literal(1)).where(own.c.article == article, own.c.language == language).exists()


def has_publishers_english(article: ColumnElement[int]) -> ColumnElement[bool]:
    return has_text(article, Language.EN)


def is_newest_translated(table: FromClause) -> ColumnElement[bool]:
    """Whether no later revision of the same article was translated."""
    newer, made = revision.alias(), translation.alias()
    return ~(
        select(literal(1))
        .select_from(newer.join(made, made.c.revision == newer.c.id))
        .where(newer.c.article == table.c.article, newer.c.id > table.c.id)
        .exists()
    )
