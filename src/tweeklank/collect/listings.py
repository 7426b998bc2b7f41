"""Reading a listing page by page, as far as there is news."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Set
from dataclasses import dataclass, field

from tweeklank.article import address_key
from tweeklank.collect import paging
from tweeklank.collect.http import Answer, FetchError
from tweeklank.collect.text import PageError
from tweeklank.store.links import Found

Get = Callable[[str], Awaitable[Answer]]
ReadLinks = Callable[[str, str], Awaitable[list[Found]]]
"""From the HTML of a page of a listing and its address to the articles that it links to. Raises PageError."""


@dataclass
class Reading:
    """The articles of a listing, newest page first. ``broken_off``: where and why a further page could not be had."""

    found: dict[str, Found] = field(default_factory=dict)
    pages: int = 0
    broken_off: tuple[str, FetchError] | None = None

    def add(self, links: list[Found]) -> bool:
        """Whether there was anything that earlier pages did not show."""
        before = len(self.found)
        for link in links:
            self.found.setdefault(address_key(link.url), link)
        self.pages += 1
        return len(self.found) > before


@dataclass(frozen=True)
class Bounds:
    """How far a listing is read: ``pages`` at most, ``enough`` articles, and no further than a page with one of
    the addresses ``known``; of these, keys (see ``address_key``)."""

    pages: int
    enough: int
    known: Set[str] = frozenset()


async def read_listing(first: Answer, get: Get, read_links: ReadLinks, bounds: Bounds) -> Reading:
    """The articles of a listing. Raises PageError if its first page shows none; a later page without any ends it."""
    reading, page, visited = Reading(), first, {address_key(first.url)}
    links = await read_links(first.text, first.url)
    reading.add(links)
    while reading.pages < bounds.pages and len(reading.found) < bounds.enough:
        if any(address_key(link.url) in bounds.known for link in links):
            break
        further = _next(page, reading.pages + 1)
        if not further or address_key(further) in visited:
            break
        visited.add(address_key(further))
        try:
            page = await get(further)
            links = await read_links(paging.articles_in(page.text, page.media_type), page.url)
        except FetchError as error:
            reading.broken_off = (further, error)
            break
        except PageError:
            break
        if not reading.add(links):
            break
    return reading


def _next(page: Answer, number: int) -> str:
    try:
        return paging.next_page(page.text, page.url, number)
    except PageError:
        return ""
