"""The articles that a listing names for machines: an ItemList, a Blog or a collection in its JSON-LD (schema.org)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bs4 import BeautifulSoup

from tweeklank.collect.linked_data import LINKED_DATA, objects_within, read_scripts
from tweeklank.collect.text import tidy

_LISTS = ("itemListElement", "blogPost", "blogPosts", "hasPart")
_ARTICLES = ("article", "newsarticle", "blogposting", "pressrelease", "reportagenewsarticle", "listitem", "webpage")
_CRUMBS = "breadcrumblist"


@dataclass(frozen=True)
class Listed:
    """An article in a list for machines; ``dated`` as written, ``url`` perhaps relative."""

    url: str
    name: str = ""
    dated: str = ""


def listed_articles(soup: BeautifulSoup) -> list[Listed]:
    """The articles of the page's longest list; none for a page without. Broken JSON is passed over."""
    lists = [
        list(_members(item))
        for item in objects_within([data for _, data in read_scripts(soup, LINKED_DATA)])
        if _CRUMBS not in _types(item)
    ]
    return max(lists, key=len, default=[])


def _members(item: dict[str, Any]) -> Iterator[Listed]:
    for key in _LISTS:
        members = item.get(key)
        for member in members if isinstance(members, list) else []:
            listed = _listed(member)
            if listed is not None:
                yield listed


def _listed(member: Any) -> Listed | None:
    if isinstance(member, str):
        return Listed(member)
    if not isinstance(member, dict) or not _types(member) & set(_ARTICLES):
        return None
    inner = member.get("item", member)
    if isinstance(inner, str):
        return Listed(inner, _text(member.get("name")))
    if not isinstance(inner, dict):
        return None
    url = _text(inner.get("url")) or _text(inner.get("@id")) or _text(member.get("url"))
    name = _text(inner.get("headline")) or _text(inner.get("name")) or _text(member.get("name"))
    return Listed(url, name, _text(inner.get("datePublished"))) if url else None


def _types(item: dict[str, Any]) -> set[str]:
    kinds = item.get("@type", [])
    return {str(kind).lower() for kind in (kinds if isinstance(kinds, list) else [kinds])}


def _text(value: Any) -> str:
    return tidy(value) if isinstance(value, str) else ""
