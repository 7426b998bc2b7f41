"""What people made of a sentence: kept apart from what machines made, and above it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Engine, Row, delete, insert, select, update

from tweeklank.article import Language, Rendering
from tweeklank.store.current import has_publishers_english, is_current
from tweeklank.store.schema import correction, revision, segment, translation
from tweeklank.store.segments import segment_key

_LOOKUP = 500  # keys in one query; SQLite allows 999 parameters at the least


class Provenance(StrEnum):
    """Who made a correction; the first one outranks the second."""

    IMPORTED = "imported"
    PUBLISHER = "publisher"


@dataclass(frozen=True)
class Correction:
    """One Dutch sentence with the English that people gave it. ``origin`` is a file or the address of a page."""

    dutch: str
    english: str
    provenance: Provenance
    origin: str
    made: datetime


@dataclass(frozen=True)
class Corrected:
    """What storing corrections came to. ``articles`` counts the current translations to be redone."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    articles: int = 0


@dataclass(frozen=True)
class Parallel:
    """An article in the publisher's two languages. ``revision`` is the English one, ``origin`` its address."""

    revision: int
    origin: str
    dutch: Rendering
    english: Rendering


class Corrections:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def keep(self, pairs: Mapping[str, str], provenance: Provenance, origin: str, now: datetime) -> Corrected:
        """Stores English by Dutch sentence; translations with another English for it are to be redone."""
        with self._engine.begin() as connection:
            return _keep(connection, pairs, provenance, origin, now)

    def found(self, sentences: Iterable[str]) -> dict[str, str]:
        """The English of the sentences that people have corrected."""
        wanted = {segment_key(sentence): sentence for sentence in sentences}
        found: dict[str, str] = {}
        with self._engine.connect() as connection:
            # The lowest rank first, so that a higher one takes its place.
            for provenance in reversed(Provenance):
                found |= {wanted[key]: row.english for key, row in _known(connection, wanted, provenance).items()}
        return found

    def all(self, provenance: Provenance | None = None) -> list[Correction]:
        """The corrections, in the order of their Dutch."""
        query = select(correction)
        if provenance is not None:
            query = query.where(correction.c.provenance == provenance)
        with self._engine.connect() as connection:
            # Databases sort texts in orders of their own.
            rows = sorted(connection.execute(query).all(), key=lambda row: (row.dutch, row.provenance))
        return [Correction(r.dutch, r.english, Provenance(r.provenance), r.origin, r.made) for r in rows]

    def parallels(self) -> list[Parallel]:
        """The publisher's English versions that were not yet compared with the Dutch that they came with."""
        dutch = revision.alias()
        original = (dutch.c.title.label("title_nl"), dutch.c.lead.label("lead_nl"), dutch.c.body.label("body_nl"))
        query = (
            select(revision, *original)
            .join(dutch, dutch.c.article == revision.c.article)
            .where(
                revision.c.language == Language.EN,
                revision.c.aligned.is_(False),
                dutch.c.language == Language.NL,
                is_current(revision),
                is_current(dutch),
                # A Dutch text that changed after the English says something else by now.
                dutch.c.id < revision.c.id,
            )
            .order_by(revision.c.id)
        )  # fmt: skip
        with self._engine.connect() as connection:
            rows = connection.execute(query).all()
        return [
            Parallel(
                row.id,
                row.url,
                Rendering(row.title_nl, row.lead_nl, row.body_nl),
                Rendering(row.title, row.lead, row.body),
            )
            for row in rows
        ]

    def learn(self, parallel: Parallel, pairs: Mapping[str, str], now: datetime) -> Corrected:
        """Stores the sentences of a publisher's English version, and that it was compared."""
        with self._engine.begin() as connection:
            connection.execute(update(revision).where(revision.c.id == parallel.revision).values(aligned=True))
            return _keep(connection, pairs, Provenance.PUBLISHER, parallel.origin, now)


def _keep(
    connection: Connection, pairs: Mapping[str, str], provenance: Provenance, origin: str, now: datetime
) -> Corrected:
    wanted = {segment_key(dutch): (dutch, english) for dutch, english in pairs.items()}
    known = _known(connection, wanted, provenance)
    different = {
        key: pair for key, pair in wanted.items() if key not in known or known[key].english != pair[1]
    }  # fmt: skip
    for part in _parts(different):
        same = (correction.c.key.in_(part), correction.c.provenance == provenance)
        connection.execute(delete(correction).where(*same))
        made = {"provenance": provenance, "origin": origin, "made": now}
        rows = [{"key": key, "dutch": wanted[key][0], "english": wanted[key][1], **made} for key in part]
        connection.execute(insert(correction), rows)
    changed = len(known.keys() & different.keys())
    outranked = _outranking(connection, different, provenance)
    return Corrected(
        new=len(different) - changed,
        changed=changed,
        unchanged=len(wanted) - len(different),
        articles=outdate(connection, (key for key in different if key not in outranked)),
    )


def _outranking(connection: Connection, keys: Iterable[str], provenance: Provenance) -> dict[str, Row[Any]]:
    """The sentences that have a correction of the higher rank."""
    return _known(connection, keys, Provenance.IMPORTED) if provenance is Provenance.PUBLISHER else {}


def _known(connection: Connection, keys: Iterable[str], provenance: Provenance) -> dict[str, Row[Any]]:
    found: dict[str, Row[Any]] = {}
    for part in _parts(keys):
        query = select(correction).where(correction.c.key.in_(part), correction.c.provenance == provenance)
        found |= {row.key: row for row in connection.execute(query)}
    return found


def outdate(connection: Connection, keys: Iterable[str]) -> int:
    """Marks the current translations with any of these sentences as stale, and counts them."""
    articles = 0
    for part in _parts(keys):
        touched = (
            select(segment.c.revision)
            .join(revision, revision.c.id == segment.c.revision)
            .where(segment.c.key.in_(part), is_current(revision), ~has_publishers_english(revision.c.article))
        )
        outdated = update(translation).where(translation.c.revision.in_(touched), translation.c.stale.is_(False))
        articles += connection.execute(outdated.values(stale=True)).rowcount
    return articles


def _parts(keys: Iterable[str]) -> Iterator[list[str]]:
    listed = list(keys)
    return (listed[start : start + _LOOKUP] for start in range(0, len(listed), _LOOKUP))
