"""Lists of what is published: OPML for feed readers, a sitemap and robots.txt for search engines."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC
from email.utils import format_datetime
from typing import Any

from lxml import etree

from tweeklank.article import Language
from tweeklank.publish.edition import NEVER, Edition, page
from tweeklank.publish.feeds import Format, bilingual_path, feed_path
from tweeklank.publish.phrases import phrases

_SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
_XHTML = "http://www.w3.org/1999/xhtml"


OPML = {Format.ATOM: "subscriptions.opml", Format.RSS: "subscriptions-rss.opml"}
"""Lists of feeds, one for each format: whoever imports one list should not get every article twice."""


def directory(edition: Edition) -> Iterator[tuple[str, bytes]]:
    """The lists, each with its path."""
    for form, path in OPML.items():
        yield path, _opml(edition, form)
    yield "sitemap.xml", _sitemap(edition)
    yield "robots.txt", f"User-agent: *\nAllow: /\n\nSitemap: {edition.address('sitemap.xml')}\n".encode()


def _opml(edition: Edition, form: Format) -> bytes:
    """OPML 2.0 with the feeds of a format, grouped by language."""
    root = etree.Element("opml", version="2.0")
    head = etree.SubElement(root, "head")
    etree.SubElement(head, "title").text = " / ".join(_names(edition))
    every = [entry.updated for texts in edition.articles.values() for entry in texts.values()]
    changed = max(every, default=NEVER).astimezone(UTC)
    etree.SubElement(head, "dateModified").text = format_datetime(changed, usegmt=True)
    etree.SubElement(head, "ownerName").text = edition.config.publication.author
    body = etree.SubElement(root, "body")
    for language in Language:
        group = etree.SubElement(body, "outline", text=phrases(language).name)
        for channel in edition.channels:
            path = feed_path(channel, language, form)
            _outline(group, edition, edition.title(channel, language), path, channel.page(language), language)
    both = etree.SubElement(body, "outline", text="Nederlands / English")
    for channel in edition.channels:
        title = " / ".join(dict.fromkeys(edition.title(channel, language) for language in Language))
        _outline(both, edition, title, bilingual_path(channel, form), channel.page(Language.NL))
    return _bytes(root)


def _outline(
    group: Any, edition: Edition, title: str, path: str, listing: str, language: Language | None = None
) -> None:
    known = {"language": language.value} if language else {}
    # OPML has one type for every kind of feed: rss.
    addresses = {"xmlUrl": edition.address(path), "htmlUrl": edition.address(listing)}
    etree.SubElement(group, "outline", {"type": "rss", "text": title, "title": title, **addresses, **known})


def _sitemap(edition: Edition) -> bytes:
    """Every page with its other language (sitemaps.org 0.9, with Google's xhtml:link)."""
    root = etree.Element(f"{{{_SITEMAP}}}urlset", nsmap={None: _SITEMAP, "xhtml": _XHTML})
    _url(root, edition, "index.html", {})
    for channel in edition.channels:
        versions = {language: channel.page(language) for language in Language}
        for path in versions.values():
            _url(root, edition, path, versions)
    for texts in edition.articles.values():
        versions = {language: page(entry) for language, entry in texts.items()}
        changed = max(entry.updated for entry in texts.values()).astimezone(UTC)
        for path in versions.values():
            _url(root, edition, path, versions, changed.isoformat(timespec="seconds"))
    return _bytes(root)


def _url(root: Any, edition: Edition, path: str, versions: dict[Language, str], changed: str = "") -> None:
    url = etree.SubElement(root, f"{{{_SITEMAP}}}url")
    etree.SubElement(url, f"{{{_SITEMAP}}}loc").text = edition.address(path)
    if changed:
        etree.SubElement(url, f"{{{_SITEMAP}}}lastmod").text = changed
    for language, other in versions.items():
        link = {"rel": "alternate", "hreflang": language.value, "href": edition.address(other)}
        etree.SubElement(url, f"{{{_XHTML}}}link", link)


def _names(edition: Edition) -> dict[str, None]:
    return dict.fromkeys(edition.title(edition.channels[0], language) for language in Language)


def _bytes(root: Any) -> bytes:
    return bytes(etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True))
