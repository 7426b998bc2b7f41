"""Measures how well a program reads the saved pages in collection/: each field right, wrong or missing.

Beside each page stands what a reader sees of its article, as JSON. ``refused`` instead of fields: the page
holds no article, and none may be made of it.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tweeklank.collect.dates import AMSTERDAM
from tweeklank.collect.extract import extract
from tweeklank.collect.text import PageError, plain_text

COLLECTION = Path(__file__).parent / "collection"
FIELDS = ("title", "lead", "date", "image", "caption", "credit", "author", "topics")
SHORTEST = 80  # characters; less text than this is no article

Found = dict[str, Any]
"""What a program found: the FIELDS that it knows, and ``body``, its text. Nothing found is left out or empty."""


@dataclass(frozen=True)
class SavedPage:
    name: str
    html: str
    expected: dict[str, Any]

    @property
    def url(self) -> str:
        return str(self.expected["url"])


@dataclass
class Tally:
    """How often a field was right, given, and there."""

    right: float = 0
    given: float = 0
    there: float = 0

    @property
    def precision(self) -> float:
        return self.right / self.given if self.given else 0.0

    @property
    def recall(self) -> float:
        return self.right / self.there if self.there else 0.0

    @property
    def f1(self) -> float:
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


@dataclass
class Score:
    """``body`` holds means over articles of the share of words (precision, recall, F1); ``wrong`` says what is not right."""

    fields: dict[str, Tally] = field(default_factory=lambda: {name: Tally() for name in FIELDS})
    bodies: list[tuple[float, float, float]] = field(default_factory=list)
    refused: Tally = field(default_factory=Tally)
    wrong: list[str] = field(default_factory=list)

    @property
    def body(self) -> tuple[float, float, float]:
        precision, recall, f1 = (sum(column) / len(self.bodies) for column in zip(*self.bodies, strict=True))
        return precision, recall, f1


def saved_pages(folder: Path = COLLECTION) -> list[SavedPage]:
    return [
        SavedPage(page.stem, page.read_text("utf-8"), json.loads(page.with_suffix(".json").read_text("utf-8")))
        for page in sorted(folder.glob("*.html"))
    ]


def score(read: Callable[[str, str], Found | None], pages: Iterable[SavedPage]) -> Score:
    """``read`` makes of a page's HTML and address what it holds, or None."""
    total = Score()
    for page in pages:
        found = read(page.html, page.url) or {}
        if "refused" in page.expected:
            refused = len(found.get("body", "")) < SHORTEST
            total.refused.there += 1
            total.refused.right += refused
            if not refused:
                total.wrong.append(f"{page.name}: taken for an article")
            continue
        for name in FIELDS:
            _count(total, page, name, found.get(name))
        total.bodies.append(_body(found.get("body", ""), page.expected))
        if total.bodies[-1][2] < 0.995:
            total.wrong.append(f"{page.name}: body {total.bodies[-1][2]:.3f}")
    return total


def tweeklank(html: str, url: str) -> Found | None:
    """What Tweeklank itself finds."""
    try:
        article = extract(html, url)
    except PageError:
        return None
    image = article.image
    return {
        "title": article.title,
        "lead": article.lead,
        "date": f"{article.published.astimezone(AMSTERDAM):%Y-%m-%d}" if article.published else "",
        "image": image.url if image else "",
        "caption": image.caption if image else "",
        "credit": image.credit if image else "",
        "author": article.author,
        "topics": article.topics,
        "body": plain_text(article.body),
    }


def _count(total: Score, page: SavedPage, name: str, value: Any) -> None:
    given, there = _values(name, value), _values(name, page.expected[name])
    tally = total.fields[name]
    tally.right += len(given & there)
    tally.given += len(given)
    tally.there += len(there)
    if given != there:
        total.wrong.append(f"{page.name}: {name} {value!r} for {page.expected[name]!r}")


def _values(name: str, value: Any) -> set[str]:
    """What is compared: addresses and days as they are, words without letter case, marks and spaces."""
    values = value if isinstance(value, list | tuple) else [value]
    return {key for v in values if (key := _comparable(name, str(v or "")))}


def _comparable(name: str, value: str) -> str:
    if name == "date":
        return value[:10]
    return value if name == "image" else _key(value)


def _key(text: str) -> str:
    return re.sub(r"\W+", "", text).lower()


def _body(text: str, expected: dict[str, Any]) -> tuple[float, float, float]:
    """By words. A program that gives the lead with the body is not blamed for it."""
    body = " ".join(expected["body"])
    return max((_overlap(text, body), _overlap(text, f"{expected['lead']} {body}")), key=lambda shares: shares[2])


def _overlap(text: str, wanted: str) -> tuple[float, float, float]:
    given, there = (Counter(re.findall(r"\w+", words.lower())) for words in (text, wanted))
    tally = Tally((given & there).total(), given.total(), there.total())
    return tally.precision, tally.recall, tally.f1
