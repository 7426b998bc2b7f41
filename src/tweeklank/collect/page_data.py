"""Articles that are only in a page's JSON, for its script to show: JSON-LD's articleBody, Next.js, Nuxt."""

from __future__ import annotations

import html
import re
from typing import Any
from urllib.parse import urlsplit

from bs4 import BeautifulSoup, Tag

from tweeklank.article import without_tags
from tweeklank.collect.linked_data import objects_within, read_scripts, text_of
from tweeklank.collect.nuxt import PAYLOAD_ID, unflattened

_JSON = "application/json"
_SHORTEST = 80  # characters of text
_TITLES = ("headline", "title", "name", "titel", "kop")
_TEXTS = ("articleBody", "content", "body", "html", "text", "tekst", "blocks", "sections", "children", "value")
_LEADS = ("description", "intro", "lead", "excerpt", "summary", "standfirst", "inleiding", "samenvatting", "subtitle")
_DATES = ("datePublished", "publishedAt", "published_at", "publicationDate", "published", "date", "datum", "createdAt")
_CHANGES = ("dateModified", "updatedAt", "updated_at", "modified")
_IMAGES = ("image", "hero", "heroImage", "featuredImage", "coverImage", "cover", "thumbnail", "afbeelding", "media")
_TAGS = ("keywords", "tags", "topics", "categories", "onderwerpen")
_URLS = ("url", "contentUrl", "src", "href")
_CREDITS = ("creditText", "credit", "credits", "photographer", "copyright", "fotograaf", "source")


def article_in_data(soup: BeautifulSoup, url: str, data: dict[str, Any]) -> tuple[dict[str, Any], Tag | None]:
    """The article as JSON-LD would tell it, and its text as an element; None if no JSON of the page has any.

    ``data`` is the page's own JSON-LD, which goes before what scripts are handed.
    """
    text = _markup(data.get("articleBody"))
    if len(without_tags(text, "")) >= _SHORTEST:
        return data, _element(text)
    scripts = ((unflattened(data) if name == PAYLOAD_ID else data) for name, data in read_scripts(soup, _JSON))
    candidates = [item for data in scripts for item in objects_within(data)]
    articles = [
        item for item in candidates if _first(item, _TITLES) and len(without_tags(_text_in(item), "")) >= _SHORTEST
    ]
    best = max(articles, key=lambda item: (_is_of_page(item, soup, url), len(_text_in(item))), default=None)
    if best is None or not _is_of_page(best, soup, url):
        return data, None
    return {**_told(best), **data}, _element(_text_in(best))


def _element(text: str) -> Tag | None:
    return BeautifulSoup(f"<div>{text}</div>", "lxml").div


def _is_of_page(item: dict[str, Any], soup: BeautifulSoup, url: str) -> bool:
    """Whether an object is the page's own article and not one of others that it lists."""
    title = text_of(_first(item, _TITLES))
    shown = soup.title.get_text() if soup.title else ""
    slug = str(item.get("slug") or item.get("path") or "").strip("/").rsplit("/", 1)[-1]
    return bool((title and title in shown) or (slug and urlsplit(url).path.rstrip("/").endswith(slug)))


def _first(item: dict[str, Any], keys: tuple[str, ...]) -> Any:
    return next((item[key] for key in keys if item.get(key)), None)


def _text_in(item: dict[str, Any]) -> str:
    return max((_markup(item.get(key)) for key in _TEXTS), key=len)


def _markup(value: Any) -> str:
    """HTML out of HTML, of plain text with empty lines, or of a list of blocks."""
    if isinstance(value, str):
        if re.search(r"<(?:p|br|div|h[1-6]|ul|ol)\b", value):
            return value
        return "".join(f"<p>{html.escape(part)}</p>" for part in re.split(r"\n\s*\n|\r\n?|\n", value) if part.strip())
    if isinstance(value, list):
        return "".join(_block(part) for part in value)
    return _text_in(value) if isinstance(value, dict) else ""


def _block(part: Any) -> str:
    """One block of an editor's document; blocks that only hold a picture have no text."""
    if not isinstance(part, dict):
        return _markup(part)
    kind = str(part.get("type") or part.get("_type") or part.get("name") or "").lower()
    text = _text_in(part)
    if not re.search(r"head|title|kop|quote", kind):
        return text
    inner = re.sub(r"</?p>", "", text)
    return f"<blockquote><p>{inner}</p></blockquote>" if "quote" in kind else f"<h2>{inner}</h2>"


def _told(item: dict[str, Any]) -> dict[str, Any]:
    """An object in whatever words, in those of schema.org."""
    told = {
        "headline": text_of(_first(item, _TITLES)),
        "description": text_of(_first(item, _LEADS)),
        "datePublished": text_of(_first(item, _DATES)),
        "dateModified": text_of(_first(item, _CHANGES)),
        "author": _first(item, ("author", "authors", "auteur")),
        "keywords": _first(item, _TAGS),
        "image": _image(_first(item, _IMAGES)),
    }
    return {key: value for key, value in told.items() if value}


def _image(value: Any) -> Any:
    if isinstance(value, list):
        return _image(value[0])
    if not isinstance(value, dict):
        return value
    return {
        "@type": "ImageObject",
        "url": text_of(_first(value, _URLS)),
        "caption": text_of(_first(value, ("caption", "bijschrift", "onderschrift"))),
        "creditText": text_of(_first(value, _CREDITS)),
    }
