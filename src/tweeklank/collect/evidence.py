"""Where on its page each part of an article stands: what the program can show for what it took."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bs4 import BeautifulSoup, Tag

from tweeklank.article import Article, address_key
from tweeklank.collect.body import find_body
from tweeklank.collect.dates import parse_date
from tweeklank.collect.linked_data import Metas, article_data, meta, read_metas, text_of, texts_of
from tweeklank.collect.sanitise import picture_source
from tweeklank.collect.text import class_names, joined, page_base, parse, plain_text, words
from tweeklank.config import Source

Evidence = Mapping[str, str]
"""By part of an article, in words, where on the page it stands. A part that the article lacks is not in it."""

_DATE_METAS = ("article:published_time", "datePublished", "dcterms.issued", "DCTERMS.issued", "dcterms.date", "date")
_TEXTS = ["p", "div", "span", "strong", "em", "time", "li", "h2", "h3", "section"]
_LONGEST_LINE = 80

_Places = Iterator[tuple[str, str]]
"""Places in words with the texts that stand there."""


@dataclass(frozen=True)
class _Seen:
    """A page, the article that was read from it, and what its source says of how to read it."""

    soup: BeautifulSoup
    html: str
    base: str
    data: Mapping[str, Any]
    announced: Metas
    article: Article
    source: Source

    def chosen(self, part: str) -> tuple[str, Tag | None]:
        selector = self.source.select.get(part, "")
        return f"select.{part} = {selector!r}", self.soup.select_one(selector) if selector else None

    def metas(self, *names: str) -> _Places:
        for name in names:
            if content := meta(self.announced, name):
                yield f"meta {name}", content


def explain(html: str, article: Article, source: Source) -> Evidence:
    """Where the parts of an ``article`` that was read from a page stand on it.

    The places are looked at in the order in which the article is read; the first that holds exactly
    what was taken is named. Raises PageError for a page that cannot be read.
    """
    soup = parse(html)
    seen = _Seen(soup, html, page_base(soup, article.url), article_data(soup), read_metas(soup), article, source)
    picture = article.image.url if article.image else ""
    places = {
        "title": _first(_titles(seen), lambda text: text == article.title),
        "date": article.published and _first(_dates(seen), lambda text: parse_date(text) == article.published),
        "lead": article.lead and _first(_leads(seen), lambda text: text == article.lead),
        "body": _body(seen),
        "image": picture and _first(_images(seen), lambda url: joined(seen.base, url) == picture),
        "credit": article.image and article.image.credit and "behind the picture's caption",
        "author": article.author and _first(_authors(seen), lambda text: text == article.author),
        "topics": article.topics and _topics(seen),
        "english": article.english_url and _english(seen),
    }
    return {part: place for part, place in places.items() if place}


def _first(places: _Places, is_taken: Callable[[str], bool]) -> str:
    return next((place for place, text in places if is_taken(text)), "found in the page's text")


def _titles(seen: _Seen) -> _Places:
    place, chosen = seen.chosen("title")
    if chosen:
        yield place, words(chosen)
    for heading in seen.soup.find_all(["h1", "h2"], limit=40):
        yield described(heading), words(heading)
    yield "JSON-LD headline", plain_text(text_of(seen.data.get("headline")))
    for name in ("og:title", "twitter:title"):
        content = meta(seen.announced, name)
        if content.startswith(seen.article.title):
            yield f"meta {name}", seen.article.title
    yield "the page's <title>", seen.article.title


def _dates(seen: _Seen) -> _Places:
    place, chosen = seen.chosen("date")
    if chosen:
        yield place, str(chosen.get("datetime") or chosen.get("content") or words(chosen))
        yield place, words(chosen)
    yield "JSON-LD datePublished", text_of(seen.data.get("datePublished"))
    yield from seen.metas(*_DATE_METAS)
    for element in seen.soup.select("[itemprop=datePublished], time"):
        text = str(element.get("datetime") or element.get("content") or words(element))
        yield f"{described(element)} {text!r}", text
    for string in seen.soup.find_all(string=True):
        line = " ".join(str(string)[:200].split())
        if 6 <= len(line) <= _LONGEST_LINE and isinstance(string.parent, Tag):
            yield f"{described(string.parent)} {line!r}", line


def _leads(seen: _Seen) -> _Places:
    place, chosen = seen.chosen("lead")
    if chosen:
        yield place, words(chosen)
    for element in seen.soup.find_all(_TEXTS):
        if class_names(element) or element.get("itemprop") or element.name == "p":
            yield described(element), words(element)
    yield "JSON-LD description", plain_text(text_of(seen.data.get("description")))
    for place, content in seen.metas("description", "og:description"):
        yield place, plain_text(content)


def _body(seen: _Seen) -> str:
    place, chosen = seen.chosen("body")
    if chosen:
        return place
    found = find_body(seen.soup, seen.html)
    return f"the text in {described(found)}" if found else ""


def _images(seen: _Seen) -> _Places:
    place, chosen = seen.chosen("image")
    if chosen:
        picture = chosen if chosen.name in ("img", "meta") else chosen.find("img")
        if isinstance(picture, Tag):
            yield place, picture_source(picture) or str(picture.get("content", ""))
    yield "JSON-LD image", text_of(seen.data.get("image"), "url", "contentUrl")
    yield from seen.metas("og:image:secure_url", "og:image", "twitter:image")
    for picture in seen.soup.find_all("img"):
        yield described(picture), picture_source(picture)


def _authors(seen: _Seen) -> _Places:
    place, chosen = seen.chosen("author")
    if chosen:
        yield place, words(chosen)
    named = seen.data.get("author")
    yield "JSON-LD author", ", ".join(dict.fromkeys(texts_of(named if isinstance(named, list) else [named])))
    yield from seen.metas("author", "article:author")
    for element in seen.soup.select("[itemprop=author], [rel~=author]"):
        yield described(element), words(element)


def _topics(seen: _Seen) -> str:
    """Every place that gave some of them."""
    wanted = {topic.lower() for topic in seen.article.topics}
    place, _ = seen.chosen("topics")
    given = {
        "the source's topics": seen.source.topics,
        "topic_rules": tuple(seen.source.topic_rules),
        place: [words(e) for e in seen.soup.select(seen.source.select.get("topics") or ":not(*)")],
        "JSON-LD": [*texts_of(seen.data.get("articleSection")), *texts_of(seen.data.get("keywords"))],
        "meta article:section and article:tag": [
            str(element.get("content", "")) for element in seen.soup.select("meta[property^='article:']")
        ],
        "links with rel=tag": [words(a) for a in seen.soup.select("a[rel~=tag]")],
    }
    return ", ".join(place for place, topics in given.items() if wanted & {topic.lower() for topic in topics})


def _english(seen: _Seen) -> str:
    wanted = address_key(seen.article.english_url)
    for link in seen.soup.select("[hreflang][href]"):
        target = joined(seen.base, str(link["href"]))
        if target and address_key(target) == wanted:
            return f"{link.name} hreflang={link['hreflang']}"
    return "the source's rule english"


def described(element: Tag) -> str:
    """An element as a selector would name it: ``div.intro``, ``h1``. Names with digits are of one page only."""
    names = [f"#{element['id']}"] if element.get("id") else []
    names += [f".{name}" for name in element.get_attribute_list("class") if name]
    lasting = (name for name in names if not any(map(str.isdigit, name)))
    return f"{element.name}{next(lasting, '')}"
