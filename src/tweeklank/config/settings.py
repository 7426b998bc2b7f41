"""The settings, typed. No reading happens here.

What a docstring says of a ``key`` is what editors show for that key of config.toml: see ``config.schema``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from pathlib import Path

from tweeklank.article import Language
from tweeklank.config.table import ConfigError


@dataclass(frozen=True)
class Publication:
    """What is published.

    ``base_url`` is where the output folder can be reached. ``output`` is the folder to publish in, relative to
    the file. ``entries`` is how many of the newest articles each feed holds. ``title`` and ``description`` are of
    the publication as a whole, in both languages or once for both. ``author`` is who makes it. ``hub`` is a WebSub
    hub that is told of every change.
    """

    base_url: str
    output: Path
    entries: int = 50
    title: Mapping[Language, str] = field(default_factory=dict)
    description: Mapping[Language, str] = field(default_factory=dict)
    author: str = "Tweeklank"
    hub: str = ""


class Foreign(StrEnum):
    """What happens to an article that is not in Dutch."""

    LEAVE = "leave"
    """It is left out."""
    PUBLISH = "publish"
    """It is published as it is in the feeds of its own language, if there are such; else left out."""


@dataclass(frozen=True)
class Collect:
    """How sites are visited.

    ``contact`` is an address in the User-Agent, so that sites can reach you. ``delay`` is the pause between two
    requests to one host, and ``timeout`` the longest wait for an answer, both in seconds. ``max_articles`` counts
    new articles per source and sync; the rest follows next time. An article is withdrawn after ``withdraw_after``
    visits in a row to a page that is not there any more. ``foreign`` says what happens to articles that are not in
    Dutch: ``leave`` them out, or ``publish`` English ones in the English feeds only.
    """

    contact: str
    delay: float = 1.0
    timeout: float = 20.0
    max_articles: int = 30
    foreign: Foreign = Foreign.LEAVE
    withdraw_after: int = 3


class Review(StrEnum):
    """What happens to an English article that needs review."""

    NOTICE = "notice"
    """It is published with a notice."""
    HOLD = "hold"
    """It is held back from the English feeds."""


@dataclass(frozen=True)
class Translate:
    """How articles become English.

    ``model`` is "auto" or the path of an Argos package. ``glossary`` is a file of own terms, over the built-in ones.
    ``names`` are the titles of the sources, Dutch and English, where they differ: terms as well.

    ``clock`` and ``percent`` are how figures are written in English: "12" or "24", "per cent" or "%".
    An article with more than the share ``review_above`` of its sentences left in Dutch needs
    review: ``review`` tells what happens to it.
    """

    model: str | Path = "auto"
    glossary: Path | None = None
    names: Mapping[str, str] = field(default_factory=dict)
    clock: str = "12"
    percent: str = "per cent"
    review_above: float = 0.25
    review: Review = Review.NOTICE


@dataclass(frozen=True)
class Workers:
    """How work is spread. ``enabled``: a sync leaves collecting and translating to `tweeklank worker` processes.

    It waits ``patience`` seconds for them. One that gave no sign of life for ``stalled_after``
    seconds is taken for dead, and another one does its job.
    """

    enabled: bool = False
    patience: float = 3600.0
    stalled_after: float = 30.0


@dataclass(frozen=True)
class EnglishRule:
    """Where the publisher puts the English version: replace ``from`` by ``to`` in the address of the Dutch one."""

    dutch: str
    english: str


@dataclass(frozen=True)
class Source:
    """One place where news appears. Exactly one of ``listing``, ``feed`` and ``sitemap`` is set.

    ``id`` is the short name of the source, in addresses too. ``title`` is what readers see, in both languages or
    once for both; where the two differ it is also how the name is translated. ``listing`` is the page that links to
    the articles, or a list of such pages. ``article_links`` is a CSS selector of the links to articles, or of the
    elements around them; left out: found by itself. At most ``pages`` pages of a listing are read at a time, and a
    further one only while everything on the last one is new. With ``include`` only articles are taken that fit one
    of these texts, and with ``exclude`` those are left that fit one: a text with a slash is about the address, any
    other about the title; * stands for anything, a text without * may stand anywhere, and letter case does not
    count. Articles from before the day ``since`` are left. ``select`` has CSS selectors of an article's parts; each
    part left out is found by itself. ``english`` tells where the publisher puts an English version. Every article
    gets the ``topics``, and each topic of ``topic_rules`` of whose texts one fits its title, lead or address, as in
    include. ``local`` allows the source to live on a loopback or private address.
    """

    id: str
    title: Mapping[Language, str]
    listing: str = ""
    further_listings: tuple[str, ...] = ()
    feed: str = ""
    sitemap: str = ""
    article_links: str = ""
    pages: int = 5
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    since: date | None = None
    select: Mapping[str, str] = field(default_factory=dict)
    english: EnglishRule | None = None
    topics: tuple[str, ...] = ()
    topic_rules: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    local: bool = False

    @property
    def url(self) -> str:
        return self.listing or self.feed or self.sitemap

    @property
    def listings(self) -> tuple[str, ...]:
        return (self.listing, *self.further_listings) if self.listing else ()


@dataclass(frozen=True)
class Email:
    """Where alerts are mailed: ``to`` whom and ``from`` whom.

    ``smtp``: host:port. ``password_env`` names the environment variable with the password of
    ``user``, which never stands in the file; without a ``user`` nobody is logged in.
    """

    to: str
    sender: str
    smtp: str
    user: str = ""
    password_env: str = ""


@dataclass(frozen=True)
class Alerts:
    """Who is told that syncs fail. ``webhook``: an address for a JSON POST, or nothing; ``email``: or by mail;
    ``after``: failing syncs in a row before anybody is."""

    webhook: str = ""
    email: Email | None = None
    after: int = 3


@dataclass(frozen=True)
class Config:
    """All settings. ``store.url`` is the database that keeps everything, as SQLAlchemy writes addresses."""

    path: Path
    publication: Publication
    collect: Collect
    translate: Translate
    store_url: str
    sources: tuple[Source, ...]
    workers: Workers = field(default_factory=Workers)
    alerts: Alerts = field(default_factory=Alerts)

    def source(self, source_id: str) -> Source:
        """The source with this id. Raises ConfigError if there is none."""
        known = {source.id: source for source in self.sources}
        if source_id not in known:
            raise ConfigError(f"{self.path}: there is no source {source_id!r}; known are: {', '.join(known)}.")
        return known[source_id]
