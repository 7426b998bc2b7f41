"""The pages: a choice of language, lists of articles, and each article in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files

from markupsafe import Markup

from tweeklank.article import Entry, Language, Origin
from tweeklank.publish.edition import Channel, Edition, page, page_language
from tweeklank.publish.embedding import embedding
from tweeklank.publish.fulltext import summary
from tweeklank.publish.linked_data import news_article
from tweeklank.publish.pages import feed_links, halves, render, surroundings, teaser, topic_links
from tweeklank.publish.phrases import date_in_words, left_in_dutch, phrases
from tweeklank.publish.topics import topic_slug


@dataclass(frozen=True)
class Text:
    """An article's text in one language, on its page."""

    entry: Entry
    tongue: str
    body: Markup
    kept: str
    page_language: Language
    elsewhere: tuple[tuple[str, str], ...]

    @property
    def machine(self) -> bool:
        return self.entry.origin is Origin.MACHINE

    @property
    def by_publisher(self) -> bool:
        return self.entry.origin is Origin.PUBLISHER


def site(edition: Edition) -> Iterator[tuple[str, bytes]]:
    """Every page and what the pages need, with its path."""
    for file in files("tweeklank.publish").joinpath("static").iterdir():
        yield file.name, file.read_bytes()
    for translations in edition.articles.values():
        for entry in translations.values():
            yield page(entry), article_page(edition, entry)
    for channel in edition.channels:
        for language in Language:
            yield channel.page(language), _listing(edition, channel, language)
    yield from embedding(edition)
    yield "index.html", _front(edition)


def _listing(edition: Edition, channel: Channel, language: Language) -> bytes:
    path = channel.page(language)
    around = surroundings(edition, channel, language, path)
    sections = [(phrases(language).all_news, edition.channels[0].page(language))]
    sections += [(other.source.title[language], other.page(language)) for other in edition.channels if other.source]
    return render(
        edition,
        "listing.html",
        **around,
        title=edition.title(channel, language),
        heading=channel.heading(language),
        description=edition.description(language),
        switch=channel.page(language.other),
        versions=[(other, channel.page(other)) for other in Language],
        sections=sections if len(sections) > 2 else [],
        topics=topic_links(edition, channel, language),
        teasers=[teaser(edition, entry, around["root"]) for entry in channel.entries[language]],
    )


def article_page(edition: Edition, entry: Entry) -> bytes:
    """The page of an article, in the language of ``entry``."""
    language, other = entry.language, edition.counterpart(entry)
    texts = [_text(edition, one, language) for one in (entry, other) if one]
    return render(
        edition,
        "article.html",
        **surroundings(edition, edition.channels[0], language, page(entry)),
        title=entry.words.title,
        description=summary(entry),
        switch=page(other) if other else f"{language.other}/index.html",
        versions=[(one.language, page(one)) for one in (entry, other) if one],
        entry=entry,
        texts=texts,
        source=edition.source_titles(entry)[0],
        about=_about(edition, entry),
        author=entry.author,
        moment=entry.published.isoformat(),
        date=date_in_words(entry.published, language),
        linked_data=news_article(edition, entry),
    )


def _about(edition: Edition, entry: Entry) -> list[tuple[str, str]]:
    """The topics of an article, each with the path of its page or nothing.

    Those of sources always have one. Those of articles come and go, and the page of an article
    should not change with every other article.
    """
    lasting = {topic.casefold() for source in edition.config.sources for topic in source.topics}
    return [
        (name, f"topics/{topic_slug(name)}/{entry.language}.html" if name.casefold() in lasting else "")
        for name in edition.topics(entry)
    ]


def _text(edition: Edition, entry: Entry, shown_in: Language) -> Text:
    """A text for a page whose own language is ``shown_in``."""
    return Text(
        entry,
        tongue=phrases(entry.language).name,
        # Sanitised by collect, and again by translate.
        body=Markup(entry.words.body),  # noqa: S704
        kept=left_in_dutch(entry, shown_in),
        page_language=page_language(entry),
        elsewhere=edition.elsewhere(entry),
    )


def _front(edition: Edition) -> bytes:
    everything = edition.channels[0]
    # Those of both languages are in each list, last.
    feeds = [feed for language in Language for feed in feed_links(edition, everything, language)[:-2]]
    return render(edition, "front.html", halves=halves(edition), feeds=feeds)
