"""Which language an article is in: what its text says of that, paragraph by paragraph.

A page is of the language that most of its text is in, so an English quote leaves a Dutch article
Dutch. Dutch gets the benefit of the doubt: of a page in two languages readers of Dutch have their
half. What the page itself declares (``html lang``) only settles what the text leaves open, for on
many sites it is the template's and wrong.

The model (py3langid, after Lui and Baldwin, "langid.py: An off-the-shelf language identification
tool", ACL 2012) knows some 130 languages; asked about a few, it takes less memory and does not
take Dutch for a relative that no covenant is written in.
"""

from __future__ import annotations

import re
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING

from tweeklank.article import Article
from tweeklank.collect.text import plain_text

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

DUTCH = "nl"
LANGUAGES = ("nl", "en", "de", "fr", "fy", "af", "es", "it", "pt", "pl", "tr", "ar")
"""What texts on Dutch sites are in, as BCP 47 tags. Afrikaans and Frisian are here so as not to pass for Dutch."""

_SHORTEST = 120  # characters; of a shorter text the page must say so too if it is not Dutch
_SHORTEST_PART = 40  # a shorter paragraph, such as a heading, says little by itself
_MOST = 20_000  # characters that are looked at
_DUTCH_ENOUGH = 0.4  # the share of a text that keeps it Dutch
_SURE = 0.6  # the share that another language needs if the page does not declare it

_BLOCK_END = re.compile(r"</(?:p|li|h[1-6]|blockquote|td|th|div|section|figcaption|dd|dt)>|<br\b[^>]*>", re.IGNORECASE)
_HTML_LANG = re.compile(r"<html\b[^>]{0,2000}?\s(?:xml:)?lang\s*=\s*[\"']?([a-z]{2,3})\b", re.IGNORECASE)
_loading = Lock()


def language_of(article: Article, declared: str = "") -> str:
    """The language of an article's lead and body, as a BCP 47 tag. ``declared``: see ``declared_language``."""
    parts = [plain_text(part) for part in (article.lead, *_BLOCK_END.split(article.body))]
    text = "\n".join(filter(None, parts))[:_MOST]
    shares = _shares(text)
    if shares[DUTCH] >= _DUTCH_ENOUGH:
        return DUTCH
    best = max(shares, key=lambda language: shares[language])
    sure = len(text) >= _SHORTEST and shares[best] >= _SURE
    return best if sure or best == declared else DUTCH


def declared_language(html: str) -> str:
    """What a page says that it is in, as a BCP 47 tag without region; nothing if it says nothing."""
    found = _HTML_LANG.search(html[:20_000])
    return found[1].lower() if found else ""


def _shares(text: str) -> dict[str, float]:
    """What share of a text, one paragraph a line, is in each language."""
    lines = [line for line in text.splitlines() if len(line) >= _SHORTEST_PART] or [" ".join(text.split())]
    total, shares = max(1, sum(map(len, lines))), dict.fromkeys(LANGUAGES, 0.0)
    for line in lines:
        for language, probability in _identifier().rank(line):
            shares[language] += probability * len(line) / total
    return shares


def _identifier() -> LanguageIdentifier:
    """The model, loaded when the first text is judged: pages are read in threads."""
    with _loading:
        return _load()


@cache
def _load() -> LanguageIdentifier:
    import numpy  # noqa: ICN001, PLC0415 - as is the model, only needed where something new was found
    from py3langid.langid import MODEL_DIR, MODEL_FILE, LanguageIdentifier  # noqa: PLC0415
    from py3langid.modelio import load_model  # noqa: PLC0415

    scores, prior, classes, moves, rows, output = load_model(MODEL_DIR / MODEL_FILE)
    # Not set_languages: that keeps the scores of all languages as well.
    chosen = [number for number, language in enumerate(classes) if language in LANGUAGES]
    named = [classes[number] for number in chosen]
    return LanguageIdentifier(
        numpy.ascontiguousarray(scores[:, chosen]), prior[chosen], named, moves, output, norm_probs=True, tk_row=rows
    )
