"""serve: the output folder over HTTP."""

from __future__ import annotations

from typing import Annotated

import typer

from tweeklank.cli.options import DEFAULT_CONFIG, ConfigOption

commands = typer.Typer()


@commands.command()
def serve(
    config: ConfigOption = DEFAULT_CONFIG,
    host: Annotated[str, typer.Option(help="Where to listen.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535)] = 8000,
) -> None:
    """Serve the output folder over HTTP."""
    from tweeklank import logs
    from tweeklank.config import load_config
    from tweeklank.serve import run

    logs.tell_more()
    settings = load_config(config)

    def metrics_of_syncs() -> str:
        # Imported at the first scrape: whoever does without has no translation engine in memory.
        from tweeklank.status.metrics import exposition

        return exposition(settings)

    run(settings, host, port, metrics_of_syncs)
