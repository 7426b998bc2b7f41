"""What a page says of itself for machines: JSON-LD (schema.org) and meta elements."""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Iterator
from typing import Any

from bs4 import BeautifulSoup

from tweeklank.collect.text import tidy
from tweeklank.collect.tree import elements, marked

LINKED_DATA = "application/ld+json"
_MOST_VALUES = 20_000
_ARTICLE_TYPES = ("newsarticle", "reportagenewsarticle", "pressrelease", "blogposting", "article", "report")


def article_data(soup: BeautifulSoup) -> dict[str, Any]:
    """The JSON-LD object that describes the article, or an empty one. Broken JSON is passed over."""
    objects = linked_objects(soup)
    for wanted in _ARTICLE_TYPES:
        for candidate in objects:
            types = candidate.get("@type", [])
            names = types if isinstance(types, list) else [types]
            if wanted in (str(name).lower() for name in names):
                return _resolved(candidate, objects)
    return {}


def linked_objects(soup: BeautifulSoup) -> list[dict[str, Any]]:
    """The objects of a page's JSON-LD, without those within others."""
    return [item for _, data in read_scripts(soup, LINKED_DATA) for item in _outermost(data)]


def read_scripts(soup: BeautifulSoup, media_type: str) -> Iterator[tuple[str, Any]]:
    """A page's scripts of a kind of JSON: their ids, or nothing, and values. Broken JSON is passed over."""
    for script in marked(soup, "type", media_type, "script"):
        try:
            yield str(script.get("id", "")), json.loads(re.sub(r"[\x00-\x1f]", " ", script.get_text()))
        except (ValueError, RecursionError):
            continue


def objects_within(value: Any) -> Iterator[dict[str, Any]]:
    """The objects in a JSON value, itself first, outer ones before those within them."""
    waiting = deque([value])
    for _ in range(_MOST_VALUES):
        if not waiting:
            return
        item = waiting.popleft()
        if isinstance(item, dict):
            yield item
        if isinstance(item, dict | list):
            waiting.extend(item.values() if isinstance(item, dict) else item)


def _outermost(data: Any) -> Iterator[dict[str, Any]]:
    waiting = deque([data])
    while waiting:
        item = waiting.popleft()
        if isinstance(item, list):
            waiting.extend(item)
        elif isinstance(item, dict):
            yield item
            graph = item.get("@graph")
            waiting.extend(graph if isinstance(graph, list) else [])


def _resolved(item: dict[str, Any], objects: list[dict[str, Any]]) -> dict[str, Any]:
    """The object with its references ({"@id": …}) replaced by what they refer to."""
    by_id = {o["@id"]: o for o in objects if isinstance(o.get("@id"), str)}

    def resolved(value: Any) -> Any:
        if isinstance(value, list):
            return [resolved(part) for part in value]
        if isinstance(value, dict) and isinstance(value.get("@id"), str):
            return by_id.get(value["@id"], value)
        return value

    return {key: resolved(value) for key, value in item.items()}


def text_of(value: Any, *keys: str) -> str:
    """A text out of what may be a text, an object with one of ``keys``, or a list of either."""
    if isinstance(value, dict) and isinstance(value.get("@value"), str):
        return tidy(value["@value"])
    if isinstance(value, list):
        return next((text for item in value if (text := text_of(item, *keys))), "")
    if isinstance(value, dict):
        return next((text for key in keys if (text := text_of(value.get(key)))), "")
    return tidy(value) if isinstance(value, str) else ""


def texts_of(value: Any) -> list[str]:
    """Several texts: a list, or one text with commas."""
    if isinstance(value, str):
        return [part for part in map(tidy, value.split(",")) if part]
    if isinstance(value, list):
        return [text for item in value if (text := text_of(item, "name"))]
    return []


Metas = dict[str, list[str]]
"""The contents of a page's meta elements by property, name and itemprop, in this order."""


def read_metas(soup: BeautifulSoup) -> Metas:
    found: Metas = {}
    announced = [(e, text) for e in elements(soup, "meta") if (text := tidy(str(e.get("content", ""))))]
    for key in ("property", "name", "itemprop"):
        for element, text in announced:
            if element.has_attr(key):
                found.setdefault(str(element[key]), []).append(text)
    return found


def meta(metas: Metas, *names: str) -> str:
    """The content of the first meta element with one of these names, properties or itemprops."""
    return next((metas[name][0] for name in names if name in metas), "")


def described_pictures(soup: BeautifulSoup, data: dict[str, Any]) -> list[dict[str, Any]]:
    """What a page's JSON-LD says of pictures: those of its article, then those that stand by themselves."""
    images = data.get("image")
    own = [image for image in (images if isinstance(images, list) else [images]) if isinstance(image, dict)]
    return own + [item for item in linked_objects(soup) if item.get("@type") == "ImageObject"]
