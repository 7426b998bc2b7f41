"""The demo: a sample covenant site on loopback, and a real sync against it."""

from __future__ import annotations

from pathlib import Path

from tweeklank.config import Config, load_config
from tweeklank.demo.server import serve_site
from tweeklank.summary import Summary
from tweeklank.sync import Watcher, sync

_HERE = Path(__file__).resolve().parent
_TEMPLATE, _GLOSSARY = _HERE / "config.toml", _HERE / "glossary.toml"


def run_demo(output: Path, port: int, watcher: Watcher) -> tuple[Config, Summary]:
    """Publishes the sample site to ``output``; configuration and store are kept beside that folder.

    Raises PortTakenError, and what a sync raises.
    """
    output = output.resolve()
    output.parent.mkdir(parents=True, exist_ok=True)
    with serve_site(port) as base:
        text = _TEMPLATE.read_text("utf-8").replace("{base}", base).replace("{glossary}", _GLOSSARY.as_posix())
        file = output.with_suffix(".toml")
        file.write_text(text.replace("{output}", output.name).replace("{store}", f"{output.name}.db"), "utf-8")
        config = load_config(file)
        return config, sync(config, watcher)
