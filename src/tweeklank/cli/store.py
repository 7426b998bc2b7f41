"""store: the care of what is remembered."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from tweeklank.cli.options import DEFAULT_CONFIG, FAILED, OK, ConfigOption, JsonOption

commands = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="The store: check it, back it up, restore or repair it."
)


@commands.command("check")
def store_check(config: ConfigOption = DEFAULT_CONFIG, as_json: JsonOption = False) -> None:
    """Look for damage in the store; exit code 1 if there is any."""
    from tweeklank.config import load_config
    from tweeklank.store.care import faults, file_of
    from tweeklank.store.open import MEND_OF_DAMAGE

    file = file_of(load_config(config).store_url)
    found = faults(file)
    if as_json:
        typer.echo(json.dumps({"store": str(file), "faults": found}))
    elif found:
        typer.echo("\n".join(found))
        typer.echo(f"{file} is damaged; {MEND_OF_DAMAGE}.")
    else:
        typer.echo(f"{file} is whole.")
    raise typer.Exit(FAILED if found else OK)


@commands.command("backup")
def store_backup(
    file: Annotated[Path, typer.Argument(help="The backup; one that is there is replaced when the new one is whole.")],
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Copy the store to a file, also while a sync is at work."""
    from tweeklank.config import load_config
    from tweeklank.store.care import back_up, file_of

    back_up(file_of(load_config(config).store_url), file)
    typer.echo(f"{file} is a whole copy of the store.")


@commands.command("restore")
def store_restore(
    file: Annotated[Path, typer.Argument(help="A file that `store backup` made.")],
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Put a backup in the place of the store, which is kept aside."""
    from datetime import UTC, datetime

    from tweeklank.config import load_config
    from tweeklank.store.care import file_of, restore
    from tweeklank.store.lock import alone

    settings = load_config(config)
    with alone(settings.store_url):
        aside = restore(file_of(settings.store_url, needed=False), file, datetime.now(UTC))
    typer.echo(f"The store is that of {file}.")
    if aside:
        typer.echo(f"The one before it is kept as {aside}")


@commands.command("repair")
def store_repair(config: ConfigOption = DEFAULT_CONFIG, as_json: JsonOption = False) -> None:
    """Build a new store from all that can be read of a damaged one, which is kept aside."""
    from dataclasses import asdict
    from datetime import UTC, datetime

    from tweeklank.config import load_config
    from tweeklank.store.care import file_of
    from tweeklank.store.lock import alone
    from tweeklank.store.repair import repair

    settings = load_config(config)
    with alone(settings.store_url):
        file = file_of(settings.store_url)
        done = repair(file, datetime.now(UTC))
    if as_json:
        typer.echo(json.dumps(asdict(done), default=str))
    elif done.damaged is None:
        typer.echo(f"{file} is whole; there is nothing to repair.")
    else:
        for table in done.tables:
            lost = "an unknown number lost" if table.lost is None else f"{table.lost} lost"
            typer.echo(f"{table.table:16} {table.kept} rows kept, {lost}")
        typer.echo(f"The damaged file is kept as {done.damaged}\nThe next sync collects again what sites still show.")
