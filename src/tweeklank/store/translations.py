"""Translations of revisions, and the translation memory of sentences."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, delete, func, insert, literal, select

from tweeklank.article import Image, Language, Rendering, Translation
from tweeklank.store.schema import memory, revision, translation

_LOOKUP = 500  # keys in one query; SQLite allows 999 parameters at the least


@dataclass(frozen=True)
class Untranslated:
    """A Dutch revision that waits for its translation."""

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


def memory_key(model: str, glossary: str, sentence: str) -> str:
    return hashlib.sha256("\x1f".join((model, glossary, sentence)).encode()).hexdigest()


class Translations:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def waiting(self) -> list[Untranslated]:
        """Current Dutch revisions without a translation, of articles without the publisher's own English."""
        newer = revision.alias()
        english = revision.alias()
        query = (
            select(revision)
            .where(
                revision.c.language == Language.NL,
                ~select(literal(1))
                .where(
                    newer.c.article == revision.c.article,
                    newer.c.language == Language.NL,
                    newer.c.id > revision.c.id,
                )
                .exists(),
                ~select(literal(1))
                .where(english.c.article == revision.c.article, english.c.language == Language.EN)
                .exists(),
                ~select(literal(1)).where(translation.c.revision == revision.c.id).exists(),
            )
            .order_by(revision.c.id)
        )
        with self._engine.connect() as connection:
            rows = connection.execute(query).all()
        waiting = []
        for row in rows:
            image = Image(**row.image) if row.image else Image("")
            waiting.append(Untranslated(row.id, Rendering(row.title, row.lead, row.body, image.alt, image.caption)))
        return waiting

    def keep(self, revision_id: int, made: Translation, now: datetime) -> None:
        with self._engine.begin() as connection:
            connection.execute(delete(translation).where(translation.c.revision == revision_id))
            words = made.rendering
            connection.execute(
                insert(translation).values(
                    revision=revision_id,
                    model=made.model,
                    glossary=made.glossary,
                    title=words.title,
                    lead=words.lead,
                    body=words.body,
                    alt=words.alt,
                    caption=words.caption,
                    sentences=made.sentences,
                    kept=made.kept,
                    made=now,
                )
            )

    def remembered(self, model: str, glossary: str, sentences: Iterable[str]) -> dict[str, Remembered]:
        """The sentences that are known, with what they became."""
        keys = {memory_key(model, glossary, sentence): sentence for sentence in sentences}
        wanted, found = list(keys), {}
        with self._engine.connect() as connection:
            for start in range(0, len(wanted), _LOOKUP):
                part = wanted[start : start + _LOOKUP]
                for row in connection.execute(select(memory).where(memory.c.key.in_(part))):
                    alignment = tuple(tuple(words) for words in row.alignment)
                    found[keys[row.key]] = Remembered(row.target, alignment, row.fault)
        return found

    def remember(self, model: str, glossary: str, made: Mapping[str, Remembered]) -> None:
        if not made:
            return
        rows = [
            {
                "key": memory_key(model, glossary, sentence),
                "source": sentence,
                "target": result.target,
                "alignment": result.alignment,
                "fault": result.fault,
            }
            for sentence, result in made.items()
        ]
        with self._engine.begin() as connection:
            for start in range(0, len(rows), _LOOKUP):
                part = rows[start : start + _LOOKUP]
                connection.execute(delete(memory).where(memory.c.key.in_([row["key"] for row in part])))
                connection.execute(insert(memory), part)

    def counts(self) -> tuple[int, int]:
        """How many translations there are, and how many of them have sentences left in Dutch."""
        with self._engine.connect() as connection:
            total = connection.execute(select(func.count()).select_from(translation)).scalar_one()
            flagged = connection.execute(
                select(func.count()).select_from(translation).where(translation.c.kept > 0)
            ).scalar_one()
        return total, flagged
