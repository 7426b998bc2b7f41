"""What an operator wants of a source: which articles, under which topics."""

from __future__ import annotations

from datetime import datetime, time

from tweeklank.collect.dates import AMSTERDAM
from tweeklank.config import Source


def is_wanted(source: Source, url: str, title: str, published: datetime | None) -> bool:
    """Whether an article passes ``include``, ``exclude`` and ``since``.

    A title ("") or a date (None) that is not known yet speaks for the article: it counts once that has been read.
    """
    if source.since and published and published < datetime.combine(source.since, time(), AMSTERDAM):
        return False
    if any(_fits(pattern, url, title) for pattern in source.exclude):
        return False
    undecided = not title and any("/" not in pattern for pattern in source.include)
    return not source.include or undecided or any(_fits(pattern, url, title) for pattern in source.include)


def topics_by_rule(source: Source, url: str, *texts: str) -> tuple[str, ...]:
    """The topics of the source's rules that the address or one of the texts fits."""
    return tuple(
        topic
        for topic, patterns in source.topic_rules.items()
        if any(_fits(pattern, url, *texts) for pattern in patterns)
    )


def _fits(pattern: str, url: str, *texts: str) -> bool:
    """A pattern with a slash is about the address, any other about the texts."""
    return any(fits(pattern, text) for text in ((url,) if "/" in pattern else texts))


def fits(pattern: str, text: str) -> bool:
    """Whether a text is like a pattern, in which * stands for anything; one without * may stand anywhere in the text.

    Letter case does not count. Takes no more time than finding each part once: no text of a site's
    can keep it busy, as it could a regular expression.
    """
    text = text.casefold()
    first, *rest = pattern.casefold().split("*")
    if not rest:
        return first in text
    *middle, last = rest
    at = len(first)
    if not text.startswith(first):
        return False
    for part in middle:
        found = text.find(part, at)
        if found < 0:
            return False
        at = found + len(part)
    return len(text) - len(last) >= at and text.endswith(last)
