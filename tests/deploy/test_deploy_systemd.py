"""The units: well-formed, locked up, and starting commands that exist."""

from __future__ import annotations

import subprocess
from configparser import RawConfigParser
from pathlib import Path

import pytest
from ready_files import DEPLOY, TWEEKLANK, program, understood

UNITS = DEPLOY / "systemd"
SERVICES = ["tweeklank.service", "tweeklank-serve.service"]


def read(name: str) -> RawConfigParser:
    unit = RawConfigParser(strict=False)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read(UNITS / name)
    return unit


def test_systemd_finds_nothing_wrong_with_the_units(tmp_path: Path) -> None:
    analyze = program("systemd-analyze", "systemd")
    binary = tmp_path / "tweeklank"
    binary.write_text("#!/bin/sh\n")
    binary.chmod(0o755)
    copies = []
    for unit in [*SERVICES, "tweeklank.timer"]:
        copies.append(tmp_path / unit)
        copies[-1].write_text((UNITS / unit).read_text().replace(TWEEKLANK, str(binary)))
    done = subprocess.run([analyze, "verify", *copies], capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_is_locked_up(service: str) -> None:
    """The scale goes to 100, for a service that may do everything."""
    analyze = program("systemd-analyze", "systemd")
    command = [analyze, "security", "--offline=yes", "--threshold=15", "--no-pager", str(UNITS / service)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout[-500:]


@pytest.mark.parametrize(("service", "command"), [("tweeklank.service", "sync"), ("tweeklank-serve.service", "serve")])
def test_a_service_starts_a_command_that_exists(service: str, command: str) -> None:
    binary, _, arguments = read(service)["Service"]["ExecStart"].partition(" ")
    assert binary == TWEEKLANK
    options = understood(arguments)
    assert (options["command"], str(options["config"])) == (command, "/etc/tweeklank/config.toml")


def test_the_translation_engine_may_compile_its_kernels() -> None:
    """With MemoryDenyWriteExecute it starts, and translates to nonsense that fails every check."""
    assert "MemoryDenyWriteExecute" not in read("tweeklank.service")["Service"]


def test_the_user_of_the_sync_is_made_and_its_feeds_can_be_read_by_a_web_server() -> None:
    service = read("tweeklank.service")["Service"]
    assert (UNITS / "tweeklank.sysusers").read_text().split()[:2] == ["u", service["User"]]
    assert "DynamicUser" not in service
    assert (service["StateDirectory"], service["StateDirectoryMode"], service["UMask"]) == ("tweeklank", "0755", "0022")
    assert "/var/lib/tweeklank/feeds" in (DEPLOY / "nginx/tweeklank.conf").read_text()
