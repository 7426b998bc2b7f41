"""Disks that are full or may not be written, stores and models that are broken, and a clock that goes back."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.pipeline.faults.network import gone
from tests.pipeline.faults.newsroom import Newsroom, Story, tell
from tests.pipeline.faults.site import ARTICLES, running

_ROOM = 200  # MB, when there is room


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """A file system of its own, which needs root. Raises CalledProcessError where that is not to be had."""
    folder.mkdir(parents=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={_ROOM}m", "tmpfs", str(folder)], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def _remount(disk: Path, options: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{options}", str(disk)], check=True)


def _used(disk: Path) -> int:
    found = os.statvfs(disk)
    return (found.f_blocks - found.f_bfree) * found.f_frsize


def _move(newsroom: Newsroom, disk: Path) -> None:
    """Moves a newsroom's store and output to a disk of their own."""
    shutil.copytree(newsroom.output, disk / "feeds")
    for part in newsroom.folder.glob("tweeklank.db*"):
        shutil.copy2(part, disk)
    newsroom.store, newsroom.output = disk / "tweeklank.db", disk / "feeds"
    newsroom.configure()


def full_disk(folder: Path, times: int) -> Counter[str]:
    """Syncs on a disk that has room for less and less of them; returns how many ended in which phase."""
    found = Counter[str]()
    with running() as host:
        story = tell(folder, [host])
        for attempt in range(times):
            with small_disk(folder / f"disk-{attempt}") as disk:
                newsroom = story.begin(folder / f"try-{attempt}")
                _move(newsroom, disk)
                _remount(disk, f"size={(_used(disk) >> 10) + 8 + 60 * attempt}k")
                done = newsroom.sync()
                if done.code:
                    done.refused()
                    assert "space" in done.errors or "full" in done.errors, done.errors
                # Looking into a store takes room, too.
                _remount(disk, f"size={_ROOM}m")
                story.nothing_half(newsroom)
                found[newsroom.phase(story) if done.code else "after"] += 1
                story.completes(newsroom)
    return found


def read_only(folder: Path) -> Counter[str]:
    """A disk that may not be written, under the feeds and under the store."""
    found = Counter[str]()
    with running() as host:
        story = tell(folder, [host])
        for place in ("feeds", "store"):
            with small_disk(folder / place) as disk:
                newsroom = story.begin(folder / f"try-{place}")
                store, output = newsroom.store, newsroom.output
                _move(newsroom, disk)
                if place == "feeds":
                    newsroom.store = store
                else:
                    newsroom.output = output
                newsroom.configure()
                _remount(disk, "ro")
                newsroom.sync().refused(str(disk), "writable")
                _remount(disk, "rw")
                story.nothing_half(newsroom)
                story.completes(newsroom)
                found[place] += 1
    return found


def _spoil(file: Path, chance: random.Random) -> None:
    content = bytearray(file.read_bytes())
    for _ in range(4):
        start = chance.randrange(len(content))
        content[start : start + 2000] = chance.randbytes(len(content[start : start + 2000]))
    file.write_bytes(content)


def _truncate(file: Path, chance: random.Random) -> None:
    os.truncate(file, chance.randrange(1, file.stat().st_size))


def _no_header(file: Path, chance: random.Random) -> None:
    with file.open("rb+") as stream:
        stream.write(chance.randbytes(100))


def _empty(file: Path, chance: random.Random) -> None:
    os.truncate(file, 0)


STORE_FAULTS: dict[str, Callable[[Path, random.Random], None]] = {
    "four stretches of garbage": _spoil,
    "truncated": _truncate,
    "first bytes lost": _no_header,
    "empty": _empty,
}


def broken_store(folder: Path, fault: str, times: int, seed: int) -> Counter[str]:
    """Breaks the store, mends it, and syncs: the feeds must be those of an undisturbed sync.

    Returns how often the damage was told by a sync, and how often only by `store check`.
    """
    found, chance = Counter[str](), random.Random(seed)
    with running() as host:
        story = tell(folder, [host])
        for attempt in range(times):
            newsroom = story.begin(folder / f"try-{attempt}")
            STORE_FAULTS[fault](newsroom.store, chance)
            found[_mended(newsroom, story)] += 1
    return found


def _mended(newsroom: Newsroom, story: Story) -> str:
    first = newsroom.sync()
    check = newsroom.run("store", "check")
    if first.code == 1:
        first.refused("tweeklank store repair")
    if check.code == 0:
        first.went_well()
        story.is_complete(newsroom)
        return "no damage left"
    repaired = newsroom.run("store", "repair")
    assert repaired.code == 0, repaired.errors
    assert newsroom.run("store", "check").code == 0
    story.completes(newsroom)
    return "told by sync" if first.code else "told by store check only"


def broken_model(folder: Path, model: Path) -> Counter[str]:
    """A model file that is cut off, or garbage: Dutch goes out, English waits for a model that works."""
    found = Counter[str]()
    with running() as host:
        for kind in ("truncated", "garbage", "gone"):
            host.pages.clear()
            story = tell(folder / kind, [host])
            newsroom = story.begin(folder / f"try-{kind}")
            broken = folder / f"model-{kind}"
            shutil.copytree(model, broken)
            weights = broken / "model" / "model.bin"
            if kind == "truncated":
                os.truncate(weights, weights.stat().st_size // 2)
            elif kind == "garbage":
                weights.write_bytes(random.Random(1).randbytes(100_000))
            else:
                weights.unlink()
            newsroom.configure(model=broken)
            done = newsroom.sync()
            assert done.code == 1, done
            assert len(done.summary["failures"]) == 1, done.summary["failures"]
            assert str(broken) in done.summary["failures"][0]
            now, wanted = newsroom.files()["nl.atom.xml"], story.after["nl.atom.xml"]
            assert _without_english_pages(now) == _without_english_pages(wanted), "the Dutch news waits for nothing"
            newsroom.configure()
            story.completes(newsroom)
            found[kind] += 1
    return found


def _without_english_pages(feed: bytes) -> list[bytes]:
    """The lines of a feed, but not its links to English pages, which an entry gets when there is one."""
    return [line for line in feed.splitlines() if b'rel="related"' not in line]


def clock_back(folder: Path) -> Counter[str]:
    """New links seen, and failing, eleven years from now; then the clock is set right, and they are there.

    Needs libfaketime (Debian: faketime).
    """
    [library] = Path("/usr/lib").glob("*/faketime/libfaketime.so.1")
    ahead = {"LD_PRELOAD": str(library), "FAKETIME": "+4015d", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
    with running() as host:
        story = tell(folder, [host])
        newsroom = story.begin(folder / "try")
        host.fail(ARTICLES, gone)
        assert newsroom.sync(**ahead).code == 1
        assert newsroom.ask("SELECT max(next_visit) > '2030' FROM link WHERE failures = 1"), "the clock was not ahead"
        host.heal()
        story.nothing_half(newsroom)
        story.completes(newsroom)
    return Counter({"eleven years back": 1})
