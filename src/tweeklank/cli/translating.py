"""translate: a text or file, on its own."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from tweeklank.cli.options import DEFAULT_CONFIG, ConfigOption

commands = typer.Typer()


@commands.command()
def translate(
    file: Annotated[Path | None, typer.Argument(help="A text or HTML file; left out: text from stdin.")] = None,
    config: ConfigOption = DEFAULT_CONFIG,
    explained: Annotated[bool, typer.Option("--explain", help="Show terms, attempts and checks per sentence.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="The same as a JSON list on stdout.")] = False,
) -> None:
    """Translate a Dutch file, or text from stdin, to English on stdout; HTML keeps its markup."""
    from tweeklank.config import Translate, load_config
    from tweeklank.translate.document import Document, read_document
    from tweeklank.translate.explain import explain, in_words

    settings = load_config(config).translate if config.exists() or config != DEFAULT_CONFIG else Translate()
    document = read_document(file) if file else Document(sys.stdin.read())
    sentences = explain(document.sentences(), settings)
    if as_json:
        typer.echo(json.dumps([one.as_dict() for one in sentences], ensure_ascii=False, indent=2))
    elif explained:
        typer.echo("\n".join(in_words(sentences)))
    else:
        typer.echo(document.translated({one.dutch: one.sentence for one in sentences}))
    if kept := sum(bool(one.fault) for one in sentences):
        typer.echo(f"{kept} of {len(sentences)} sentences failed their checks and stay in Dutch.", err=True)
