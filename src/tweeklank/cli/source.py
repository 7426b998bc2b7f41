"""source: the sources."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from tweeklank.cli.options import DEFAULT_CONFIG, FAILED, OK, USAGE, ConfigOption, JsonOption

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


@commands.command("add")
def source_add(
    url: Annotated[str, typer.Argument(help="The page with the news, or a feed or sitemap.")],
    yes: Annotated[bool, typer.Option("--yes", help="Write without asking.")] = False,
    local: Annotated[
        bool, typer.Option("--local", help="The source may live on a loopback or private address.")
    ] = False,
    source_id: Annotated[str, typer.Option("--id", help="The source's short name; left out: made of its title.")] = "",
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Find out what is at an address, try it with three articles, and write it into the configuration."""
    from tweeklank.cli.source_shown import print_proposal, proposal_as_dict
    from tweeklank.config import load_config
    from tweeklank.config.edit import add_source
    from tweeklank.sources import propose

    settings = load_config(config, may_lack_sources=True)
    proposal = propose(settings, url, local=local, source_id=source_id)
    if as_json:
        typer.echo(json.dumps(proposal_as_dict(proposal), ensure_ascii=False, indent=2))
    else:
        print_proposal(proposal)
    if proposal.obstacle:
        typer.echo(f"tweeklank: {url}: {proposal.obstacle}; nothing was added.", err=True)
        raise typer.Exit(FAILED)
    if not yes:
        _ask(config, may_ask=not as_json)
    add_source(config, proposal.block)
    if not as_json:
        typer.echo(f"Added {proposal.id} to {config}; `tweeklank sync` takes its news.")


@commands.command("test")
def source_test(
    source_id: Annotated[str, typer.Argument(metavar="ID", help="The source's id.")],
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """What would be taken of a source today, field by field, and where each value comes from. Stores nothing."""
    from tweeklank.cli.source_shown import preview_as_dict, print_preview
    from tweeklank.config import load_config
    from tweeklank.sources import try_out

    settings = load_config(config)
    tried = try_out(settings, settings.source(source_id))
    if as_json:
        typer.echo(json.dumps(preview_as_dict(tried), ensure_ascii=False, indent=2))
    else:
        print_preview(tried)
    raise typer.Exit(FAILED if tried.failures else OK)


def _ask(config: Path, *, may_ask: bool) -> None:
    """Ends the command unless someone says yes."""
    if not (may_ask and sys.stdin.isatty()):
        typer.echo(
            "tweeklank: nothing was written, for there is no terminal to ask on; add --yes to write it.", err=True
        )
        raise typer.Exit(USAGE)
    if not typer.confirm(f"Add this to {config}?"):
        typer.echo("Nothing was written.")
        raise typer.Exit(OK)
