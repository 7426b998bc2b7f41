"""Whatever happens to a sync, nothing stored is lost, no file is half, and the next sync completes the work."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from itertools import cycle
from pathlib import Path

import feedparser
import pytest
from filelock import FileLock

from tests.pipeline.conftest import Command, Site, contents
from tests.pipeline.faults.files import broken_store
from tests.pipeline.faults.kills import kills
from tests.pipeline.faults.network import FAULTS, PLACES, storm


def test_killed_at_any_point_a_sync_loses_nothing_and_the_next_completes(tmp_path: Path) -> None:
    assert len(list(kills(tmp_path / "work", times=6, seed=4))) == 6


def test_whatever_servers_do_wrong_costs_only_themselves_and_is_made_up_for(tmp_path: Path) -> None:
    # Those that hold a request as long as they can are tried in tests/collect and by the command.
    quick = [name for name in FAULTS if name not in ("slow loris: a byte at a time", "no answer at all")]
    cases = [(name, place) for name, place in zip(quick, cycle(PLACES), strict=False)]
    assert len(storm(tmp_path / "work", cases, healthy=2)) == len(quick)


@pytest.mark.parametrize("fault", ["four stretches of garbage", "truncated"])
def test_a_broken_store_is_told_and_after_a_repair_the_next_sync_makes_the_same_feeds(
    tmp_path: Path, fault: str
) -> None:
    assert broken_store(tmp_path / "work", fault, times=1, seed=3).total() == 1


def test_a_store_is_backed_up_and_restored_by_command(tweeklank: Command, config_file: Path, site: Site) -> None:
    site.publish("lood")
    backup = config_file.parent / "backup.db"
    assert tweeklank("store", "backup", backup, "--config", config_file).stderr.endswith(
        "`tweeklank sync` makes one.\n"
    )
    assert tweeklank("sync", "--config", config_file).returncode == 0
    assert tweeklank("store", "backup", backup, "--config", config_file).returncode == 0
    site.publish("tin")
    assert tweeklank("sync", "--config", config_file).returncode == 0
    feeds = contents(config_file.parent / "feeds")
    with FileLock(config_file.parent / "tweeklank.db.lock"):
        assert tweeklank("store", "restore", backup, "--config", config_file).returncode == 3
        assert tweeklank("store", "repair", "--config", config_file).returncode == 3
    done = tweeklank("store", "restore", backup, "--config", config_file)
    assert done.returncode == 0, done.stderr
    assert "tweeklank.db.replaced-" in done.stdout
    assert tweeklank("store", "check", "--config", config_file).returncode == 0
    # What came in after the backup is collected again, and the feeds are what they were.
    assert tweeklank("sync", "--config", config_file).returncode == 0
    again = contents(config_file.parent / "feeds")
    # The page for operators tells when things happened.
    assert {name for name in feeds if feeds[name][0] != again[name][0]} <= {"status/index.html"}
    assert feeds.keys() == again.keys()


def test_interrupted_by_the_user_a_sync_says_so_and_exits_130(config_file: Path, site: Site, tmp_path: Path) -> None:
    site.publish(*[f"metaal-{number}" for number in range(12)])
    command = [sys.executable, "-m", "tweeklank", "sync", "--config", str(config_file)]
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # A shell's background jobs, and what they start, ignore interruptions.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509
    )
    deadline = time.monotonic() + 30
    while not site.requests and time.monotonic() < deadline:
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    assert errors.strip() == "tweeklank: interrupted; what was stored stays, the next sync goes on from there."


def test_a_second_sync_at_the_same_time_is_refused_with_exit_code_3(
    tweeklank: Command, config_file: Path, site: Site
) -> None:
    site.publish("lood")
    with FileLock(config_file.parent / "tweeklank.db.lock"):
        done = tweeklank("sync", "--config", config_file)
    assert done.returncode == 3
    assert done.stderr.startswith("tweeklank: another sync is at work on")
    assert tweeklank("sync", "--config", config_file).returncode == 0


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small file system needs root")
@pytest.mark.parametrize("place", ["feeds", "store"])
def test_a_full_disk_is_told_and_after_making_room_the_next_sync_completes(
    tweeklank: Command, config_file: Path, site: Site, tmp_path: Path, place: str
) -> None:
    small = tmp_path / "small"
    small.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=400k", "tmpfs", str(small)], check=False)
    if mounted.returncode:
        pytest.skip("this system does not let a test mount a tmpfs")
    try:
        site.publish(*[f"metaal-{number}" for number in range(8)])
        text = config_file.read_text()
        output = '[publication]\noutput = "small/feeds"'
        text = (
            text.replace("[publication]", output)
            if place == "feeds"
            else text + f'[store]\nurl = "sqlite:///{small}/s.db"\n'
        )
        config_file.write_text(text)
        filler = small / "vol"
        filler.write_bytes(b"x" * (380_000 if place == "feeds" else 200_000))
        done = tweeklank("sync", "--config", config_file)
        assert done.returncode == 1
        assert len(done.stderr.strip().splitlines()) == 1
        assert "Traceback" not in done.stderr
        assert "space" in done.stderr or "full" in done.stderr
        for file in small.glob("feeds/**/*.xml"):
            assert not feedparser.parse(str(file)).bozo
        filler.unlink()
        subprocess.run(["mount", "-o", "remount,size=50m", str(small)], check=True)
        done = tweeklank("sync", "--config", config_file, "--json")
        assert done.returncode == 0, done.stdout + done.stderr
        assert json.loads(done.stdout)["failures"] == []
    finally:
        subprocess.run(["umount", str(small)], check=True)


def test_output_that_cannot_be_written_is_told_and_the_articles_are_kept(
    tweeklank: Command, config_file: Path, site: Site
) -> None:
    site.publish("lood")
    (config_file.parent / "feeds").write_text("in the way")
    done = tweeklank("sync", "--config", config_file)
    assert done.returncode == 1
    assert str(config_file.parent / "feeds") in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    (config_file.parent / "feeds").unlink()
    site.full.clear()
    assert tweeklank("sync", "--config", config_file).returncode == 0
    assert site.full == []
    assert contents(config_file.parent / "feeds")
