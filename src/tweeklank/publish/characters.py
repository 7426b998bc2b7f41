"""Text and addresses as XML 1.0 and RFC 3986 allow them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import quote, urlsplit, urlunsplit

from tweeklank.article import Entry, Image, Language, Rendering
from tweeklank.config import Config

_ILLEGAL = re.compile(r"[^\t\n\r\x20-\x7e\xa0-\ud7ff\ue000-\ufffc\U00010000-\U0010ffff]")
_SPACE = re.compile(r"\s+")


def legal(text: str) -> str:
    """The text without the characters that XML 1.0 (section 2.2) forbids or advises against.

    The latter are control codes and the sign of a failed decoding; astral symbols stay.
    """
    return _ILLEGAL.sub("", text)


def line(text: str) -> str:
    """The text as one line: legal characters, single spaces."""
    return _SPACE.sub(" ", legal(text)).strip()


def uri(address: str) -> str:
    """An address as a URI (RFC 3986): letters beyond ASCII, spaces and quotes become percent codes."""
    parts = urlsplit(legal(address).strip())
    path, query, fragment = (
        quote(part, safe="/:@!$&'()*+,;=~-._?%") for part in (parts.path, parts.query, parts.fragment)
    )
    return urlunsplit((parts.scheme, _host(parts.netloc), path, query, fragment))


def _host(netloc: str) -> str:
    """Host and port in ASCII: as a domain name (RFC 3490), and where it can be none as a registered name."""
    if netloc.isascii():
        return netloc
    name, colon, port = netloc.partition(":")
    try:
        return name.encode("idna").decode() + colon + port
    except UnicodeError:
        # A publisher's slip (RFC 3986, section 3.2.2): it leads nowhere, but the article is published.
        return quote(name, safe="") + colon + port


def legible(entry: Entry) -> Entry:
    """The entry with every text in a form that can be published."""
    words = entry.words
    return replace(
        entry,
        words=Rendering(
            line(words.title) or "–", line(words.lead), legal(words.body), line(words.alt), line(words.caption)
        ),
        url=uri(entry.url),
        original_url=uri(entry.original_url),
        image=_picture(entry.image),
        author=line(entry.author),
        topics=tuple(filter(None, map(line, entry.topics))),
        model=line(entry.model),
    )


def legible_settings(config: Config) -> Config:
    """The configuration with every text that is published in a form that can be."""
    publication = replace(
        config.publication,
        title=_lines(config.publication.title, "Tweeklank"),
        description=_lines(config.publication.description, ""),
        author=line(config.publication.author) or "Tweeklank",
    )
    sources = tuple(
        replace(source, title=_lines(source.title, source.id), topics=tuple(filter(None, map(line, source.topics))))
        for source in config.sources
    )
    return replace(config, publication=publication, sources=sources)


def _lines(texts: Mapping[Language, str], otherwise: str) -> Mapping[Language, str]:
    return {language: line(text) or otherwise for language, text in texts.items()}


def _picture(image: Image | None) -> Image | None:
    if image is None or urlsplit(image.url).scheme not in ("http", "https"):
        return None
    return replace(image, url=uri(image.url), credit=line(image.credit), media_type=line(image.media_type))
