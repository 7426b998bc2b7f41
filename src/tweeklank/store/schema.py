"""Tables and migrations.

A migration is a function that takes the store from one version to the next; it is never
changed once released. ``migrate`` applies the missing ones, each in a transaction of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Connection,
    DateTime,
    Dialect,
    Engine,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    delete,
    insert,
    inspect,
    select,
)

metadata = MetaData()


class Moment(TypeDecorator[datetime]):
    """An aware datetime, kept as UTC: SQLite has no time zones of its own."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        return value and value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        return value and value.replace(tzinfo=UTC)


version = Table("schema_version", metadata, Column("version", Integer, nullable=False))

setting = Table(
    # What is decided once and then stays, such as the identity of the publication.
    "setting",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("value", Text, nullable=False),
)

link = Table(
    # Addresses of articles that a source has shown. A link is due while what it showed last
    # (`stamp`) is not what was taken last (`taken_stamp`). `gone` counts the visits in a row that
    # said that there is no such page any more. `left_out`: the language for which what it led to
    # was left out.
    "link",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("source", String(40), nullable=False),
    Column("key", String(2000), nullable=False),
    Column("url", Text, nullable=False),
    Column("stamp", String(64), nullable=False),
    Column("taken_stamp", String(64)),
    Column("failures", Integer, nullable=False, default=0),
    Column("gone", Integer, nullable=False, default=0),
    Column("next_visit", Moment, nullable=False),
    Column("article", ForeignKey("article.id")),
    Column("left_out", String(3)),
    Index("link_by_key", "source", "key", unique=True),
    Index("link_by_visit", "source", "next_visit"),
)

article = Table(
    # `published` is the publisher's date or, without one, that of first sight: feeds sort by it.
    # `withdrawn`: since when it is in no feed, for the publisher took it back or it was to be
    # forgotten; `returned`: when it last came back from that. `unsettled`: one of these changed,
    # and what earlier publications left in the output folder does not show it yet.
    "article",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("tag", String(2000), nullable=False, unique=True),
    Column("first_source", String(40), nullable=False),
    Column("published", Moment, nullable=False),
    Column("first_seen", Moment, nullable=False),
    Column("withdrawn", Moment),
    Column("returned", Moment),
    Column("unsettled", Boolean, nullable=False, default=False),
    Index("article_by_date", "published", "id"),
    Index("article_by_withdrawal", "withdrawn"),
    Index("article_unsettled", "unsettled"),
)

address = Table(
    # Every address an article was ever found under.
    "address",
    metadata,
    Column("key", String(2000), primary_key=True),
    Column("article", ForeignKey("article.id"), nullable=False),
)

forgotten = Table(
    # Articles of which nothing is left but their addresses, and hashes of their words to know them
    # by at another address.
    "forgotten",
    metadata,
    Column("article", ForeignKey("article.id"), primary_key=True),
    Column("text_fingerprint", String(64), primary_key=True),
    Index("forgotten_by_text", "text_fingerprint"),
)

membership = Table(
    "membership",
    metadata,
    Column("source", String(40), primary_key=True),
    Column("article", ForeignKey("article.id"), primary_key=True),
    Column("published", Moment, nullable=False),
    Index("membership_by_date", "source", "published", "article"),
)

revision = Table(
    # One state of an article in one language; the one with the highest id is the current one.
    # `language` is en for the publisher's own English version; `aligned` tells whether that was
    # compared with the Dutch, sentence by sentence. `taken_from`: the page of another site that this
    # one names as its original.
    "revision",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("article", ForeignKey("article.id"), nullable=False),
    Column("language", String(2), nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("text_fingerprint", String(64), nullable=False),
    Column("url", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("lead", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("image", JSON),
    Column("author", Text, nullable=False),
    Column("topics", JSON, nullable=False),
    Column("updated", Moment, nullable=False),
    Column("aligned", Boolean, nullable=False, default=False),
    Column("taken_from", Text, nullable=False, default=""),
    Index("revision_current", "article", "language", "id"),
    Index("revision_unaligned", "language", "aligned"),
    Index("revision_by_text", "text_fingerprint"),
)

duplicate = Table(
    # Copies: articles that another source showed first, and the article whose entry they are part of.
    "duplicate",
    metadata,
    Column("article", ForeignKey("article.id"), primary_key=True),
    Column("entry", ForeignKey("article.id"), nullable=False),
    Index("duplicate_by_entry", "entry"),
)

likeness = Table(
    # Hashes of runs of an article's words: texts that share some are compared.
    "likeness",
    metadata,
    Column("key", BigInteger, primary_key=True),
    Column("article", ForeignKey("article.id"), primary_key=True),
    Index("likeness_by_article", "article"),
)

translation = Table(
    # `updated` is when the words last changed. `stale`: a correction of one of its sentences came
    # in; the translation stands until it is redone.
    "translation",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("revision", ForeignKey("revision.id"), nullable=False, unique=True),
    Column("stale", Boolean, nullable=False, default=False),
    Column("sentences", Integer, nullable=False),
    Column("kept", Integer, nullable=False),
    Column("updated", Moment, nullable=False),
    Column("made", Moment, nullable=False),
    Column("model", String(200), nullable=False),
    Column("glossary", String(64), nullable=False),
    Column("title", Text, nullable=False),
    Column("lead", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("alt", Text, nullable=False),
    Column("caption", Text, nullable=False),
    Index("translation_kept", "kept"),
)

segment = Table(
    # The sentences of each translation, so that a correction finds the ones that it is about.
    "segment",
    metadata,
    Column("revision", ForeignKey("revision.id"), primary_key=True),
    Column("key", String(64), primary_key=True),
    Index("segment_by_key", "key"),
)

correction = Table(
    # What people made of a sentence: `provenance` tells who, `origin` from which file or page.
    "correction",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("provenance", String(20), primary_key=True),
    Column("dutch", Text, nullable=False),
    Column("english", Text, nullable=False),
    Column("origin", Text, nullable=False),
    Column("made", Moment, nullable=False),
)

memory = Table(
    # Machine memory: what a sentence became, in one edition (model, glossary and what else
    # matters). `alignment` has for each word of the target the numbers of its source words;
    # `fault` a failed check.
    "memory",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("source", Text, nullable=False),
    Column("target", Text, nullable=False),
    Column("alignment", JSON, nullable=False),
    Column("fault", String(40), nullable=False),
)

backfill = Table(
    # The page of a source's archive at which reading it goes on after an interruption; `start` is
    # the listing or feed that it belongs to.
    "backfill",
    metadata,
    Column("source", String(40), primary_key=True),
    Column("start", Text, nullable=False),
    Column("page", Text, nullable=False),
    Column("number", Integer, nullable=False),
)

page = Table(
    # What the last answer for an address said of itself (RFC 9110, section 8.8), and robots.txt files.
    "page",
    metadata,
    Column("url", String(2000), primary_key=True),
    Column("etag", Text, nullable=False),
    Column("last_modified", Text, nullable=False),
    Column("fetched", Moment, nullable=False),
    Column("status", Integer, nullable=False),
    Column("body", Text, nullable=False, default=""),
)

source_state = Table(
    # How a source answered last: `failures` in a row, and `next_try` if it is to be left alone until then.
    # `settings` is a fingerprint of its configuration at that visit.
    "source_state",
    metadata,
    Column("source", String(40), primary_key=True),
    Column("failures", Integer, nullable=False, default=0),
    Column("last_try", Moment),
    Column("last_success", Moment),
    Column("last_news", Moment),
    Column("next_try", Moment),
    Column("last_error", Text, nullable=False, default=""),
    Column("settings", String(64), nullable=False, default=""),
)

problem = Table(
    # What is or was wrong. `key` names what it is about, such as a source; of one key one is open at most.
    "problem",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String(100), nullable=False),
    Column("text", Text, nullable=False),
    Column("began", Moment, nullable=False),
    Column("updated", Moment, nullable=False),
    Column("resolved", Moment),
    Index("problem_by_resolved", "resolved"),
)

alert = Table(
    # The ways of alerting by which was told that syncs fail, and not yet that they no longer do.
    "alert",
    metadata,
    Column("channel", String(20), primary_key=True),
    Column("told", Moment, nullable=False),
)

work = Table(
    # What workers made of the jobs of the sync that is going on: of each job its result, or why it failed.
    "work",
    metadata,
    Column("job", BigInteger, primary_key=True, autoincrement=False),
    Column("result", JSON),
    Column("failure", Text, nullable=False, default=""),
)

run = Table(
    "run",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("started", Moment, nullable=False),
    Column("finished", Moment),
    Column("summary", JSON),
)


def _first(connection: Connection) -> None:
    metadata.create_all(connection)


MIGRATIONS: Sequence[Callable[[Connection], None]] = (_first,)


class TooNewError(Exception):
    """The store was written by a later version of Tweeklank."""


def current_version(engine: Engine) -> int:
    """The version of the store; 0 if there is nothing in it."""
    with engine.connect() as connection:
        return _version(connection)


def migrate(engine: Engine, migrations: Sequence[Callable[[Connection], None]] = MIGRATIONS) -> None:
    """Brings the store to the newest version. Raises TooNewError if it is newer than this program."""
    current = 0
    while current < len(migrations):
        with engine.begin() as connection:
            # Read in the same transaction: another process may be at it too.
            current = _version(connection)
            if current < len(migrations):
                migrations[current](connection)
                current += 1
                connection.execute(delete(version))
                connection.execute(insert(version).values(version=current))
    if current > len(migrations):
        raise TooNewError


def _version(connection: Connection) -> int:
    if not inspect(connection).has_table(version.name):
        return 0
    return int(connection.execute(select(version.c.version)).scalar_one())
