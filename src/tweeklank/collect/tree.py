"""Walks through the elements of a page.

Beautiful Soup's own searches build a matcher for each call and ask it about each element; on the way to an article
there are hundreds of them, nearly all by name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bs4 import Tag
from bs4.element import NavigableString, PageElement


def elements(root: Tag, *names: str) -> list[Tag]:
    """The elements within ``root`` with one of these names, of any name without names, in the order of the page."""
    return list(_named(root.descendants, names))


def first(root: Tag, *names: str) -> Tag | None:
    """The first of ``elements``."""
    return next(_named(root.descendants, names), None)


def holds(root: Tag, *names: str) -> bool:
    return first(root, *names) is not None


def elements_after(element: Tag, *names: str) -> Iterator[Tag]:
    """Those within ``element`` and behind it, to the end of the page."""
    return _named(element.next_elements, names)


def elements_before(element: Tag, *names: str) -> Iterator[Tag]:
    """Those that begin before ``element``, the nearest first, to the beginning of the page."""
    return _named(element.previous_elements, names)


def texts(nodes: Iterable[PageElement]) -> Iterator[NavigableString]:
    return (node for node in nodes if isinstance(node, NavigableString))


def around(element: PageElement, *names: str) -> Tag | None:
    """The innermost element around an element or a string with one of these names."""
    return next((parent for parent in element.parents if parent.name in names), None)


def marked(root: Tag, attribute: str, word: str, *names: str) -> Iterator[Tag]:
    """The elements with a word in an attribute that is a list of them (HTML, section 2.3.7)."""
    return (element for element in _named(root.descendants, names) if has_word(element, attribute, word))


def has_word(element: Tag, attribute: str, word: str) -> bool:
    written = element.get(attribute)
    return written is not None and word in (written.split() if isinstance(written, str) else written)


def _named(nodes: Iterable[PageElement], names: tuple[str, ...]) -> Iterator[Tag]:
    return (node for node in nodes if isinstance(node, Tag) and (not names or node.name in names))
