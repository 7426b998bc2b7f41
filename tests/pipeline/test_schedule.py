"""`tweeklank schedule` as a process: it goes on whatever happens, one sync at a time, until told to stop."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from tests.pipeline.conftest import Command, Site

Line = dict[str, Any]


class Schedule:
    """The process, and its log line by line."""

    def __init__(self, config_file: Path, *options: str) -> None:
        command = [sys.executable, "-m", "tweeklank", "schedule", "--config", str(config_file), *options]
        self.process = subprocess.Popen(
            command, cwd=config_file.parent, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        )

    def line(self, message: str) -> Line:
        """The next line that says ``message``; the suite's time limit ends a wait in vain."""
        assert self.process.stderr
        for text in self.process.stderr:
            line: Line = json.loads(text)
            if message in line["message"]:
                return line
        raise AssertionError(f"the schedule ended without saying {message!r}")

    def stop(self, number: signal.Signals = signal.SIGTERM) -> tuple[int, str]:
        """The exit code, and what was said at the end."""
        self.process.send_signal(number)
        _, said = self.process.communicate(timeout=120)
        return self.process.returncode, said


Start = Callable[..., Schedule]


@pytest.fixture
def schedule(config_file: Path) -> Iterator[Start]:
    running: list[Schedule] = []

    def start(*options: str) -> Schedule:
        running.append(Schedule(config_file, "--jitter", "0s", *options))
        return running[-1]

    yield start
    for one in running:
        one.process.kill()
        one.process.communicate()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_syncs_at_once_and_again_and_ends_well_when_told_to(
    schedule: Start, config_file: Path, site: Site, number: signal.Signals
) -> None:
    site.publish("lood")
    running = schedule("--every", "1s")
    first = running.line("source visited")
    assert (first["source"], first["new"]) == ("metaal", 1)
    assert running.line("synced")["run"] == first["run"]
    assert running.line("waiting")["next_sync"]
    assert (config_file.parent / "feeds/en.atom.xml").exists()
    again = running.line("synced")
    assert (again["run"], again["new"], again["written"]) == (first["run"] + 1, 0, 0)
    running.line("waiting")
    code, said = running.stop(number)
    assert code == 0
    assert "stopped" in said
    assert "Traceback" not in said


def test_a_running_sync_is_interrupted_and_nothing_stored_is_lost(
    schedule: Start, tweeklank: Command, config_file: Path, site: Site
) -> None:
    site.publish("lood", "koper")
    # Half a minute between two requests: the sync is certainly still at work.
    config_file.write_text(config_file.read_text().replace("delay = 0", "delay = 30"))
    running = schedule("--every", "1h")
    with site.asked:
        assert site.asked.wait_for(lambda: site.requests, 120)
    code, said = running.stop()
    assert (code, "stopped" in said) == (0, True), said
    config_file.write_text(config_file.read_text().replace("delay = 30", "delay = 0"))
    assert json.loads(tweeklank("sync", "--json").stdout)["sources"][0]["new"] == 2


def test_while_another_process_syncs_it_skips_and_goes_on(schedule: Start, config_file: Path, site: Site) -> None:
    site.publish("lood")
    with FileLock(config_file.parent / "tweeklank.db.lock"):
        running = schedule("--every", "1s")
        assert "another sync is at work" in running.line("sync skipped")["message"]
    assert running.line("synced")["new"] == 1
    assert running.stop()[0] == 0


def test_a_time_that_comes_during_a_sync_is_skipped(schedule: Start, config_file: Path, site: Site) -> None:
    site.publish("lood")
    config_file.write_text(config_file.read_text().replace("delay = 0", "delay = 1.5"))
    running = schedule("--every", "1s")
    assert running.line("skipped")["seconds"] > 1
    assert running.line("synced")["run"] == 2
    assert running.stop()[0] == 0


def test_a_configuration_that_breaks_costs_syncs_and_not_the_schedule(
    schedule: Start, config_file: Path, site: Site
) -> None:
    site.publish("lood")
    running = schedule("--every", "1s")
    running.line("synced")
    good = config_file.read_text()
    config_file.write_text(good + "\nonzin = 1\n")
    failed = running.line("sync failed")
    assert (failed["level"], "onzin" in failed["message"]) == ("error", True)
    config_file.write_text(good.replace('id = "metaal"', 'id = "ijzer"'))
    assert running.line("source visited")["source"] == "ijzer"
    assert running.stop()[0] == 0


def test_a_source_that_keeps_failing_is_left_alone_and_the_others_are_not(
    schedule: Start, tweeklank: Command, config_file: Path, site: Site
) -> None:
    site.publish("lood")
    with config_file.open("a") as file:
        file.write(f'[[sources]]\nid = "weg"\nlisting = "{site.base}/bestaat-niet?token=geheim"\nlocal = true\n')
    running = schedule("--every", "1s")
    failed = running.line("weg: ")
    assert (failed["level"], "token=…: the server answered 404" in failed["message"]) == ("warning", True)
    alone = running.line("source left alone")
    assert (alone["source"], alone["failures_in_a_row"]) == ("weg", 3)
    assert "404" in alone["last_error"]
    assert alone["next_try"] > alone["time"][:19]
    assert running.line("synced")["left_alone"] == 1
    assert running.stop()[0] == 0
    asked = [path for path in site.requests if path.startswith("/bestaat-niet")]
    assert len(asked) == 3
    # By hand it is the same, with the reason, until everything is asked for.
    by_hand = tweeklank("sync")
    assert by_hand.returncode == 0
    assert "resting     weg until" in by_hand.stdout
    assert tweeklank("sync", "--all").returncode == 1
    assert len([path for path in site.requests if path.startswith("/bestaat-niet")]) == 4


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--every", "soon"], "--every must be a number"),
        (["--cron", "* * *"], "is no crontab line"),
    ],
)
def test_times_that_make_no_sense_are_wrong_usage(tweeklank: Command, options: list[str], says: str) -> None:
    done = tweeklank("schedule", *options)
    assert (done.returncode, says in done.stderr) == (2, True), done.stderr


def test_sites_on_the_internet_are_not_asked_every_second(tweeklank: Command, config_file: Path) -> None:
    config_file.write_text(config_file.read_text().replace("local = true", ""))
    done = tweeklank("schedule", "--every", "5s", "--jitter", "0s")
    assert (done.returncode, "at least 1m" in done.stderr) == (2, True), done.stderr


def test_under_cron_or_systemd_a_sync_is_told_in_log_lines_instead_of_a_table(config_file: Path, site: Site) -> None:
    """There, what is printed and what is logged end up in the same mail or journal."""
    site.publish("lood")
    command = [sys.executable, "-m", "tweeklank", "sync", "--config", str(config_file)]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=120, check=True)
    source, summary = map(json.loads, done.stdout.splitlines())
    assert (source["message"], source["new"], summary["message"], summary["new"]) == ("source visited", 1, "synced", 1)
    assert source["run"] == summary["run"]


def test_with_its_summary_thrown_away_a_sync_only_says_what_went_wrong(config_file: Path, site: Site) -> None:
    """So that cron sends mail only then."""
    site.publish("lood")
    command = [sys.executable, "-m", "tweeklank", "sync", "--config", str(config_file)]
    where = {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE, "text": True, "timeout": 120}
    assert subprocess.run(command, **where, check=True).stderr == ""
    del site.pages["/nieuws"]
    failed = subprocess.run(command, **where, check=False)
    assert failed.returncode == 1
    (line,) = failed.stderr.splitlines()
    assert "the server answered 404" in json.loads(line)["message"]
