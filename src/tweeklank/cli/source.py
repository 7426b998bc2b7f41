"""source: the sources."""

from __future__ import annotations

import json

import typer

from tweeklank.cli.options import DEFAULT_CONFIG, ConfigOption, JsonOption

commands = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="The sources.")


@commands.command("list")
def source_list(config: ConfigOption = DEFAULT_CONFIG, as_json: JsonOption = False) -> None:
    """The sources in the configuration."""
    from tweeklank.config import load_config

    sources = load_config(config).sources
    if as_json:
        typer.echo(
            json.dumps([{"id": s.id, "title": dict(s.title), "url": s.url} for s in sources], ensure_ascii=False)
        )
    else:
        for source in sources:
            typer.echo(f"{source.id:16} {source.url}")
