"""The output folder as a server sees it: only what may be seen, and whole files only."""

from __future__ import annotations

import gzip
import hashlib
import os
import stat
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import Generic, NamedTuple, TypeVar

import brotli

from tweeklank.serve.conditions import Coding

_INDEX = "index.html"
_MOST_KEPT = 64 * 1024 * 1024
_LEAST_PACKED = 256  # bytes below which packing gains nothing
_TRIES = 5
# A file system's clock ticks every few milliseconds: within one tick two versions can look alike.
_SETTLED = 100_000_000  # nanoseconds
# Nine tenths of what the best quality gains, in a thirtieth of its time.
_BROTLI_QUALITY = 9
_T = TypeVar("_T")


class UnsettledError(OSError):
    """A file is being changed in its place, again and again; the publisher never does that."""


class _Stamp(NamedTuple):
    """What tells one version of a file from another without reading it."""

    mtime_ns: int
    size: int
    inode: int

    @classmethod
    def of(cls, found: os.stat_result) -> _Stamp:
        return cls(found.st_mtime_ns, found.st_size, found.st_ino)


@dataclass(frozen=True)
class Place:
    """A file that may be seen, as it stood at the last look. ``path`` is relative to the folder."""

    path: str
    stamp: _Stamp


@dataclass(frozen=True)
class Version:
    """One version of a file, whole. ``digest`` is of its content."""

    content: bytes
    digest: str
    changed: datetime

    def etag(self, coding: Coding) -> str:
        """A strong entity tag, another one for each coding (RFC 9110, section 8.8.3.3)."""
        return f'"{self.digest}"' if coding is Coding.IDENTITY else f'"{self.digest}-{coding}"'


class _Memory(Generic[_T]):
    """Keeps what was used last, up to a number of bytes."""

    def __init__(self, most: int) -> None:
        self._most, self._size = most, 0
        self._kept: OrderedDict[Hashable, tuple[_T, int]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable) -> _T | None:
        with self._lock:
            if key not in self._kept:
                return None
            self._kept.move_to_end(key)
            return self._kept[key][0]

    def keep(self, key: Hashable, value: _T, size: int) -> None:
        with self._lock:
            if key in self._kept:
                self._size -= self._kept.pop(key)[1]
            self._kept[key] = (value, size)
            self._size += size
            while self._size > self._most:
                self._size -= self._kept.popitem(last=False)[1][1]


class Folder:
    """The output folder. Files are read whole, packed once per version, and kept in memory within a bound."""

    def __init__(self, root: Path, most_kept: int = _MOST_KEPT) -> None:
        self.root = root
        self._versions: _Memory[Version] = _Memory(most_kept // 2)
        self._packed: _Memory[bytes] = _Memory(most_kept // 2)
        self._packing = Lock()

    def look(self, path: str) -> Place | None:
        """The file behind a decoded request path that begins with a slash, or of the folder's index.

        None for what is not there or not to be seen: names that begin with a dot, which unfinished
        files have too, steps upwards, and links, wherever they lead.
        """
        parts = path[1:].split("/")
        if parts[-1] == "":
            parts[-1] = _INDEX
        found = self._stat(parts)
        return Place("/".join(parts), _Stamp.of(found)) if found and stat.S_ISREG(found.st_mode) else None

    def is_folder(self, path: str) -> bool:
        """Whether a path without a slash at its end is that of a folder."""
        found = self._stat(path[1:].split("/"))
        return found is not None and stat.S_ISDIR(found.st_mode)

    def _stat(self, parts: list[str]) -> os.stat_result | None:
        file, found = os.fspath(self.root), None
        for part in parts:
            # An empty name is a doubled slash; a backslash is one too, on systems other than this.
            if not part or part.startswith(".") or "\\" in part or "\0" in part:
                return None
            file = f"{file}/{part}"
            try:
                found = os.lstat(file)
            except (FileNotFoundError, NotADirectoryError):
                return None
            except (OSError, UnicodeEncodeError):
                # Too long a name, or one that no file can have.
                return None
            if stat.S_ISLNK(found.st_mode):
                return None
        return found

    def kept(self, place: Place) -> Version | None:
        """The version found, if it is in memory already."""
        return self._versions.get(place)

    def read(self, place: Place) -> Version | None:
        """The version that is there now, whole; None if the file is gone. Raises OSError.

        The publisher puts a new file in the place of the old one, so that an open file never
        changes. Other tools write in place: what changed while it was read is read again.
        """
        now: Place | None = place
        for _ in range(_TRIES):
            if now is None:
                return None
            if version := self._versions.get(now) or self._load(now):
                return version
            now = self.look(f"/{place.path}")
        raise UnsettledError(f"{place.path} changes while it is read")

    def _load(self, place: Place) -> Version | None:
        """Reads a file if it is still the one that was found."""
        try:
            with (self.root / place.path).open("rb") as stream:
                content = stream.read() if _stamp(stream.fileno()) == place.stamp else None
                if content is None or _stamp(stream.fileno()) != place.stamp:
                    return None
        except FileNotFoundError:
            return None
        changed = datetime.fromtimestamp(place.stamp.mtime_ns // 1_000_000_000, UTC)
        version = Version(content, hashlib.sha256(content).hexdigest()[:32], changed)
        if time.time_ns() - place.stamp.mtime_ns > _SETTLED:
            self._versions.keep(place, version, len(content))
        return version

    def packed(self, version: Version, coding: Coding) -> bytes | None:
        """The packed content, if it is in memory already or need not be packed."""
        return version.content if coding is Coding.IDENTITY else self._packed.get((version.digest, coding))

    def pack(self, version: Version, coding: Coding) -> bytes:
        """The packed content. One at a time, so that many clients at once cost the work of one."""
        with self._packing:
            done = self.packed(version, coding)
            if done is None:
                done = _PACKERS[coding](version.content)
                self._packed.keep((version.digest, coding), done, len(done))
            return done

    def feeds(self) -> list[float]:
        """When each of the feeds at the top was last changed, in seconds since 1970. Raises OSError."""
        with os.scandir(self.root) as found:
            return [
                item.stat().st_mtime
                for item in found
                if item.name.endswith((".atom.xml", ".rss.xml")) and not item.name.startswith(".")
            ]


def worth_packing(version: Version) -> bool:
    return len(version.content) >= _LEAST_PACKED


def _stamp(descriptor: int) -> _Stamp:
    return _Stamp.of(os.fstat(descriptor))


def _brotli(content: bytes) -> bytes:
    return bytes(brotli.compress(content, mode=brotli.MODE_TEXT, quality=_BROTLI_QUALITY))


def _gzip(content: bytes) -> bytes:
    # Without a time, so that the same content has the same bytes.
    return gzip.compress(content, compresslevel=9, mtime=0)


_PACKERS: dict[Coding, Callable[[bytes], bytes]] = {Coding.BR: _brotli, Coding.GZIP: _gzip}
