"""Opening the store: engine, pragmas, migrations, and errors in plain words."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, insert, make_url, select
from sqlalchemy.exc import ArgumentError, DatabaseError

from tweeklank.article import TweeklankError
from tweeklank.store import postgresql, schema
from tweeklank.store.alerts import Alerts
from tweeklank.store.articles import Articles
from tweeklank.store.backfills import Backfills
from tweeklank.store.corrections import Corrections
from tweeklank.store.forgetting import Forgetting
from tweeklank.store.history import History
from tweeklank.store.links import Links
from tweeklank.store.pages import Pages
from tweeklank.store.problems import Problems
from tweeklank.store.retention import Retention
from tweeklank.store.runs import Runs
from tweeklank.store.sources import Sources
from tweeklank.store.translations import Translations
from tweeklank.store.work import Work

MEND_OF_DAMAGE = "run `tweeklank store repair`, or `tweeklank store restore` with a backup"
MEND_OF_RIGHTS = "make the file and its folder writable for this user"
_SHAPES = "write sqlite:///FILE or postgresql+psycopg://USER@HOST/DATABASE."


class StoreError(TweeklankError):
    """The store cannot be opened, read or written."""


class StoreAddressError(StoreError):
    """store.url names no database."""


class Store:
    """All that is remembered, by subject. Every call is one transaction: done whole or not at all."""

    def __init__(self, engine: Engine, url: str) -> None:
        self._engine, self.url = engine, url
        self.articles = Articles(engine)
        self.links = Links(engine)
        self.pages = Pages(engine)
        self.translations = Translations(engine)
        self.corrections = Corrections(engine)
        self.backfills = Backfills(engine)
        self.runs = Runs(engine)
        self.sources = Sources(engine)
        self.problems = Problems(engine)
        self.alerts = Alerts(engine)
        self.history = History(engine)
        self.retention = Retention(engine)
        self.forgetting = Forgetting(engine)
        self.work = Work(engine)

    def settled(self, name: str, first: str) -> str:
        """The value of ``name``: ``first`` the first time it is asked for, and the same ever after."""
        query = select(schema.setting.c.value).where(schema.setting.c.name == name)
        with self._engine.begin() as connection:
            value = connection.execute(query).scalar()
            if value is None:
                connection.execute(insert(schema.setting).values(name=name, value=first))
        return first if value is None else str(value)


def parsed(url: str) -> URL:
    """A store address in its parts. Raises StoreAddressError if it is of no database that a store can be in."""
    try:
        parts = make_url(url)
        known = parts.drivername in ("sqlite", "postgresql+psycopg")
    except (ArgumentError, ValueError):
        raise StoreAddressError(f"store.url {_hidden(url)!r} is not a database address; {_SHAPES}") from None
    if not known:
        raise StoreAddressError(f"store.url {_hidden(url)!r} is not a database address known here; {_SHAPES}")
    if "@" in (parts.host or ""):
        raise StoreAddressError(f"store.url {_hidden(url)!r}: write an @ in the password as %40.")
    return parts


def _hidden(url: str) -> str:
    """The address without what may be a password in it."""
    slashes, login = url.find("//"), url.rfind("@")
    if 0 <= slashes < login and "?" not in url[:slashes]:
        url = f"{url[:slashes]}//***{url[login + 1 :]}"
    place, question, _ = url.partition("?")
    return f"{place}?***" if question else url


def shown(parts: URL) -> str:
    """The database in a message: never with a password."""
    file = _file(parts)
    return str(file) if file else parts.set(password=None, query={}).render_as_string()


def sqlite_file(url: str) -> Path | None:
    """The file behind a store address; None for another database or one in memory. Raises StoreAddressError."""
    return _file(parsed(url))


def _file(parts: URL) -> Path | None:
    if parts.get_backend_name() != "sqlite" or parts.database in (None, "", ":memory:"):
        return None
    return Path(str(parts.database))


@contextmanager
def open_store(url: str) -> Iterator[Store]:
    """Opens, and if need be creates or migrates, the store at an SQLAlchemy ``url``.

    Raises StoreError, also for errors of the database while the store is in use.
    """
    parts = parsed(url)
    with plain_errors(parts):
        engine = connected(parts)
        try:
            schema.migrate(engine)
            yield Store(engine, url)
        finally:
            engine.dispose()


@contextmanager
def read_store(url: str) -> Iterator[Store]:
    """Opens the store at an SQLAlchemy ``url`` for reading only, which no sync has to wait for.

    Raises StoreError, also if there is no store yet.
    """
    parts = parsed(url)
    file = _file(parts)
    if file is not None and not file.is_file():
        raise StoreError(f"{file}: there is no store yet; run tweeklank sync.")
    with plain_errors(parts):
        engine = postgresql.prepared(parts) if postgresql.is_postgresql(parts) else create_engine(parts)
        if file is not None:
            event.listen(engine, "connect", _read_only)
        try:
            if schema.current_version(engine) != len(schema.MIGRATIONS):
                raise StoreError(f"{shown(parts)}: written by another version of Tweeklank; run tweeklank sync.")
            yield Store(engine, url)
        finally:
            engine.dispose()


def connected(parts: URL) -> Engine:
    """An engine for a store, whose transactions come one after another."""
    if postgresql.is_postgresql(parts):
        engine = postgresql.prepared(parts, pool_pre_ping=True)
        event.listen(engine, "begin", postgresql.one_at_a_time)
        return engine
    engine = create_engine(parts)
    if (file := _file(parts)) is not None:
        file.parent.mkdir(parents=True, exist_ok=True)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin)
    return engine


@contextmanager
def plain_errors(parts: URL) -> Iterator[None]:
    """Makes StoreErrors of the database's errors."""
    try:
        yield
    except schema.TooNewError:
        raise StoreError(f"{shown(parts)}: written by a later version of Tweeklank; upgrade Tweeklank.") from None
    except ImportError as error:
        # The driver may be missing, or the library that it needs.
        if "psycopg" not in str(error):
            raise
        raise StoreError(
            "a store on PostgreSQL needs a driver; install it: pip install 'tweeklank[postgresql]'."
        ) from None
    except (DatabaseError, sqlite3.Error) as error:
        # PostgreSQL adds hints on further lines.
        reason = str(getattr(error, "orig", error)).partition("\n")[0].strip(" .")
        raise StoreError(f"{shown(parts)}: {reason}; {_mend(reason)}") from error


def _mend(reason: str) -> str:
    if advice := postgresql.mend(reason):
        return advice
    if "full" in reason or "disk I/O" in reason:
        return "free some space and run again, nothing stored is lost."
    if "readonly" in reason or "unable to open" in reason:
        return f"{MEND_OF_RIGHTS}."
    if "malformed" in reason or "not a database" in reason:
        return f"{MEND_OF_DAMAGE}."
    return "run again; with --debug for the details."


def _prepare_sqlite(connection: Any, _: Any) -> None:
    # Transactions are begun by hand (see _begin), so that reading and writing are one snapshot.
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=10000"):
        connection.execute(f"PRAGMA {pragma}")


def _read_only(connection: Any, _: Any) -> None:
    for pragma in ("query_only=ON", "busy_timeout=10000"):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")
