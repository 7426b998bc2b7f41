"""The lock of a sync: one at a time on a store, on whatever machines."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path

from filelock import FileLock, Timeout

from tweeklank.article import TweeklankError
from tweeklank.store import postgresql
from tweeklank.store.open import MEND_OF_RIGHTS, StoreError, parsed, plain_errors, shown, sqlite_file

_PATIENCE = 1.0  # seconds
"""How long a sync tries to get the lock file: whoever looks whether one is at work has it for an instant."""


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
    # A store in memory is nobody else's.
    with _taken(file) if file else nullcontext():
        yield


def _taken(file: Path) -> AbstractContextManager[object]:
    """Takes the lock beside a SQLite file; the end of the context gives it back. Raises LockedError, StoreError."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        return FileLock(_lock_file(file)).acquire(timeout=_PATIENCE, poll_interval=0.01)
    except Timeout:
        raise LockedError(f"another sync is at work on {file}; wait for it to end.") from None
    except OSError as error:
        raise StoreError(f"{file}: {error.strerror}; {MEND_OF_RIGHTS}.") from error


def at_work(url: str) -> bool:
    """Whether a sync is at work on the store at ``url`` now. Whoever asks keeps no sync from starting, and writes
    nothing. Someone who may not look cannot tell, and is told no. Raises StoreError."""
    parts, file = parsed(url), sqlite_file(url)
    if postgresql.is_postgresql(parts):
        with plain_errors(parts):
            return postgresql.is_syncing(parts)
    try:
        return file is not None and _is_held(_lock_file(file))
    except OSError:
        return False


def _lock_file(file: Path) -> Path:
    return file.with_name(f"{file.name}.lock")


def _is_held(lock: Path) -> bool:
    """Whether someone has the lock that FileLock takes, flock(2). Several can look at once, for they share it; closing
    the file gives it back. Raises OSError."""
    descriptor = os.open(lock, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False
