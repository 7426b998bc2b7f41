"""JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from tweeklank.article import Entry, Language
from tweeklank.publish.edition import Channel, Edition, page, page_language
from tweeklank.publish.feeds import marks
from tweeklank.publish.fulltext import full_text, media_type, summary

MEDIA_TYPE = "application/feed+json"


def json_feeds(edition: Edition) -> Iterator[tuple[str, bytes]]:
    """Every JSON feed, with its path."""
    for channel in edition.channels:
        for language in Language:
            feed = _feed(edition, channel, language)
            yield json_path(channel, language), (json.dumps(feed, ensure_ascii=False, indent=1) + "\n").encode()


def json_path(channel: Channel, language: Language) -> str:
    return f"{channel.folder}{language}.json"


def _feed(edition: Edition, channel: Channel, language: Language) -> dict[str, Any]:
    return {
        "version": "https://jsonfeed.org/version/1.1",
        "title": edition.title(channel, language),
        "description": edition.description(language),
        "home_page_url": edition.address(channel.page(language)),
        "feed_url": edition.address(json_path(channel, language)),
        "favicon": edition.address("favicon.svg"),
        "language": language.value,
        **_hubs(edition),
        "authors": [{"name": edition.config.publication.author}],
        "items": [_item(edition, entry) for entry in channel.entries[language]],
    }


def _hubs(edition: Edition) -> dict[str, Any]:
    hub = edition.config.publication.hub
    return {"hubs": [{"type": "WebSub", "url": hub}]} if hub else {}


def _item(edition: Edition, entry: Entry) -> dict[str, Any]:
    return {
        "id": entry.id,
        "url": entry.url,
        "title": entry.words.title,
        "summary": summary(entry),
        "content_html": str(full_text(edition, entry)),
        "date_published": _date(entry.published),
        "date_modified": _date(entry.updated),
        "language": entry.language.value,
        "authors": [{"name": entry.author or edition.source_titles(entry)[0]}],
        "tags": _tags(edition, entry),
        **_picture(entry),
        "_tweeklank": _provenance(edition, entry),
    }


def _tags(edition: Edition, entry: Entry) -> list[str]:
    return [*edition.source_titles(entry), *edition.topics(entry), *marks(entry)]


def _picture(entry: Entry) -> dict[str, Any]:
    image = entry.image
    if image is None:
        return {}
    kind = media_type(image)
    if not kind:
        return {"image": image.url}
    attachment: dict[str, Any] = {"url": image.url, "mime_type": kind}
    if image.length:
        attachment["size_in_bytes"] = image.length
    if entry.words.caption or entry.words.alt:
        attachment["title"] = entry.words.caption or entry.words.alt
    return {"image": image.url, "attachments": [attachment]}


def _provenance(edition: Edition, entry: Entry) -> dict[str, Any]:
    """Where the words come from, and where else the article stands."""
    other = edition.counterpart(entry)
    return {
        "page": edition.address(page(entry)),
        "origin": entry.origin.value,
        "model": entry.model,
        "sentences": entry.sentences,
        "kept": entry.kept,
        "needs_review": entry.needs_review,
        "original_url": entry.original_url,
        "url_language": page_language(entry).value,
        "source": entry.source,
        "elsewhere": [{"source": place.source, "url": place.url} for place in entry.elsewhere],
        "translations": {other.language.value: {"id": other.id, "url": edition.address(page(other))}} if other else {},
    }


def _date(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
