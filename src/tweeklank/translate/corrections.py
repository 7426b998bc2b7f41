"""Human translations: those of a TSV or TMX file, and those in the publisher's own English version."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

from bs4 import BeautifulSoup, Tag
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from tweeklank.article import Rendering, TweeklankError
from tweeklank.store import Store
from tweeklank.store.segments import normal_form
from tweeklank.translate.checks import fault
from tweeklank.translate.markup import sentences_of_html, sentences_of_text

_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_CODES = {"bpt", "ept", "it", "ph", "ut"}  # TMX's elements for the codes of other programs: no words

_INLINE = {"a", "strong", "em", "sub", "sup", "abbr", "br", "span", "img"}
_WHOLE = re.compile(r"[\"'(]*[A-ZÀ-Þ0-9€].*[.!?][\"')]*")
_LEAST_WORDS = 5  # shorter sentences mean too many things
_RATIO = (0.6, 1.7)  # of English to Dutch, in words and in characters
_ANCHOR = re.compile(r"\d[\d.,:]*\d|\d|[A-ZÀ-Þ][\w-]{2,}")


class CorrectionsError(TweeklankError):
    """A file of corrections cannot be used as it is."""


@dataclass(frozen=True)
class Read:
    """A file of corrections: English by Dutch sentence. ``left_out`` has the lines of what is more than a sentence."""

    pairs: dict[str, str] = field(default_factory=dict)
    left_out: list[int] = field(default_factory=list)


def read_corrections(file: Path) -> Read:
    """Reads a TSV file (Dutch, tab, English) or a TMX file; of two for one sentence the last one counts.

    Raises CorrectionsError.
    """
    kinds = {".tsv": _read_tsv, ".tmx": _read_tmx}
    if file.suffix.lower() not in kinds:
        raise CorrectionsError(f"{file}: is neither .tsv nor .tmx; name it after what it is.")
    try:
        content = file.read_bytes()
    except FileNotFoundError:
        raise CorrectionsError(f"{file}: there is no such file.") from None
    except OSError as error:
        raise CorrectionsError(f"{file}: cannot be read: {error.strerror}.") from None
    read = Read()
    for line, dutch, english in kinds[file.suffix.lower()](file, content):
        sentences = sentences_of_text(dutch)
        if len(sentences) == 1:
            read.pairs[sentences[0]] = " ".join(english.split())
        else:
            read.left_out.append(line)
    return read


def _read_tsv(file: Path, content: bytes) -> Iterator[tuple[int, str, str]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        number = content.count(b"\n", 0, error.start) + 1
        raise CorrectionsError(f"{file}:{number}: is not UTF-8; save the file as UTF-8.") from None
    for number, line in enumerate(text.split("\n"), 1):
        cells = [cell.strip() for cell in line.split("\t")]
        if cells == [""] or line.startswith("# "):
            continue
        if len(cells) != 2 or not all(cells):
            raise CorrectionsError(f"{file}:{number}: write a Dutch sentence, one tab and its English on each line.")
        yield number, cells[0], cells[1]


def _read_tmx(file: Path, content: bytes) -> Iterator[tuple[int, str, str]]:
    units = _Units()
    parser = DefusedXMLParser(target=units)
    units.expat = parser.parser  # it knows the line
    try:
        parser.feed(content)
        parser.close()
    except ParseError as error:
        raise CorrectionsError(f"{file}:{error.position[0]}: is not well-formed XML: {error}.") from None
    except (DefusedXmlException, ValueError, LookupError):
        line = units.expat.CurrentLineNumber
        raise CorrectionsError(f"{file}:{line}: declares entities or an unknown encoding; take that out.") from None
    if units.root != "tmx":
        raise CorrectionsError(f"{file}:1: is <{units.root}>, not <tmx>; export it as TMX 1.4.")
    if not units.found:
        raise CorrectionsError(f"{file}: has no unit with both Dutch (nl) and English (en); check its xml:lang.")
    yield from units.found


class _Units:
    """Collects the Dutch and English of the units of a TMX file while it is parsed."""

    def __init__(self) -> None:
        self.expat: Any = None
        self.root = ""
        self.found: list[tuple[int, str, str]] = []
        self._line = 0
        self._language = ""
        self._texts: dict[str, str] = {}
        self._in_segment = False
        self._codes = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.root = self.root or name
        if name == "tu":
            self._line, self._texts = self.expat.CurrentLineNumber, {}
        elif name == "tuv":
            tag = attributes.get(_LANG) or attributes.get("lang") or ""
            self._language = re.split("[-_]", tag.lower())[0]
        elif name == "seg":
            self._in_segment = True
        self._codes += name in _CODES

    def data(self, text: str) -> None:
        if self._in_segment and not self._codes:
            self._texts[self._language] = self._texts.get(self._language, "") + text

    def end(self, name: str) -> None:
        self._codes -= name in _CODES
        if name == "seg":
            self._in_segment = False
        dutch, english = self._texts.get("nl", "").strip(), self._texts.get("en", "").strip()
        if name == "tu" and dutch and english:
            self.found.append((self._line, dutch, english))

    def close(self) -> None:
        """Asked for by the parser."""


def learn_from_publishers(store: Store) -> None:
    """Keeps what new English versions by publishers say of single sentences, where that is sure."""
    for parallel in store.corrections.parallels():
        pairs = dict(parallel_sentences(parallel.dutch, parallel.english))
        store.corrections.learn(parallel, pairs, datetime.now(UTC))


def parallel_sentences(dutch: Rendering, english: Rendering) -> Iterator[tuple[str, str]]:
    """The sentences of a text and its human translation that surely belong together.

    Nothing is taken from bodies whose blocks differ, and nothing from a block in which any
    sentence has no certain counterpart. Titles are left out, for papers write their own.
    """
    yield from _of_block(sentences_of_text(dutch.lead), sentences_of_text(english.lead))
    blocks = [_Blocks(dutch.body), _Blocks(english.body)]
    if blocks[0].structure == blocks[1].structure:
        for ours, theirs in zip(blocks[0].leaves, blocks[1].leaves, strict=True):
            yield from _of_block(sentences_of_html(ours), sentences_of_html(theirs))


def linked_sentences(html: str) -> list[str]:
    """The sentences of the blocks that have links, emphasis or other inline elements."""
    return [sentence for leaf in _Blocks(html).leaves if leaf.count("<") > 2 for sentence in sentences_of_html(leaf)]


class _Blocks:
    """The blocks of a body: their names in order, and the HTML of those without blocks inside."""

    def __init__(self, html: str) -> None:
        blocks = [tag for tag in BeautifulSoup(html, "lxml").find_all(True) if tag.name not in _INLINE]
        self.structure = [(tag.name, _is_leaf(tag)) for tag in blocks]
        self.leaves = [str(tag) for tag in blocks if _is_leaf(tag)]


def _is_leaf(block: Tag) -> bool:
    return all(inner.name in _INLINE for inner in block.find_all(True))


def _of_block(dutch: list[str], english: list[str]) -> list[tuple[str, str]]:
    pairs = list(zip(dutch, english, strict=False))
    common = _anchors(dutch) & _anchors(english)
    sure = len(dutch) == len(english) and all(_belong(a, b, common) for a, b in pairs)
    return pairs if sure else []


def _belong(dutch: str, english: str, common: set[str]) -> bool:
    """Whether one of these sentences is surely the translation of the other.

    ``common`` are names and numbers that both texts have: the same ones must be in both sentences.
    """
    a, b = normal_form(dutch), normal_form(english)
    shapes = (len(b.split()) / len(a.split()), len(b) / len(a))
    return (
        all(_WHOLE.fullmatch(sentence) for sentence in (a, b))
        and len(a.split()) >= _LEAST_WORDS
        and all(_RATIO[0] <= shape <= _RATIO[1] for shape in shapes)
        and (a[0] in "\"'", a[-1] in "\"'") == (b[0] in "\"'", b[-1] in "\"'")
        and _anchors([dutch]) & common == _anchors([english]) & common
        and _figures(english) <= _figures(dutch)
        and not fault(dutch, english)
    )


def _anchors(sentences: Iterable[str]) -> set[str]:
    return {re.sub(r"[.,:]", "", found) for sentence in sentences for found in _ANCHOR.findall(sentence)}


def _figures(sentence: str) -> set[str]:
    return {anchor for anchor in _anchors([sentence]) if anchor[0].isdigit()}
