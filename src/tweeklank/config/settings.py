"""The settings, typed. No reading happens here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from tweeklank.article import Language


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
class Workers:
    """Whether a sync leaves collecting and translating to `tweeklank worker` processes.

    It waits ``patience`` seconds for them. One that gave no sign of life for ``stalled_after``
    seconds is taken for dead, and another one does its job.
    """

    enabled: bool = False
    patience: float = 3600.0
    stalled_after: float = 30.0


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
class Email:
    """Where alerts are mailed. ``smtp``: host:port; ``password_env`` names the environment variable with ``user``'s
    password, which never stands in the file. Without a ``user`` nobody is logged in."""

    to: str
    sender: str
    smtp: str
    user: str = ""
    password_env: str = ""


@dataclass(frozen=True)
class Alerts:
    """Who is told that syncs fail. ``webhook``: an address for a JSON POST, or nothing; ``after``: failing syncs in
    a row before anybody is."""

    webhook: str = ""
    email: Email | None = None
    after: int = 3


@dataclass(frozen=True)
class Config:
    path: Path
    publication: Publication
    collect: Collect
    translate: Translate
    store_url: str
    sources: tuple[Source, ...]
    workers: Workers = field(default_factory=Workers)
    alerts: Alerts = field(default_factory=Alerts)
