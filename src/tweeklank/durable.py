"""Files that outlast a power failure: what is written reaches the disk before its name does, and the name in time."""

from __future__ import annotations

import errno
import os
from contextlib import suppress
from pathlib import Path
from typing import IO


def flush(stream: IO[bytes]) -> None:
    """Brings what was written to the disk; only then may the file take another one's name."""
    stream.flush()
    os.fsync(stream.fileno())


def settle(folder: Path) -> None:
    """Brings the names in a folder to the disk: a file that was renamed keeps its new name. Raises OSError."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        # Some network file systems know no such thing, and settle names by themselves.
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):
            raise
    finally:
        os.close(descriptor)


def replace(unfinished: Path, file: Path) -> None:
    """Gives a file that was flushed its name, in place of the old one, for good. Raises OSError."""
    unfinished.replace(file)
    settle(file.parent)


def discard(unfinished: Path) -> None:
    """Takes away what did not come off."""
    with suppress(OSError):
        unfinished.unlink(missing_ok=True)
