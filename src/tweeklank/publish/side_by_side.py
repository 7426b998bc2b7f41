"""One article in two languages, as the HTML that feed readers show.

A table with a row for each block of text: readers keep tables, while they drop styles, and with
them columns of any other kind. A reader that drops tables too, or reads aloud, is left with
alternating paragraphs; every cell tells its language.
"""

from __future__ import annotations

from itertools import chain

from lxml import html
from markupsafe import Markup

from tweeklank.article import Entry, Language
from tweeklank.publish.edition import Edition
from tweeklank.publish.fulltext import figure, full_text, lead, notice, source_line
from tweeklank.publish.phrases import phrases

_HEAD = Markup('<table>\n<thead><tr><th scope="col" lang="nl">{}</th><th scope="col" lang="en">{}</th></tr></thead>\n')
_ROW = Markup(
    '<tr><td lang="nl" width="50%" valign="top">\n{}\n</td><td lang="en" width="50%" valign="top">\n{}\n</td></tr>'
)


def both_texts(edition: Edition, dutch: Entry, english: Entry) -> Markup:
    """Block beside block where both have as many, else one text after the other; the picture once."""
    left, right = _blocks(dutch.words.body), _blocks(english.words.body)
    if left is None or right is None or len(left) != len(right):
        return Markup('<div lang="nl">\n{}\n</div>\n<hr>\n<div lang="en">\n{}\n</div>').format(
            full_text(edition, dutch), full_text(edition, english, picture=False)
        )
    sources = source_line(edition, dutch), source_line(edition, english)
    rows = chain([(lead(dutch), lead(english))], zip(left, right, strict=True), [sources])
    said = notice(english)
    parts = [
        Markup('<div lang="en">{}</div>').format(said) if said else "",
        figure(dutch, english),
        _HEAD.format(*(phrases(language).name for language in Language)),
        Markup("<tbody>\n{}\n</tbody>\n</table>").format(
            Markup("\n").join(_ROW.format(*row) for row in rows if any(row))
        ),
    ]
    return Markup("\n").join(part for part in parts if part)


def _blocks(body: str) -> list[Markup] | None:
    """The top-level elements of a body; None where text stands loose between them."""
    whole = html.fragment_fromstring(body, create_parent="div")
    if (whole.text or "").strip() or any((block.tail or "").strip() for block in whole):
        return None
    # Parts of a body that was sanitised as a whole.
    return [Markup(html.tostring(block, encoding="unicode", with_tail=False)) for block in whole]  # noqa: S704
