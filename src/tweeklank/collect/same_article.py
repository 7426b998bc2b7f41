"""Whether a page in English is the English version of a Dutch article, and not just any page behind its link."""

from __future__ import annotations

import re

from tweeklank.article import Article
from tweeklank.collect.text import plain_text

_FEWEST_MARKS = 3
_SHARED = 0.3  # share of the marks of the text that has fewer; a version has most, a page of the same site some
_LENGTHS = (0.3, 3.0)  # of the English text, in Dutch ones
_UNMARKED_LENGTHS = (0.5, 2.0)  # where neither numbers nor names can tell
_FARTHEST = 120  # days between the dates of two pages that share few marks


def is_version_of(english: Article, dutch: Article) -> bool:
    """Whether two pages tell the same: length, numbers and names, picture, date.

    Numbers and names stay in translation. A version may leave some out or be a summary, so it is enough that the
    text with fewer of them shares a third with the other; half as much will do under the same picture or date.
    """
    length = len(_text(english)) / max(1, len(_text(dutch)))
    if not _LENGTHS[0] <= length <= _LENGTHS[1]:
        return False
    ours, theirs = _marks(dutch), _marks(english)
    fewest = min(len(ours), len(theirs))
    if fewest < _FEWEST_MARKS:
        return _UNMARKED_LENGTHS[0] <= length <= _UNMARKED_LENGTHS[1] and not _far_apart(english, dutch)
    shared = len(ours & theirs) / fewest
    return shared >= _SHARED or (shared >= _SHARED / 2 and (_same_picture(english, dutch) or _same_day(english, dutch)))


def _text(article: Article) -> str:
    return f"{article.title}. {article.lead} {plain_text(article.body)}"


def _marks(article: Article) -> set[str]:
    """Numbers of two digits and more without their points and commas, and words with a capital within a sentence."""
    text = _text(article)
    numbers = {re.sub(r"[.,]", "", number) for number in re.findall(r"\d+(?:[.,]\d+)*", text)}
    names = re.findall(r"(?<=[\w,;:()] )[A-ZÀ-Ý][\w’'-]{2,}", text)
    return {number for number in numbers if len(number) >= 2} | {name.lower() for name in names}


def _far_apart(a: Article, b: Article) -> bool:
    return a.published is not None and b.published is not None and abs((a.published - b.published).days) > _FARTHEST


def _same_day(a: Article, b: Article) -> bool:
    return a.published is not None and b.published is not None and abs((a.published - b.published).days) <= 1


def _same_picture(a: Article, b: Article) -> bool:
    return a.image is not None and b.image is not None and a.image.url == b.image.url
