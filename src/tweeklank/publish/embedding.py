"""Putting the news on other sites: the frame, and the page that tells how."""

from __future__ import annotations

from collections.abc import Iterator

from tweeklank.article import Language
from tweeklank.publish.edition import Edition
from tweeklank.publish.pages import halves, render, surroundings
from tweeklank.publish.phrases import phrases


def embedding(edition: Edition) -> Iterator[tuple[str, bytes]]:
    """The frame and the pages, with their paths; embed.js is one of the static files."""
    yield "embed.html", render(edition, "embed_frame.html", halves=halves(edition))
    for language in Language:
        yield _path(language), _page(edition, language)


def _path(language: Language) -> str:
    return f"{language}/{phrases(language).embed_file}"


def _page(edition: Edition, language: Language) -> bytes:
    everything, said = edition.channels[0], phrases(language)
    topics = {topic for entry in everything.entries[language] for topic in edition.topics(entry)}
    return render(
        edition,
        "embed_page.html",
        **surroundings(edition, everything, language, _path(language)),
        title=said.embed,
        description=said.embed_intro,
        switch=_path(language.other),
        versions=[(other, _path(other)) for other in Language],
        channels=[(source.id, source.title[language]) for source in edition.config.sources],
        languages=[(other.value, phrases(other).name) for other in Language],
        suggestions=sorted(topics, key=lambda topic: (topic.casefold(), topic)),
    )
