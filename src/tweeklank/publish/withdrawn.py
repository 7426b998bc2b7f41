"""What becomes of articles that left the publication, and of those that came back, in files of before.

Feeds and lists are made anew at every publication, and articles that left are not in them; Atom
feeds say so (see ``feeds``). What is not made anew is their pages, and the files of channels that
no longer are: of a topic that no article has any more, or a source that was taken out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

from tweeklank.article import Entry, Language
from tweeklank.publish.edition import Edition, page, read_entries
from tweeklank.publish.pages import render, surroundings
from tweeklank.publish.phrases import phrases
from tweeklank.publish.site import article_page
from tweeklank.publish.write import Output
from tweeklank.store import Store
from tweeklank.store.retention import Unsettled

_OF_A_CHANNEL = re.compile(r"(?:nl|en|nl-en)\.(?:atom\.xml|rss\.xml|json|html)|(?:nl|en)-\d+\.atom\.xml")


def pages_of_changed(edition: Edition, store: Store, changed: list[Unsettled]) -> Iterator[tuple[str, bytes]]:
    """The pages of articles that came back, and notices in place of those of withdrawn ones."""
    back = [one.article for one in changed if not one.withdrawn]
    texts: dict[str, dict[Language, Entry]] = {}
    for language in Language if back else ():
        for entry in read_entries(edition.config, partial(store.history.read, back, language)):
            texts.setdefault(entry.slug, {})[language] = entry
    for languages in texts.values():
        for entry in languages.values():
            yield page(entry), article_page(replace(edition, articles=texts), entry)
    for one in changed:
        if one.withdrawn and not one.forgotten:
            for language in Language:
                yield _path(one.slug, language), _notice(edition, one.slug, language)


def clear(output: Output, changed: list[Unsettled]) -> None:
    """Removes the pages of what is to be forgotten, and the files of former channels that show what left."""
    for one in changed:
        for language in Language if one.forgotten else ():
            output.remove(_path(one.slug, language))
    left = [one for one in changed if one.withdrawn]
    marks = [mark.encode() for one in left for mark in (f"{one.slug}.html", f"{one.tag}:")]
    for file in _former(output, marks) if marks else ():
        output.remove(file.relative_to(output.folder).as_posix())


def _former(output: Output, marks: Iterable[bytes]) -> Iterator[Path]:
    """The files of feeds and lists that this publication has not made, with any of these marks in them."""
    for file in sorted(output.folder.rglob("*")):
        if _OF_A_CHANNEL.fullmatch(file.name) and file.is_file() and file not in output.current:
            content = file.read_bytes()
            if any(mark in content for mark in marks):
                yield file


def _path(slug: str, language: Language) -> str:
    return f"{language}/{slug}.html"


def _notice(edition: Edition, slug: str, language: Language) -> bytes:
    """What stands where the page of a withdrawn article was."""
    said, path = phrases(language), _path(slug, language)
    return render(
        edition,
        "withdrawn.html",
        **surroundings(edition, edition.channels[0], language, path),
        title=said.withdrawn,
        description=said.withdrawn_why,
        switch=_path(slug, language.other),
        versions=[(other, _path(slug, other)) for other in Language],
    )
