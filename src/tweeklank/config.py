"""config.toml → typed settings. Every mistake becomes one sentence with file, key and mend."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import soupsieve

from tweeklank.article import Language, TweeklankError

_FIELDS = ("title", "lead", "body", "date", "image", "author", "topics")
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
RESERVED_IDS = frozenset({"nl", "en", "nl-en", "topics", "archive"})


class ConfigError(TweeklankError):
    """The configuration cannot be used as it is."""


@dataclass(frozen=True)
class Publication:
    base_url: str
    output: Path
    entries: int = 50
    title: Mapping[Language, str] = field(default_factory=dict)
    description: Mapping[Language, str] = field(default_factory=dict)
    author: str = "Tweeklank"
    hub: str = ""


@dataclass(frozen=True)
class Collect:
    """``delay`` and ``timeout`` are in seconds; ``max_articles`` counts new articles per source and sync."""

    contact: str
    delay: float = 1.0
    timeout: float = 20.0
    max_articles: int = 30


class Review(StrEnum):
    """What happens to an English article that needs review."""

    NOTICE = "notice"
    """It is published with a notice."""
    HOLD = "hold"
    """It is held back from the English feeds."""


@dataclass(frozen=True)
class Translate:
    """``model``: "auto", or the path of a package; ``glossary``: a file of own terms, or None.

    ``clock`` and ``percent`` are how figures are written in English: "12" or "24", "per cent" or "%".
    An article with more than the share ``review_above`` of its sentences left in Dutch needs
    review: ``review`` tells what happens to it.
    """

    model: str | Path = "auto"
    glossary: Path | None = None
    clock: str = "12"
    percent: str = "per cent"
    review_above: float = 0.25
    review: Review = Review.NOTICE


@dataclass(frozen=True)
class EnglishRule:
    """Where the publisher puts the English version: replace ``dutch`` by ``english`` in the address."""

    dutch: str
    english: str


@dataclass(frozen=True)
class Source:
    """One place where news appears. Exactly one of ``listing``, ``feed`` and ``sitemap`` is set."""

    id: str
    title: Mapping[Language, str]
    listing: str = ""
    feed: str = ""
    sitemap: str = ""
    article_links: str = ""
    select: Mapping[str, str] = field(default_factory=dict)
    english: EnglishRule | None = None
    topics: tuple[str, ...] = ()
    local: bool = False

    @property
    def url(self) -> str:
        return self.listing or self.feed or self.sitemap


@dataclass(frozen=True)
class Config:
    path: Path
    publication: Publication
    collect: Collect
    translate: Translate
    store_url: str
    sources: tuple[Source, ...]


class _Table:
    """A TOML table that knows where it stands and what may stand in it."""

    def __init__(self, file: Path, name: str, values: Any, known: Iterable[str]) -> None:
        self.file, self.name = file, name
        if not isinstance(values, dict):
            raise ConfigError(f"{file}: {name} must be a table, like [{name}].")
        self.values: dict[str, Any] = values
        for key in values:
            if key not in set(known):
                near = difflib.get_close_matches(key, known, 1, 0.5)
                mend = f"did you mean {near[0]!r}?" if near else f"known are: {', '.join(known)}."
                raise ConfigError(f"{file}: unknown key {self.key(key)!r}; {mend}")

    def key(self, key: str) -> str:
        return f"{self.name}.{key}" if self.name else key

    def wrong(self, key: str, mend: str) -> ConfigError:
        return ConfigError(f"{self.file}: {self.key(key)} {mend}")

    def text(self, key: str, default: str | None = None) -> str:
        value = self.values.get(key, default)
        if value is None:
            raise self.wrong(key, "is missing.")
        if not isinstance(value, str):
            raise self.wrong(key, f"must be text in quotes, not {value!r}.")
        return value.strip()

    def number(self, key: str, default: float, least: float, most: float) -> float:
        value = self.values.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
            raise self.wrong(key, f"must be a number from {least:g} to {most:g}, not {value!r}.")
        return value

    def whole(self, key: str, default: int, least: int, most: int) -> int:
        value = self.number(key, default, least, most)
        if value != int(value):
            raise self.wrong(key, f"must be a whole number, not {value!r}.")
        return int(value)

    def truth(self, key: str) -> bool:
        value = self.values.get(key, False)
        if not isinstance(value, bool):
            raise self.wrong(key, f"must be true or false, not {value!r}.")
        return value

    def choice(self, key: str, choices: list[str]) -> str:
        """One of a few words; the first one if the key is left out."""
        value = self.text(key, choices[0])
        if value not in choices:
            raise self.wrong(key, f"must be {' or '.join(map(repr, choices))}, not {value!r}.")
        return value

    def address(self, key: str, default: str | None = None) -> str:
        value = self.text(key, default)
        if value and not is_web_address(value):
            raise self.wrong(key, f'must be a web address, like "https://example.org/nieuws", not {value!r}.')
        return value

    def selector(self, key: str) -> str:
        value = self.text(key, "")
        if value:
            try:
                soupsieve.compile(value)
            except (soupsieve.SelectorSyntaxError, ValueError) as error:
                reason = str(error).splitlines()[0]
                raise self.wrong(key, f"is not a CSS selector: {value!r} ({reason})") from None
        return value

    def words(self, key: str) -> tuple[str, ...]:
        value = self.values.get(key, [])
        if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
            raise self.wrong(key, f'must be a list of texts, like ["metaal"], not {value!r}.')
        return tuple(value)

    def both_languages(self, key: str, default: str) -> Mapping[Language, str]:
        value = self.values.get(key, default)
        if isinstance(value, str):
            return dict.fromkeys(Language, value)
        table = _Table(self.file, self.key(key), value, [language.value for language in Language])
        return {language: table.text(language) for language in Language}

    def table(self, key: str, known: Iterable[str]) -> _Table:
        return _Table(self.file, self.key(key), self.values.get(key, {}), known)


def is_web_address(url: str) -> bool:
    """Whether ``url`` is an absolute http(s) address with a host and a valid port."""
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        return False


def load_config(path: Path) -> Config:
    """Reads and checks a configuration file.

    Paths in it are relative to the file. Raises ConfigError for whatever is wrong with it.
    """
    try:
        values = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise ConfigError(f"{path}: there is no such file; name yours with --config PATH.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: cannot be read: {error}.") from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: not valid TOML: {error}.") from None
    top = _Table(path, "", values, ["publication", "collect", "translate", "store", "sources"])
    store = top.table("store", ["url"])
    return Config(
        path=path,
        publication=_publication(top, path.parent),
        collect=_collect(top),
        translate=_translate(top, path.parent),
        store_url=_store_url(store, path.parent),
        sources=_sources(top),
    )


def _publication(top: _Table, folder: Path) -> Publication:
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


def _collect(top: _Table) -> Collect:
    table = top.table("collect", ["contact", "delay", "timeout", "max_articles"])
    contact = table.text("contact")
    if not re.fullmatch(r"mailto:[^@\s<>()]+@[^@\s<>()]+|https?://[^\s<>()]+", contact):
        raise table.wrong("contact", f'must be "mailto:you@example.org" or a web address, not {contact!r}.')
    return Collect(
        contact=contact,
        delay=table.number("delay", 1.0, 0, 3600),
        timeout=table.number("timeout", 20, 0.1, 600),
        max_articles=table.whole("max_articles", 30, 1, 10_000),
    )


def _translate(top: _Table, folder: Path) -> Translate:
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


def _store_url(table: _Table, folder: Path) -> str:
    url = table.text("url", "sqlite:///tweeklank.db")
    file = url.removeprefix("sqlite:///")
    if file == url or file.startswith(("/", ":memory:")):
        return url
    return f"sqlite:///{folder / file}"


def _sources(top: _Table) -> tuple[Source, ...]:
    listed = top.values.get("sources", [])
    if not isinstance(listed, list) or not listed:
        raise ConfigError(f"{top.file}: there is no source yet; add a [[sources]] block with id and listing.")
    sources = tuple(_source(top.file, number, values) for number, values in enumerate(listed, 1))
    seen: set[str] = set()
    for source in sources:
        if source.id in seen:
            raise ConfigError(f"{top.file}: two sources have the id {source.id!r}; ids must differ.")
        seen.add(source.id)
    return sources


def _source(file: Path, number: int, values: Any) -> Source:
    known = ["id", "title", "listing", "feed", "sitemap", "article_links", "select", "english", "topics", "local"]
    table = _Table(file, f"sources[{number}]", values, known)
    source_id = table.text("id")
    if not _ID.fullmatch(source_id) or source_id in RESERVED_IDS:
        taken = ", ".join(sorted(RESERVED_IDS))
        raise table.wrong("id", f"must be a short name of a-z, 0-9 and -, and none of {taken}, not {source_id!r}.")
    table.name = f"sources[{number}] ({source_id})"
    places = {key: table.address(key, "") for key in ("listing", "feed", "sitemap")}
    if sum(map(bool, places.values())) != 1:
        raise ConfigError(f"{file}: {table.name} needs exactly one of listing, feed and sitemap.")
    select = table.table("select", _FIELDS)
    english = None
    if "english" in table.values:
        rule = table.table("english", ["from", "to"])
        english = EnglishRule(rule.text("from"), rule.text("to"))
        if not english.dutch:
            raise rule.wrong("from", "must not be empty.")
    return Source(
        id=source_id,
        title=table.both_languages("title", source_id),
        **places,
        article_links=table.selector("article_links"),
        select={key: select.selector(key) for key in select.values},
        english=english,
        topics=table.words("topics"),
        local=table.truth("local"),
    )
