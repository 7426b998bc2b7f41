"""The commands: thin. What a command needs is imported inside it, so that help comes at once."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from tweeklank import __version__
from tweeklank.article import TweeklankError
from tweeklank.cli import (
    configuration,
    corrections,
    forgetting,
    model,
    pipeline,
    scheduling,
    serving,
    source,
    status,
    store,
    translating,
    worker,
)
from tweeklank.cli.options import FAILED, INTERRUPTED, LOCKED, USAGE

app = typer.Typer(
    no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None,
    help="Turns Dutch covenant news into feeds in two languages.",
)  # fmt: skip
for _part in (pipeline, scheduling, status, translating, serving, worker, forgetting):
    app.add_typer(_part.commands)
app.add_typer(model.commands, name="model")
app.add_typer(source.commands, name="source")
app.add_typer(corrections.commands, name="corrections")
app.add_typer(store.commands, name="store")
app.add_typer(configuration.commands, name="config")


@app.callback(invoke_without_command=True)
def _common(
    debug: Annotated[bool, typer.Option("--debug", help="Log everything; show tracebacks.")] = False,
    version: Annotated[bool, typer.Option("--version", help="Show the version.")] = False,
) -> None:
    if version:
        typer.echo(f"tweeklank {__version__}")
        raise typer.Exit
    if "--help" in sys.argv:
        return
    from tweeklank import logs

    # On a terminal the commands themselves say what failed.
    level = logging.ERROR if sys.stderr.isatty() else logging.WARNING
    logs.configure(logging.DEBUG if debug else level)


def main() -> None:
    """Runs a command; an error of the user's world becomes one sentence and an exit code."""
    debug = "--debug" in sys.argv
    try:
        with _plain_errors(show_trace=debug):
            app()
    except (KeyboardInterrupt, SystemExit) as end:
        # Inside of a command Typer makes an exit of an interruption.
        if isinstance(end, SystemExit) and end.code != INTERRUPTED:
            raise
        sys.stderr.write("tweeklank: interrupted; what was stored stays, the next sync goes on from there.\n")
        sys.exit(INTERRUPTED)


@contextmanager
def _plain_errors(*, show_trace: bool) -> Iterator[None]:
    try:
        yield
    except TweeklankError as error:
        if show_trace:
            raise
        sys.stderr.write(f"tweeklank: {error}\n")
        sys.exit(_exit_code(error))
    except Exception as error:
        if show_trace:
            raise
        sys.stderr.write(f"tweeklank: unexpected {type(error).__name__}: {error}; run with --debug for the details.\n")
        sys.exit(FAILED)


def _exit_code(error: TweeklankError) -> int:
    # By name: importing the classes would import the rooms that help can do without.
    codes: dict[str, int] = {
        "ConfigError": USAGE,
        "GlossaryError": USAGE,
        "CorrectionsError": USAGE,
        "PortTakenError": USAGE,
        "ScheduleError": USAGE,
        "StoreAddressError": USAGE,
        "ServeError": USAGE,
        "UnknownArticleError": USAGE,
        "LockedError": LOCKED,
    }
    return codes.get(type(error).__name__, FAILED)
