"""The lock of a sync: one at a time on a store, on whatever machines."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

from filelock import FileLock, Timeout

from tweeklank.article import TweeklankError
from tweeklank.store import postgresql
from tweeklank.store.open import parsed, plain_errors, shown, sqlite_file


class LockedError(TweeklankError):
    """Another sync is working on the same store."""


@contextmanager
def alone(url: str) -> Iterator[None]:
    """Holds the lock of the store at ``url``: beside a SQLite file, in a PostgreSQL database.

    It is released even if this process is killed. Raises LockedError, StoreError.
    """
    parts, file = parsed(url), sqlite_file(url)
    if postgresql.is_postgresql(parts):
        with plain_errors(parts), postgresql.only_sync(parts) as held:
            if not held:
                raise LockedError(f"another sync is at work on {shown(parts)}; wait for it to end.")
            yield
        return
    if file is not None:
        file.parent.mkdir(parents=True, exist_ok=True)
    try:
        # A store in memory is nobody else's.
        with FileLock(f"{file}.lock").acquire(timeout=0) if file else nullcontext():
            yield
    except Timeout:
        raise LockedError(f"another sync is at work on {file}; wait for it to end.") from None
