"""sync, retranslate and demo: the whole pipeline, or its last steps."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tweeklank.cli.options import DEFAULT_CONFIG, FAILED, OK, ConfigOption, JsonOption

if TYPE_CHECKING:
    from tweeklank.collect import Backfill

commands = typer.Typer()


@commands.command()
def sync(
    config: ConfigOption = DEFAULT_CONFIG,
    even_resting: Annotated[
        bool, typer.Option("--all", help="Ask also the sources that keep failing or have long been quiet.")
    ] = False,
    as_json: JsonOption = False,
    backfill: Annotated[bool, typer.Option("--backfill", help="Collect the archive of a source.")] = False,
    source: Annotated[str, typer.Option(help="With --backfill: the id of the source.")] = "",
    since: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="With --backfill: the first day that counts.")
    ] = None,
) -> None:
    """Collect news, translate what is new, publish the feeds."""
    from tweeklank import logs
    from tweeklank.config import load_config
    from tweeklank.report import ProgressBars, print_summary
    from tweeklank.sync import backfill as collect_past
    from tweeklank.sync import sync as run

    settings = load_config(config)
    archive = _archive(source, since, backfill=backfill)
    in_log = not as_json and logs.read_as_log()
    if in_log:
        logs.tell_more()
    with ProgressBars() as bars:
        if archive is None:
            summary = run(settings, bars, even_resting=even_resting)
        else:
            summary = collect_past(settings, bars, archive)
    if as_json:
        typer.echo(json.dumps(summary.as_dict(), ensure_ascii=False))
    elif not in_log:
        print_summary(settings, summary)
    raise typer.Exit(FAILED if summary.failures else OK)


def _archive(source: str, since: datetime | None, *, backfill: bool) -> Backfill | None:
    from zoneinfo import ZoneInfo

    from tweeklank.collect import Backfill
    from tweeklank.config import ConfigError

    if backfill != bool(source) or (since and not backfill):
        raise ConfigError("--backfill collects the archive of one source: give it with --source, and neither alone.")
    day = since and since.replace(tzinfo=ZoneInfo("Europe/Amsterdam"))
    return Backfill(source, day) if backfill else None


@commands.command()
def retranslate(
    source: Annotated[str | None, typer.Option(help="Only the articles of the source with this id.")] = None,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Redo the machine translations with the model and settings in use now, and publish."""
    from tweeklank.config import load_config
    from tweeklank.report import ProgressBars, print_english, print_failures
    from tweeklank.sync import translate_again

    settings = load_config(config)
    with ProgressBars() as bars:
        summary = translate_again(settings, source, bars)
    if as_json:
        typer.echo(json.dumps(summary.as_dict(), ensure_ascii=False))
    else:
        print_english(settings, summary)
        print_failures(summary)
    raise typer.Exit(FAILED if summary.failures else OK)


@commands.command()
def demo(
    output: Annotated[Path, typer.Option(help="Where to publish; the store goes beside it.")] = Path("build/demo"),
    port: Annotated[int, typer.Option(help="Where the sample site listens on loopback.")] = 8017,
    as_json: JsonOption = False,
) -> None:
    """Serve a sample covenant site on loopback and run a real sync against it."""
    from tweeklank.demo import run_demo
    from tweeklank.report import ProgressBars, print_summary

    with ProgressBars() as bars:
        settings, summary = run_demo(output, port, bars)
    if as_json:
        typer.echo(json.dumps(summary.as_dict(), ensure_ascii=False))
    else:
        print_summary(settings, summary)
        typer.echo()
        if summary.idle:
            typer.echo("Nothing new: no article was fetched, nothing translated, every file is byte for byte the same.")
        typer.echo(f"Look at    {output / 'index.html'} in a browser")
        typer.echo(f"Subscribe  {output / 'en.atom.xml'} or {output / 'nl.rss.xml'} in a feed reader")
    raise typer.Exit(FAILED if summary.failures else OK)
