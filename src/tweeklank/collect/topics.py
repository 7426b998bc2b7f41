"""Topics that a page shows and does not announce: labels whose links lead to a list of articles with that topic."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from bs4 import Tag

from tweeklank.collect.text import linked_length, words
from tweeklank.collect.tree import around, elements, holds

_LIST = re.compile(
    r"/(?:tags?|thema(?:['’]?s)?|topics?|onderwerp(?:en)?|trefwoord(?:en)?|categor(?:y|ies|ie|ieen|ieën)|dossiers?)"
    r"/[^/?#]+/?(?:[?#]|$)",
    re.IGNORECASE,
)
_MOST = 30  # links that are looked at
_LONGEST = 40  # characters of a label
_LONGEST_REST = 60  # characters beside the labels, such as "Thema's:" or a date
_MOST_OF_IT = 0.5  # share of the article's characters in the box that holds the labels


def labels(heading: Tag | None) -> Iterator[str]:
    """The labels of the article that has this heading; none for a page whose article has no element of its own."""
    article = around(heading, "article", "main") if heading is not None else None
    if article is None:
        return
    length = len(words(article))
    leading = (link for link in elements(article, "a") if _LIST.search(str(link.get("href", ""))))
    for link in islice(leading, _MOST):
        if 2 <= len(words(link)) <= _LONGEST and _is_label(link, article, length):
            yield words(link)


def _is_label(link: Tag, article: Tag, length: int) -> bool:
    """Whether a link stands among labels right in the article: not in running text, nor in a menu or a teaser."""
    group = link
    for box in link.parents:
        if box.name in ("nav", "aside", "blockquote"):
            return False
        if box is not article and not holds(box, "h2", "h3", "h4") and _rest(box) <= _LONGEST_REST:
            group = box
        else:
            return group is not link and len(words(box)) >= _MOST_OF_IT * length
    return False


def _rest(box: Tag) -> int:
    return len(words(box)) - linked_length(box)
