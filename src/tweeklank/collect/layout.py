"""Noticing that a site has been rebuilt: what used to be found in its pages no longer is.

Everything here judges evidence and asks nothing of a site or the store.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import ClassVar

from bs4 import BeautifulSoup
from soupsieve import SelectorSyntaxError

from tweeklank.collect.text import PageError, parse, words
from tweeklank.store.articles import Length

_SHARE = 0.3  # of the usual length; less is what is left of an article when its body is missed
_NEWEST = 2  # articles that must be so short: one may be just a short piece of news
_ENOUGH = 3  # articles before those, to know what is usual
_LONG = 400  # characters; articles that are usually shorter than this tell nothing by their length
_QUESTION = "; has the page's layout changed?"  # which is answered here
# The white space and signs between the compounds of a selector, outside brackets, parentheses and quotes.
_COMPOUND = re.compile(
    r"""(?:\[(?:"[^"]{0,200}"|'[^']{0,200}'|[^\]"']){0,200}\]|\((?:[^()]|\([^()]{0,200}\)){0,200}\)|[^\s>+~\[(])+"""
)


class LayoutChangedError(PageError):
    """A site's pages are no longer built as they were. One clause, without the address."""

    def __init__(self, what: str) -> None:
        super().__init__(f"changed layout: {what}")


def listing_changed(links_before: int, reason: str, html: str, article_links: str) -> str:
    """What no longer matches in a listing in which no links are found, for the ``reason`` given.

    Empty if it never showed any (``links_before``): then it was not understood in the first place.
    ``html``: the page as it is now; ``article_links``: the selector, or nothing if links are found by themselves.
    """
    if not links_before:
        return ""
    page = _parsed(html)
    part = broken_part(page, article_links) if page and article_links else ""
    title = words(page.title)[:80] if page and page.title else ""
    seen = [f"articles shown before: {links_before}", part, f"the page calls itself {title!r}" if title else ""]
    return f"{reason.removesuffix(_QUESTION)} ({'; '.join(filter(None, seen))})"


def broken_part(page: BeautifulSoup, selector: str) -> str:
    """Which part of a selector is the first that nothing in a page matches; empty if that cannot be told."""
    for compound in _COMPOUND.finditer(selector):
        try:
            if page.select_one(selector[: compound.end()]) is None:
                before = selector[: compound.start()].rstrip(" >+~")
                return f"{before!r} is there, {compound[0]!r} is not" if before else f"{compound[0]!r} is not there"
        except SelectorSyntaxError:
            return ""
    return ""


def broken_in(html: str, selector: str) -> str:
    """``broken_part`` of the selector in a page as it came; empty without a selector."""
    page = _parsed(html) if selector else None
    return broken_part(page, selector) if page else ""


def unmatched(html: str, select: Mapping[str, str]) -> dict[str, str]:
    """The selectors that nothing in a page matches, by the part of an article, with their ``broken_part``.

    Raises PageError for a page that cannot be read.
    """
    page = parse(html)
    return {part: broken_part(page, selector) for part, selector in select.items() if page.select_one(selector) is None}


def _parsed(html: str) -> BeautifulSoup | None:
    try:
        return parse(html)
    except PageError:
        return None


@dataclass(frozen=True)
class ArticlesEvidence:
    """How the articles of a source are read now and were before.

    ``lengths``: of its articles, the last found first; ``read``: how many of them this sync has
    read anew; ``unreadable``: why pages gave no article; ``body``: the selector of the body, or
    nothing if it is found by itself.
    """

    MOST: ClassVar[int] = 40
    """Articles that are worth comparing; those of years ago say nothing of a layout."""

    lengths: Sequence[Length]
    read: int = 0
    unreadable: Sequence[str] = ()
    body: str = ""


def articles_changed(evidence: ArticlesEvidence) -> str | None:
    """What no longer matches in the pages of a source's articles.

    Empty if they are read as they were; None if the evidence does not tell.
    """
    if not evidence.read and evidence.unreadable:
        return _unreadable(evidence)
    newest = evidence.lengths[:_NEWEST]
    before = [one.characters for one in evidence.lengths if newest and one.found < newest[-1].found]
    usual = median(before) if len(before) >= _ENOUGH else 0
    if usual < _LONG:
        return "" if evidence.read else None
    longest = max(one.characters for one in newest)
    if longest >= _SHARE * usual:
        return ""
    where = f"select.body = {evidence.body!r}" if evidence.body else "their body, which is found by itself"
    return (
        f"the newest {_NEWEST} articles have {longest} characters at most where {usual:.0f} were usual; "
        f"what no longer matches is {where}"
    )


def _unreadable(evidence: ArticlesEvidence) -> str | None:
    """Pages of which none gave an article: one is enough where a selector fails, else it takes two."""
    if len(evidence.lengths) < _ENOUGH:
        return None
    failed_selectors = [reason for reason in evidence.unreadable if "nothing matches select." in reason]
    told = failed_selectors or (list(evidence.unreadable) if len(evidence.unreadable) >= _NEWEST else [])
    if not told:
        return None
    count = len(evidence.unreadable)
    pages = "the only page read" if count == 1 else f"each of {count} pages read"
    return f"{pages} gave no article, as {len(evidence.lengths)} did before: {told[0].removesuffix(_QUESTION)}"
