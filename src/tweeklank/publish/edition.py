"""What one publication holds: the newest entries, overall, per source and per topic, and where each is found."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from urllib.parse import urlsplit

from tweeklank.article import Deleted, Entry, Language, Origin
from tweeklank.config import Config, Review, Source
from tweeklank.publish.characters import legible, legible_settings
from tweeklank.store import Store

NEVER = datetime(2000, 1, 1, tzinfo=UTC)
"""The date of a feed without entries: any would do, as long as it stays the same."""


@dataclass(frozen=True)
class Topic:
    """What articles are about. ``slug`` is the name of its folder."""

    name: str
    slug: str


@dataclass(frozen=True)
class Channel:
    """The entries that belong together in a set of feeds: all of them, or those of one source or topic.

    ``deleted``: what left them so lately that a reader who reads all entries in time may not have
    been told: since the oldest of the entries was published.
    """

    source: Source | None
    entries: Mapping[Language, tuple[Entry, ...]]
    topic: Topic | None = None
    deleted: tuple[Deleted, ...] = ()

    @property
    def folder(self) -> str:
        if self.topic:
            return f"topics/{self.topic.slug}/"
        return f"{self.source.id}/" if self.source else ""

    def page(self, language: Language) -> str:
        """The path of the page that lists this channel."""
        return f"{self.folder}{language}.html" if self.folder else f"{language}/index.html"

    def heading(self, language: Language) -> str:
        """What sets this channel apart; nothing for the one of everything."""
        if self.topic:
            return self.topic.name
        return self.source.title[language] if self.source else ""


@dataclass(frozen=True)
class Edition:
    """All that is published at one moment.

    ``tag`` is what the ids of the feeds begin with. ``channels`` begins with the one of
    everything. ``articles`` has every article with a page, by slug, in each language that it can
    be read in. ``archives`` counts the archive documents of each language.
    """

    config: Config
    tag: str
    channels: tuple[Channel, ...]
    articles: Mapping[str, Mapping[Language, Entry]]
    archives: int = 0

    def address(self, path: str) -> str:
        """Where a file of the output folder is reachable."""
        return self.config.publication.base_url + path.removesuffix("index.html")

    def counterpart(self, entry: Entry) -> Entry | None:
        """The same article in the other language."""
        return self.articles.get(entry.slug, {}).get(entry.language.other)

    def title(self, channel: Channel, language: Language) -> str:
        name = self.config.publication.title[language]
        heading = channel.heading(language)
        return f"{heading} · {name}" if heading else name

    def description(self, language: Language) -> str:
        return self.config.publication.description[language]

    def sources(self, entry: Entry) -> tuple[Source, ...]:
        """The configured sources that showed an article, the first one first."""
        ids = (entry.source, *(other for other in entry.sources if other != entry.source))
        known = {source.id: source for source in self.config.sources}
        return tuple(known[one] for one in ids if one in known)

    def source_titles(self, entry: Entry) -> tuple[str, ...]:
        """The names of an article's sources in its language; if all left the configuration, its host."""
        found = tuple(source.title[entry.language] for source in self.sources(entry))
        return found or (urlsplit(entry.original_url).netloc,)

    def elsewhere(self, entry: Entry) -> tuple[tuple[str, str], ...]:
        """Where other sources have the article: the name of each in the entry's language, or its host, and the page."""
        known = {source.id: source.title[entry.language] for source in self.config.sources}
        return tuple((known.get(place.source) or urlsplit(place.url).netloc, place.url) for place in entry.elsewhere)

    def topics(self, entry: Entry) -> tuple[str, ...]:
        """The topics of an article and its sources, each once whatever its capitals."""
        of_sources = (topic for source in self.sources(entry) for topic in source.topics)
        found: dict[str, str] = {}
        for topic in (*of_sources, *entry.topics):
            found.setdefault(topic.casefold(), topic)
        return tuple(found.values())


def page(entry: Entry, language: Language | None = None) -> str:
    """The path of an article's page, in its own language or another."""
    return f"{language or entry.language}/{entry.slug}.html"


def page_language(entry: Entry) -> Language:
    """The language of the publisher's page that an entry leads to."""
    return Language.NL if entry.origin is Origin.MACHINE else entry.language


def publication_tag(config: Config, store: Store) -> str:
    """The tag: URI (RFC 4151) that the ids of feeds begin with.

    It is made from the host of base_url at the first publication and kept in the store, so it
    stays when the feeds move to another address.
    """
    host = (urlsplit(config.publication.base_url).hostname or "").encode("idna").decode()
    # A tag's authority is a name; an IPv6 address cannot be one.
    host = "localhost" if ":" in host else host
    return store.settled("publication", f"tag:{host},{datetime.now(UTC):%Y-%m-%d}:tweeklank")


def gather(config: Config, store: Store) -> Edition:
    """Reads the newest entries of every channel; never more, however many are stored."""
    config = legible_settings(config)
    articles: dict[str, dict[Language, Entry]] = {}
    channels = tuple(_channel(config, store, source, articles) for source in (None, *config.sources))
    return Edition(config, publication_tag(config, store), channels, articles)


def _channel(
    config: Config, store: Store, source: Source | None, articles: dict[str, dict[Language, Entry]]
) -> Channel:
    most, name = config.publication.entries, source.id if source else None

    def read(language: Language, count: int) -> tuple[Entry, ...]:
        return tuple(read_entries(config, lambda hold_above: store.articles.newest(language, count, name, hold_above)))

    def complete(language: Language, entries: tuple[Entry, ...]) -> None:
        """Reads further back in a language for the other side of entries that are listed."""
        listed = {entry.slug for entry in entries}
        _collect(articles, (entry for entry in read(language, 2 * most) if entry.slug in listed))

    dutch, english = read(Language.NL, most), read(Language.EN, most)
    _collect(articles, (*dutch, *english))
    if any(Language.NL not in articles[entry.slug] for entry in english if entry.origin is not Origin.ORIGINAL):
        # New articles wait for their English, so older ones have moved up in the English feed.
        complete(Language.NL, english)
    if any(entry.origin is Origin.ORIGINAL for entry in english):
        # Articles that came in English take places of their own there, before the English of older ones.
        complete(Language.EN, dutch)
    since = dutch[-1].published if len(dutch) == most else None
    deleted = tuple(store.retention.deleted(most, name, since))
    return Channel(source, {Language.NL: dutch, Language.EN: english}, deleted=deleted)


def read_entries(config: Config, read: Callable[[float | None], Iterable[Entry]]) -> Iterator[Entry]:
    """What ``read`` finds in the store, fit to be published; it is told above what share an article is held back."""
    limit = config.translate.review_above
    for entry in map(legible, read(limit if config.translate.review is Review.HOLD else None)):
        yield replace(entry, needs_review=entry.kept > limit * entry.sentences)


def _collect(articles: dict[str, dict[Language, Entry]], entries: Iterable[Entry]) -> None:
    for entry in entries:
        articles.setdefault(entry.slug, {})[entry.language] = entry
