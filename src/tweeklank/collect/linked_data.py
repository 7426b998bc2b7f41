"""What a page says of itself for machines: JSON-LD (schema.org) and meta elements."""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Iterator
from typing import Any

from bs4 import BeautifulSoup, Tag

from tweeklank.collect.text import tidy

_ARTICLE_TYPES = ("newsarticle", "reportagenewsarticle", "pressrelease", "blogposting", "article", "report")


def article_data(soup: BeautifulSoup) -> dict[str, Any]:
    """The JSON-LD object that describes the article, or an empty one. Broken JSON is passed over."""
    objects = [o for script in soup.find_all("script", type="application/ld+json") for o in _objects(script)]
    for wanted in _ARTICLE_TYPES:
        for candidate in objects:
            types = candidate.get("@type", [])
            names = types if isinstance(types, list) else [types]
            if wanted in (str(name).lower() for name in names):
                return _resolved(candidate, objects)
    return {}


def _objects(script: Tag) -> Iterator[dict[str, Any]]:
    try:
        data = json.loads(re.sub(r"[\x00-\x1f]", " ", script.get_text()))
    except (ValueError, RecursionError):
        return
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


def meta(soup: BeautifulSoup, *names: str) -> str:
    """The content of the first meta element with one of these names, properties or itemprops."""
    for name in names:
        for key in ("property", "name", "itemprop"):
            element = soup.find("meta", attrs={key: name})
            if isinstance(element, Tag) and (text := tidy(str(element.get("content", "")))):
                return text
    return ""


def metas(soup: BeautifulSoup, name: str) -> list[str]:
    found = soup.find_all("meta", attrs={"property": name}) or soup.find_all("meta", attrs={"name": name})
    return [text for element in found if (text := tidy(str(element.get("content", ""))))]
