"""Whether a sync is at work can be asked at any moment, and nobody who asks gets in the way of one."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tweeklank.store import StoreError, open_store
from tweeklank.store.lock import LockedError, alone, at_work

_ASK = """
import select, sys
from tweeklank.store.lock import at_work
print("asking", flush=True)
told = set()
while not told or not select.select([sys.stdin], [], [], 0)[0]:
    told.add(at_work(sys.argv[1]))
print(*sorted(told))
"""
_BEGIN_SYNCS = """
import sys
from tweeklank.store.lock import alone
for _ in range(40):
    with alone(sys.argv[1]):
        pass
"""


def process(program: str, url: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", program, url]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@contextmanager
def asked(url: str, told: set[str], by: int = 1) -> Iterator[None]:
    """Processes ask without a pause; ``told`` gets what they heard."""
    askers = [process(_ASK, url) for _ in range(by)]
    try:
        for asker in askers:
            assert asker.stdout is not None
            assert asker.stdout.readline() == "asking\n"
        yield
    finally:
        for asker in askers:
            out, errors = asker.communicate("enough\n", timeout=60)
            assert errors == ""
            told.update(out.split())


def test_no_sync_is_refused_because_someone_asks_whether_one_is_at_work(store_url: str) -> None:
    told: set[str] = set()
    with open_store(store_url), asked(store_url, told, by=2):
        syncs = process(_BEGIN_SYNCS, store_url)
        _, errors = syncs.communicate(timeout=120)
    assert (syncs.returncode, errors) == (0, "")


def test_those_who_ask_at_once_are_not_taken_for_a_sync_by_each_other(store_url: str) -> None:
    idle: set[str] = set()
    with open_store(store_url), alone(store_url):
        pass
    with asked(store_url, idle):
        for _ in range(50):
            assert not at_work(store_url)
    assert idle == {"False"}


def test_a_sync_at_work_is_seen_from_other_processes_and_keeps_a_second_one_out(store_url: str) -> None:
    told: set[str] = set()
    with open_store(store_url), alone(store_url), asked(store_url, told), pytest.raises(LockedError), alone(store_url):
        pass
    assert told == {"True"}
    assert not at_work(store_url)


def test_whoever_asks_leaves_nothing_behind(tmp_path: Path) -> None:
    assert not at_work(f"sqlite:///{tmp_path / 'store.db'}")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_may_not_be_written_is_told_with_its_mend(tmp_path: Path) -> None:
    (tmp_path / "full of files").write_text("no folder")
    with (
        pytest.raises(StoreError, match="make the file and its folder writable for this user"),
        alone(f"sqlite:///{tmp_path}/full of files/tweeklank.db"),
    ):
        pass


def test_the_lock_is_given_back_at_the_end_and_not_when_memory_is_cleared(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/tweeklank.db"
    for _ in range(2):
        with alone(url):
            assert at_work(url)
        assert not at_work(url)
