"""config: the configuration."""

from __future__ import annotations

import json

import typer

commands = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="The configuration.")


@commands.callback()
def _group() -> None:
    """Keeps `config schema` two words while it is the only one."""


@commands.command("schema")
def config_schema() -> None:
    """The JSON Schema of config.toml, for editors that complete and check while you type."""
    from tweeklank.config.schema import config_schema

    typer.echo(json.dumps(config_schema(), ensure_ascii=False, indent=2))
