"""Writing the output folder: whole files or none, and none that is already right."""

from __future__ import annotations

import errno
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from tweeklank import durable
from tweeklank.article import TweeklankError

_UNFINISHED = ".tweeklank-"
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class PublishError(TweeklankError):
    """The output folder cannot be written."""


@dataclass
class Output:
    """The output folder during one publication.

    ``changed`` has the files written or removed, in order; ``current`` all that are as they should be.
    """

    folder: Path
    changed: list[Path] = field(default_factory=list)
    unchanged: int = 0
    current: set[Path] = field(default_factory=set)
    _ready: set[Path] = field(default_factory=set)

    def put(self, name: str, content: bytes) -> None:
        """Makes the file ``name``, a relative path with slashes, hold ``content``.

        A file that holds it already is left alone, with its time of change. Another one is
        replaced in one step, so that a reader sees the old file or the new one. Raises
        PublishError, after which the old file still stands.
        """
        file = self.folder / PurePosixPath(name)
        self.current.add(file)
        try:
            self._prepare(file.parent)
            if _holds(file, content):
                self.unchanged += 1
                return
            _replace(file, content)
        except OSError as error:
            raise PublishError(_sentence(self.folder, file, error)) from error
        self.changed.append(file)

    def has(self, name: str, ending: bytes) -> bool:
        """Whether the file ``name`` is there and ends so; then it counts as unchanged."""
        try:
            with (self.folder / PurePosixPath(name)).open("rb") as stream:
                stream.seek(-len(ending), os.SEEK_END)
                found = stream.read() == ending
        except OSError:
            return False
        if found:
            self.unchanged += 1
            self.current.add(self.folder / PurePosixPath(name))
        return found

    def remove(self, name: str) -> None:
        """Makes sure that there is no file ``name``. Raises PublishError."""
        file = self.folder / PurePosixPath(name)
        try:
            file.unlink()
        except FileNotFoundError:
            return
        except OSError as error:
            raise PublishError(_sentence(self.folder, file, error)) from error
        self.changed.append(file)

    def settle(self) -> None:
        """Makes the new names of this publication outlast a power failure. Raises PublishError.

        One step for all of them: to settle each by itself would take several times as long, and
        a file whose new name is lost is still the old one, which the next publication replaces.
        """
        above = self.folder.parent
        written = {file.parent for file in self.changed}
        for folder in sorted({one for own in written for one in (own, *own.parents) if one.is_relative_to(above)}):
            try:
                durable.settle(folder)
            except OSError as error:
                raise PublishError(_sentence(self.folder, folder, error)) from error

    def _prepare(self, folder: Path) -> None:
        """Makes a folder, and clears away what a killed run left in it."""
        if folder in self._ready:
            return
        folder.mkdir(parents=True, exist_ok=True)
        with os.scandir(folder) as found:
            leftovers = [item.path for item in found if item.name.startswith(_UNFINISHED)]
        for leftover in leftovers:
            Path(leftover).unlink(missing_ok=True)
        self._ready.add(folder)


def _holds(file: Path, content: bytes) -> bool:
    try:
        return file.stat().st_size == len(content) and file.read_bytes() == content
    except FileNotFoundError:
        return False


def _replace(file: Path, content: bytes) -> None:
    # Not tempfile: its files can be read by their owner only, and a web server is someone else.
    unfinished = file.with_name(f"{_UNFINISHED}{secrets.token_hex(8)}")
    try:
        with unfinished.open("xb") as stream:
            stream.write(content)
            durable.flush(stream)
        unfinished.replace(file)
    except BaseException:
        durable.discard(unfinished)
        raise


def _sentence(folder: Path, file: Path, error: OSError) -> str:
    if error.errno in _FULL:
        return f"{file}: the disk is full; free some space and run again, the files already there are whole."
    reason = error.strerror or str(error)
    return (
        f"{file}: cannot be written ({reason}); make {folder} writable for this user, "
        "or let publication.output name another folder."
    )
