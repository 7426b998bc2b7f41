"""From an answer to the article in it, and to the publisher's own English version."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from typing import TypeVar
from urllib.parse import urlsplit

from tweeklank.article import Article, TweeklankError, address_key, tellable
from tweeklank.collect.extract import ExtractError, extract, extract_english
from tweeklank.collect.http import Answer, Client, FetchError
from tweeklank.collect.text import PageError
from tweeklank.config import Source

log = logging.getLogger(__name__)
_T = TypeVar("_T")


class AstrayError(ExtractError):
    """A page led to the site's front page or a listing, as sites do with pages they no longer have."""


async def in_thread(read: Callable[..., _T], *args: object) -> _T:
    """Reads a page beside the event loop, where other hosts' timeouts would have to pay for it.

    Markup that trips up a parser costs that page, like any other that cannot be read.
    """
    try:
        return await asyncio.to_thread(read, *args)
    except TweeklankError:
        raise
    except Exception as error:
        log.debug("unreadable page", exc_info=True)
        raise PageError(f"cannot be read ({type(error).__name__}: {error})") from error


async def read_article(asked: str, answer: Answer, source: Source, select: Mapping[str, str]) -> Article:
    """The article in an answer. Raises AstrayError for a redirect to an overview, PageError for a file or a page
    without one."""
    if answer.media_type and "html" not in answer.media_type:
        raise ExtractError(f"is {answer.media_type}, not a page")
    if _led_astray(asked, answer.url) or address_key(answer.url) in map(address_key, source.listings or (source.url,)):
        raise AstrayError(f"leads to {answer.url} instead of an article")
    return await in_thread(_extract, answer, source, select)


async def publishers_english(client: Client, source: Source, dutch: Article) -> Article | None:
    """The publisher's own English version; not finding one is no failure."""
    if not dutch.english_url:
        return None
    try:
        answer = await client.get(dutch.english_url, local=source.local)
        if _led_astray(dutch.english_url, answer.url):
            return None
        return await in_thread(extract_english, answer.text, answer.url, dutch)
    except (FetchError, PageError) as error:
        log.debug("%s: %s", source.id, tellable(f"{dutch.english_url}: {error}"))
        return None


def _extract(answer: Answer, source: Source, select: Mapping[str, str]) -> Article:
    return extract(answer.text, answer.url, select, english=source.english)


def _led_astray(asked: str, got: str) -> bool:
    """Whether a redirect ended at a folder above the page, as sites do with pages they no longer have."""
    path, end = (urlsplit(url).path.rstrip("/") + "/" for url in (asked, got))
    return path != end and path.startswith(end)
