"""The ready files in deploy/, and what reads them."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import typer
from ruamel.yaml import YAML

from tweeklank.cli import app

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
TWEEKLANK = "/opt/tweeklank/.venv/bin/tweeklank"


def program(name: str, package: str) -> str:
    """Where a program is. Without it the test is skipped, in CI it fails."""
    found = shutil.which(name)
    if found is None:
        reason = f"{name} is not installed; apt-get install {package}"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    return found


def read_yaml(file: Path) -> Any:
    return YAML(typ="safe").load(file)


def follows_schema(file: Path, schema: str) -> None:
    """Checks a file with a schema that check-jsonschema carries, so without a network."""
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, str(file)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def understood(arguments: str | list[str]) -> dict[str, Any]:
    """Checks that this is a command with options that exist; returns the command's name and the options."""
    words = shlex.split(arguments) if isinstance(arguments, str) else arguments
    group: Any = typer.main.get_command(app)
    command = group.commands[words[0]]
    return {"command": words[0], **command.make_context(words[0], words[1:]).params}
