"""What pages are made of: their surroundings, links to feeds, and teasers of articles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from types import SimpleNamespace
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from tweeklank.article import Entry, Language, Origin
from tweeklank.publish.edition import Channel, Edition, page
from tweeklank.publish.feeds import Format, bilingual_path, feed_path
from tweeklank.publish.jsonfeed import MEDIA_TYPE, json_path
from tweeklank.publish.phrases import date_in_words, phrases

_FRONT_TEASERS = 5


@dataclass(frozen=True)
class FeedLink:
    """A feed as a page offers it. ``name`` is for the eye, ``title`` for a reader's list."""

    path: str
    media_type: str
    language: str
    name: str
    title: str


@dataclass(frozen=True)
class TopicLink:
    """A topic with the path of its page."""

    name: str
    page: str


@dataclass(frozen=True)
class Teaser:
    """An article in a list. ``href`` is relative to the page; ``moment`` is for machines, ``date`` for people."""

    href: str
    title: str
    lead: str
    source: str
    topics: Sequence[str]
    image: str
    moment: str
    date: str
    machine: bool


@dataclass(frozen=True)
class Half:
    """One language's share of a page that is for both."""

    language: Language
    said: SimpleNamespace
    publication: str
    description: str
    page: str
    teasers: Sequence[Teaser]


def feed_links(edition: Edition, channel: Channel, language: Language) -> list[FeedLink]:
    """The feeds of a channel for readers of one language."""
    title = edition.title(channel, language)
    names, both = {Format.RSS: "RSS", Format.ATOM: "Atom"}, phrases(language).both_languages

    def xml(path: str, form: Format, spoken: str, name: str) -> FeedLink:
        return FeedLink(path, form.media_type, spoken, name, f"{title} ({name})")

    return [
        *(xml(feed_path(channel, language, form), form, language, name) for form, name in names.items()),
        FeedLink(json_path(channel, language), MEDIA_TYPE, language, "JSON Feed", f"{title} (JSON Feed)"),
        *(xml(bilingual_path(channel, form), form, "nl", f"{both} ({name})") for form, name in names.items()),
    ]


@cache
def _templates() -> Environment:
    return Environment(
        loader=PackageLoader("tweeklank.publish"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def render(edition: Edition, name: str, **context: Any) -> bytes:
    """A page from the template ``name``. Whatever the context brings is escaped, unless it is Markup."""
    return _templates().get_template(name).render(context, address=edition.address).encode()


def surroundings(edition: Edition, channel: Channel, language: Language, path: str) -> dict[str, Any]:
    """What every page in a language has around it."""
    return {
        "language": language,
        "said": phrases(language),
        "path": path,
        "root": "../" * path.count("/"),
        "publication": edition.title(edition.channels[0], language),
        "motto": edition.description(language),
        "feeds": feed_links(edition, channel, language),
    }


def topic_links(edition: Edition, channel: Channel, language: Language) -> list[TopicLink]:
    """The topics of a channel's articles that have a page."""
    here = {topic.casefold() for entry in channel.entries[language] for topic in edition.topics(entry)}
    topics = [(other.topic.name, other.page(language)) for other in edition.channels if other.topic]
    return [TopicLink(name, path) for name, path in topics if name.casefold() in here]


def teaser(edition: Edition, entry: Entry, root: str) -> Teaser:
    """The teaser of an entry for a page from which ``root`` leads to the top of the output folder."""
    return Teaser(
        href=root + page(entry),
        title=entry.words.title,
        lead=entry.words.lead,
        source=edition.source_titles(entry)[0],
        topics=edition.topics(entry),
        image=entry.image.url if entry.image else "",
        moment=entry.published.isoformat(),
        date=date_in_words(entry.published, entry.language),
        machine=entry.origin is Origin.MACHINE,
    )


def halves(edition: Edition) -> list[Half]:
    """Both languages with their newest articles."""
    everything = edition.channels[0]
    return [
        Half(
            language=language,
            said=phrases(language),
            publication=edition.title(everything, language),
            description=edition.description(language),
            page=everything.page(language),
            teasers=[teaser(edition, entry, "") for entry in everything.entries[language][:_FRONT_TEASERS]],
        )
        for language in Language
    ]
