"""model: the translation models."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from tweeklank.cli.options import DEFAULT_CONFIG, ConfigOption, JsonOption

commands = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="The translation models.")


@commands.command("list")
def model_list(as_json: JsonOption = False) -> None:
    """The Dutch to English models there are."""
    from tweeklank.translate.models import BUILTIN, installed_models, read_model

    models = [*installed_models(), read_model(BUILTIN)]
    if as_json:
        typer.echo(json.dumps([{"name": m.name, "version": m.version, "path": str(m.path)} for m in models]))
    else:
        for model in models:
            typer.echo(f"{model.name:32} {model.path}")


@commands.command("info")
def model_info(config: ConfigOption = DEFAULT_CONFIG, as_json: JsonOption = False) -> None:
    """The model that a sync would use now, with its card."""
    from tweeklank.config import Translate, load_config
    from tweeklank.translate.models import card, find_model

    settings = load_config(config).translate if config.exists() or config != DEFAULT_CONFIG else Translate()
    model = find_model(settings.model)
    if as_json:
        typer.echo(
            json.dumps({"name": model.name, "version": model.version, "key": model.key, "path": str(model.path)})
        )
    else:
        typer.echo(f"{model.name}  ({model.key})\n{model.path}\n\n{card(model)}")


@commands.command("install")
def model_install(
    index: Annotated[str, typer.Option(help="The index of Argos packages (JSON).")] = (
        "https://raw.githubusercontent.com/argosopentech/argospm-index/main/index.json"
    ),
) -> None:
    """Download and install the official Argos package for Dutch to English."""
    from tweeklank.report import ProgressBars
    from tweeklank.translate.models import install_official

    with ProgressBars() as bars:
        model = install_official(index, bars.receiving)
    typer.echo(f"Installed {model.name} in {model.path}")
