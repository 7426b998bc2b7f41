"""schedule: syncs again and again."""

from __future__ import annotations

from typing import Annotated

import typer

from tweeklank.cli.options import DEFAULT_CONFIG, ConfigOption

commands = typer.Typer()


@commands.command()
def schedule(
    every: Annotated[str, typer.Option(help="The time between two syncs: 30m, 6h, 1d.", show_default="30m")] = "",
    cron: Annotated[str, typer.Option(help='Instead: when to sync, as in a crontab: "*/30 6-22 * * 1-5".')] = "",
    jitter: Annotated[
        str, typer.Option(help="By how much at most a sync starts later, so that not all sites ask at once.")
    ] = "30s",
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Sync now, and again and again until told to stop."""
    from tweeklank import logs
    from tweeklank.schedule import run
    from tweeklank.times import read_times

    times = read_times(every, cron, jitter)
    logs.tell_more()
    run(config, times)
