"""Translating HTML: sentences are translated whole, and inline elements follow their words.

A *run* is a stretch of inline content: the inside of a paragraph, a list item, a table cell.
Its text is taken out with the inline elements as *marks* on ranges of characters; after
translation each mark is put around the words that its own words became, by alignment.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import cast

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString, PageElement

from tweeklank.translate.segment import sentences

_INLINE = {"a", "strong", "em", "sub", "sup", "abbr", "br", "span", "img"}
_EDGE = " .,;:!?…()[]\"'“”‘’„"
_BOUNDARY = {"", "\n", *_EDGE}


@dataclass(frozen=True)
class Sentence:
    """What a sentence became. ``kept``: it failed its checks and stays in Dutch."""

    text: str
    alignment: tuple[tuple[int, ...], ...] = ()
    kept: bool = False


@dataclass
class _Mark:
    """An inline element over the characters ``start`` to ``end`` of a run; empty for a picture."""

    element: Tag
    start: int
    end: int
    children: list[_Mark] = field(default_factory=list)


@dataclass
class _Run:
    """A stretch of inline content that is translated together."""

    nodes: list[PageElement]
    text: str
    marks: list[_Mark]


def sentences_of_html(html: str) -> list[str]:
    """The sentences of a body, in order."""
    return [sentence for run in _runs(_parse(html)) for sentence in sentences_of_text(run.text)]


def sentences_of_text(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text)]


def translate_text(text: str, known: Mapping[str, Sentence]) -> str:
    """Plain text with each sentence replaced by its translation."""
    return " ".join(known[sentence].text for sentence in sentences_of_text(text))


def translate_html(html: str, known: Mapping[str, Sentence]) -> str:
    """A body with each sentence replaced by its translation.

    The block structure stays as it is, every link stays around at least one word, sentences
    that stayed Dutch are marked with ``lang="nl"``.
    """
    soup = _parse(html)
    for run in list(_runs(soup)):
        if not run.text.strip():
            continue
        built = _build(soup, run, known)
        run.nodes[0].insert_before(*built)
        for node in run.nodes:
            node.extract()
    body = soup.body
    return body.decode_contents() if body is not None else ""


def _parse(html: str) -> BeautifulSoup:
    return BeautifulSoup(f"<body>{html}</body>", "lxml")


def _runs(soup: BeautifulSoup) -> Iterator[_Run]:
    """The runs of a body: inline nodes between blocks and line breaks."""
    waiting: list[Tag] = [soup.body] if soup.body else []
    while waiting:
        block = waiting.pop(0)
        nodes: list[PageElement] = []
        inner: list[Tag] = []
        for child in [*block.children, None]:
            if isinstance(child, Tag) and child.name not in _INLINE:
                inner.append(child)
            elif child is not None and not (isinstance(child, Tag) and child.name == "br"):
                nodes.append(child)
                continue
            if nodes:
                yield _run(nodes)
            nodes = []
        waiting = inner + waiting


def _run(nodes: list[PageElement]) -> _Run:
    text = ""

    def walk(node: PageElement, marks: list[_Mark]) -> None:
        nonlocal text
        if isinstance(node, Tag):
            if node.name == "br":
                text += " "
                return
            mark = _Mark(node, len(text), len(text))
            for child in node.children:
                walk(child, mark.children)
            mark.end = len(text)
            marks.append(mark)
        elif isinstance(node, NavigableString):
            text += str(node)

    marks: list[_Mark] = []
    for node in nodes:
        walk(node, marks)
    return _Run(nodes, text, marks)


@dataclass(frozen=True)
class _Word:
    """A word of the translated run: its characters, and the ranges of the source that it came from."""

    start: int
    end: int
    sources: tuple[tuple[int, int], ...]


class _CannotPlaceError(Exception):
    """A mark finds no word to stand around."""


def _build(soup: BeautifulSoup, run: _Run, known: Mapping[str, Sentence]) -> list[PageElement]:
    spans = sentences(run.text)
    made = [known[run.text[start:end]] for start, end in spans]
    text, words, kept = _joined(run.text, spans, made)
    try:
        placed = _place(run, text, words, run.marks, (0, len(words)))
    except _CannotPlaceError:
        # Rather the whole run in Dutch than a link lost or around the wrong words.
        return [_in_dutch(soup, [node.__copy__() for node in run.nodes])]
    dutch = [_Placed(_Mark(soup.new_tag("span", lang="nl"), 0, 0), *span, children=[]) for span in kept]
    return list(_nodes(soup, text, 0, len(text), _merged(placed, dutch)))


def _in_dutch(soup: BeautifulSoup, nodes: list[PageElement]) -> Tag:
    span = soup.new_tag("span", lang="nl")
    span.extend(nodes)
    return span


def _joined(
    source: str, spans: list[tuple[int, int]], made: list[Sentence]
) -> tuple[str, list[_Word], list[tuple[int, int]]]:
    """The translated run, its words with where they came from, and the ranges that stayed Dutch."""
    text, words, kept = source[: spans[0][0]], [], []
    position = spans[0][0]
    for (start, end), sentence in zip(spans, made, strict=True):
        text += source[position:start]
        offset = len(text)
        source_words = [(start + m.start(), start + m.end()) for m in re.finditer(r"\S+", source[start:end])]
        for number, match in enumerate(re.finditer(r"\S+", sentence.text)):
            if sentence.kept:
                aligned: tuple[int, ...] = (number,)
            else:
                aligned = sentence.alignment[number] if number < len(sentence.alignment) else ()
            sources = tuple(source_words[i] for i in aligned if i < len(source_words))
            words.append(_Word(offset + match.start(), offset + match.end(), sources))
        text += sentence.text
        if sentence.kept:
            kept.append((offset, len(text)))
        position = end
    return text + source[position:], words, kept


@dataclass
class _Placed:
    """A mark over the characters ``start`` to ``end`` of the translated run."""

    mark: _Mark
    start: int
    end: int
    children: list[_Placed]


def _place(run: _Run, text: str, words: list[_Word], marks: list[_Mark], within: tuple[int, int]) -> list[_Placed]:
    """Puts sibling marks on disjoint ranges of the words ``within``, and their children inside them."""
    free = set(range(*within))
    chosen: list[tuple[_Mark, tuple[int, int]]] = []
    by_size = sorted(
        (m for m in marks if run.text[m.start : m.end].strip()), key=lambda m: m.end - m.start, reverse=True
    )
    for mark in by_size:
        covered = _range(run, words, mark, free, within)
        free -= set(range(*covered))
        chosen.append((mark, covered))
    placed = []
    for mark, (first, last) in chosen:
        start, end = _trimmed(run.text[mark.start : mark.end], text, words[first].start, words[last - 1].end)
        start, end = _inside_word(run, mark, text, start, end)
        children = _place(run, text, words, mark.children, (first, last)) if mark.children else []
        _fit(children, start, end)
        placed.append(_Placed(mark, start, end, children))
    for mark in marks:
        if not run.text[mark.start : mark.end].strip() and (mark.element.find("img") or mark.element.name == "img"):
            at = _point(words, mark.start, len(text))
            placed.append(_Placed(mark, at, at, []))
    return sorted(placed, key=lambda p: (p.start, p.end))


def _range(run: _Run, words: list[_Word], mark: _Mark, free: set[int], within: tuple[int, int]) -> tuple[int, int]:
    """The free stretch of words that most holds what the mark's words became: first and last + 1."""
    if mark.start <= _first(run.text) and mark.end >= len(run.text.rstrip()) and free == set(range(*within)) and free:
        return within
    scores = {i: _score(words[i], mark) for i in free}
    best, best_range = 0.0, None
    for start in sorted(free):
        total = 0.0
        for i in range(start, within[1]):
            if i not in free:
                break
            total += scores[i]
            if total > best:
                best, best_range = total, (start, i + 1)
    if best_range is not None:
        return best_range
    if not free:
        raise _CannotPlaceError
    share = mark.start / max(1, len(run.text))
    expected = within[0] + share * (within[1] - within[0])
    nearest = min(free, key=lambda i: (abs(i - expected), i))
    return nearest, nearest + 1


def _first(text: str) -> int:
    return len(text) - len(text.lstrip())


def _score(word: _Word, mark: _Mark) -> float:
    """1 for a word from inside the mark, -1 for one from outside, little for one from nowhere."""
    if not word.sources:
        return -0.1
    inside = sum(start < mark.end and end > mark.start for start, end in word.sources)
    return (2 * inside - len(word.sources)) / len(word.sources)


def _trimmed(marked: str, text: str, start: int, end: int) -> tuple[int, int]:
    """Leaves out punctuation at the edges that the source's mark does not hold either."""
    if not re.search(r"\w", text[start:end]):
        return start, end
    while marked[:1] not in _EDGE and text[start] in _EDGE:
        start += 1
    while marked[-1:] not in _EDGE and text[end - 1] in _EDGE:
        end -= 1
    return start, end


def _inside_word(run: _Run, mark: _Mark, text: str, start: int, end: int) -> tuple[int, int]:
    """A mark over a part of a word, like the 2 of CO₂, goes to the same part of its English word."""
    before = run.text[mark.start - 1 : mark.start]
    after = run.text[mark.end : mark.end + 1]
    if before in _BOUNDARY and after in _BOUNDARY:
        return start, end
    part = run.text[mark.start : mark.end]
    at = text.find(part, start, end) if mark.start == 0 else text.rfind(part, start, end)
    return (at, at + len(part)) if at >= 0 else (start, end)


def _fit(children: list[_Placed], start: int, end: int) -> None:
    for child in children:
        child.start, child.end = max(child.start, start), min(child.end, end)


def _point(words: list[_Word], position: int, length: int) -> int:
    """Where an empty mark goes: after the words that come from before it."""
    before = [w.end for w in words if w.sources and max(end for _, end in w.sources) <= position]
    return max(before, default=0 if position == 0 else length)


def _merged(placed: list[_Placed], dutch: list[_Placed]) -> list[_Placed]:
    """Adds the marks of Dutch sentences: inside a mark that holds them, around those they hold."""
    for span in dutch:
        outer = next((p for p in placed if p.start <= span.start and span.end <= p.end), None)
        if outer is not None:
            outer.children = _merged(outer.children, [span])
            continue
        inner = [p for p in placed if span.start <= p.start and p.end <= span.end]
        if any(p.start < span.end and p.end > span.start for p in placed if p not in inner):
            continue
        span.children = inner
        placed = sorted([*(p for p in placed if p not in inner), span], key=lambda p: (p.start, p.end))
    return placed


def _nodes(soup: BeautifulSoup, text: str, start: int, end: int, placed: list[_Placed]) -> Iterator[PageElement]:
    position = start
    for item in placed:
        if item.start > position:
            yield NavigableString(text[position : item.start])
        element = item.mark.element
        made = soup.new_tag(element.name, attrs=cast("dict[str, str]", dict(element.attrs)))
        if item.start == item.end:
            made.extend([child.__copy__() for child in element.children])
        else:
            made.extend(list(_nodes(soup, text, item.start, item.end, item.children)))
        yield made
        position = max(position, item.end)
    if position < end:
        yield NavigableString(text[position:end])
