"""worker: work for syncs, on this machine or another one."""

from __future__ import annotations

import typer

from tweeklank.cli.options import DEFAULT_CONFIG, ConfigOption

commands = typer.Typer()


@commands.command()
def worker(config: ConfigOption = DEFAULT_CONFIG) -> None:
    """Collect and translate for syncs, until stopped; start as many as you like, on any machine."""
    from tweeklank.config import load_config
    from tweeklank.workers import work

    settings = load_config(config)
    typer.echo("waiting for syncs to hand out work; stop with Ctrl-C", err=True)
    work(settings)
