"""What a feed needs and feedgen cannot say, as feedgen extensions.

feedgen calls ``extend_atom`` and ``extend_rss`` with the root or entry element it has made; see
feedgen.ext.base. Its own media extension has no description and credit, and puts a single
picture in a group.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from lxml import etree

from tweeklank.article import Language

_MEDIA = "http://search.yahoo.com/mrss/"
_ATOM = "http://www.w3.org/2005/Atom"
_HISTORY = "http://purl.org/syndication/history/1.0"
_TOMBSTONES = "http://purl.org/atompub/tombstones/1.0"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


@dataclass(frozen=True)
class Picture:
    """A picture for media:content (Media RSS 1.5.1). ``length`` is in bytes, 0 if unknown."""

    url: str
    media_type: str = ""
    length: int = 0
    description: str = ""
    credit: str = ""


class FeedParts:
    """A style sheet for a feed that is opened in a browser, links that feedgen leaves out of RSS, and what was deleted.

    CSS, and no XSLT any more: browsers are taking that out, and Chromium puts a red warning
    over every page that uses it.
    """

    def __init__(self) -> None:
        self.root = ""
        self.archive = False
        self.deleted: list[tuple[str, datetime]] = []
        self.links: list[dict[str, str]] = []

    def link(self, rel: str, href: str, **others: str) -> None:
        self.links.append({"rel": rel, "href": href, **others})

    def extend_ns(self) -> dict[str, str]:
        return {"media": _MEDIA}

    def extend_atom(self, feed: Any) -> Any:
        self._add_sheet(feed)
        for link in self.links:
            # In feedgen's tree Atom's own elements have no namespace yet.
            etree.SubElement(feed, "link", link)
        if self.archive:
            etree.SubElement(feed, f"{{{_HISTORY}}}archive", nsmap={"fh": _HISTORY})
        for entry_id, when in self.deleted:
            named = {"ref": entry_id, "when": when.astimezone(UTC).isoformat()}
            etree.SubElement(feed, f"{{{_TOMBSTONES}}}deleted-entry", named, nsmap={"at": _TOMBSTONES})
        return feed

    def extend_rss(self, feed: Any) -> Any:
        self._add_sheet(feed)
        for link in self.links:
            etree.SubElement(feed[0], f"{{{_ATOM}}}link", link)
        return feed

    def _add_sheet(self, feed: Any) -> None:
        sheet = f'type="text/css" href="{self.root}feed.css"'
        feed.addprevious(etree.ProcessingInstruction("xml-stylesheet", sheet))


class EntryParts:
    """The language of an entry, its picture, and its links (RFC 4287, section 4.2.7).

    feedgen 1.0 itself drops the rel, type and hreflang of an Atom entry's links.
    """

    def __init__(self) -> None:
        self.language: Language | None = None
        self.picture: Picture | None = None
        self.links: list[dict[str, str]] = []

    def extend_ns(self) -> dict[str, str]:
        return {"media": _MEDIA}

    def link(self, rel: str, href: str, media_type: str, **others: str) -> None:
        self.links.append({"rel": rel, "href": href, "type": media_type, **others})

    def extend_atom(self, entry: Any) -> Any:
        if self.language:
            entry.set(_LANG, self.language.value)
        for link in self.links:
            # In feedgen's tree Atom's own elements have no namespace yet.
            etree.SubElement(entry, "link", link)
        self._add_picture(entry)
        return entry

    def extend_rss(self, item: Any) -> Any:
        for link in self.links:
            etree.SubElement(item, f"{{{_ATOM}}}link", link)
        self._add_picture(item)
        return item

    def _add_picture(self, parent: Any) -> None:
        if not self.picture:
            return
        known = {"type": self.picture.media_type, "fileSize": str(self.picture.length or "")}
        content = etree.SubElement(parent, f"{{{_MEDIA}}}content", url=self.picture.url, medium="image")
        content.attrib.update({name: value for name, value in known.items() if value})
        if self.picture.description:
            etree.SubElement(content, f"{{{_MEDIA}}}description", type="plain").text = self.picture.description
        if self.picture.credit:
            etree.SubElement(content, f"{{{_MEDIA}}}credit", role="photographer").text = self.picture.credit
