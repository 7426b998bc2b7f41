"""status and check: how it is going, and whether it would."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from tweeklank.cli.options import DEFAULT_CONFIG, FAILED, OK, USAGE, ConfigOption, JsonOption

commands = typer.Typer()


@commands.command()
def status(
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
    metrics: Annotated[
        Path | None, typer.Option(help="Write metrics here for node_exporter, and show nothing.")
    ] = None,
) -> None:
    """Show what the syncs have done and what is wrong; exit code 1 if something is."""
    from datetime import UTC, datetime

    from tweeklank.config import load_config
    from tweeklank.status import gather
    from tweeklank.status.metrics import write_metrics
    from tweeklank.status.terminal import print_facts
    from tweeklank.store import read_store

    settings = load_config(config)
    with read_store(settings.store_url) as store:
        facts = gather(settings, store, datetime.now(UTC))
    if metrics:
        write_metrics(facts, metrics)
    if as_json:
        typer.echo(json.dumps(facts.as_dict(), ensure_ascii=False))
    elif not metrics:
        print_facts(facts)
    raise typer.Exit(FAILED if facts.problems else OK)


@commands.command()
def check(config: ConfigOption = DEFAULT_CONFIG, as_json: JsonOption = False) -> None:
    """Look whether all that a sync needs is there and works; exit code 1 if something does not."""
    from dataclasses import asdict

    from tweeklank.check import Finding, Grade, problem
    from tweeklank.check import check as run
    from tweeklank.config import ConfigError, load_config

    findings: list[Finding] = []

    def tell(finding: Finding) -> None:
        findings.append(finding)
        if not as_json:
            mend = f"; {finding.mend}" if finding.mend else ""
            typer.echo(f"{finding.grade.value:8} {finding.subject}: {finding.cause}{mend}")

    code = OK
    try:
        for finding in run(load_config(config)):
            tell(finding)
    except ConfigError as error:
        tell(problem("config", str(error).rstrip("."), "mend the file and look again"))
        code = USAGE
    if as_json:
        typer.echo(json.dumps([asdict(finding) for finding in findings], ensure_ascii=False))
    if code == OK and any(finding.grade is Grade.PROBLEM for finding in findings):
        code = FAILED
    raise typer.Exit(code)
