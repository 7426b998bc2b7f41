"""What the commands share: options and exit codes."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

OK, FAILED, USAGE, LOCKED, INTERRUPTED = 0, 1, 2, 3, 130

DEFAULT_CONFIG = Path("config.toml")
ConfigOption = Annotated[Path, typer.Option("--config", help="The configuration file.", show_default=True)]
JsonOption = Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")]
