"""An article for search engines: schema.org NewsArticle as JSON-LD."""

from __future__ import annotations

from typing import Any

from tweeklank.article import Entry, Origin
from tweeklank.publish.edition import Edition, page
from tweeklank.publish.fulltext import summary


def news_article(edition: Edition, entry: Entry) -> dict[str, Any]:
    """The article in one language, with the work it is a translation of."""
    image = entry.image
    described = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "@id": edition.address(page(entry)),
        "mainEntityOfPage": edition.address(page(entry)),
        "headline": entry.words.title,
        "description": summary(entry),
        "inLanguage": entry.language.value,
        "datePublished": entry.published.isoformat(),
        "dateModified": entry.updated.isoformat(),
        "author": _author(edition, entry),
        "publisher": {"@type": "Organization", "name": edition.source_titles(entry)[0]},
        "isBasedOn": entry.original_url,
        "keywords": list(edition.topics(entry)),
    }
    if image:
        described["image"] = {"@type": "ImageObject", "url": image.url, **_said_of(entry, image.credit)}
    if entry.origin is not Origin.ORIGINAL:
        original = {"@type": "NewsArticle", "@id": entry.original_url, "inLanguage": "nl"}
        described["translationOfWork"] = original
    if entry.origin is Origin.MACHINE:
        described["translator"] = {"@type": "SoftwareApplication", "name": entry.model}
    return described


def _author(edition: Edition, entry: Entry) -> dict[str, str]:
    if entry.author:
        return {"@type": "Person", "name": entry.author}
    return {"@type": "Organization", "name": edition.source_titles(entry)[0]}


def _said_of(entry: Entry, credit: str) -> dict[str, str]:
    said = {"caption": entry.words.caption, "creditText": credit}
    return {name: text for name, text in said.items() if text}
