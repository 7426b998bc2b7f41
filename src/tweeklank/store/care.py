"""Care of a store that is an SQLite file: checking it, backing it up, and putting a backup back."""

from __future__ import annotations

import os
import secrets
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import make_url

from tweeklank import durable
from tweeklank.store import schema
from tweeklank.store.open import StoreAddressError, StoreError, sqlite_file

_MOST_FAULTS = 20  # of a damaged file; more of them help nobody


def file_of(url: str, *, needed: bool = True) -> Path:
    """The file of a store. Raises StoreAddressError for another database, StoreError if it is needed and missing."""
    file = sqlite_file(url)
    if file is None:
        shown = make_url(url).render_as_string()
        raise StoreAddressError(f"{shown} is no SQLite file; use the database's own tools, such as pg_dump.")
    if needed and not file.is_file():
        raise StoreError(f"{file}: there is no store; `tweeklank sync` makes one.")
    return file


def faults(file: Path) -> list[str]:
    """What is wrong with a store, each in one line: damaged pages, rows that refer to nothing. Raises StoreError."""
    try:
        with closing(connect(file)) as connection:
            found = [str(row[0]) for row in connection.execute(f"PRAGMA integrity_check({_MOST_FAULTS})")]
            if found != ["ok"]:
                return found
            _require_tables(file, connection)
            return [f"{r[0]}: row {r[1]} refers to no {r[2]}" for r in connection.execute("PRAGMA foreign_key_check")]
    except sqlite3.DatabaseError as error:
        return [str(error)]


def back_up(file: Path, target: Path) -> None:
    """Copies a store as it is at one moment, also while a sync writes to it.

    The copy is checked before it takes the name ``target``. Raises StoreError, after which what
    was there under that name still is.
    """
    if target.exists() and target.samefile(file):
        raise StoreError(f"{target}: is the store itself; name another file for the backup.")
    with beside(target) as copy:
        _copy(file, copy)
        if found := faults(copy):
            raise StoreError(f"{file}: {found[0]}; nothing was backed up, run `tweeklank store repair` first.")
        _take_place(copy, target)


def restore(file: Path, backup: Path, now: datetime) -> Path | None:
    """Puts a backup in the place of the store, which is kept aside. Nobody may be using the store.

    Returns where the old one is; None if there was none. Raises StoreError if ``backup`` is no
    whole store that this version can read; then nothing has changed.
    """
    if not backup.is_file():
        raise StoreError(f"{backup}: there is no such file.")
    if file.exists() and backup.samefile(file):
        raise StoreError(f"{backup}: is the store itself; name a backup of it.")
    if found := faults(backup):
        raise StoreError(f"{backup}: {found[0]}; this backup cannot be put back.")
    with beside(file) as copy:
        _copy(backup, copy)
        return exchange(file, copy, "replaced", now)


def exchange(file: Path, copy: Path, why: str, now: datetime) -> Path | None:
    """Gives ``copy`` the place of a store, which is kept aside with a dated name; returns that name.

    At every moment there is a whole file under the store's name. Raises StoreError.
    """
    aside = None
    try:
        if file.exists():
            aside = file.with_name(f"{file.name}.{why}-{now.astimezone(UTC):%Y%m%dT%H%M%S%fZ}")
            _put_aside(file, aside)
        _take_place(copy, file)
    except OSError as error:
        raise StoreError(f"{file}: cannot be replaced ({error.strerror}); what was stored is still there.") from error
    return aside


def connect(file: Path, mode: str = "rw") -> sqlite3.Connection:
    """A connection that makes no file where there is none. Raises sqlite3.Error."""
    return sqlite3.connect(f"{file.absolute().as_uri()}?mode={mode}", uri=True, timeout=10)


def wal(file: Path) -> Path:
    """Where SQLite writes first; it belongs to the file as long as it is there."""
    return file.with_name(f"{file.name}-wal")


def _require_tables(file: Path, connection: sqlite3.Connection) -> None:
    """Raises StoreError for what is no store, or one of a later version."""
    try:
        version = connection.execute("SELECT version FROM schema_version").fetchone()
    except sqlite3.OperationalError:
        version = None
    if version is None:
        raise StoreError(f"{file}: is no store of Tweeklank.")
    if version[0] > len(schema.MIGRATIONS):
        raise StoreError(f"{file}: written by a later version of Tweeklank; upgrade Tweeklank.")


def _copy(file: Path, copy: Path) -> None:
    try:
        with closing(connect(file)) as source, closing(sqlite3.connect(copy)) as target:
            # All pages in one step are one moment of the store; writers need not wait.
            source.backup(target)
            # One file that is whole by itself, without the two that SQLite keeps beside it.
            target.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.Error as error:
        raise StoreError(f"{file}: cannot be copied to {copy.parent} ({error}).") from error


def _put_aside(file: Path, aside: Path) -> None:
    """Copies a store with all that belongs to it, and leaves under its own name a file that needs nothing else."""
    shutil.copy2(file, aside)
    if wal(file).exists():
        shutil.copy2(wal(file), wal(aside))
    for name in (aside, wal(aside)):
        if name.exists():
            with name.open("rb+") as stream:
                durable.flush(stream)
    durable.settle(aside.parent)
    # What SQLite wrote beside the old file would be taken for the new one's: it goes into the file, if that can be.
    with suppress(sqlite3.Error), closing(connect(file)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    for leftover in (wal(file), file.with_name(f"{file.name}-shm")):
        leftover.unlink(missing_ok=True)


def _take_place(copy: Path, file: Path) -> None:
    if file.exists():
        shutil.copymode(file, copy)
    with copy.open("rb+") as stream:
        durable.flush(stream)
    durable.replace(copy, file)


@contextmanager
def beside(file: Path) -> Iterator[Path]:
    """A name for an unfinished file in the same folder, which is gone afterwards. Raises StoreError."""
    copy = file.with_name(f".{file.name}-{secrets.token_hex(8)}")
    try:
        os.close(os.open(copy, os.O_CREAT | os.O_EXCL, 0o600))
        yield copy
    except OSError as error:
        raise StoreError(f"{file}: cannot be written ({error.strerror}).") from error
    finally:
        for name in (copy, wal(copy), copy.with_name(f"{copy.name}-shm"), copy.with_name(f"{copy.name}-journal")):
            durable.discard(name)
