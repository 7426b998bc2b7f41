"""A file of text or HTML, translated as a whole. What is not Dutch text in it stays byte for byte."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bs4 import UnicodeDammit

from tweeklank.article import TweeklankError
from tweeklank.translate.markup import Known, sentences_of_html, sentences_of_text, translate_html, translate_text

_BODY = re.compile(r"<body\b", re.IGNORECASE), re.compile(r"</body\s*>", re.IGNORECASE)
_TITLE = re.compile(r"<title\b", re.IGNORECASE), re.compile(r"</title\s*>", re.IGNORECASE)
_DUTCH_PAGE = re.compile(r"(<html\b[^>]{0,2000}?\blang=[\"']?)nl(?:-\w+)?\b", re.IGNORECASE)


class DocumentError(TweeklankError):
    """A file that cannot be read as text."""


@dataclass(frozen=True)
class Document:
    """The content of a file; ``is_html`` says how it is read."""

    content: str
    is_html: bool = False

    def sentences(self) -> list[str]:
        """Every sentence once."""
        if not self.is_html:
            return list(dict.fromkeys(s for line in self.content.splitlines() for s in sentences_of_text(line)))
        title = _title(self.content)
        named = sentences_of_text(html.unescape(self.content[title])) if title else []
        return list(dict.fromkeys([*named, *sentences_of_html(self._body())]))

    def translated(self, known: Known) -> str:
        """With each sentence replaced by its translation."""
        if not self.is_html:
            return "\n".join(translate_text(line, known) for line in self.content.splitlines())
        body = translate_html(self._body(), known)[0]
        if not _body(self.content):
            return body
        page = _within(_title, self.content, lambda title: html.escape(translate_text(html.unescape(title), known)))
        return _DUTCH_PAGE.sub(r"\1en", _within(_body, page, lambda _: body), count=1)

    def _body(self) -> str:
        place = _body(self.content)
        return self.content[place] if place else self.content


def _body(page: str) -> slice | None:
    """The place of what is in a page's body, up to the last end of one."""
    begin, ends = _begin_and_ends(_BODY, page)
    return slice(begin, ends[-1]) if ends else None


def _title(page: str) -> slice | None:
    """The place of what is in a page's title."""
    begin, ends = _begin_and_ends(_TITLE, page)
    return slice(begin, ends[0]) if ends else None


def _begin_and_ends(element: tuple[re.Pattern[str], re.Pattern[str]], page: str) -> tuple[int, list[int]]:
    """Where the content of the first of its elements begins, and where the ends of such elements behind that begin."""
    start, end = element
    opened = start.search(page)
    begin = page.find(">", opened.end()) + 1 if opened else 0
    return begin, [found.start() for found in end.finditer(page, begin)] if begin else []


def _within(find: Callable[[str], slice | None], page: str, change: Callable[[str], str]) -> str:
    place = find(page)
    return page[: place.start] + change(page[place]) + page[place.stop :] if place else page


def read_document(path: Path) -> Document:
    """Reads a file; .html, .htm and .xhtml are HTML, all else is plain text. Raises DocumentError."""
    try:
        text = UnicodeDammit(path.read_bytes(), ["utf-8"], is_html=True).unicode_markup
    except OSError as error:
        raise DocumentError(f"{path}: cannot be read: {error.strerror}.") from None
    if text is None or "\0" in text:
        raise DocumentError(f"{path}: is no text; give an HTML or a text file.")
    return Document(text, path.suffix.lower() in (".html", ".htm", ".xhtml"))
