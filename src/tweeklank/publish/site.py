"""The pages: a choice of language, lists of articles, and each article in both languages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from tweeklank.article import Entry, Language, Origin
from tweeklank.publish.edition import Channel, Edition, page, page_language
from tweeklank.publish.feeds import Format, bilingual_path, feed_path
from tweeklank.publish.fulltext import summary
from tweeklank.publish.jsonfeed import MEDIA_TYPE, json_path
from tweeklank.publish.linked_data import news_article
from tweeklank.publish.phrases import date_in_words, left_in_dutch, phrases

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
class Teaser:
    """An article in a list. ``href`` is relative to the page; ``day`` is for machines, ``date`` for people."""

    href: str
    title: str
    lead: str
    source: str
    topics: Sequence[str]
    image: str
    day: str
    date: str
    machine: bool


@dataclass(frozen=True)
class Text:
    """An article's text in one language, on its page."""

    entry: Entry
    tongue: str
    body: Markup
    kept: str
    page_language: Language

    @property
    def machine(self) -> bool:
        return self.entry.origin is Origin.MACHINE

    @property
    def by_publisher(self) -> bool:
        return self.entry.origin is Origin.PUBLISHER


def site(edition: Edition) -> Iterator[tuple[str, bytes]]:
    """Every page and what the pages need, with its path."""
    templates = _templates(edition)
    for file in files("tweeklank.publish").joinpath("static").iterdir():
        yield file.name, file.read_bytes()
    for translations in edition.articles.values():
        for entry in translations.values():
            yield page(entry), _article(templates, edition, entry)
    for channel in edition.channels:
        for language in Language:
            yield channel.page(language), _listing(templates, edition, channel, language)
    yield "index.html", _front(templates, edition)


def feed_links(edition: Edition, channel: Channel, language: Language) -> list[FeedLink]:
    """The feeds of a channel for readers of one language."""
    title = edition.title(channel, language)
    names = {Format.RSS: "RSS", Format.ATOM: "Atom"}
    links = [
        FeedLink(feed_path(channel, language, form), form.media_type, language, name, f"{title} ({name})")
        for form, name in names.items()
    ]
    both = phrases(language)["both_languages"]
    return [
        *links,
        FeedLink(json_path(channel, language), MEDIA_TYPE, language, "JSON Feed", f"{title} (JSON Feed)"),
        FeedLink(bilingual_path(channel), Format.ATOM.media_type, "nl", both, f"{title} ({both})"),
    ]


def _templates(edition: Edition) -> Environment:
    templates = Environment(
        loader=PackageLoader("tweeklank.publish"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    templates.globals["address"] = edition.address
    return templates


def _render(templates: Environment, name: str, **context: Any) -> bytes:
    return templates.get_template(name).render(context).encode()


def _surroundings(edition: Edition, channel: Channel, language: Language, path: str) -> dict[str, Any]:
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


def _teaser(edition: Edition, entry: Entry, root: str) -> Teaser:
    return Teaser(
        href=root + page(entry),
        title=entry.words.title,
        lead=entry.words.lead,
        source=edition.source_titles(entry)[0],
        topics=edition.topics(entry),
        image=entry.image.url if entry.image else "",
        day=entry.published.date().isoformat(),
        date=date_in_words(entry.published, entry.language),
        machine=entry.origin is Origin.MACHINE,
    )


def _listing(templates: Environment, edition: Edition, channel: Channel, language: Language) -> bytes:
    path = channel.page(language)
    around = _surroundings(edition, channel, language, path)
    sections = [(phrases(language)["all_news"], edition.channels[0].page(language))]
    sections += [(other.source.title[language], other.page(language)) for other in edition.channels if other.source]
    return _render(
        templates,
        "listing.html",
        **around,
        title=edition.title(channel, language),
        heading=channel.source.title[language] if channel.source else "",
        description=edition.description(language),
        switch=channel.page(language.other),
        versions=[(other, channel.page(other)) for other in Language],
        sections=sections if len(sections) > 2 else [],
        teasers=[_teaser(edition, entry, around["root"]) for entry in channel.entries[language]],
    )


def _article(templates: Environment, edition: Edition, entry: Entry) -> bytes:
    language, other = entry.language, edition.counterpart(entry)
    texts = [_text(one, language) for one in (entry, other) if one]
    return _render(
        templates,
        "article.html",
        **_surroundings(edition, edition.channels[0], language, page(entry)),
        title=entry.words.title,
        description=summary(entry),
        switch=page(other) if other else f"{language.other}/index.html",
        versions=[(one.language, page(one)) for one in (entry, other) if one],
        entry=entry,
        texts=texts,
        source=edition.source_titles(entry)[0],
        topics=edition.topics(entry),
        author=entry.author,
        day=entry.published.date().isoformat(),
        date=date_in_words(entry.published, language),
        linked_data=news_article(edition, entry),
    )


def _text(entry: Entry, shown_in: Language) -> Text:
    """A text for a page whose own language is ``shown_in``."""
    return Text(
        entry,
        tongue=phrases(entry.language)["name"],
        # Sanitised by collect, and again by translate.
        body=Markup(entry.words.body),  # noqa: S704
        kept=left_in_dutch(entry, shown_in),
        page_language=page_language(entry),
    )


def _front(templates: Environment, edition: Edition) -> bytes:
    everything = edition.channels[0]
    halves = [
        {
            "language": language,
            "said": phrases(language),
            "publication": edition.title(everything, language),
            "description": edition.description(language),
            "page": everything.page(language),
            "teasers": [_teaser(edition, entry, "") for entry in everything.entries[language][:_FRONT_TEASERS]],
        }
        for language in Language
    ]
    feeds = [feed for language in Language for feed in feed_links(edition, everything, language)[:3]]
    return _render(templates, "front.html", halves=halves, feeds=feeds)
