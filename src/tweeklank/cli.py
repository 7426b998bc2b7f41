"""The commands: thin. What a command needs is imported inside it, so that help comes at once."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from tweeklank import __version__
from tweeklank.article import TweeklankError

OK, FAILED, USAGE, LOCKED, INTERRUPTED = 0, 1, 2, 3, 130

app = typer.Typer(
    no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None,
    help="Turns Dutch covenant news into feeds in two languages.",
)  # fmt: skip
model_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="The translation models.")
source_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="The sources.")
corrections_app = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="Translations by people, which win over every model."
)
app.add_typer(model_app, name="model")
app.add_typer(source_app, name="source")
app.add_typer(corrections_app, name="corrections")

ConfigOption = Annotated[Path, typer.Option("--config", help="The configuration file.", show_default=True)]
JsonOption = Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")]
DEFAULT_CONFIG = Path("config.toml")


@app.callback(invoke_without_command=True)
def _common(
    debug: Annotated[bool, typer.Option("--debug", help="Log everything; show tracebacks.")] = False,
    version: Annotated[bool, typer.Option("--version", help="Show the version.")] = False,
) -> None:
    if version:
        typer.echo(f"tweeklank {__version__}")
        raise typer.Exit
    level = logging.DEBUG if debug else logging.ERROR
    logging.basicConfig(stream=sys.stderr, level=level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")


@app.command()
def sync(config: ConfigOption = DEFAULT_CONFIG, as_json: JsonOption = False) -> None:
    """Collect news, translate what is new, publish the feeds."""
    from tweeklank.config import load_config
    from tweeklank.report import ProgressBars, print_summary
    from tweeklank.sync import sync as run

    settings = load_config(config)
    with ProgressBars() as bars:
        summary = run(settings, bars)
    if as_json:
        typer.echo(json.dumps(summary.as_dict(), ensure_ascii=False))
    else:
        print_summary(settings, summary)
    raise typer.Exit(FAILED if summary.failures else OK)


@app.command()
def demo(
    output: Annotated[Path, typer.Option(help="Where to publish; the store goes beside it.")] = Path("build/demo"),
    port: Annotated[int, typer.Option(help="Where the sample site listens on loopback.")] = 8017,
    as_json: JsonOption = False,
) -> None:
    """Serve a sample covenant site on loopback and run a real sync against it."""
    from tweeklank.demo import run_demo
    from tweeklank.report import ProgressBars, print_summary

    with ProgressBars() as bars:
        settings, summary = run_demo(output, port, bars)
    if as_json:
        typer.echo(json.dumps(summary.as_dict(), ensure_ascii=False))
    else:
        print_summary(settings, summary)
        typer.echo()
        if summary.idle:
            typer.echo("Nothing new: no article was fetched, nothing translated, every file is byte for byte the same.")
        typer.echo(f"Look at    {output / 'index.html'} in a browser")
        typer.echo(f"Subscribe  {output / 'en.atom.xml'} or {output / 'nl.rss.xml'} in a feed reader")
    raise typer.Exit(FAILED if summary.failures else OK)


@app.command()
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


@app.command()
def serve(
    config: ConfigOption = DEFAULT_CONFIG,
    host: Annotated[str, typer.Option(help="Where to listen.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535)] = 8000,
) -> None:
    """Serve the output folder over HTTP."""
    from tweeklank.config import load_config
    from tweeklank.serve import run

    run(load_config(config), host, port)


@app.command()
def retranslate(
    source: Annotated[str | None, typer.Option(help="Only the articles of the source with this id.")] = None,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Redo the machine translations with the model and settings in use now, and publish."""
    from tweeklank.config import load_config
    from tweeklank.report import ProgressBars, print_english, print_failures
    from tweeklank.sync import translate_again

    settings = load_config(config)
    with ProgressBars() as bars:
        summary = translate_again(settings, source, bars)
    if as_json:
        typer.echo(json.dumps(summary.as_dict(), ensure_ascii=False))
    else:
        print_english(settings, summary)
        print_failures(summary)
    raise typer.Exit(FAILED if summary.failures else OK)


@corrections_app.command("import")
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


@corrections_app.command("list")
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


@corrections_app.command("export")
def corrections_export(config: ConfigOption = DEFAULT_CONFIG) -> None:
    """The imported translations as TSV, for `corrections import`."""
    from tweeklank.config import load_config
    from tweeklank.store import open_store
    from tweeklank.store.corrections import Provenance

    with open_store(load_config(config).store_url) as store:
        for correction in store.corrections.all(Provenance.IMPORTED):
            typer.echo(f"{correction.dutch}\t{correction.english}")


@model_app.command("list")
def model_list(as_json: JsonOption = False) -> None:
    """The Dutch to English models there are."""
    from tweeklank.translate.models import BUILTIN, installed_models, read_model

    models = [*installed_models(), read_model(BUILTIN)]
    if as_json:
        typer.echo(json.dumps([{"name": m.name, "version": m.version, "path": str(m.path)} for m in models]))
    else:
        for model in models:
            typer.echo(f"{model.name:32} {model.path}")


@model_app.command("info")
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


@model_app.command("install")
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


@source_app.command("list")
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
        "StoreAddressError": USAGE,
        "ServeError": USAGE,
        "LockedError": LOCKED,
    }
    return codes.get(type(error).__name__, FAILED)
