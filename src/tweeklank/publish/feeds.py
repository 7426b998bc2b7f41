"""RSS 2.0 and Atom 1.0 (RFC 4287) feeds, in each language and in both."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from feedgen.feed import FeedGenerator
from markupsafe import escape

from tweeklank.article import Entry, Language, Origin, entry_id
from tweeklank.publish.edition import NEVER, Channel, Edition, page, page_language
from tweeklank.publish.feed_parts import EntryParts, FeedParts, Picture
from tweeklank.publish.fulltext import full_text, media_type, summary
from tweeklank.publish.side_by_side import both_texts

HTML = "text/html"
MACHINE_TRANSLATED = "machine-translated"
NEEDS_REVIEW = "needs-review"


class Format(StrEnum):
    """Feed formats, by the first part of their file extension."""

    ATOM = "atom"
    RSS = "rss"

    @property
    def media_type(self) -> str:
        return f"application/{self}+xml"


def feeds(edition: Edition) -> Iterator[tuple[str, bytes]]:
    """Every XML feed, with its path."""
    for channel in edition.channels:
        for language in Language:
            for form in Format:
                yield feed_path(channel, language, form), _one_language(edition, channel, language, form)
        for form in Format:
            yield bilingual_path(channel, form), _both_languages(edition, channel, form)


def feed_path(channel: Channel, language: Language, form: Format) -> str:
    return f"{channel.folder}{language}.{form}.xml"


def bilingual_path(channel: Channel, form: Format) -> str:
    return f"{channel.folder}nl-en.{form}.xml"


def archive_path(language: Language, number: int) -> str:
    return f"archive/{language}-{number:04}.atom.xml"


def translation_address(edition: Edition, entry: Entry) -> str:
    """Where the same article can be read in the other language, or nothing.

    The publisher's page where there is one, else the one published here.
    """
    other = edition.counterpart(entry)
    if entry.origin is not Origin.ORIGINAL:
        return entry.original_url
    if other is None:
        return ""
    return other.url if other.origin is Origin.PUBLISHER else edition.address(page(other))


def _one_language(edition: Edition, channel: Channel, language: Language, form: Format) -> bytes:
    feed = new_feed(edition, feed_path(channel, language, form), form)
    if edition.archives and not channel.folder and form is Format.ATOM:
        _link_archive(feed, edition, "prev-archive", archive_path(language, edition.archives))
    return _filled(feed, edition, channel, language, form)


def archive_document(edition: Edition, language: Language, everything: Channel, number: int, *, last: bool) -> bytes:
    """One document of the feed's history (RFC 5005, section 4): the same feed, and so the same id."""
    path = feed_path(everything, language, Format.ATOM)
    feed = new_feed(edition, archive_path(language, number), Format.ATOM)
    feed.id(_feed_id(edition, path, Format.ATOM))
    # A hub has nothing to tell about it.
    feed.parts.archive, feed.parts.links = True, []
    _link_archive(feed, edition, "current", path)
    if number > 1:
        _link_archive(feed, edition, "prev-archive", archive_path(language, number - 1))
    if not last:
        _link_archive(feed, edition, "next-archive", archive_path(language, number + 1))
    return _filled(feed, edition, everything, language, Format.ATOM)


def _link_archive(feed: Any, edition: Edition, rel: str, path: str) -> None:
    feed.parts.link(rel, edition.address(path), type=Format.ATOM.media_type)


def _filled(feed: Any, edition: Edition, channel: Channel, language: Language, form: Format) -> bytes:
    """The file of a feed in one language."""
    feed.title(edition.title(channel, language))
    # feedgen takes the last link for that of an RSS channel.
    feed.link(href=edition.address(channel.page(language)), rel="alternate", type=HTML, hreflang=language)
    feed.language(language)
    feed.description(edition.description(language) or edition.title(channel, language))
    for entry in channel.entries[language]:
        made = feed.add_entry(order="append")
        _add_entry(made, edition, entry, form)
        _tell_language(made, entry, form)
    feed.parts.deleted = [(entry_id(one.tag, language), one.when) for one in channel.deleted]
    return finished(feed, form)


def _both_languages(edition: Edition, channel: Channel, form: Format) -> bytes:
    """Each Dutch entry with its English one; an article in one language stands alone.

    The feed has no language of its own: RSS knows one at most, and Atom's is that of the titles.
    """
    feed = new_feed(edition, bilingual_path(channel, form), form)
    title = " / ".join(dict.fromkeys(edition.title(channel, language) for language in Language))
    feed.title(title)
    for language in reversed(Language):
        # The Dutch page last, for that of an RSS channel.
        feed.link(href=edition.address(channel.page(language)), rel="alternate", type=HTML, hreflang=language)
    feed.description(" / ".join(dict.fromkeys(filter(None, map(edition.description, Language)))) or title)
    for entry in _for_both(edition, channel):
        made, other = feed.add_entry(order="append"), edition.counterpart(entry)
        _add_entry(made, edition, entry, form)
        # One id before and after the English has come, and not that of the Dutch feed: in a reader
        # that follows both these are two entries.
        made.id(_id_in_both(entry.tag))
        if other:
            _add_english(made, edition, entry, other, form)
        else:
            _tell_language(made, entry, form)
    feed.parts.deleted = [(_id_in_both(one.tag), one.when) for one in channel.deleted]
    return finished(feed, form)


def _id_in_both(tag: str) -> str:
    return f"{tag}:nl-en"


def _for_both(edition: Edition, channel: Channel) -> list[Entry]:
    """The Dutch entries, and those in English that are no translations: newest first."""
    english = [entry for entry in channel.entries[Language.EN] if entry.origin is Origin.ORIGINAL]
    found = sorted((*channel.entries[Language.NL], *english), key=lambda entry: entry.published, reverse=True)
    return found[: edition.config.publication.entries]


def new_feed(edition: Edition, path: str, form: Format) -> Any:
    """A feed with what all have in common."""
    config = edition.config
    feed = FeedGenerator()
    feed.register_extension("parts", FeedParts, EntryParts)
    feed.load_extension("dc", atom=False)
    feed.parts.root = "../" * path.count("/")
    if config.publication.hub:
        feed.parts.link("hub", config.publication.hub)
    feed.id(_feed_id(edition, path, form))
    feed.author(name=config.publication.author)
    feed.generator("Tweeklank")
    feed.link(href=edition.address(path), rel="self", type=form.media_type)
    return feed


def _feed_id(edition: Edition, path: str, form: Format) -> str:
    return f"{edition.tag}:{path.removesuffix(f'.{form}.xml').replace('/', ':')}"


def finished(feed: Any, form: Format) -> bytes:
    """The feed as a file, as new as the last change of its entries: left to itself, feedgen takes the clock."""
    changes = [made.updated() for made in feed.entry()] + [when for _, when in feed.parts.deleted]
    moment = max(changes, default=NEVER)
    feed.updated(moment)
    feed.lastBuildDate(moment)
    return bytes(feed.atom_str(pretty=True) if form is Format.ATOM else feed.rss_str(pretty=True))


def _add_entry(made: Any, edition: Edition, entry: Entry, form: Format) -> None:
    made.id(entry.id)
    made.title(entry.words.title)
    made.published(entry.published.astimezone(UTC))
    made.updated(distinct(entry.updated, entry.id))
    made.content(str(full_text(edition, entry)), type="html")
    _add_categories(made, edition, entry)
    author = entry.author or edition.source_titles(entry)[0]
    if form is Format.ATOM:
        made.author(name=author)
        made.summary(summary(entry))
        made.parts.link("alternate", entry.url, HTML, hreflang=page_language(entry).value)
    else:
        # An RSS author is an e-mail address, and a description HTML.
        made.dc.dc_creator(author)
        made.description(str(escape(summary(entry))))
        made.link(href=entry.url)
    _link_translation(made, edition, entry)
    for name, url in edition.elsewhere(entry):
        made.parts.link("related", url, HTML, title=name)
    _add_picture(made, entry, form)


def _tell_language(made: Any, entry: Entry, form: Format) -> None:
    if form is Format.ATOM:
        made.parts.language = entry.language
    else:
        made.dc.dc_language(entry.language.value)


def _link_translation(made: Any, edition: Edition, entry: Entry) -> None:
    """Links the other language; a machine's text leads to the original already, so its own page is added."""
    own, language = entry.origin is Origin.MACHINE, entry.language
    if own and entry.slug not in edition.articles:
        return
    address = edition.address(page(entry)) if own else translation_address(edition, entry)
    if not address:
        return
    # Related and not alternate: some readers take an entry's first alternate for its address,
    # others (newsboat, Liferea, feedparser) the last, whatever its hreflang.
    made.parts.link("related", address, HTML, hreflang=(language if own else language.other).value)


def _add_categories(made: Any, edition: Edition, entry: Entry) -> None:
    for title in edition.source_titles(entry):
        made.category(term=title, scheme=f"{edition.tag}:source")
    for topic in edition.topics(entry):
        made.category(term=topic)
    for mark in marks(entry):
        made.category(term=mark)


def marks(entry: Entry) -> list[str]:
    """The categories that tell programs where an entry's words come from, and how good they are."""
    machine = [MACHINE_TRANSLATED] if entry.origin is Origin.MACHINE else []
    return [*machine, NEEDS_REVIEW] if entry.needs_review else machine


def _add_picture(made: Any, entry: Entry, form: Format) -> None:
    image = entry.image
    if image is None:
        return
    kind = media_type(image)
    description = entry.words.caption or entry.words.alt
    made.parts.picture = Picture(image.url, kind, image.length, description, image.credit)
    # An RSS enclosure must tell its type and length; the length is 0 when nobody knows.
    if kind and form is Format.RSS:
        made.enclosure(image.url, str(image.length), kind)
    elif kind:
        known = {"length": str(image.length)} if image.length else {}
        made.parts.link("enclosure", image.url, kind, **known)


def _add_english(made: Any, edition: Edition, dutch: Entry, english: Entry, form: Format) -> None:
    """Makes a Dutch entry one of both languages."""
    made.title(f"{dutch.words.title} / {english.words.title}")
    made.updated(distinct(max(dutch.updated, english.updated), _id_in_both(dutch.tag)))
    both_summaries = f"{summary(dutch)} / {summary(english)}"
    if form is Format.ATOM:
        made.summary(both_summaries)
    else:
        made.description(str(escape(both_summaries)))
    made.content(str(both_texts(edition, dutch, english)), type="html")
    for mark in marks(english):
        made.category(term=mark)


def distinct(moment: datetime, entry_id: str) -> datetime:
    """The moment in UTC, with a fraction of a second that is the entry's own.

    Articles often have a day and no time. Equal dates of change draw a warning from validators
    and leave a reader's order to chance (RFC 4287, section 4.2.15, asks for neither).
    """
    moment = moment.astimezone(UTC)
    if moment.microsecond:
        return moment
    return moment.replace(microsecond=1 + int(hashlib.sha256(entry_id.encode()).hexdigest()[:8], 16) % 999_999)
