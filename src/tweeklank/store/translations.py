"""Translations of revisions, and the translation memory of sentences."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, Row, Select, delete, func, insert, literal, select, update

from tweeklank.article import Image, Language, Rendering, Translation, later
from tweeklank.store.current import has_publishers_english, is_current
from tweeklank.store.duplicates import COPIES
from tweeklank.store.entries import WITHDRAWN, needs_review
from tweeklank.store.schema import membership, memory, revision, segment, translation
from tweeklank.store.segments import normal_form, segment_key

_LOOKUP = 500  # keys in one query; SQLite allows 999 parameters at the least


@dataclass(frozen=True)
class Untranslated:
    """A Dutch revision that is to be translated."""

    revision: int
    words: Rendering


@dataclass(frozen=True)
class Remembered:
    """What a sentence became. ``fault`` names the check that it failed, or is empty.

    ``alignment`` has for each word of ``target`` the numbers of the words of the source it came from.
    """

    target: str
    alignment: tuple[tuple[int, ...], ...] = ()
    fault: str = ""


def memory_key(edition: str, sentence: str) -> str:
    return hashlib.sha256(f"{edition}\x1f{normal_form(sentence)}".encode()).hexdigest()


class Translations:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def waiting(self, among: Collection[int] | None = None) -> list[Untranslated]:
        """What has no translation yet, or one that a correction has outdated; ``among`` these revisions, if given."""
        query = _waiting()
        return self._read(query if among is None else query.where(revision.c.id.in_(among)))

    def count_waiting(self) -> int:
        with self._engine.connect() as connection:
            return connection.execute(select(func.count()).select_from(_waiting().subquery())).scalar_one()

    def all(self, source: str | None = None) -> list[Untranslated]:
        """All that a machine translates, or that of one source, whether it has been or not."""
        query = _for_a_machine()
        if source is not None:
            query = query.where(revision.c.article.in_(select(membership.c.article).filter_by(source=source)))
        return self._read(query)

    def _read(self, query: Select[Any]) -> list[Untranslated]:
        with self._engine.connect() as connection:
            rows = connection.execute(query.order_by(revision.c.id)).all()
        found = []
        for row in rows:
            image = Image(**row.image) if row.image else Image("")
            found.append(Untranslated(row.id, Rendering(row.title, row.lead, row.body, image.alt, image.caption)))
        return found

    def keep(self, revision_id: int, made: Translation, now: datetime, segments: Iterable[str] = ()) -> bool:
        """Stores a translation with its sentences; tells whether a reader sees other words than before.

        The same words over again change nothing but the counts, not even by whom they are.
        """
        with self._engine.begin() as connection:
            _keep_segments(connection, revision_id, segments)
            before = _shown(connection, revision_id)
            same_words = before is not None and _words(before) == made.rendering
            if before is not None and same_words and before.revision == revision_id:
                again = update(translation).where(translation.c.revision == revision_id)
                connection.execute(again.values(stale=False, sentences=made.sentences, kept=made.kept))
                return False
            updated = connection.execute(select(revision.c.updated).where(revision.c.id == revision_id)).scalar_one()
            if before is not None and updated <= before.updated:
                updated = before.updated if same_words else later(now, before.updated)
            connection.execute(delete(translation).where(translation.c.revision == revision_id))
            connection.execute(
                insert(translation).values(**_row(made), revision=revision_id, updated=updated, made=now)
            )
            return not same_words

    def remembered(self, edition: str, sentences: Iterable[str]) -> dict[str, Remembered]:
        """The sentences that are known in an edition, with what they became."""
        keys = {memory_key(edition, sentence): sentence for sentence in sentences}
        wanted, found = list(keys), {}
        with self._engine.connect() as connection:
            for start in range(0, len(wanted), _LOOKUP):
                part = wanted[start : start + _LOOKUP]
                for row in connection.execute(select(memory).where(memory.c.key.in_(part))):
                    alignment = tuple(tuple(words) for words in row.alignment)
                    found[keys[row.key]] = Remembered(row.target, alignment, row.fault)
        return found

    def remember(self, edition: str, made: Mapping[str, Remembered]) -> None:
        """Stores what sentences became, by any spelling of each."""
        rows = {
            memory_key(edition, sentence): {
                "source": sentence,
                "target": result.target,
                "alignment": result.alignment,
                "fault": result.fault,
            }
            for sentence, result in made.items()
        }
        keys = list(rows)
        with self._engine.begin() as connection:
            for start in range(0, len(keys), _LOOKUP):
                part = keys[start : start + _LOOKUP]
                connection.execute(delete(memory).where(memory.c.key.in_(part)))
                connection.execute(insert(memory), [{"key": key, **rows[key]} for key in part])

    def needing_review(self, above: float) -> int:
        """How many articles stand in English by a machine with more than this share of sentences in Dutch."""
        with self._engine.connect() as connection:
            query = select(func.count()).select_from(needs_review(above).subquery())
            return connection.execute(query).scalar_one()

    def counts(self) -> tuple[int, int]:
        """How many translations there are, and how many of them have sentences left in Dutch."""
        with self._engine.connect() as connection:
            total = connection.execute(select(func.count()).select_from(translation)).scalar_one()
            flagged = connection.execute(
                select(func.count()).select_from(translation).where(translation.c.kept > 0)
            ).scalar_one()
        return total, flagged


def _for_a_machine() -> Select[Any]:
    """The current Dutch revisions of articles without the publisher's own English, each entry once."""
    return select(revision).where(
        revision.c.language == Language.NL,
        is_current(revision),
        ~has_publishers_english(revision.c.article),
        revision.c.article.not_in(COPIES),
        revision.c.article.not_in(WITHDRAWN),
    )


def _waiting() -> Select[Any]:
    fresh = select(literal(1)).where(translation.c.revision == revision.c.id, translation.c.stale.is_(False))
    return _for_a_machine().where(~fresh.exists())


def _shown(connection: Connection, revision_id: int) -> Row[Any] | None:
    """The translation that readers see of a revision's article: that of the newest translated revision."""
    own = select(revision.c.article).where(revision.c.id == revision_id).scalar_subquery()
    return connection.execute(
        select(translation)
        .join(revision, revision.c.id == translation.c.revision)
        .where(revision.c.article == own)
        .order_by(revision.c.id.desc())
        .limit(1)
    ).one_or_none()


def _words(row: Row[Any]) -> Rendering:
    return Rendering(row.title, row.lead, row.body, row.alt, row.caption)


def _row(made: Translation) -> dict[str, Any]:
    counts = {"sentences": made.sentences, "kept": made.kept}
    return {**asdict(made.rendering), "model": made.model, "glossary": made.glossary, **counts}


def _keep_segments(connection: Connection, revision_id: int, sentences: Iterable[str]) -> None:
    connection.execute(delete(segment).where(segment.c.revision == revision_id))
    keys = dict.fromkeys(map(segment_key, sentences))
    if keys:
        connection.execute(insert(segment), [{"revision": revision_id, "key": key} for key in keys])
