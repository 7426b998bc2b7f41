"""forget: taking an article out, words and all."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Annotated

import typer

from tweeklank.cli.options import DEFAULT_CONFIG, FAILED, OK, ConfigOption

commands = typer.Typer()


@commands.command()
def forget(
    url: Annotated[str, typer.Argument(help="An address of the article at its publisher, or of its page here.")],
    config: ConfigOption = DEFAULT_CONFIG,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Delete an article and all that was made of it, for good, and publish without it."""
    from tweeklank.config import load_config
    from tweeklank.forget import article_at, forget_article

    settings = load_config(config)
    known = article_at(settings, url)
    if not yes:
        _ask(known.title or url, known.copies)
    failures = forget_article(settings, url)
    typer.echo(f"forgotten: {known.title}" if known.title else "was forgotten already")
    for copy in known.copies:
        typer.echo(f"forgotten: the same article at {copy}")
    typer.echo("It is in no feed, on no page and nowhere in the store any more, and will not be collected again.")
    typer.echo("Copies are not within reach: backups, readers that have it, and files of corrections that you import.")
    for failure in failures:
        typer.echo(f"failed: {failure}", err=True)
    raise typer.Exit(FAILED if failures else OK)


def _ask(title: str, copies: Sequence[str]) -> None:
    from tweeklank.config import ConfigError

    if not sys.stdin.isatty():
        raise ConfigError("forget asks before it deletes; add --yes where nobody can answer.")
    with_it = f", and the same words at {', '.join(copies)}," if copies else ""
    typer.confirm(f"Delete “{title}”{with_it} for good?", abort=True)
