"""Pieces of HTML as lxml trees: read, and written again. Whole pages are read by ``text.parse``."""

from __future__ import annotations

import re
from typing import Any

from bs4.dammit import EntitySubstitution
from lxml import etree
from lxml.html import HtmlMixin
from lxml.html.defs import empty_tags

Element = Any
"""An element of lxml, which comes without types."""

# What lxml refuses to write although its parser reads it (XML 1.0, section 2.2).
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_WORDLESS = ("script", "style", "template", "rt", "rp")


def read_body(html: str) -> Element | None:
    """The body of a piece of HTML, without comments; None if it holds nothing."""
    root = _read(html)
    return root if root is None else next(root.iter("body"), root)


def fragment_text(html: str) -> str:
    """The words of a piece of HTML, with a space between any two elements."""
    root = _read(html)
    if root is None:
        return ""
    for element in list(root.iter(*_WORDLESS)):
        element.clear(keep_tail=True)
    return " ".join(root.itertext())


def _read(html: str) -> Element | None:
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(html.encode("utf-8", "ignore"), parser)
    except etree.ParserError:
        return None
    if root is not None and ("&#" in html or _UNWRITABLE.search(html)):
        for element in root.iter():
            _make_writable(element)
    return root


def _make_writable(element: Element) -> None:
    if element.text:
        element.text = _writable(element.text)
    if element.tail:
        element.tail = _writable(element.tail)
    for name, value in element.items():
        if _UNWRITABLE.search(value):
            element.set(name, _writable(value))


def _writable(text: str) -> str:
    return _UNWRITABLE.sub(lambda match: " " if match[0].isspace() else "", text)


def take_out(element: Element) -> None:
    """Removes an element with all that it holds; the text behind it stays."""
    HtmlMixin.drop_tree(element)


def unwrap(element: Element) -> None:
    """Replaces an element by what it holds."""
    HtmlMixin.drop_tag(element)


def write_fragment(element: Element) -> str:
    """An element as HTML, without what follows it."""
    parts: list[str] = []
    for event, inner in etree.iterwalk(element, events=("start", "end")):
        if event == "start":
            parts.append(f"<{inner.tag}{_attributes(inner)}{'/' if inner.tag in empty_tags else ''}>")
            if inner.text:
                parts.append(EntitySubstitution.substitute_xml(inner.text))
        else:
            if inner.tag not in empty_tags:
                parts.append(f"</{inner.tag}>")
            if inner.tail and inner is not element:
                parts.append(EntitySubstitution.substitute_xml(inner.tail))
    return "".join(parts)


def _attributes(element: Element) -> str:
    quoted = EntitySubstitution.quoted_attribute_value
    return "".join(
        f" {key}={quoted(EntitySubstitution.substitute_xml(value))}" for key, value in sorted(element.items())
    )
