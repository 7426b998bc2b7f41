"""An entry as the HTML that feed readers show."""

from __future__ import annotations

import mimetypes
from urllib.parse import urlsplit

from lxml import html
from markupsafe import Markup

from tweeklank.article import Entry, Image, Language, Origin
from tweeklank.publish.characters import line
from tweeklank.publish.edition import Edition
from tweeklank.publish.phrases import date_in_words, left_in_dutch, phrases

_SUMMARY = 300  # characters of a body that stand in for a lead


def full_text(edition: Edition, entry: Entry, *, picture: bool = True) -> Markup:
    """The whole entry as HTML with absolute addresses: notice, lead, picture, body, source."""
    words = entry.words
    parts = [
        notice(entry),
        lead(entry),
        figure(entry) if picture else "",
        # Made by collect or translate, with an allow-list: the only HTML that is taken as it is.
        Markup(words.body),  # noqa: S704
        source_line(edition, entry),
    ]
    return Markup("\n").join(part for part in parts if part)


def summary(entry: Entry) -> str:
    """The lead as plain text, or else how the body begins."""
    if entry.words.lead or not entry.words.body.strip():
        return entry.words.lead or entry.words.title
    text = line(html.fragment_fromstring(entry.words.body, create_parent="div").text_content())
    if len(text) <= _SUMMARY:
        return text or entry.words.title
    return text[:_SUMMARY].rsplit(" ", 1)[0] + " …"


def media_type(image: Image) -> str:
    """What the server called the picture, or what its name suggests, or nothing."""
    said = image.media_type.partition(";")[0].strip().lower()
    guessed = mimetypes.guess_type(urlsplit(image.url).path)[0] or ""
    return next((kind for kind in (said, guessed) if kind.startswith("image/")), "")


def notice(entry: Entry) -> Markup:
    """Says that a machine made the words, and where the original is (EU AI Act, article 50)."""
    if entry.origin is not Origin.MACHINE:
        return Markup()
    said, kept = phrases(Language.EN), left_in_dutch(entry, Language.EN)
    kept = Markup("<strong>{}</strong>").format(kept) if entry.needs_review else kept
    return Markup('<p><small>{} {}. {} <a href="{}" hreflang="nl">{}</a>.</small></p>').format(
        said.machine_by, entry.model, kept, entry.original_url, said.read_original
    )


def lead(entry: Entry) -> Markup:
    return Markup("<p><strong>{}</strong></p>").format(entry.words.lead) if entry.words.lead else Markup()


def figure(entry: Entry, other: Entry | None = None) -> Markup:
    """The picture with its caption, in the ``other`` language as well if that is asked for."""
    image, words = entry.image, entry.words
    if image is None:
        return Markup()
    said = phrases(entry.language)
    credit = Markup("<small>{}: {}</small>").format(said.photo, image.credit) if image.credit else ""
    caption = Markup(" ").join(part for part in (words.caption, credit) if part)
    if other and other.words.caption not in ("", words.caption):
        caption += Markup('<br><span lang="{}">{}</span>').format(other.language, other.words.caption)
    return Markup('<figure><img src="{}" alt="{}">{}</figure>').format(
        image.url, words.alt, Markup("<figcaption>{}</figcaption>").format(caption) if caption else ""
    )


def source_line(edition: Edition, entry: Entry) -> Markup:
    """Where the article comes from, of what day it is, and where else it stands."""
    said = phrases(entry.language)
    name = edition.source_titles(entry)[0]
    by_publisher = f" ({said.publisher_english})" if entry.origin is Origin.PUBLISHER else ""
    return Markup('<p><small>{}: <a href="{}">{}</a>, {}{}{}</small></p>').format(
        said.source,
        entry.url,
        name,
        date_in_words(entry.published, entry.language),
        by_publisher,
        _also(edition, entry),
    )


def _also(edition: Edition, entry: Entry) -> Markup:
    """Who else published the article, and where."""
    others = [Markup('<a href="{}">{}</a>').format(url, name) for name, url in edition.elsewhere(entry)]
    return (
        Markup(". {}: {}").format(phrases(entry.language).elsewhere, Markup(", ").join(others)) if others else Markup()
    )
