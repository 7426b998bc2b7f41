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

_BODY = re.compile(r"(<body\b[^>]*>)(.*)(</body\s*>)", re.IGNORECASE | re.DOTALL)
_TITLE = re.compile(r"(<title\b[^>]*>)(.*?)(</title\s*>)", re.IGNORECASE | re.DOTALL)
_DUTCH_PAGE = re.compile(r"(<html\b[^>]*?\blang=[\"']?)nl(?:-\w+)?\b", re.IGNORECASE)


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
        title = _TITLE.search(self.content)
        named = sentences_of_text(html.unescape(title[2])) if title else []
        return list(dict.fromkeys([*named, *sentences_of_html(self._body())]))

    def translated(self, known: Known) -> str:
        """With each sentence replaced by its translation."""
        if not self.is_html:
            return "\n".join(translate_text(line, known) for line in self.content.splitlines())
        body = translate_html(self._body(), known)[0]
        if not _BODY.search(self.content):
            return body
        page = _within(_TITLE, self.content, lambda title: html.escape(translate_text(html.unescape(title), known)))
        return _DUTCH_PAGE.sub(r"\1en", _within(_BODY, page, lambda _: body), count=1)

    def _body(self) -> str:
        page = _BODY.search(self.content)
        return page[2] if page else self.content


def _within(element: re.Pattern[str], page: str, change: Callable[[str], str]) -> str:
    return element.sub(lambda found: found[1] + change(found[2]) + found[3], page, count=1)


def read_document(path: Path) -> Document:
    """Reads a file; .html, .htm and .xhtml are HTML, all else is plain text. Raises DocumentError."""
    try:
        text = UnicodeDammit(path.read_bytes(), ["utf-8"], is_html=True).unicode_markup
    except OSError as error:
        raise DocumentError(f"{path}: cannot be read: {error.strerror}.") from None
    if text is None or "\0" in text:
        raise DocumentError(f"{path}: is no text; give an HTML or a text file.")
    return Document(text, path.suffix.lower() in (".html", ".htm", ".xhtml"))
