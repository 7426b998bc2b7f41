"""corrections: translations by people."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from tweeklank.cli.options import DEFAULT_CONFIG, FAILED, OK, ConfigOption, JsonOption

commands = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="Translations by people, which win over every model."
)


@commands.command("import")
def corrections_import(
    file: Annotated[Path, typer.Argument(help="TSV (Dutch, tab, English; a sentence a line) or TMX 1.4.")],
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Take over translations by people; the next sync redoes the articles they are about."""
    from dataclasses import asdict

    from tweeklank.config import load_config
    from tweeklank.sync import import_corrections

    kept, left_out = import_corrections(load_config(config), file)
    if as_json:
        typer.echo(json.dumps(asdict(kept) | {"left_out": left_out}))
    else:
        typer.echo(f"{kept.new} new corrections, {kept.changed} changed, {kept.unchanged} known already")
        typer.echo(f"{kept.articles} translated articles will be redone at the next sync")
        if left_out:
            lines = ", ".join(map(str, left_out))
            typer.echo(f"left out, for the Dutch is not one sentence: line {lines}")
    raise typer.Exit(FAILED if left_out else OK)


@commands.command("list")
def corrections_list(config: ConfigOption = DEFAULT_CONFIG, as_json: JsonOption = False) -> None:
    """All translations by people, with where they come from and since when."""
    from dataclasses import asdict

    from tweeklank.config import load_config
    from tweeklank.store import open_store

    with open_store(load_config(config).store_url) as store:
        corrections = store.corrections.all()
    if as_json:
        typer.echo(json.dumps([asdict(c) | {"made": c.made.isoformat()} for c in corrections], ensure_ascii=False))
    else:
        for c in corrections:
            typer.echo(f"{c.dutch}\n  {c.english}\n  {c.provenance}, {c.made:%Y-%m-%d}, {c.origin}")


@commands.command("export")
def corrections_export(config: ConfigOption = DEFAULT_CONFIG) -> None:
    """The imported translations as TSV, for `corrections import`."""
    from tweeklank.config import load_config
    from tweeklank.store import open_store
    from tweeklank.store.corrections import Provenance

    with open_store(load_config(config).store_url) as store:
        for correction in store.corrections.all(Provenance.IMPORTED):
            typer.echo(f"{correction.dutch}\t{correction.english}")
