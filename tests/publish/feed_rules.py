"""The rules of the W3C feed validator (validator.w3.org/feed), as far as they touch what Tweeklank writes.

``complaints`` gives one line for each error or warning that the validator would give.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

from lxml import etree, html

ATOM = "{http://www.w3.org/2005/Atom}"
MEDIA = "{http://search.yahoo.com/mrss/}"
DC = "{http://purl.org/dc/elements/1.1/}"
ARCHIVE = "{http://purl.org/syndication/history/1.0}archive"
DELETED = "{http://purl.org/atompub/tombstones/1.0}deleted-entry"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"

_TAG_URI = re.compile(r"tag:([a-z0-9._-]+@)?[a-z0-9.-]+,\d{4}(-\d\d(-\d\d)?)?:[0-9a-zA-Z;/?:@&=+$._!~*'()%,#-]+")
_URI = re.compile(r"https?://[^/?#\s]+[0-9a-zA-Z;/?:@&=+$._!~*'()%,#\[\]-]*")
_MIME = re.compile(r"[^\s()<>,;:\\\"/\[\]?=]+/[^\s()<>,;:\\\"/\[\]?=]+(; [a-z]+=[a-z0-9-]+)?")
_RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
_RFC822 = re.compile(r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d (\+0000|GMT)")
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffd-\uffff]")
_RELATIONS = {"self", "alternate", "enclosure", "related", "via", "hub", "current", "prev-archive", "next-archive"}
_UNSAFE = {"script", "style", "object", "embed", "iframe", "meta", "form", "input", "link"}

_FEED = {"id", "title", "updated", "author", "link", "generator", "subtitle", "entry"}
_ENTRY = {"id", "title", "updated", "author", "content", "summary", "link", "category", "published"}
_CHANNEL = {
    "title", "link", "description", "docs", "generator", "language", "lastBuildDate", "item", f"{ATOM}link",
}  # fmt: skip
_ITEM = {
    "title", "link", "description", "guid", "category", "enclosure", "pubDate",
    f"{CONTENT}encoded", f"{ATOM}link", f"{MEDIA}content", f"{DC}creator", f"{DC}language",
}  # fmt: skip


def complaints(content: bytes, address: str) -> list[str]:
    """What the validator would say of a feed that stands at ``address``."""
    text = content.decode("utf-8")
    found = [f"character {ord(sign)}" for sign in _ILLEGAL.findall(text)]
    root = etree.fromstring(content)
    check = _atom if root.tag == f"{ATOM}feed" else _rss
    return [*found, *check(root, address)]


def _atom(feed: Any, address: str) -> Iterator[str]:
    yield from _children(
        feed, {f"{ATOM}{name}" for name in _FEED} | {ARCHIVE, DELETED}, {"id", "title", "updated"}, ATOM
    )
    yield from _language(feed.get(LANG))
    yield from _tag_uri(feed.findtext(f"{ATOM}id"))
    yield from _rfc3339(feed.findtext(f"{ATOM}updated"))
    links = feed.findall(f"{ATOM}link")
    yield from _links(links)
    own = [link for link in links if link.get("rel") == "self"]
    if [link.get("href") for link in own] != [address] or own[0].get("type") != "application/atom+xml":
        yield "self link"
    tags = [child.tag for child in feed]
    if f"{ATOM}entry" in tags and set(tags[tags.index(f"{ATOM}entry") :]) != {f"{ATOM}entry"}:
        yield "metadata after entries"
    if not feed.findtext(f"{ATOM}author/{ATOM}name"):
        yield "author without a name"
    entries = feed.findall(f"{ATOM}entry")
    for entry in entries:
        yield from _atom_entry(entry)
    for name in ("id", "updated"):
        yield from _unique(name, [entry.findtext(f"{ATOM}{name}") for entry in entries])
    notes = feed.findall(DELETED)
    for note in notes:
        yield from _tag_uri(note.get("ref"))
        yield from _rfc3339(note.get("when"))
    changes = [entry.findtext(f"{ATOM}updated") for entry in entries] + [note.get("when") for note in notes]
    if changes and feed.findtext(f"{ATOM}updated") != max(changes):
        yield "feed is not as new as its newest entry"


def _atom_entry(entry: Any) -> Iterator[str]:
    known = {f"{ATOM}{name}" for name in _ENTRY} | {f"{MEDIA}content"}
    yield from _children(entry, known, {"id", "title", "updated", "content", "summary"}, ATOM)
    yield from _tag_uri(entry.findtext(f"{ATOM}id"))
    for name in ("updated", "published"):
        yield from _rfc3339(entry.findtext(f"{ATOM}{name}"))
    if not entry.findtext(f"{ATOM}author/{ATOM}name"):
        yield "entry author without a name"
    if entry.get(LANG) is not None:
        yield from _language(entry.get(LANG))
    yield from _links(entry.findall(f"{ATOM}link"))
    if not [link for link in entry.findall(f"{ATOM}link") if link.get("rel") == "alternate"]:
        yield "entry without alternate"
    if entry.find(f"{ATOM}content").get("type") != "html":
        yield "content type"
    yield from _safe_html(entry.findtext(f"{ATOM}content"))
    yield from _categories([category.get("term") for category in entry.findall(f"{ATOM}category")])
    yield from _media(entry)


def _rss(rss: Any, address: str) -> Iterator[str]:
    if rss.get("version") != "2.0" or len(rss) != 1:
        yield "rss element"
    channel = rss[0]
    yield from _children(channel, _CHANNEL, {"title", "link", "description"}, "")
    yield from _language(channel.findtext("language"))
    yield from _uri(channel.findtext("link"))
    yield from _rfc822(channel.findtext("lastBuildDate"))
    own = channel.findall(f"{ATOM}link[@rel='self']")
    if [(link.get("rel"), link.get("href"), link.get("type")) for link in own] != [
        ("self", address, "application/rss+xml")
    ]:
        yield "self link"
    items = channel.findall("item")
    for item in items:
        yield from _rss_item(item)
    yield from _unique("guid", [item.findtext("guid") for item in items])


def _rss_item(item: Any) -> Iterator[str]:
    yield from _children(item, _ITEM, {"title", "link", "description", "guid", "pubDate", f"{CONTENT}encoded"}, "")
    tags = [child.tag for child in item]
    if tags.index("description") > tags.index(f"{CONTENT}encoded"):
        yield "content before description"
    for name in ("title", "link", "description", "guid", "pubDate", "enclosure", f"{DC}language"):
        if tags.count(name) > 1:
            yield f"more than one {name}"
    if item.find("guid").get("isPermaLink") != "false":
        yield "guid is taken for an address"
    yield from _tag_uri(item.findtext("guid"))
    yield from _uri(item.findtext("link"))
    yield from _rfc822(item.findtext("pubDate"))
    yield from _language(item.findtext(f"{DC}language"))
    yield from _safe_html(item.findtext("description"))
    yield from _safe_html(item.findtext(f"{CONTENT}encoded"))
    yield from _links(item.findall(f"{ATOM}link"))
    yield from _categories([category.text for category in item.findall("category")])
    for enclosure in item.findall("enclosure"):
        yield from _uri(enclosure.get("url"))
        if not _MIME.fullmatch(enclosure.get("type", "")) or not enclosure.get("length", "").isdigit():
            yield f"enclosure {dict(enclosure.attrib)}"
    yield from _media(item)


def _children(parent: Any, known: set[str], needed: set[str], namespace: str) -> Iterator[str]:
    tags = {child.tag for child in parent}
    if unknown := tags - known:
        yield f"unknown in {parent.tag}: {unknown}"
    for name in needed:
        found = parent.findall(f"{namespace}{name}")
        if len(found) != 1 or not (found[0].text or "").strip():
            yield f"{len(found)} {name} in {parent.tag}, or blank"


def _links(links: list[Any]) -> Iterator[str]:
    """RFC 4287, section 4.1.1: no two alternates of one type and language."""
    yield from _unique("link", [(link.get("rel"), link.get("type"), link.get("hreflang")) for link in links])
    for link in links:
        yield from _uri(link.get("href"))
        if link.get("rel") not in _RELATIONS:
            yield f"rel {link.get('rel')}"
        if link.get("rel") != "hub" and not _MIME.fullmatch(link.get("type", "")):
            yield f"type {link.get('type')}"
        if not link.get("length", "0").isdigit():
            yield f"length {link.get('length')}"
        if link.get("hreflang") is not None:
            yield from _language(link.get("hreflang"))


def _media(entry: Any) -> Iterator[str]:
    for content in entry.findall(f"{MEDIA}content"):
        yield from _uri(content.get("url"))
        if content.get("medium") != "image" or int(content.get("fileSize", "1")) <= 0:
            yield f"media {dict(content.attrib)}"
        if not _MIME.fullmatch(content.get("type", "image/any")):
            yield f"media type {content.get('type')}"
        for child in content:
            if child.tag not in (f"{MEDIA}description", f"{MEDIA}credit") or not child.text:
                yield f"in media: {child.tag}"


def _categories(names: list[str | None]) -> Iterator[str]:
    if not all(names):
        yield "blank category"
    yield from _unique("category", names)


def _safe_html(text: str) -> Iterator[str]:
    for element in html.fragment_fromstring(text, create_parent="div").iter():
        if element.tag in _UNSAFE:
            yield f"unsafe <{element.tag}>"
        for name, value in element.attrib.items():
            if name.startswith("on") or name == "style":
                yield f"unsafe attribute {name}"
            if name in ("href", "src") and urlsplit(value).scheme not in ("http", "https", "mailto", "tel"):
                yield f"relative or odd address {value}"


def _unique(name: str, values: list[Any]) -> Iterator[str]:
    for value, count in Counter(values).items():
        if count > 1:
            yield f"{count} times {name} {value}"


def _tag_uri(value: str | None) -> Iterator[str]:
    if not _TAG_URI.fullmatch(value or ""):
        yield f"not a tag URI: {value}"


def _uri(value: str | None) -> Iterator[str]:
    if not _URI.fullmatch(value or ""):
        yield f"not an absolute web address: {value}"


def _language(value: str | None) -> Iterator[str]:
    if value not in (None, "nl", "en"):
        yield f"language {value}"


def _rfc3339(value: str | None) -> Iterator[str]:
    if not _RFC3339.fullmatch(value or "") or datetime.fromisoformat(value or "").year < 2000:
        yield f"date {value}"


def _rfc822(value: str | None) -> Iterator[str]:
    if not _RFC822.fullmatch(value or "") or parsedate_to_datetime(value or "").strftime("%a") != (value or "")[:3]:
        yield f"date {value}"
