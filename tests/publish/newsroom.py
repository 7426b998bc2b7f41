"""A small newsroom: a real store, a configuration, and articles that can be put in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tweeklank.article import Article, Image, Language, Rendering, Translation
from tweeklank.config import Config, load_config
from tweeklank.publish import Published, publish
from tweeklank.store import Store, open_store

CONFIG = """
[publication]
base_url = "https://example.org/convenant/"
output = "feeds"
entries = 12
title = { nl = "Convenantnieuws", en = "Covenant News" }
description = { nl = "Nieuws over de convenanten, in twee talen", en = "News about the covenants, in two languages" }
author = "Redactie Tweeklank"

[collect]
contact = "mailto:redactie@example.org"

[[sources]]
id = "fietsen"
title = { nl = "Fietsconvenant", en = "Bicycle Agreement" }
listing = "https://fietsen.example/nieuws/"
topics = ["fietsen"]

[[sources]]
id = "koffie"
title = { nl = "Koffieconvenant", en = "Coffee Agreement" }
feed = "https://koffie.example/feed/"
"""

MODEL = "translate-nl_en-1.9"
NOW = datetime(2026, 6, 18, 9, 30, tzinfo=UTC)


def dutch(number: int = 1, **changes: object) -> Article:
    """One of any number of Dutch articles, a day apart."""
    url = f"https://fietsen.example/nieuws/bericht-{number}"
    article = Article(
        url=url,
        canonical=url,
        title=f"Bericht {number}: frames uit Vietnam",
        lead="De deelnemers gingen op bezoek bij vier fabrieken.",
        body=f'<p>Eerste alinea van {number}, met een <a href="https://example.org/bron">bron</a>.</p><p>Tweede alinea.</p>',
        published=datetime(2026, 6, 1, tzinfo=UTC) + timedelta(days=number),
        image=Image(
            "https://fietsen.example/img/frame.jpg",
            "Een frame",
            "Lassen in de werkplaats",
            "R. Kneschke",
            "image/jpeg",
            4321,
        ),
        author="An de Wit",
        topics=("ketenonderzoek",),
    )
    return replace(article, **changes)  # type: ignore[arg-type]


ENGLISH = Rendering(
    "Frames from Vietnam",
    "The participants visited four factories.",
    '<p>First paragraph, with a <a href="https://example.org/bron">source</a>.</p><p>Second paragraph.</p>',
    "A frame",
    "Welding in the workshop",
)


@dataclass
class Newsroom:
    config: Config
    store: Store

    @property
    def output(self) -> Path:
        return self.config.publication.output

    def write(self, article: Article, source: str = "fietsen", now: datetime = NOW) -> int:
        return self.store.articles.keep(source, article.url, article, now).article

    def translate(self, rendering: Rendering = ENGLISH, kept: int = 0) -> None:
        """Gives every waiting article its English."""
        for waiting in self.store.translations.waiting():
            made = Translation(rendering, MODEL, "g1", sentences=4, kept=kept)
            self.store.translations.keep(waiting.revision, made, NOW)

    def publisher_english(self, article: int, **changes: object) -> None:
        found = dutch(
            language=Language.EN,
            **{
                "url": "https://fietsen.example/en/news/1",
                "canonical": "https://fietsen.example/en/news/1",
                "title": "Our own English",
                "lead": "Written by us.",
                "body": "<p>Own words.</p>",
                **changes,
            },
        )
        self.store.articles.keep_english(article, found, NOW)

    def publish(self) -> Published:
        return publish(self.config, self.store)

    def read(self, name: str) -> bytes:
        return (self.output / name).read_bytes()

    def with_publication(self, **changes: object) -> Newsroom:
        publication = replace(self.config.publication, **changes)  # type: ignore[arg-type]
        return Newsroom(replace(self.config, publication=publication), self.store)


@contextmanager
def opened(folder: Path) -> Iterator[Newsroom]:
    """A newsroom with nothing in it."""
    file = folder / "config.toml"
    file.write_text(CONFIG, "utf-8")
    with open_store(f"sqlite:///{folder}/news.db") as store:
        yield Newsroom(load_config(file), store)


def write_two(newsroom: Newsroom) -> Newsroom:
    """One translated by a machine, with a sentence left in Dutch, and a newer one in the publisher's English."""
    newsroom.write(dutch(1))
    newsroom.translate(kept=1)
    newsroom.publisher_english(newsroom.write(dutch(2)))
    return newsroom
