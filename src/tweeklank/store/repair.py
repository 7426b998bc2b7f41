"""A new store out of a damaged one: every row that can still be read, and order among them.

SQLite keeps a table in pages; a damaged page costs its own rows and, if it is one that leads to
other pages, theirs. So each table is read from its first row until an error, and from then on
row by row: what can be read behind the damage is found again. Rows that no longer say what their
columns ask for are left out, as are rows that refer to such as are gone. What follows from other
rows is made anew, and what a site can show once more is to be fetched again at the next sync.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import JSON, Boolean, Column, Connection, Integer, Table, create_engine, delete, insert, select, update

from tweeklank.article import Language, address_key
from tweeklank.store import schema
from tweeklank.store.care import beside, connect, exchange, faults, wal
from tweeklank.store.open import StoreError
from tweeklank.store.schema import (
    Moment,
    address,
    article,
    duplicate,
    forgotten,
    link,
    membership,
    page,
    revision,
    segment,
    translation,
)

_HEADER = 100  # bytes that begin an SQLite file (www.sqlite.org/fileformat.html, section 1.3)
_SIZES = slice(28, 40)  # of the file and of its unused pages; zeros are "count for yourself"
_MOST_ROWS = 2**40  # row numbers are looked for below this when the damage hides the highest


@dataclass(frozen=True)
class Salvaged:
    """What became of a table. ``lost`` is None if the damage hides how many rows there were."""

    table: str
    kept: int
    lost: int | None


@dataclass(frozen=True)
class Repaired:
    """What a repair came to. ``damaged`` is where the old file is now; None: there was nothing to repair."""

    damaged: Path | None = None
    tables: tuple[Salvaged, ...] = ()


def repair(file: Path, now: datetime) -> Repaired:
    """Builds a new store from what can be read of a damaged one, which is kept aside. Nobody may be using it.

    Raises StoreError; then the damaged file is as it was.
    """
    if not faults(file):
        return Repaired()
    with beside(file) as damaged, beside(file) as built:
        # SQLite would write to what it reads, so it is given a copy.
        shutil.copyfile(file, damaged)
        if wal(file).exists():
            shutil.copyfile(wal(file), wal(damaged))
        _make_new(built)
        _lend_first_page(damaged, built)
        tables = _take_over(damaged, built)
        _put_in_order(built, {one.table for one in tables if one.lost != 0}, now)
        if found := faults(built):
            raise StoreError(f"{file}: cannot be repaired ({found[0]}); put back a backup.")
        return Repaired(exchange(file, built, "damaged", now), tables)


def _make_new(file: Path) -> None:
    engine = create_engine(f"sqlite:///{file}")
    try:
        schema.migrate(engine)
    finally:
        engine.dispose()


def _lend_first_page(damaged: Path, built: Path) -> None:
    """Gives a file whose first page is lost that of a new store: where the tables begin is the same in both."""
    with suppress(sqlite3.DatabaseError), closing(connect(damaged)) as connection:
        connection.execute("PRAGMA writable_schema=ON")
        if connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]:
            return
    with built.open("rb") as new, damaged.open("rb+") as old:
        header = bytearray(new.read(_HEADER))
        header[_SIZES] = bytes(len(header[_SIZES]))
        old.write(header + new.read(int.from_bytes(header[16:18], "big") - _HEADER))


def _take_over(damaged: Path, built: Path) -> tuple[Salvaged, ...]:
    with closing(connect(damaged)) as old, closing(connect(built)) as new:
        # Reads a file that is shorter than its first page says.
        old.execute("PRAGMA writable_schema=ON")
        new.execute("PRAGMA foreign_keys=OFF")
        tables = tuple(_take_over_table(table, old, new) for table in schema.metadata.sorted_tables)
        new.commit()
    return tables


def _take_over_table(table: Table, old: sqlite3.Connection, new: sqlite3.Connection) -> Salvaged:
    if table is schema.version:  # the new store has its own
        return Salvaged(table.name, 1, 0)
    names, kept = ", ".join(f'"{column.name}"' for column in table.columns), 0
    put = f'INSERT INTO "{table.name}" ({names}) VALUES ({", ".join("?" * len(table.columns))})'  # noqa: S608 - our own names
    for row in _readable_rows(old, table.name, names):
        if all(_fits(column, value) for column, value in zip(table.columns, row, strict=True)):
            # A row that was read twice by way of a damaged page is there already.
            with suppress(sqlite3.IntegrityError):
                kept += new.execute(put, row).rowcount
    return Salvaged(table.name, kept, _lost(old, table.name, kept))


def _lost(old: sqlite3.Connection, table: str, kept: int) -> int | None:
    """How many rows fewer there are than the table's indexes know of."""
    try:
        found = old.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0]  # noqa: S608 - our own name
    except sqlite3.DatabaseError:
        return None
    return max(0, int(found) - kept)


def _readable_rows(old: sqlite3.Connection, table: str, names: str) -> Iterator[tuple[Any, ...]]:
    scan = f'SELECT rowid, {names} FROM "{table}" NOT INDEXED WHERE rowid > ? ORDER BY rowid'  # noqa: S608 - our own names
    last, highest = 0, _highest(old, table)
    while last < highest:
        try:
            for number, *row in old.execute(scan, (last,)):
                # Damaged pages may lead back to rows before these, and so round and round.
                if number > last:
                    yield tuple(row)
                    last = number
            return
        except (sqlite3.DatabaseError, OverflowError):
            # Also a scan that begins behind the damage may have to pass by it: that row is read by itself.
            last, behind = _next_readable(old, table, names, last, highest)
            yield from behind


def _next_readable(
    old: sqlite3.Connection, table: str, names: str, last: int, highest: int
) -> tuple[int, list[tuple[Any, ...]]]:
    """The first row behind ``last`` that can be read, with its number; no row if there is none."""
    look = f'SELECT {names} FROM "{table}" NOT INDEXED WHERE rowid = ?'  # noqa: S608 - our own names
    for number in range(last + 1, highest + 1):
        with suppress(sqlite3.DatabaseError, OverflowError):
            if found := old.execute(look, (number,)).fetchall():
                return number, found
    return highest, []


def _highest(old: sqlite3.Connection, table: str) -> int:
    """The highest row number that is in sight."""
    below, found = _MOST_ROWS, 0
    query = f'SELECT max(rowid) FROM "{table}" NOT INDEXED WHERE rowid < ?'  # noqa: S608 - our own name
    while below > 1:
        with suppress(sqlite3.DatabaseError):
            found = max(found, old.execute(query, (below,)).fetchone()[0] or 0)
            break
        below //= 2
    return found


def _fits(column: Column[Any], value: object) -> bool:
    """Whether a value is one that the column could have been given."""
    if value is None:
        return bool(column.nullable)
    kind = column.type
    try:
        if isinstance(kind, Moment):
            return datetime.fromisoformat(str(value)) is not None
        if isinstance(kind, JSON):
            json.loads(str(value))
            return True
    except ValueError:
        return False
    return isinstance(value, int if isinstance(kind, Integer | Boolean) else str)


def _put_in_order(built: Path, damaged: set[str], now: datetime) -> None:
    engine = create_engine(f"sqlite:///{built}")
    try:
        with engine.begin() as connection:
            _drop_what_lost_its_words(connection)
            _derive(connection, address, address.c.key, _addresses)
            _derive(connection, membership, (membership.c.source, membership.c.article), _memberships)
            _fetch_again(connection, now)
            if segment.name in damaged:
                # Which sentences a translation has is no longer known: it is made anew, from the memory of sentences.
                connection.execute(update(translation).values(stale=True))
    finally:
        engine.dispose()


def _drop_what_lost_its_words(connection: Connection) -> None:
    """Articles without Dutch, and all that refers to what is not there; what was in English only is taken again.

    Those to be forgotten have no words, and stay.
    """
    with_words = select(revision.c.article).where(revision.c.language == Language.NL)
    kept = with_words.union(select(forgotten.c.article))
    connection.execute(delete(article).where(article.c.id.not_in(kept)))
    for table in schema.metadata.sorted_tables:
        for key in table.foreign_keys:
            gone = key.parent.is_not(None) & key.parent.not_in(select(key.column))
            forget = update(table).values({key.parent: None}) if key.parent.nullable else delete(table)
            connection.execute(forget.where(gone))


Rows = Iterator[tuple[Any, ...]]


def _derive(connection: Connection, table: Table, keys: Any, rows: Callable[[Connection], Rows]) -> None:
    """Adds the rows of a table that follow from others."""
    columns = keys if isinstance(keys, tuple) else (keys,)
    known = {tuple(row) for row in connection.execute(select(*columns))}
    for row in rows(connection):
        if row[: len(columns)] not in known:
            known.add(row[: len(columns)])
            connection.execute(insert(table).values(row))


def _addresses(connection: Connection) -> Rows:
    for url, owner in connection.execute(select(revision.c.url, revision.c.article).filter_by(language=Language.NL)):
        yield address_key(url), owner
    yield from _rows(connection, select(link.c.key, link.c.article).where(link.c.article.is_not(None)))


def _memberships(connection: Connection) -> Rows:
    yield from _rows(connection, select(article.c.first_source, article.c.id, article.c.published))
    shown = select(link.c.source, link.c.article, article.c.published).join(article, article.c.id == link.c.article)
    yield from _rows(connection, shown)
    # An entry is in the feeds of those that show a copy of it.
    by_copy = select(membership.c.source, duplicate.c.entry, article.c.published).join(
        duplicate, duplicate.c.article == membership.c.article
    )
    yield from _rows(connection, by_copy.join(article, article.c.id == duplicate.c.entry))


def _rows(connection: Connection, query: Any) -> Rows:
    return (tuple(row) for row in connection.execute(query).all())


def _fetch_again(connection: Connection, now: datetime) -> None:
    """What no article is left of is visited at the next sync, and every listing read as if it were new."""
    again = {"taken_stamp": None, "failures": 0, "next_visit": now}
    connection.execute(update(link).where(link.c.article.is_(None)).values(again))
    connection.execute(delete(page))
