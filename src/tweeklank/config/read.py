"""config.toml → Config."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path

from tweeklank.article import Language
from tweeklank.config.alerts import read_alerts
from tweeklank.config.settings import Collect, Config, Foreign, Publication, Review, Source, Translate, Workers
from tweeklank.config.sources import read_sources
from tweeklank.config.table import ConfigError, Table

_CONTACT = r"mailto:[^@\s<>()]+@[^@\s<>()]+|https?://[^\s<>()]+"
KEYS = ("publication", "collect", "translate", "store", "workers", "alerts", "sources")


def load_config(path: Path, *, may_lack_sources: bool = False) -> Config:
    """Reads and checks a configuration file.

    Paths in it are relative to the file. Raises ConfigError for whatever is wrong with it, also for
    having no source yet unless it ``may_lack_sources``.
    """
    try:
        values = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise ConfigError(f"{path}: there is no such file; name yours with --config PATH.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: cannot be read: {error}.") from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: not valid TOML: {error}.") from None
    has_sources = "sources" in values or not may_lack_sources
    return read_config(Table(path, "", values, KEYS), has_sources=has_sources)


def read_config(top: Table, *, has_sources: bool = True) -> Config:
    """The settings in a table of the whole file. Raises ConfigError."""
    folder = top.file.parent
    store = top.table("store", ["url"])
    config = Config(
        path=top.file,
        publication=_publication(top, folder),
        collect=_collect(top),
        translate=_translate(top, folder),
        store_url=_store_url(store, folder),
        sources=read_sources(top) if has_sources else (),
        workers=_workers(top, store.values.get("url", "")),
        alerts=read_alerts(top),
    )
    return replace(config, translate=replace(config.translate, names=_names(config.sources)))


def _names(sources: tuple[Source, ...]) -> dict[str, str]:
    """What the sources are called in Dutch and in English, where that is not the same."""
    titles = ((source.title[Language.NL], source.title[Language.EN]) for source in sources)
    return {dutch: english for dutch, english in titles if dutch != english}


def _publication(top: Table, folder: Path) -> Publication:
    table = top.table("publication", ["base_url", "output", "entries", "title", "description", "author", "hub"])
    base_url = table.address("base_url")
    return Publication(
        base_url=base_url if base_url.endswith("/") else base_url + "/",
        output=folder / table.text("output", "feeds"),
        entries=table.whole("entries", 50, 1, 1000),
        title=table.both_languages("title", "Tweeklank"),
        description=table.both_languages("description", "Convenantnieuws · Covenant news"),
        author=table.text("author", "Tweeklank"),
        hub=table.address("hub", ""),
    )


def _collect(top: Table) -> Collect:
    table = top.table("collect", ["contact", "delay", "timeout", "max_articles", "foreign", "withdraw_after"])
    return Collect(
        contact=table.matching("contact", _CONTACT, '"mailto:you@example.org" or a web address'),
        delay=table.number("delay", 1.0, 0, 3600),
        timeout=table.number("timeout", 20, 0.1, 600),
        max_articles=table.whole("max_articles", 30, 1, 10_000),
        foreign=Foreign(table.choice("foreign", [foreign.value for foreign in Foreign])),
        withdraw_after=table.whole("withdraw_after", 3, 1, 100),
    )


def _translate(top: Table, folder: Path) -> Translate:
    table = top.table("translate", ["model", "glossary", "clock", "percent", "review_above", "review"])
    model, glossary = table.text("model", "auto"), table.text("glossary", "")
    return Translate(
        model="auto" if model == "auto" else folder / Path(model).expanduser(),
        glossary=folder / glossary if glossary else None,
        clock=table.choice("clock", ["12", "24"]),
        percent=table.choice("percent", ["per cent", "%"]),
        review_above=table.number("review_above", 0.25, 0, 1),
        review=Review(table.choice("review", [review.value for review in Review])),
    )


def _workers(top: Table, store_url: str) -> Workers:
    table = top.table("workers", ["enabled", "patience", "stalled_after"])
    enabled = table.truth("enabled")
    if enabled and not store_url.startswith("postgresql"):
        raise table.wrong("enabled", "needs a store on PostgreSQL; SQLite is for one machine: see store.url.")
    return Workers(
        enabled=enabled,
        patience=table.number("patience", 3600, 1, 86_400),
        stalled_after=table.number("stalled_after", 30, 1, 3600),
    )


def _store_url(table: Table, folder: Path) -> str:
    url = table.text("url", "sqlite:///tweeklank.db")
    file = url.removeprefix("sqlite:///")
    if file == url or file.startswith(("/", ":memory:")):
        return url
    return f"sqlite:///{folder / file}"
