"""Translating HTML: sentences are translated whole, and inline elements follow their words.

The inside of a paragraph, a list item or a table cell is taken out as text with its inline
elements as marks on it; see ``placing`` for where they go in the translation.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import cast

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString, PageElement, PreformattedString

from tweeklank.translate.alignment import Aligned
from tweeklank.translate.placing import CannotPlaceError, Mark, Placed, Text, place
from tweeklank.translate.segment import sentences

_INLINE = {"a", "strong", "em", "sub", "sup", "abbr", "br", "span", "img"}
_INLINE |= {"b", "i", "u", "s", "small", "mark", "cite", "q", "dfn", "time", "del", "ins", "font", "code", "kbd", "var"}
_TEXT_ATTRIBUTES = {"img": "alt", "abbr": "title"}
_NO_TEXT = {"script", "style", "template", "svg", "math", "textarea"}
_NOTE = re.compile(r"\s*[\[(]?(?:\d{1,3}|[*†‡]{1,3})[\])]?\s*")
_AFTER_WORD = re.compile(r"[^\W\d_]{4}[.,;:!?”’\"')]*\s?$")
_INVISIBLE = str.maketrans("", "", "\u00ad\u200b\u2060\ufeff")


@dataclass(frozen=True)
class Sentence:
    """What a sentence became. ``kept``: it failed its checks and stays in Dutch."""

    text: str
    alignment: tuple[tuple[int, ...], ...] = ()
    kept: bool = False


Known = Mapping[str, Sentence]


def sentences_of_html(html: str) -> list[str]:
    """The sentences of a body and of its pictures' descriptions."""
    soup = _parse(html)
    described = [text for element, name in _attributes(soup) for text in sentences_of_text(str(element[name]))]
    return [*(run.text[start:end] for run in _runs(soup) for start, end in run.sentences()), *described]


def sentences_of_text(text: str) -> list[str]:
    text = _even(text)
    return [text[start:end] for start, end in sentences(text)]


def translate_text(text: str, known: Known) -> str:
    """Plain text with each sentence replaced by its translation."""
    return " ".join(known[sentence].text for sentence in sentences_of_text(text))


def translate_html(html: str, known: Known) -> tuple[str, int]:
    """A body with each sentence replaced by its translation, and the number of sentences left in Dutch.

    The block structure stays as it is, every link stays around at least one word, sentences
    that stay Dutch are marked with ``lang="nl"``.
    """
    soup, kept = _parse(html), 0
    for element, name in _attributes(soup):
        described = sentences_of_text(str(element[name]))
        element[name] = translate_text(str(element[name]), known)
        if dutch := sum(known[sentence].kept for sentence in described):
            element["lang"] = "nl"
            kept += dutch
    for run in list(_runs(soup)):
        built, dutch = _build(soup, run, known)
        kept += dutch
        run.nodes[0].insert_before(*built)
        for node in run.nodes:
            node.extract()
    for element in soup.find_all(["p", "blockquote"], lang=_is_dutch):
        del element["lang"]
    body = soup.body
    return (body.decode_contents() if body is not None else ""), kept


def _parse(html: str) -> BeautifulSoup:
    return BeautifulSoup(f"<body>{html}</body>", "lxml")


def _even(text: str) -> str:
    """White space as a reader sees it, so that the same words are the same sentence everywhere."""
    return re.sub(r"\s+", " ", text.translate(_INVISIBLE))


def _is_dutch(language: str | None) -> bool:
    return language is not None and language.lower().split("-")[0] == "nl"


def _is_foreign(element: Tag) -> bool:
    language = element.get("lang")
    return isinstance(language, str) and bool(language) and not _is_dutch(language)


def _attributes(soup: BeautifulSoup) -> list[tuple[Tag, str]]:
    found = ((element, _TEXT_ATTRIBUTES[element.name]) for element in soup.find_all(list(_TEXT_ATTRIBUTES)))
    return [(element, name) for element, name in found if re.search(r"\w", str(element.get(name, "")))]


def _is_inline(node: PageElement) -> bool:
    if not isinstance(node, Tag):
        return True
    return node.name in _INLINE and all(inner.name in _INLINE for inner in node.find_all(True))


@dataclass
class _Run:
    """A stretch of inline content that is translated together. No sentence goes on over a break."""

    nodes: list[PageElement]
    text: str = ""
    marks: list[Mark] = field(default_factory=list)
    breaks: list[int] = field(default_factory=list)

    def sentences(self) -> list[tuple[int, int]]:
        edges = [0, *self.breaks, len(self.text)]
        return [(start + a, start + b) for start, end in pairwise(edges) for a, b in sentences(self.text[start:end])]


def _runs(soup: BeautifulSoup) -> Iterator[_Run]:
    """The runs of a body: inline nodes between blocks and line breaks. What is in another language is left alone."""
    waiting: list[Tag] = [soup.body] if soup.body else []
    while waiting:
        block = waiting.pop()
        nodes: list[PageElement] = []
        inner: list[Tag] = []
        for child in [*block.children, None]:
            if child is not None and _is_inline(child) and not (isinstance(child, Tag) and child.name == "br"):
                nodes.append(child)
                continue
            if isinstance(child, Tag) and child.name not in _NO_TEXT and not _is_foreign(child):
                inner.append(child)
            run = _Reader().read(nodes) if nodes else None
            if run and run.text.strip():
                yield run
            nodes = []
        waiting += reversed(inner)


class _Reader:
    """Reads inline nodes into a run."""

    def __init__(self) -> None:
        self._text = ""
        self._breaks: list[int] = []
        self._atom: Mark | None = None  # the last atom, as long as it is unknown what follows it

    def read(self, nodes: list[PageElement]) -> _Run:
        marks = [mark for node in nodes for mark in self._node(node)]
        return _Run(nodes, self._text, marks, self._breaks)

    def _node(self, node: PageElement) -> list[Mark]:
        if isinstance(node, Tag):
            return self._element(node)
        if isinstance(node, NavigableString) and not isinstance(node, PreformattedString):
            self._add(_even(str(node)))
        return []

    def _add(self, text: str) -> None:
        if text and self._atom is not None:
            self._atom.spaced = (self._atom.spaced[0], text.startswith(" "))
            self._atom = None
        self._text += text[1:] if text.startswith(" ") and self._text.endswith(" ") else text

    def _element(self, element: Tag) -> list[Mark]:
        if self._is_atom(element):
            return [self._take_out(element)]
        start, before = len(self._text), (self._text, list(self._breaks), self._atom)
        children = [mark for node in element.children for mark in self._node(node)]
        if not any(map(str.isalnum, self._text[start:])):
            if element.name != "a":
                return children
            # A link around nothing but atoms is one itself.
            self._text, self._breaks, self._atom = before
            return [self._take_out(element)]
        if element.name == "span" and _is_dutch(cast("str | None", element.get("lang"))):
            # What says that it is Dutch would not be true of the translation.
            return children
        return [Mark(element, start, len(self._text), children=children)]

    def _is_atom(self, element: Tag) -> bool:
        content = element.get_text()
        if element.name in ("img", "br"):
            return True
        if element.name == "sup" and _NOTE.fullmatch(content):
            return bool(_AFTER_WORD.search(self._text))
        wordless = not any(map(str.isalnum, content))
        return wordless and (element.name == "a" or element.find(["a", "img"]) is not None)

    def _take_out(self, element: Tag) -> Mark:
        mark = Mark(element, len(self._text), len(self._text), atom=True)
        content = element.get_text()
        if element.name == "br" or re.search(r"[.!?…]\s*$", content):
            self._breaks.append(len(self._text))
            self._add(" ")
        elif content:
            mark.spaced = (self._text.endswith(" "), False)
            self._atom = mark
        return mark


def _build(soup: BeautifulSoup, run: _Run, known: Known) -> tuple[list[PageElement], int]:
    """The translated nodes of a run, and the number of its sentences that stay Dutch."""
    spans = run.sentences()
    originals = [run.text[start:end] for start, end in spans]
    dutch = {number for number, sentence in enumerate(originals) if known[sentence].kept}
    while True:
        made = [
            (Aligned(sentence), True)
            if number in dutch
            else (Aligned(known[sentence].text, known[sentence].alignment), False)
            for number, sentence in enumerate(originals)
        ]
        text = Text(run.text, spans, made)
        try:
            placed = place(text, run.marks)
            break
        except CannotPlaceError as error:
            # Rather a sentence in Dutch than a link lost.
            dutch |= _also_dutch(error.mark, spans, dutch)
    for passage in text.passages:
        if passage.kept:
            placed = _with_dutch(placed, *passage.target, lambda: soup.new_tag("span", lang="nl"))
    return list(_nodes(soup, text.target, 0, len(text.target), placed)), len(dutch)


def _also_dutch(mark: Mark, spans: Sequence[tuple[int, int]], dutch: set[int]) -> set[int]:
    touched = {n for n, (start, end) in enumerate(spans) if start < mark.end and end > mark.start}
    return touched if touched - dutch else set(range(len(spans)))


def _with_dutch(placed: list[Placed], start: int, end: int, tag: Callable[[], Tag]) -> list[Placed]:
    """Puts elements that say "Dutch" around ``start`` to ``end``, in pieces where other elements begin or end."""
    for item in placed:
        if item.start <= start and end <= item.end and item.start < item.end:
            item.children = _with_dutch(item.children, start, end, tag)
            return placed
    crossing = [p for p in placed if p.start < end and p.end > start and (p.start < start or p.end > end)]
    for item in crossing:
        item.children = _with_dutch(item.children, max(start, item.start), min(end, item.end), tag)
        start, end = (item.end, end) if item.start < start else (start, item.start)
    if start >= end:
        return placed
    inside = [p for p in placed if start <= p.start and p.end <= end]
    dutch = Placed(Mark(tag(), 0, 0), start, end, inside)
    return sorted([dutch, *(p for p in placed if p not in inside)], key=lambda p: (p.start, p.end))


def _nodes(soup: BeautifulSoup, text: str, start: int, end: int, placed: list[Placed]) -> Iterator[PageElement]:
    position = start
    for item in placed:
        if item.start > position:
            yield NavigableString(text[position : item.start])
        if item.mark.atom:
            yield from _atom(item.mark, text[item.start - 1 : item.start], text[item.start : item.start + 1])
        else:
            inner = list(_nodes(soup, text, item.start, item.end, item.children))
            element = item.mark.element
            made = soup.new_tag(element.name, attrs=cast("dict[str, str]", dict(element.attrs)))
            made.extend(inner)
            yield made
        position = max(position, item.end)
    if position < end:
        yield NavigableString(text[position:end])


def _atom(mark: Mark, before: str, after: str) -> Iterator[PageElement]:
    """An atom, with the white space that it had and that the text around it does not bring."""
    if mark.spaced[0] and before.strip():
        yield NavigableString(" ")
    yield mark.element.__copy__()
    if mark.spaced[1] and after.isalnum():
        yield NavigableString(" ")
