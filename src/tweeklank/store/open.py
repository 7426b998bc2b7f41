"""Opening the store: engine, pragmas, migrations, and errors in plain words."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, insert, make_url, select
from sqlalchemy.exc import ArgumentError, DatabaseError, NoSuchModuleError

from tweeklank.article import TweeklankError
from tweeklank.store import schema
from tweeklank.store.articles import Articles
from tweeklank.store.backfills import Backfills
from tweeklank.store.corrections import Corrections
from tweeklank.store.forgetting import Forgetting
from tweeklank.store.history import History
from tweeklank.store.links import Links
from tweeklank.store.pages import Pages
from tweeklank.store.retention import Retention
from tweeklank.store.runs import Runs
from tweeklank.store.translations import Translations


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
        self.history = History(engine)
        self.retention = Retention(engine)
        self.forgetting = Forgetting(engine)

    def settled(self, name: str, first: str) -> str:
        """The value of ``name``: ``first`` the first time it is asked for, and the same ever after."""
        query = select(schema.setting.c.value).where(schema.setting.c.name == name)
        with self._engine.begin() as connection:
            value = connection.execute(query).scalar()
            if value is None:
                connection.execute(insert(schema.setting).values(name=name, value=first))
        return first if value is None else str(value)


def sqlite_file(url: str) -> Path | None:
    """The file behind a store address; None for another database or one in memory. Raises StoreAddressError."""
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise StoreAddressError(f"store.url {url!r} is not a database address: {error}.") from None
    if parsed.get_backend_name() != "sqlite" or parsed.database in (None, "", ":memory:"):
        return None
    return Path(str(parsed.database))


@contextmanager
def open_store(url: str) -> Iterator[Store]:
    """Opens, and if need be creates or migrates, the store at an SQLAlchemy ``url``.

    Raises StoreError, also for errors of the database while the store is in use.
    """
    file = sqlite_file(url)
    try:
        engine = create_engine(url)
    except (ArgumentError, NoSuchModuleError, ImportError) as error:
        raise StoreAddressError(f"store.url {url!r} is not a database address: {error}.") from None
    shown = str(file or make_url(url).render_as_string())
    if file is not None:
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin)
    try:
        if file is not None:
            file.parent.mkdir(parents=True, exist_ok=True)
        schema.migrate(engine)
        yield Store(engine, url)
    except schema.TooNewError:
        raise StoreError(f"{shown}: written by a later version of Tweeklank; upgrade Tweeklank.") from None
    except (DatabaseError, sqlite3.Error) as error:
        reason = str(getattr(error, "orig", error))
        raise StoreError(f"{shown}: {reason}; {_mend(reason)}") from error
    finally:
        engine.dispose()


def _mend(reason: str) -> str:
    if "full" in reason or "disk I/O" in reason:
        return "free some space and run again, nothing stored is lost."
    if "readonly" in reason or "unable to open" in reason:
        return "make the file and its folder writable for this user."
    if "malformed" in reason or "not a database" in reason:
        return "put back a backup of the file, or move it away to begin anew."
    return "run again; with --debug for the details."


def _prepare_sqlite(connection: Any, _: Any) -> None:
    # Transactions are begun by hand (see _begin), so that reading and writing are one snapshot.
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=10000"):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")
